"""Runs the benchmarks, prints a table and writes ``bench-results.json``.

    python -m bench [scan start lsp rocq agda lean dafny fill ledger vscode]...

Each benchmark is a module with ``measure() -> [{"name", "value", "unit", "against"}]``, which compares two things
measured in one run. A benchmark whose prover is not here measures nothing and says so.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any

BENCHMARKS = ("scan", "start", "lsp", "rocq", "agda", "lean", "dafny", "fill", "ledger", "vscode")
RESULTS = Path("bench-results.json")


def main() -> int:
    chosen = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in chosen if name not in BENCHMARKS]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    results: list[dict[str, Any]] = []
    failed = 0
    for name in chosen:
        started = time.monotonic()
        try:
            rows = importlib.import_module(f"bench.{name}").measure()
        except Exception:  # noqa: BLE001 - one benchmark that fails does not take the others along
            traceback.print_exc()
            failed += 1
            continue
        results.extend(rows)
        for row in rows:
            print(f"{row['name']:32} {row['value']:12.3f} {row['unit']:14} {row['against']}", flush=True)
        if not rows:
            print(f"{name}: nothing measured; what it measures is not installed here", flush=True)
        print(f"{name} took {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
