"""Scanning speed: a hundred thousand lines of mixed proof files, alone and beside ``rg -c`` for the same words.

    python -m bench.scan

The files are those of the bank, over and over, each repetition a file of its own in a temporary directory. Both sides
read the same files from the disk's cache; ripgrep counts the lines that hold one of the words of a hole, we make the
whole outline. Each side has one process and one thread, and its best of several rounds counts. Where ``rg`` is absent
the comparison is left out.
"""

from __future__ import annotations

import gc
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from unsorry.registry import ROOMS, room_of, syntax_of

BANK = Path(__file__).with_name("bank")
LINES = 100_000
ROUNDS = 7
# The words by which a text search would look for the holes of all six languages.
WORDS = r"Admitted|admit|give_up|sorry|stop|assume|lemma|\{!|\?|\(object"


def samples() -> list[Path]:
    """The proof files of the bank, solutions and tricky ones included."""
    suffixes = tuple(suffix for room in ROOMS for suffix in room.suffixes)
    return sorted(path for path in BANK.rglob("*") if path.is_file() and path.name.endswith(suffixes))


def grown(folder: Path) -> tuple[list[Path], int]:
    """Files with at least so many lines in all: every sample many times over, in files of about a thousand lines."""
    texts = [(path, path.read_bytes()) for path in samples()]
    lines = sum(text.count(b"\n") + 1 for _, text in texts)
    copies = -(-LINES // lines)
    paths = []
    for number, (path, text) in enumerate(texts):
        # A byte order mark, or a header of a module, may come once only to mean what it means; scanners do not mind.
        target = folder / f"{number:03}{path.name[path.name.index('.') :]}"
        target.write_bytes((text + b"\n") * copies)
        paths.append(target)
    return paths, lines * copies


def scan(paths: Sequence[Path]) -> int:
    """Reads and outlines every file; how many holes there are."""
    holes = 0
    for path in paths:
        room = room_of(path.name)
        assert room is not None
        outline = syntax_of(room.language).outline(path.read_bytes().decode(), path.name)
        holes += sum(len(unit.holes) for unit in outline.units)
    return holes


def search(rg: str, paths: Sequence[Path]) -> None:
    subprocess.run([rg, "--threads", "1", "-c", WORDS, *map(str, paths)], stdout=subprocess.DEVNULL, check=False)


def best(*sides: Callable[[], object]) -> list[float]:
    """The shortest of several rounds for each side, by turns."""
    shortest = [float("inf")] * len(sides)
    for _ in range(ROUNDS):
        for number, side in enumerate(sides):
            gc.collect()
            started = time.perf_counter()
            side()
            shortest[number] = min(shortest[number], time.perf_counter() - started)
    return shortest


def measure() -> list[dict[str, Any]]:
    rg = shutil.which("rg")
    with tempfile.TemporaryDirectory(prefix="unsorry-scan-") as folder:
        paths, lines = grown(Path(folder))
        if rg is None:
            (ours,) = best(lambda: scan(paths))
        else:
            ours, theirs = best(lambda: scan(paths), lambda: search(rg, paths))
    rows = [
        {
            "name": "scan.seconds_per_100k_lines",
            "value": round(ours * 100_000 / lines, 4),
            "unit": "s",
            "against": f"outlines of {lines} lines in {len(paths)} files of six languages, one process",
        }
    ]
    if rg is not None:
        rows.append(
            {
                "name": "scan.over_rg",
                "value": round(ours / theirs, 2),
                "unit": "times the time",
                "against": "rg -c for the words of holes on the same files",
            }
        )
    return rows


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']:32} {row['value']:10.3f} {row['unit']:16} {row['against']}")
