"""Reads what ``metamath`` says: errors, statements without proof, unknown steps, new proofs."""

from __future__ import annotations

import re

from attrs import frozen

from unsorry.model import Problem
from unsorry.provers.base import Outline

_ERROR = re.compile(r"^\?Error on line \d+ of file .*? at statement \d+, label \"(?P<label>[^\"]+)\"", re.MULTILINE)
_UNPROVED = re.compile(
    r"^Warning: The following (?:\$p|traced) statement\(s\) were not proved:\s+(.*)", re.DOTALL | re.MULTILINE
)
_UNKNOWN = re.compile(r"^\s*(?P<number>\d+) +(?:-\d+ +)?(?P<name>\S+)=\? +\$\? (?P<goal>.*)$", re.MULTILINE)
_HYPOTHESIS = re.compile(r"^\d+ (?P<label>\S+) \$e (?P<type>.*) \$\.$", re.MULTILINE)
_NEW_PROOF = re.compile(r"below this line[^\n]*\n(.*?)\$\.\s*\n-+The proof of", re.DOTALL)
_LONGEST = 300


@frozen
class Unknown:
    """A step that a proof still lacks. ``goal`` has names such as ``$2`` where nothing is decided yet."""

    number: int
    name: str
    goal: str


def was_read(said: str) -> bool:
    """Whether a source was read without an error in what is no proof."""
    return "bytes were read into the source buffer" in said and "?Error" not in said


def complaint(said: str) -> str:
    """The first error of an answer, in one line."""
    found = re.search(r"^\?(?!Warning).*", said, re.DOTALL | re.MULTILINE)
    return " ".join((found[0] if found else said).split())[:_LONGEST] or "Metamath does not say why"


def problems(said: str, outline: Outline) -> tuple[Problem, ...]:
    """The errors that ``verify proof *`` reports, by unit."""
    numbers = {unit.name: number for number, unit in enumerate(outline.units) if unit.name}
    errors = list(_ERROR.finditer(said))
    ends = (*(error.start() for error in errors[1:]), len(said))
    found = []
    for error, end in zip(errors, ends, strict=False):
        lines = [line for line in said[error.end() : end].splitlines()[1:] if line.strip(" .^")]
        found.append(Problem(" ".join(lines[1:2] or lines)[:_LONGEST], unit=numbers.get(error["label"])))
    stray = said.count("?Error") - len(errors)
    return (*found, *([Problem(complaint(said))] if stray else []))


def wrong(said: str) -> frozenset[str]:
    """Statements in whose proofs ``verify proof`` finds an error, those of included files as well."""
    return frozenset(error["label"] for error in _ERROR.finditer(said))


def unproved(said: str) -> frozenset[str]:
    """Statements whose proofs have unknown steps, by the warning of ``verify proof`` or ``show trace_back``."""
    warning = _UNPROVED.search(said)
    return frozenset(re.split(r"[\s,]+", warning[1].strip())) - {""} if warning else frozenset()


def unknown_steps(said: str) -> tuple[Unknown, ...]:
    return tuple(Unknown(int(step["number"]), step["name"], step["goal"].strip()) for step in _UNKNOWN.finditer(said))


def hypotheses(said: str) -> tuple[tuple[str, str], ...]:
    """Label and expression of each ``$e`` that the Proof Assistant shows with a statement."""
    return tuple((found["label"], found["type"]) for found in _HYPOTHESIS.finditer(said))


def new_proof(said: str) -> tuple[str, ...]:
    """The steps of ``show new_proof / normal``; empty where there is none."""
    proof = _NEW_PROOF.search(said)
    return tuple(proof[1].split()) if proof else ()
