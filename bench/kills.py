"""The kill test: fills and servers are killed at random moments, or their provers are, or the disk is full.

    python -m bench.kills [--runs 200] [--seed 1] [--at-once 1]

Each run works on a new folder of small files with a new ledger, then fills the same folder again, undisturbed; every
other run with two searches at once. Told at the end is also how long the second fill takes, from its start as a
process, until it is at work on a hole (a goal read, an attempt begun, or a hole left alone as in vain). It is a
failure when an entry that was acknowledged is not in the ledger, when the ledger is damaged, when a process outlives
its run, when a false lemma is said to be proved or a file is left that its prover does not take, or when the second
fill repeats an attempt that had come to its end.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil

from unsorry.ledger.location import Location
from unsorry.ledger.upkeep import check

VICTIMS = ("fill", "prover", "server", "full disk", "prover")
LONGEST = 5.0  # seconds until the kill
BUDGET = "1"  # seconds a hole
RESUMED = 5.0  # seconds that going on may take
FULL = 200_000  # bytes that a file may have on the full disk
MARK = "UNSORRY_KILL_TEST"
FALSE = "wrong"
FILES = {
    "Easy.v": "Lemma a (n m : nat) : n + m = m + n.\nProof. Admitted.\n"
    "Lemma b (A : Type) (xs : list A) : app xs nil = xs.\nProof. Admitted.\n",
    "Mixed.v": f"Lemma {FALSE} (n : nat) : n = 0.\nProof. Admitted.\n"
    "Lemma c (P Q : Prop) : P /\\ Q -> Q /\\ P.\nProof. Admitted.\n"
    "Lemma d (n : nat) : n * 0 = 0.\nProof. Admitted.\n",
}
_ATTEMPTS = "SELECT uri, hole, strategy, part FROM events WHERE kind"
# The command line as it is, but that it says on a pipe what has become durable.
DRIVER = """
import os, sys
from unsorry.ledger import writer
plain = writer.Writer._write
def write(self, items):
    done = plain(self, items)
    numbers = [item.number for item in items if isinstance(item, writer.Numbered)]
    if done and numbers:
        os.write(int(os.environ["UNSORRY_ACKNOWLEDGED"]), f"{self.run} {max(numbers)}\\n".encode())
    return done
writer.Writer._write = write
from unsorry.cli import main
sys.exit(main(sys.argv[1:]))
"""


class Run:
    """One run: its folder, its ledger, and what was found wrong."""

    def __init__(self, folder: Path, random_: random.Random, jobs: int = 1) -> None:
        self.folder = folder
        self.ledger = folder / "ledger.sqlite3"
        self.random = random_
        self.wrong: list[str] = []
        self.acknowledged: dict[str, int] = {}
        self.resumed: float | None = None
        self._fill = ("fill", ".", "--write", "--budget", BUDGET, "--jobs", str(jobs), "--format", "json")
        self._mark = f"{os.getpid()}-{random_.getrandbits(48):x}"
        for name, text in FILES.items():
            (folder / name).write_text(text)

    def perform(self, victim: str) -> Counter[str]:
        before = {name: (self.folder / name).read_text() for name in FILES}
        self._start(victim)
        self._no_orphans()
        self._nothing_lost()
        kept = {name for name, text in before.items() if (self.folder / name).read_text() == text}
        ended = self._ended_attempts()
        self._again()
        self._no_orphans()
        self._nothing_lost()
        self._nothing_repeated(ended, kept)
        self._nothing_wrong()
        refused = "disk failed or is full" in (self.folder / "stderr").read_text(errors="replace")
        return Counter(entries=sum(self.acknowledged.values()), ended=len(ended), refused=refused)

    def _command(self, *arguments: str, full: bool = False) -> tuple[subprocess.Popen[bytes], threading.Thread]:
        """Starts the command line; the thread reads what it acknowledges."""
        reading, writing = os.pipe()
        environment = {
            **os.environ,
            MARK: self._mark,
            "UNSORRY_LEDGER": str(self.ledger),
            "UNSORRY_ACKNOWLEDGED": str(writing),
            "XDG_CONFIG_HOME": str(self.folder / "none"),
        }
        process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self.folder / "stderr").open("ab"),
            pass_fds=(writing,),
        )
        if full:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (FULL, FULL))
        os.close(writing)
        thread = threading.Thread(target=self._read, args=(reading,))
        thread.start()
        return process, thread

    def _read(self, descriptor: int) -> None:
        with os.fdopen(descriptor) as lines:
            for line in lines:
                run, _, number = line.partition(" ")
                self.acknowledged[run] = max(self.acknowledged.get(run, 0), int(number))

    def _start(self, victim: str) -> None:
        if victim == "server":
            process, thread = self._command("serve")
            threading.Thread(target=process.stdout.read, daemon=True).start()  # type: ignore[union-attr]
            for message in self._conversation():
                body = json.dumps({"jsonrpc": "2.0", **message}).encode()
                process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
        else:
            process, thread = self._command(*self._fill, full=victim == "full disk")
        self._kill(victim, process)
        try:
            output, _ = process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            self.wrong.append(f"{victim}: it does not end")
            process.kill()
            output, _ = process.communicate()
        # 3: a prover that was killed while its version was asked counts as missing.
        if victim in ("prover", "full disk") and process.returncode not in (0, 1, 2, 3):
            self.wrong.append(f"{victim}: exit {process.returncode}")
        if victim in ("prover", "full disk") and output:
            self._no_false_proof(json.loads(output))
        thread.join(30)

    def _conversation(self) -> Sequence[dict[str, Any]]:
        root = self.folder.as_uri()
        opened = [
            {"uri": f"{root}/{name}", "languageId": "coq", "version": 1, "text": text} for name, text in FILES.items()
        ]
        return [
            {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": root, "capabilities": {}}},
            {"method": "initialized", "params": {}},
            *({"method": "textDocument/didOpen", "params": {"textDocument": each}} for each in opened),
        ]

    def _kill(self, victim: str, process: subprocess.Popen[bytes]) -> None:
        seconds = self.random.uniform(0.2, LONGEST)
        if victim == "full disk":
            return
        if victim == "prover":
            end = time.monotonic() + seconds
            while process.poll() is None and time.monotonic() < end:
                time.sleep(self.random.uniform(0.3, 1.5))
                self._kill_prover(process.pid)
            return
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)

    def _kill_prover(self, pid: int) -> None:
        try:
            descendants = psutil.Process(pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return
        if descendants:
            with contextlib.suppress(psutil.NoSuchProcess):
                self.random.choice(descendants).kill()

    def _again(self) -> None:
        started = time.time()
        process, thread = self._command(*self._fill)
        output, _ = process.communicate(timeout=200)
        thread.join(30)
        self.resumed = self._first_work() - started
        if process.returncode != 1:
            self.wrong.append(f"the second fill: exit {process.returncode}")
        if output:
            self._no_false_proof(json.loads(output))

    def _no_false_proof(self, report: dict[str, Any]) -> None:
        for result in report["results"]:
            if result["declaration"] == FALSE and result["status"] == "proved":
                self.wrong.append(f"{FALSE} is said to be proved")

    def _no_orphans(self) -> None:
        """Every process that carries this run's mark ends within seconds of the run."""
        end = time.monotonic() + 10
        while left := [process for process in psutil.process_iter() if self._is_ours(process)]:
            if time.monotonic() > end:
                self.wrong.append(f"still there: {[process.name() for process in left]}")
                for process in left:
                    process.kill()
                return
            time.sleep(0.1)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            zombie = process.status() == psutil.STATUS_ZOMBIE
            return not zombie and process.environ().get(MARK) == self._mark
        except psutil.Error:
            return False

    def _nothing_lost(self) -> None:
        if not self.ledger.exists():
            if self.acknowledged:
                self.wrong.append("the ledger is gone")
            return
        if self.acknowledged:
            self.wrong.extend(
                f"ledger: {finding.message}" for finding in check(Location(self.ledger, "")) if finding.serious
            )
        for run, number in self.acknowledged.items():
            (there,) = self._rows("SELECT COUNT(*) FROM events WHERE run = ? AND number <= ?", run, number)[0]
            if there != number:
                self.wrong.append(f"{number - there} of {number} acknowledged entries are lost")

    def _rows(self, query: str, *values: object) -> list[Any]:
        with sqlite3.connect(self.ledger) as connection:
            return connection.execute(query, values).fetchall()

    def _first_work(self) -> float:
        """When the latest run of the ledger was first at work on a hole, in Unix time."""
        (last,) = self._rows("SELECT run FROM events WHERE kind = 'run_started' ORDER BY id DESC LIMIT 1")[0]
        kinds = "('goal_read', 'attempt_started', 'gave_up')"
        return float(self._rows(f"SELECT MIN(at) FROM events WHERE run = ? AND kind IN {kinds}", last)[0][0])

    def _ended_attempts(self) -> set[tuple[str, ...]]:
        """Attempts of the disturbed run that had come to their end: everything was tried, nothing held."""
        if not self.acknowledged:
            return set()
        rejected = (
            "SELECT uri, hole, strategy, part FROM events WHERE kind = 'attempt_finished' AND verdict = 'rejected'"
        )
        return set(self._rows(rejected))

    def _nothing_repeated(self, ended: set[tuple[str, ...]], kept: set[str]) -> None:
        """Of files that are as they were, no ended attempt is begun again."""
        if not ended:
            return
        (last,) = self._rows("SELECT run FROM events WHERE kind = 'run_started' ORDER BY id DESC LIMIT 1")[0]
        begun = self._rows(
            "SELECT uri, hole, strategy, part FROM events WHERE kind = 'attempt_started' AND run = ?", last
        )
        again = {each for each in begun if each[0].rpartition("/")[2] in kept and each[2] not in ("memory", "similar")}
        for uri, hole in sorted({(each[0], each[1]) for each in again & ended}):
            arms = sorted("/".join(each[2:]) for each in again & ended if each[:2] == (uri, hole))
            self.wrong.append(f"repeated: {hole}: {', '.join(arms)}; before: {self._story(uri, hole, last)}")

    def _story(self, uri: str, hole: str, last: str) -> str:
        """What became of a hole in the runs before the last, but for attempts in which everything was tried."""
        rows = self._rows(
            "SELECT kind, strategy, verdict, data FROM events WHERE uri = ? AND hole = ? AND run <> ? AND kind IN "
            "('attempt_finished', 'gave_up', 'vain') AND verdict <> 'rejected' ORDER BY id",
            *(uri, hole, last),
        )
        return "; ".join(" ".join(map(str, row)) for row in rows)

    def _nothing_wrong(self) -> None:
        for name in FILES:
            text = (self.folder / name).read_text()
            if FALSE in text and f"Lemma {FALSE} (n : nat) : n = 0.\nProof. Admitted.\n" not in text:
                self.wrong.append(f"{name}: {FALSE} is not as it was")
            done = subprocess.run(["coqc", "-q", name], cwd=self.folder, capture_output=True, timeout=60, check=False)
            if done.returncode:
                self.wrong.append(f"{name}: coqc refuses it")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=1, help="runs at the same time")
    arguments = parser.parse_args()
    tell = functools.partial(print, flush=True)
    wrong = perform(arguments.runs, arguments.seed, tell=tell, at_once=arguments.at_once)
    return 1 if wrong else 0


def perform(runs: int, seed: int, tell: Callable[[str], Any], at_once: int = 1) -> list[str]:
    """Performs so many runs; everything that went wrong."""
    if shutil.which("coqc") is None:
        raise SystemExit("no coqc on PATH (Debian: apt-get install coq)")
    total: Counter[str] = Counter()
    wrong: list[str] = []
    resumed: list[float] = []

    def one(number: int) -> tuple[Run, Counter[str]]:
        with tempfile.TemporaryDirectory(prefix="unsorry-kills-") as folder:
            run = Run(Path(folder), random.Random(seed * 100_003 + number), 1 + number % 2)
            try:
                return run, run.perform(_victim(number))
            except Exception as error:  # noqa: BLE001 - one run that breaks off does not take the others along
                run.wrong.append(f"{type(error).__name__}: {error}")
                return run, Counter()

    with ThreadPoolExecutor(at_once) as pool:
        for number, (run, counted) in enumerate(pool.map(one, range(runs))):
            total += counted
            total[_victim(number)] += 1
            wrong.extend(f"run {number}: {each}" for each in run.wrong)
            resumed += [run.resumed] if run.resumed is not None else []
            tell(f"run {number}: {_victim(number)}: {'; '.join(run.wrong) or 'as it should be'}")
    kinds = ", ".join(f"{total[victim]} {victim}" for victim in dict.fromkeys(VICTIMS))
    tell(
        f"{runs} runs ({kinds}): {total['entries']} entries acknowledged, {total['ended']} attempts ended before a "
        f"kill, {total['refused']} runs met the full disk"
    )
    if resumed:
        ordered = sorted(resumed)
        late = sum(seconds > RESUMED for seconds in resumed)
        tell(
            f"at work again after {statistics.median(ordered):.2f} s (median), "
            f"{ordered[int(0.95 * len(ordered))]:.2f} s (95th percentile), {ordered[-1]:.2f} s (longest); "
            f"{late} of {len(ordered)} took more than {RESUMED:.0f} s"
        )
    tell(f"wrong: {len(wrong)}")
    for each in wrong:
        tell(f"  {each}")
    return wrong


def _victim(number: int) -> str:
    return VICTIMS[number % len(VICTIMS)]


if __name__ == "__main__":
    sys.exit(main())
