"""A scripted ``idris2 --ide-mode`` that misbehaves: ``python idris2.py SCENARIO``.

It knows loads (every ``?name`` of the file is a hole, every line with ``nosuch`` an error), the list of holes and the
type of a name; the scenario says what goes wrong:

``honest``   nothing
``mute``     no greeting ever
``silent``   a greeting, and an answer to the first request; to no other
``garbage``  a load is answered with what is no message
``crash``    a load ends the program half-way through its answer
``huge``     a load says 8 MB before its true answer
``flood``    a load never stops talking
``lying``    a load claims that all is well, and there are no holes at all
``import``   a load ends at an import that does not resolve
``forgetful``  the list of holes has a form that nobody knows
``deaf``     as ``silent``, and SIGTERM is ignored
"""

from __future__ import annotations

import re
import signal
import sys
import time
from pathlib import Path

_HOLE = re.compile(r"(?<!\S)\?([A-Za-z_]\w*)")
_COMMAND = re.compile(r"\((:[a-z-]+|\(:[a-z-]+)(.*)\s(\d+)\)\s*$", re.DOTALL)


def quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class FakeIdris:
    def __init__(self, scenario: str) -> None:
        self.scenario = scenario
        self.text = ""
        self.whole = False
        self.asked = 0

    def say(self, message: str) -> None:
        message += "\n"
        sys.stdout.buffer.write(f"{len(message):06x}{message}".encode())
        sys.stdout.buffer.flush()

    def run(self) -> None:
        if self.scenario == "mute":
            time.sleep(60)
        self.say("(:protocol-version 2 1)")
        while header := sys.stdin.buffer.read(6):
            message = sys.stdin.buffer.read(int(header, 16)).decode()
            self.asked += 1
            if self.scenario in ("silent", "deaf") and self.asked > 1:
                time.sleep(60)
            command = _COMMAND.match(message)
            assert command is not None, message
            self.answer(command[1].strip("(:"), command[2].strip(), command[3])

    def answer(self, command: str, rest: str, number: str) -> None:
        if command == "load-file":
            self.load(rest.split('"')[1], number)
        elif command == "metavariables":
            self.holes(number)
        elif command == "type-of":
            name = rest.split('"')[1]
            known = self.whole and f"{name} : " in self.text
            self.say(f"(:return ({':ok' if known else ':error'} {quote(f'{name} : Type')}) {number})")
        else:
            self.say(f'(:return (:ok "") {number})')

    def load(self, file: str, number: str) -> None:
        self.text = Path(file).read_text("utf-8")
        self.whole = self.scenario != "import"
        if self.scenario == "garbage":
            sys.stdout.write("Uncaught error: INTERNAL ERROR: (interactive): 1\n")
            sys.stdout.flush()
            time.sleep(60)
        if self.scenario == "crash":
            sys.stdout.write('000038(:write-string "1/1: Buil')
            sys.stdout.flush()
            sys.stderr.write("Exception: out of memory\n")
            sys.exit(3)
        while self.scenario == "flood":
            self.say(f"(:write-string {quote('x' * (1 << 20))} {number})")
        if self.scenario == "huge":
            for _ in range(8):
                self.say(f"(:write-string {quote('é' * (1 << 19))} {number})")
        if self.scenario == "import":
            self.complain(file, 1, 0, "Module No.Such not found", number)
            self.text = ""
        self.say(f'(:write-string "1/1: Building T ({file})" {number})')
        bad = [(row, line.index("nosuch")) for row, line in enumerate(self.text.splitlines()) if "nosuch" in line]
        for row, column in bad:
            self.complain(file, row, column, "Undefined name nosuch.", number)
        if bad or self.scenario == "import":
            self.say(f'(:return (:error "Error(s) building file {file}") {number})')
        else:
            self.say(f"(:return (:ok ()) {number})")

    def complain(self, file: str, row: int, column: int, message: str, number: str) -> None:
        excerpt = f"T:{row + 1}:{column + 1}--{row + 1}:{column + 7}\n 1 | x"
        text = f"While processing right hand side of f. {message}\n\n{excerpt}"
        self.say(f"(:warning ({quote(file)} ({row} {column}) ({row} {column + 6}) {quote(text)} ()) {number})")

    def holes(self, number: str) -> None:
        if self.scenario == "forgetful":
            self.say(f"(:return (:ok ((1 2 3))) {number})")
            return
        found, space = [], ""
        for line in self.text.splitlines():
            space = line.split()[1] + "." if line.startswith("namespace ") else space
            for name in _HOLE.findall(line):
                title = quote(quote(f"T.{space}{name}"))
                found.append(f'({title} (("  n" "Nat" ()) (" 0 {{a}}" "Type" ())) ("n = n" ()))')
        listed = "" if self.scenario == "lying" else " ".join(found)
        self.say(f"(:return (:ok ({listed})) {number})")


if __name__ == "__main__":
    if sys.argv[1] == "--version":
        print("Idris 2, version 0.7.0")
        sys.exit(0)
    if sys.argv[1] == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    FakeIdris(sys.argv[1]).run()
