"""A scripted ``agda --interaction-json`` that misbehaves: ``python agda.py SCENARIO``.

It knows loads (every ``?`` in the file is an interaction point), goals and gives; the scenario says what goes wrong:

``honest``   nothing: each load and give works, and ``refl`` closes any goal
``mute``     no prompt ever
``silent``   a prompt, then no answer to anything, not even to an abort
``slow``     a load takes a minute; an abort ends it at once
``garbage``  a load is answered with what is no JSON
``crash``    a load ends the program half-way through its answer
``huge``     a load says 20 MB on one line before its true answer
``lying``    a load says nothing of goals; it only claims that all is well
``deaf``     as ``silent``, and SIGTERM is ignored
"""

from __future__ import annotations

import json
import queue
import re
import signal
import sys
import threading
import time
from pathlib import Path

_IOTCM = re.compile(r'IOTCM "(?P<file>[^"]*)" None Direct \(?(?P<command>\w+)(?P<rest>.*)')


def say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def points(text: str) -> list[dict[str, object]]:
    found = []
    for number, match in enumerate(re.finditer(r"(?<!\S)\?(?!\S)", text)):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
        place = [{"start": {"line": line, "col": column}, "end": {"line": line, "col": column + 1}}]
        found.append({"id": number, "range": place})
    return found


class FakeAgda:
    def __init__(self, scenario: str) -> None:
        self.scenario = scenario
        self.commands: queue.Queue[str | None] = queue.Queue()
        self.aborted = threading.Event()
        self.open: list[dict[str, object]] = []

    def read(self) -> None:
        for line in sys.stdin:
            if "Cmd_abort" in line:
                while not self.commands.empty():
                    self.commands.get()
                self.aborted.set()
            else:
                self.commands.put(line)
        self.commands.put(None)

    def run(self) -> None:
        threading.Thread(target=self.read, daemon=True).start()
        if self.scenario == "mute":
            time.sleep(60)
        while True:
            sys.stdout.write("JSON> ")
            sys.stdout.flush()
            line = self.commands.get()
            if line is None:
                return
            match = _IOTCM.match(line)
            if match is None:
                sys.stdout.write("cannot read: " + line)
                continue
            self.answer(match["file"], match["command"], match["rest"])

    def answer(self, file: str, command: str, rest: str) -> None:
        if self.scenario in ("silent", "deaf"):
            time.sleep(60)
        if command == "Cmd_load":
            self.load(file)
        elif command == "Cmd_give":
            self.give(int(rest.split()[1]), rest)
        elif command == "Cmd_goal_type_context":
            goal = {"kind": "GoalType", "type": "n ≡ n", "entries": [], "typeAux": {"kind": "GoalOnly"}}
            say({"kind": "DisplayInfo", "info": {"kind": "GoalSpecific", "goalInfo": goal}})
        else:
            self.error("not in this play")

    def load(self, file: str) -> None:
        if self.scenario == "slow":
            self.aborted.clear()
            if self.aborted.wait(60):
                say({"kind": "DoneAborting"})
                return
        if self.scenario == "garbage":
            sys.stdout.write("<html>503 Service Unavailable</html>\n")
            return
        if self.scenario == "crash":
            sys.stdout.write('{"kind":"Status","sta')
            sys.stdout.flush()
            sys.stderr.write("agda: internal error: evacuate: strange closure type 1337\n")
            sys.exit(3)
        if self.scenario == "huge":
            say({"kind": "RunningInfo", "message": "x" * (20 << 20)})
        if self.scenario == "lying":
            self.status(checked=True)
            return
        self.open = points(Path(file).read_text("utf-8"))
        self.goals()

    def give(self, point: int, rest: str) -> None:
        if '"refl"' not in rest:
            self.error("that is not refl")
            return
        self.open = [one for one in self.open if one["id"] != point]
        say({"kind": "GiveAction", "giveResult": {"str": "refl"}, "interactionPoint": {"id": point, "range": []}})
        self.goals()

    def goals(self) -> None:
        visible = [{"kind": "OfType", "type": "n ≡ n", "constraintObj": point} for point in self.open]
        info = {"kind": "AllGoalsWarnings", "visibleGoals": visible}
        self.status(checked=not visible)
        say({"kind": "DisplayInfo", "info": {**info, "invisibleGoals": [], "errors": [], "warnings": []}})
        say({"kind": "InteractionPoints", "interactionPoints": self.open})

    def status(self, *, checked: bool) -> None:
        say({"kind": "Status", "status": {"checked": checked}})

    def error(self, message: str) -> None:
        say({"kind": "DisplayInfo", "info": {"kind": "Error", "error": {"message": message}, "warnings": []}})


if __name__ == "__main__":
    if sys.argv[1] == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    FakeAgda(sys.argv[1]).run()
