"""Agda's answers as values. Places are 0-based here, 1-based in the protocol; both count code points."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from unsorry.errors import ProverError
from unsorry.text import Position

_UNREADABLE = b"cannot read: "
_HIGHLIGHTING = b'"kind":"HighlightingInfo"'  # of an error; long, and of no use


class Place(NamedTuple):
    """Where something lies in the loaded file, as 0-based positions in code points; the end is exclusive."""

    start: Position
    end: Position


class Point(NamedTuple):
    """An interaction point: what Agda makes of a hole. ``type`` is its goal's, where Agda lists what is open."""

    id: int
    place: Place | None
    type: str = ""


class Entry(NamedTuple):
    """A variable of a context. ``name`` is what the user can write for it, if it is in scope."""

    name: str
    type: str
    body: str | None
    in_scope: bool


class Context(NamedTuple):
    """A goal with its context, outermost variable first."""

    type: str
    entries: tuple[Entry, ...]

    @property
    def usable(self) -> list[Entry]:
        """The variables that can be written."""
        return [entry for entry in self.entries if entry.in_scope]

    @property
    def on_one_line(self) -> Context:
        """The same, without the line ends that Agda lays long types out with."""
        entries = tuple(entry._replace(type=" ".join(entry.type.split())) for entry in self.entries)
        return Context(" ".join(self.type.split()), entries)


class Cases(NamedTuple):
    """Clauses to stand for the one that was split; ``lambda_`` when they belong to a pattern lambda."""

    clauses: tuple[str, ...]
    lambda_: bool


class Reply(NamedTuple):
    """All that Agda said in answer to one command.

    ``error`` is a hard error: the command has failed and, for a load, nothing of the file can be used.
    ``checked``: the file is complete. ``errors`` are what a load or a give reports beside (termination,
    coverage, …); with any of them, or with ``invisible`` goals (metas that nothing solved), the file is not
    proved. ``visible`` are the open interaction points. ``listed``: whether these were reported at all.
    """

    error: str = ""
    checked: bool = False
    listed: bool = False
    points: tuple[Point, ...] = ()
    visible: tuple[Point, ...] = ()
    invisible: tuple[tuple[str, Place | None], ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    given: str | None = None
    cases: Cases | None = None
    context: Context | None = None
    constructors: tuple[str, ...] = ()
    inferred: str = ""
    about: tuple[tuple[str, str], ...] = ()


_Said = dict[str, Any]  # of a reply's fields, those that one message tells


def parse_reply(lines: Iterable[bytes]) -> Reply:
    """
    Raises:
        ProverError: a line is not what Agda's JSON looks like.
    """
    said: _Said = {}
    messages = []
    for line in lines:
        if line.startswith(_UNREADABLE):  # a command that this version of Agda has in another form, or not at all
            said["error"] = line.decode("utf-8", "replace")
        elif _HIGHLIGHTING not in line:
            messages.append(line)
    together = b"[%b]" % b",".join(messages)
    try:
        for message in json.loads(together.decode()):
            said.update(_READERS.get(message["kind"], _ignore)(message))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        shown = together[1:200].decode("utf-8", "replace")
        raise ProverError(f"agda answered what it must not: {shown!r}") from error
    return Reply(**said)


def _ignore(_message: Any) -> _Said:
    return {}


def _status(message: Any) -> _Said:
    return {"checked": bool(message["status"]["checked"])}


def _points(message: Any) -> _Said:
    return {"points": tuple(map(_point, message["interactionPoints"]))}


def _given(message: Any) -> _Said:
    return {"given": str(message["giveResult"].get("str", ""))}


def _cases(message: Any) -> _Said:
    clauses = tuple(map(str, message["clauses"]))
    return {"cases": Cases(clauses, lambda_=message["variant"] != "Function")}


def _info(message: Any) -> _Said:
    info = message["info"]
    return _INFOS.get(info["kind"], _ignore)(info)


def _error(info: Any) -> _Said:
    return {"error": str(info["error"]["message"]) or "unknown error"}


def _all_goals(info: Any) -> _Said:
    return {
        "listed": True,
        "visible": tuple(
            _point(goal["constraintObj"])._replace(type=str(goal.get("type", ""))) for goal in info["visibleGoals"]
        ),
        "invisible": tuple(map(_meta, info["invisibleGoals"])),
        "errors": tuple(map(_message, info["errors"])),
        "warnings": tuple(map(_message, info["warnings"])),
    }


def _specific(info: Any) -> _Said:
    goal = info["goalInfo"]
    if goal["kind"] == "InferredType":
        return {"inferred": str(goal["expr"])}
    if goal["kind"] not in ("GoalType", "CurrentGoal"):
        return {}
    return {"context": Context(str(goal["type"]), tuple(map(_entry, goal.get("entries", ()))))}


def _about(info: Any) -> _Said:
    return {"about": tuple((str(found["name"]), str(found["term"])) for found in info["results"])}


def _constructors(info: Any) -> _Said:
    return {"constructors": tuple(map(str, info["constructors"]))}


_READERS = {
    "Status": _status,
    "InteractionPoints": _points,
    "GiveAction": _given,
    "MakeCase": _cases,
    "DisplayInfo": _info,
}
_INFOS = {
    "Error": _error,
    "AllGoalsWarnings": _all_goals,
    "GoalSpecific": _specific,
    "SearchAbout": _about,
    "IntroConstructorUnknown": _constructors,
}


def _message(item: Any) -> str:
    return str(item["message"] if isinstance(item, dict) else item)


def _point(item: Any) -> Point:
    if isinstance(item, int):  # a point without a range
        return Point(item, None)
    return Point(int(item["id"]), _place(item.get("range")))


def _meta(item: Any) -> tuple[str, Place | None]:
    what = item["constraintObj"]
    name = str(what["name"]) if isinstance(what, dict) else str(what)
    place = _place(what.get("range")) if isinstance(what, dict) else None
    return f"{name} : {item.get('type', 'Sort')}", place


def _place(intervals: Any) -> Place | None:
    if not intervals:
        return None
    start, end = intervals[0]["start"], intervals[-1]["end"]
    return Place(
        Position(int(start["line"]) - 1, int(start["col"]) - 1), Position(int(end["line"]) - 1, int(end["col"]) - 1)
    )


def _entry(item: Any) -> Entry:
    return Entry(
        name=str(item["reifiedName"]),
        type=str(item["binding"]),
        body=item.get("value"),
        in_scope=bool(item["inScope"]),
    )
