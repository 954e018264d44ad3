"""Start-up: listing the holes of a small file, and the server's first answer beside an empty pygls server's.

Each pair is measured by turns in one run, and the medians are compared.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS = 9
SMALL = "Require Import Arith.\n\nLemma zero_right (n : nat) : n + 0 = n.\nProof. Admitted.\n"
EMPTY_SERVER = "from pygls.lsp.server import LanguageServer; LanguageServer('empty', '0').start_io()"
UNSORRY = [sys.executable, "-m", "unsorry"]


def run_seconds(command: list[str], folder: str) -> float:
    """Wall seconds of a program from start to end."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    return time.perf_counter() - started


def initialize_seconds(command: list[str], folder: str) -> float:
    """Wall seconds from starting a language server to its whole answer to ``initialize``."""
    started = time.perf_counter()
    server = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert server.stdin is not None
        assert server.stdout is not None
        parameters = {"processId": None, "rootUri": Path(folder).as_uri(), "capabilities": {}}
        request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": parameters}).encode()
        server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(request), request))
        server.stdin.flush()
        while True:
            length = 0
            while (header := server.stdout.readline().strip()) != b"":
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            if not length:
                raise RuntimeError(f"{command}: no answer to initialize")
            if json.loads(server.stdout.read(length)).get("id") == 1:
                return time.perf_counter() - started
    finally:
        server.kill()
        server.communicate()


def measure() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "Small.v").write_text(SMALL, encoding="utf-8")
        holes, bare, serve, empty = [], [], [], []
        for _ in range(ROUNDS):
            bare.append(run_seconds([sys.executable, "-c", "pass"], folder))
            holes.append(run_seconds([*UNSORRY, "holes", "Small.v"], folder))
            empty.append(initialize_seconds([sys.executable, "-c", EMPTY_SERVER], folder))
            serve.append(initialize_seconds([*UNSORRY, "serve"], folder))
    own, python, ours, theirs = (1000 * statistics.median(times) for times in (holes, bare, serve, empty))
    return [
        {"name": "start.holes_ms", "value": own, "unit": "ms", "against": f"python -c pass: {python:.0f} ms"},
        {
            "name": "start.serve_over_pygls",
            "value": ours / theirs,
            "unit": "times",
            "against": f"an empty pygls server's answer to initialize: {theirs:.0f} ms; ours: {ours:.0f} ms",
        },
    ]


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']}: {row['value']:.2f} {row['unit']} against {row['against']}")
