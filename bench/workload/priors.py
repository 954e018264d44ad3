"""Writes what the workload taught into the table that is shipped: ``server/unsorry/orchestrator/priors.json``.

python -m bench.workload.priors
"""

from __future__ import annotations

import json
from pathlib import Path

from bench.workload.record import OUTCOMES, read
from bench.workload.replay import load

from unsorry.orchestrator import learning

TABLE = Path(learning.__file__).with_name("priors.json")


def main() -> None:
    sums: dict[tuple[str, str], list[float]] = {}
    for item in load(read(OUTCOMES)):
        for arm, (won, seconds) in item.arms.items():
            row = sums.setdefault((item.shape, arm), [0.0, 0.0, 0.0])
            for index, value in enumerate((1.0, float(won), seconds)):
                row[index] += value
    rows = [[shape, arm, *(round(value, 3) for value in row)] for (shape, arm), row in sorted(sums.items())]
    lines = ",\n".join(json.dumps(row) for row in rows)
    about = "shape, arm, runs, proofs, CPU seconds; made by python -m bench.workload.priors"
    TABLE.write_text(f'{{"about": "{about}",\n"rows": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{TABLE.name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
