"""How many holes of the bank close, by difficulty, and whether the provers' own commands accept every filled file.

    python -m bench.closed [rocq] [agda] [idris2] [dafny] [lean4] [--budget 10] [--only N] [--json FILE]

Each file is filled on a copy with ``unsorry fill --write``; then the prover's own command checks the copy by itself:
``coqc``, ``agda``, ``idris2``, ``dafny /noCheating:1``, ``lean``. A filled Rocq file must also leave every lemma closed
under the global context, a filled Idris file no hole; a filled Lean file rests on the three axioms of Lean's logic at
most. For Dafny, which proves much by itself, the floor is told as well: how many of the same files verify when bodies
that are missing are empty, assumptions are left out, and nothing is added. ``lean4`` has to be asked for: its files
need Lean's whole library.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from unsorry.model import Language
from unsorry.registry import syntax_of
from unsorry.text import Edit, apply_edits

BANK = Path(__file__).parent / "bank"
LANGUAGES = ("rocq", "agda", "idris2", "dafny")


def fill(path: Path, budget: float) -> list[dict[str, Any]]:
    command = [
        sys.executable,
        "-m",
        "unsorry",
        "fill",
        str(path),
        "--write",
        "--format",
        "json",
        "--budget",
        str(budget),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{path.name}: exit {done.returncode}\n{done.stderr}")
    results: list[dict[str, Any]] = json.loads(done.stdout)["results"]
    return results


def accepted_by_coqc(path: Path) -> str:
    """Empty when ``coqc`` accepts the file with every lemma closed under the global context; else why not."""
    text = path.read_text(encoding="utf-8")
    lemmas = re.findall(r"^\s*(?:Lemma|Theorem)\s+([\w']+)", text, flags=re.MULTILINE)
    path.write_text(text + "\n" + "".join(f"Print Assumptions {lemma}.\n" for lemma in lemmas), encoding="utf-8")
    done = run(["coqc", "-q", path.name], path.parent)
    if done.returncode:
        return done.stdout.strip()
    return "" if done.stdout.split() == ["Closed", "under", "the", "global", "context"] * len(lemmas) else done.stdout


def accepted_by_agda(path: Path) -> str:
    agda = shutil.which("agda") or str(Path(sys.executable).with_name("agda"))
    done = run([agda, "--no-libraries", "--safe", path.name], path.parent)
    return done.stdout.strip() if done.returncode or "Unsolved" in done.stdout else ""


def accepted_by_idris(path: Path) -> str:
    done = run(["idris2", "--total", "--check", path.name], path.parent)
    left = re.findall(r"\?[a-z]\w*", path.read_text(encoding="utf-8"))
    return done.stdout.strip() if done.returncode or "Error" in done.stdout else " ".join(left)


def accepted_by_dafny(path: Path) -> str:
    """Empty when everything verifies and nothing is taken without proof."""
    z3 = Path(sys.executable).with_name("z3")  # the one that suits Dafny 2.3, where it is installed
    solver = [f"/z3exe:{z3}"] if z3.is_file() else []
    done = run(["dafny", "/nologo", "/compile:0", "/noCheating:1", "/timeLimit:30", *solver, path.name], path.parent)
    verified = re.search(r"finished with \d+ verified, 0 errors$", done.stdout.strip())
    return "" if done.returncode == 0 and verified else done.stdout.strip() or f"exit {done.returncode}"


def accepted_by_lean(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    space = re.search(r"^namespace (\S+)", text, flags=re.MULTILINE)
    names = re.findall(r"^theorem\s+(\S+)", text, flags=re.MULTILINE)
    asked = "".join(f"#print axioms {f'{space[1]}.' if space else ''}{name}\n" for name in names)
    path.write_text(f"{text}\n{asked}", encoding="utf-8")
    done = run(["lean", path.name], path.parent)
    rest = re.sub(r"propext|Classical\.choice|Quot\.sound", "", done.stdout)
    clean = re.findall(r"does not depend on any axioms|depends on axioms: \[[,\s]*\]", rest)
    return "" if not done.returncode and len(clean) == len(names) and "sorry" not in rest else done.stdout


ACCEPTED = {
    "rocq": accepted_by_coqc,
    "agda": accepted_by_agda,
    "idris2": accepted_by_idris,
    "dafny": accepted_by_dafny,
    "lean4": accepted_by_lean,
}


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False
    )


def rows_of(language: str, only: str) -> list[dict[str, str]]:
    with (BANK / language / "INDEX.tsv").open(encoding="utf-8", newline="") as handle:
        return [row for row in csv.DictReader(handle, delimiter="\t") if only in row["file"]]


def bank(language: str, budget: float, only: str) -> tuple[Counter[str], Counter[str], int, int]:
    """Files and closed files by difficulty; files accepted by the independent run; files that were to be."""
    total: Counter[str] = Counter()
    closed: Counter[str] = Counter()
    accepted = filled = 0
    for row in rows_of(language, only):
        with tempfile.TemporaryDirectory() as scratch:
            # coqc takes no file whose name begins with a digit; an Agda file must be named as its module.
            name = f"bank_{row['file']}" if language == "rocq" else row["file"]
            path = Path(shutil.copy(BANK / language / row["file"], Path(scratch, name)))
            started = time.monotonic()
            results = fill(path, budget)
            seconds = time.monotonic() - started
            total[row["difficulty"]] += 1
            proved = bool(results) and all(result["status"] == "proved" for result in results)
            verdict = "open"
            if proved:
                closed[row["difficulty"]] += 1
                filled += 1
                refused = ACCEPTED[language](path)
                accepted += not refused
                verdict = f"REFUSED by an independent run: {refused}" if refused else "proved"
            proofs = " | ".join((result["proof"] or result["message"] or "").replace("\n", "⏎") for result in results)
            print(f"{row['file']:34} {row['difficulty']:7} {seconds:5.1f} s  {verdict:7} {proofs[:150]}", flush=True)
    return total, closed, accepted, filled


def floor() -> Counter[str]:
    """Dafny's files that verify with nothing but empty bodies, by difficulty."""
    verified: Counter[str] = Counter()
    for row in rows_of("dafny", ""):
        text = (BANK / "dafny" / row["file"]).read_text(encoding="utf-8")
        holes = [hole.span for _, hole in syntax_of(Language("dafny")).outline(text).holes]
        edits = [Edit(span, "{ }" if span.start == span.end else "") for span in holes]
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch, row["file"])
            path.write_text(apply_edits(text, edits), encoding="utf-8")
            verified[row["difficulty"]] += not accepted_by_dafny(path)
    return verified


def shown(closed: Counter[str], total: Counter[str]) -> str:
    return ", ".join(f"{level} {closed[level]}/{total[level]}" for level in ("easy", "medium", "hard"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", choices=[*ACCEPTED, []], default=list(LANGUAGES))
    parser.add_argument("--budget", type=float, default=10.0)
    parser.add_argument("--only", default="", help="files whose name contains this")
    arguments = parser.parse_args()
    wrong = 0
    for language in arguments.languages or LANGUAGES:
        total, closed, accepted, filled = bank(language, arguments.budget, arguments.only)
        print(
            f"{language}: {shown(closed, total)}; an independent run accepts {accepted} of {filled} filled files",
            flush=True,
        )
        if language == "dafny" and not arguments.only:
            print(f"dafny with empty bodies: {shown(floor(), total)}", flush=True)
        wrong += filled - accepted
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
