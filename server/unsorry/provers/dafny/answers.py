"""Reads what Dafny prints: errors with their places, a verdict for each implementation, and whether it came to an end.

Nothing here means success by being absent: an answer that does not say that the verification finished is not complete.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen

from unsorry.text import Encoding

_PLACE = re.compile(r"(?P<file>[^()]*)\((?P<line>\d+),(?P<column>\d+)\): (?P<rest>.*)")
_VERDICT = re.compile(r"\s+\[[^]]*proof obligations?\]\s+(?P<verdict>\S.*)")
_BEGUN = re.compile(r"Verifying (?P<name>\S+) \.\.\.")
_SUMMARY = re.compile(
    r"Dafny program verifier finished with (?P<verified>\d+) verified, (?P<errors>\d+) errors?(?P<more>.*)"
)
_RESULTS = re.compile(r"Results for (?P<name>\S+)(?P<part> \(.*\))?")
_OUTCOME = re.compile(r"  Overall outcome: (?P<outcome>.*\S)\s*")
_CODE = re.compile(r"(?:Error(?: BP\d+)?|Timed out on BP\d+): ?")
_UNDECIDED = re.compile(r"Verification .*(?:timed out|inconclusive|out of (?:memory|resource))|Timed out on")
VERIFIED = "verified"
_UNPROVED = "{:axiom}"  # in each of Dafny 4's warnings of what it takes without proof
# A loop without a body is taken to end and to keep its invariants: whatever follows it is proved.
_NO_BODY = re.compile(r".*\bhas no body\b")


@frozen
class Said:
    """One error. ``line`` counts from 1 and ``column`` from 0, in ``unit``; ``related`` are places that belong to it.
    ``undecided``: the prover gave up, and has not said that anything is wrong. ``taken``: a mere
    warning to Dafny, which takes something without proof."""

    message: str
    line: int
    column: int
    file: str = ""
    undecided: bool = False
    related: tuple[tuple[int, int], ...] = ()
    unit: Encoding = Encoding.UTF8
    taken: bool = False


@frozen
class Answer:
    """What became of one source text.

    ``ended``: the text was understood and its verification went through. ``verdicts``: what was said of each
    implementation, by its name in the verifier.
    """

    ended: bool
    errors: tuple[Said, ...] = ()
    verdicts: Mapping[str, str] = field(factory=dict)
    reason: str = ""

    def passed(self, name: str) -> bool:
        """Whether everything of a declaration was verified, and there was something of it."""
        of_it = [verdict for key, verdict in self.verdicts.items() if key.rpartition(".")[2] == mangled(name)]
        return self.ended and bool(of_it) and all(verdict == VERIFIED for verdict in of_it)


def mangled(name: str) -> str:
    """A declaration's own name as the verifier writes it."""
    last = name.rpartition(".")[2]
    return last.replace("_", "__").replace("'", "_k").replace("?", "_q")


def read_server(text: str) -> Answer:
    """The answer of the warm server, without its last line."""
    lines = text.splitlines()
    errors, verdicts = _read(lines)
    finished = any(line.startswith("Verification completed successfully!") for line in lines)
    ended = finished and (bool(verdicts) or not errors)
    return Answer(ended, errors, verdicts, "" if ended else _reason(errors, text))


def read_command(text: str, status: int) -> Answer:
    """What a run of the command line with ``/trace`` printed."""
    lines = text.splitlines()
    errors, verdicts = _read(lines)
    summary = next((match for line in reversed(lines) if (match := _SUMMARY.match(line))), None)
    ended = summary is not None and status in (0, 4)
    if ended and summary is not None:
        troubled = int(summary["errors"]) or summary["more"].strip()
        told = any(not error.taken for error in errors)
        if bool(troubled) != told or bool(troubled) != (status == 4):
            return Answer(False, errors, verdicts, f"its summary and its messages do not agree: {summary[0]}")
    return Answer(ended, errors, verdicts, "" if ended else _reason(errors, text))


def read_objects(text: str, status: int, log: str, *, strict: bool = False) -> Answer:
    """What ``dafny verify --json-output`` of Dafny 4 printed: an object a line. ``log`` is what ``--log-format text``
    wrote, without which nothing passed. ``strict`` takes a warning that something goes unproved for an error."""
    errors: list[Said] = []
    taken: list[Said] = []
    summary = None
    for value in _objects(text):
        inner = value.get("value")
        if value.get("type") == "diagnostic" and isinstance(inner, dict):
            if inner.get("severity") == 1:
                errors.append(_diagnostic(inner))
            elif _NO_BODY.match(said := str(inner.get("defaultFormatMessage"))) or (strict and _UNPROVED in said):
                taken.append(_diagnostic(inner))
        elif value.get("type") == "status" and isinstance(inner, str):
            summary = next((match for line in inner.splitlines() if (match := _SUMMARY.match(line))), summary)
    ended = summary is not None and status in (0, 4)
    verdicts = _read_log(log)
    if summary is not None and ended:
        troubled = bool(int(summary["errors"]) or summary["more"].strip())
        good = any(verdict == VERIFIED for verdict in verdicts.values())
        if troubled != bool(errors) or (good and not int(summary["verified"])):
            return Answer(False, tuple(errors), {}, f"its summary and its messages do not agree: {summary[0]}")
    return Answer(ended, (*errors, *taken), verdicts, "" if ended else _reason(tuple(errors), text))


def _read_log(log: str) -> dict[str, str]:
    """What the text log says of each implementation. One that had nothing to show is not in it."""
    verdicts: dict[str, str] = {}
    scope = ""
    for line in log.splitlines():
        if results := _RESULTS.fullmatch(line):
            scope = f"{results['name']} {results['part']}.{mangled(results['name'])}"
            verdicts[scope] = "no verdict"
        elif (outcome := _OUTCOME.fullmatch(line)) and scope:
            verdicts[scope] = VERIFIED if outcome["outcome"] == "Correct" else outcome["outcome"]
            scope = ""
    return verdicts


def read_published(diagnostics: Sequence[Mapping[str, Any]]) -> tuple[Said, ...]:
    """The errors among the diagnostics that Dafny 4's language server publishes of one document; a warning of what is
    taken without proof counts as one where Dafny would go on to take all that follows for proved."""
    errors = []
    for each in diagnostics:
        message = str(each.get("message") or "an error without a message")
        taken = bool(_NO_BODY.match(message))
        if each.get("severity", 1) == 1 or taken:
            start = each["range"]["start"]
            related = tuple((line + 1, column) for line, column in _related(each.get("relatedInformation") or ()))
            line, column = int(start["line"]) + 1, int(start["character"])
            undecided = bool(_UNDECIDED.search(message) or "timed out" in message)
            errors.append(Said(message, line, column, "", undecided, related, Encoding.UTF16, taken))
    return tuple(errors)


def _objects(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


def _diagnostic(value: Mapping[str, Any]) -> Said:
    location = value.get("location") or {}
    start = (location.get("range") or {}).get("start") or {}
    message = str(value.get("defaultFormatMessage") or "an error without a message")
    return Said(
        message,
        int(start.get("line", 0)),
        int(start.get("character", 0)),
        str(location.get("filename", "")),
        bool(_UNDECIDED.search(message) or "timed out" in message),
        tuple(_related(value.get("relatedInformation") or ())),
        Encoding.UTF16,
    )


def _related(values: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, int]]:
    for value in values:
        start = ((value.get("location") or {}).get("range") or {}).get("start") or {}
        yield int(start.get("line", 0)), int(start.get("character", 0))


def _read(lines: Iterable[str]) -> tuple[tuple[Said, ...], dict[str, str]]:
    errors: list[Said] = []
    verdicts: dict[str, str] = {}
    name = ""
    for line in lines:
        if begun := _BEGUN.match(line):
            name = begun["name"]
            verdicts[name] = "no verdict"
        elif verdict := _VERDICT.match(line):
            verdicts[name] = verdict["verdict"].strip()
        elif place := _PLACE.match(line):
            _note(place, errors)
    return tuple(errors), verdicts


def _note(place: re.Match[str], errors: list[Said]) -> None:
    rest, at = place["rest"], (int(place["line"]), int(place["column"]))
    if rest.startswith("Related location") and errors:
        last = errors[-1]
        errors[-1] = evolve(last, related=(*last.related, at))
    elif rest.startswith("Error") or _UNDECIDED.match(rest):
        message = _CODE.sub("", rest, count=1)
        errors.append(Said(message, *at, place["file"], bool(_UNDECIDED.match(rest))))
    elif _NO_BODY.match(rest):
        errors.append(Said(rest, *at, place["file"], taken=True))


def _reason(errors: tuple[Said, ...], text: str) -> str:
    if errors:
        return errors[0].message
    said = [line.strip() for line in text.splitlines() if line.strip()]
    return f"Dafny did not finish: {said[-1][:200]}" if said else "Dafny said nothing"
