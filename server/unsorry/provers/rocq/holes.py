"""Finds Rocq's declarations, holes and escapes from text alone.

A unit is one command outside a proof, or a statement with its proof up to ``Qed.`` and the like. Inside a proof
only sentences that matter are looked at; the rest is leapt over by one expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from unsorry.model import HoleKind
from unsorry.provers.base import Escape, FoundHole, Unit
from unsorry.provers.patterns import compiled
from unsorry.provers.rocq import ROOM
from unsorry.provers.rocq.sentences import (
    BLANK,
    BODY,
    COMMENT_TOKEN,
    END,
    SENTENCE_REST,
    TRIVIA,
    sentence_end,
    skip_trivia,
)
from unsorry.provers.rocq.words import (
    ASSUMING,
    ASSUMING_PHRASES,
    ENDING,
    LASTING,
    NAMED,
    PHRASE_STARTS,
    PLAIN,
    PROVING,
    STARTING,
    TACTIC_ESCAPES,
)
from unsorry.provers.scanning import ScannedSyntax, anywhere, covered, nested_end
from unsorry.text import Span

_ADMIT = rf"(?:admit|give_up){TRIVIA}\.(?:(?={BLANK})|\Z)"
_IS_ADMIT = compiled(_ADMIT)
# Tactics, bullets and braces: every sentence that starts with neither a capital, an attribute nor a hole.
_STEPS = compiled(rf"(?:(?![A-Z#]|{_ADMIT}){SENTENCE_REST}{TRIVIA})*+")
_COMMAND = compiled(
    # What may stand before a command's own word …
    rf'(?:(?:#\[(?:[^\]".]|"[^"]*")*+\]|(?P<redirect>Redirect){BLANK}++"[^"]*+"'
    rf"|(?:(?P<trial>Fail|Succeed)|Time|Instructions|Timeout{BLANK}++\d++"
    rf"|Local|Global|Program|Polymorphic|Monomorphic|Cumulative|NonCumulative|Private)(?![\w']))"
    # … that word, and the name that follows it.
    rf"{TRIVIA})*+(?P<word>[A-Z][\w']*+)?+(?:(?:(?:(?<=Module)|(?<=Ltac2)|(?<=Parameter)|(?<=Parameters)"
    rf"|(?<=Axiom)){BLANK}++(?:Type|Import|Export|rec|mutable|Inline)(?![\w']))?+(?:{TRIVIA}[(>])*+{TRIVIA}(?P<name>[^\W\d][\w']*+))?+"
)
_PHRASE = compiled(rf"[A-Z]\w*+(?:{BLANK}++\w++){{0,2}}")
_NAMED_LAST = compiled(rf"{BLANK}as{BLANK}++([^\W\d][\w']*+){TRIVIA}\.\Z")
# ``Proof t.`` is a whole proof; the other forms only open one.
_PROOF_OPENS = compiled(rf"Proof{TRIVIA}(?:\.(?:{BLANK}|\Z)|(?:using|with|Mode)(?![\w']))")
_TACTIC_ESCAPES = TACTIC_ESCAPES.split()
_CANDIDATE = compiled(anywhere(TACTIC_ESCAPES, "dkv") + r"(?![\w'])")
_CAPITALS = frozenset("#ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_HIDING = compiled(r'[("](?:(?<=\()\*|(?<=")[^"]*+"?)')


# Most units are plain, and this is what makes scanning fast: a command that starts with its own word, and its proof if
# that is whole and has nothing but steps in it.
_PLAIN = compiled(
    rf"(?P<word>[A-Z][\w']*+)(?:{BLANK}++(?P<name>[^\W\d][\w']*+))?+{BODY}{END}(?P<head>)"
    rf"(?:{TRIVIA}(?P<proof>)(?:Proof\.{BLANK}{TRIVIA})?+(?P<steps>)(?:(?![A-Z#]){SENTENCE_REST}{TRIVIA})*+"
    rf"(?:Qed|Defined|(?P<admitted>Admitted))\.(?:(?={BLANK})|\Z)(?P<end>))?+{TRIVIA}(?=(?P<next>[A-Z][\w']*+)?)"
)


def _scan(text: str, start: int, _state: int) -> Iterator[Unit]:
    candidate = _CANDIDATE.search(text, start)
    at = skip_trivia(text, start or text.startswith("\ufeff"))
    while at < len(text):
        plain = _PLAIN.match(text, at)
        holes: tuple[FoundHole, ...] = ()
        escapes: Sequence[Escape] = ()
        if plain and _is_plain(text, plain):
            name = plain["name"] if plain["word"] in NAMED else ""
            head = Span(at, plain.end("head"))
            end, following = plain.end("end"), plain.end()
            span = Span(at, end) if end >= 0 else head
            if plain["admitted"]:
                escapes = (Escape("Admitted", Span(*plain.span("admitted"))),)
            if plain["admitted"] or (end >= 0 and candidate and candidate.start() < end):
                holes = tuple(_plain_holes(text, plain))
            if text.startswith("(*", following):
                following = skip_trivia(text, following)
        else:
            name, span, head, holes, escapes, following = _crooked(text, at)
        if candidate and candidate.start() < span.end:
            escapes = sorted([*escapes, *_tactic_escapes(text, at, span.end)], key=_place)
            candidate = _CANDIDATE.search(text, span.end)
        yield Unit(span, name, head, holes, tuple(escapes))
        at = following


def _is_plain(text: str, plain: re.Match[str]) -> bool:
    """Whether a match of ``_PLAIN`` is a whole unit: what follows belongs to the next one."""
    word = plain["word"]
    if word not in PLAIN or (plain["name"] is None and word in NAMED):
        return False
    return plain["end"] is not None or plain["next"] in STARTING or plain.end() == len(text)


def _plain_holes(text: str, plain: re.Match[str]) -> Iterator[FoundHole]:
    """The holes among the steps of a plain unit's proof, or what ``Admitted`` leaves out."""
    start, end = plain.start("steps"), plain.end("end")
    at = _past_steps(text, start)
    if plain["admitted"] and at == plain.start("admitted"):
        bare = at == start
        yield FoundHole(HoleKind.PROOF if bare else HoleKind.TACTIC, Span(plain.start("proof") if bare else at, end))
    while admit := _IS_ADMIT.match(text, at):
        yield FoundHole(HoleKind.TACTIC, Span(*admit.span()))
        at = _past_steps(text, skip_trivia(text, admit.end()))


def _past_steps(text: str, at: int) -> int:
    steps = _STEPS.match(text, at)
    return steps.end() if steps else at


def _crooked(text: str, at: int) -> tuple[str, Span, Span, tuple[FoundHole, ...], Sequence[Escape], int]:
    """The name, span, head, holes and escapes of the unit at an offset, and where the next one starts."""
    command = _command(text, at)
    word = command["word"]
    head_end, _ = sentence_end(text, at)
    proof = _Proof(text, head_end, word in PROVING and not command["trial"])
    following = proof.read()
    escapes = [*_command_escapes(text, command), *proof.escapes]
    name, span, head = _name(text, command, head_end), Span(at, proof.end), Span(at, head_end)
    return name, span, head, tuple(proof.holes), escapes, following


class _Proof:
    """What follows a statement, read sentence by sentence up to the proof's end or the next unit's start."""

    def __init__(self, text: str, head_end: int, is_open: bool) -> None:
        self.end = head_end
        self.holes: list[FoundHole] = []
        self.escapes: list[Escape] = []
        self._text = text
        self._open = is_open
        self._ended = False
        self._start: int | None = None  # of a ``Proof`` that nothing has followed yet
        self._bare = True

    def read(self) -> int:
        """Reads on; where the next unit starts."""
        text = self._text
        at = skip_trivia(text, self.end)
        while at < len(text) and not self._ended:
            steps = _STEPS.match(text, at)
            if steps and steps.end() > at:
                self._step(at + len(text[at : steps.end()].rstrip(" \t\r\n")))
                at = skip_trivia(text, steps.end())
            elif text[at] in _CAPITALS:
                if not self._command(at):
                    break
                at = skip_trivia(text, self.end)
            else:
                end, _ = sentence_end(text, at)
                if _IS_ADMIT.match(text, at):
                    self.holes.append(FoundHole(HoleKind.TACTIC, Span(at, end)))
                self._step(end)
                at = skip_trivia(text, end)
        return at

    def _step(self, end: int) -> None:
        self.end, self._open, self._bare = end, True, False

    def _command(self, at: int) -> bool:
        """Takes in a command; false when it starts the next unit."""
        text = self._text
        command = _command(text, at)
        word = command["word"] or ""
        if command["trial"] or not word:  # ``Fail Qed.`` ends nothing, ``Time lia.`` is a step
            belongs = self._open or not word
        else:
            belongs = word in ENDING or word == "Proof" or (self._open and word not in STARTING)
        if not belongs:
            return False
        end, finished = sentence_end(text, at)
        self.escapes += _command_escapes(text, command, inside=True)
        if command["trial"] or not finished or (word not in ENDING and word != "Proof"):
            self._step(end)
        elif word == "Proof":
            self._proof(at, end)
        else:
            self._finish(word, at, end)
        return True

    def _proof(self, at: int, end: int) -> None:
        if _PROOF_OPENS.match(self._text, at):
            self._start = at if self._bare else None
        else:
            self._ended = True
        self.end, self._open = end, True

    def _finish(self, word: str, at: int, end: int) -> None:
        if word == "Abort":
            self.holes.clear()
        elif word == "Admitted" and not self.holes:
            if self._bare:
                self.holes.append(FoundHole(HoleKind.PROOF, Span(at if self._start is None else self._start, end)))
            else:
                self.holes.append(FoundHole(HoleKind.TACTIC, Span(at, end)))
        self.end, self._ended = end, True


def _command(text: str, at: int) -> re.Match[str]:
    command = _COMMAND.match(text, at)
    assert command is not None  # it may match nothing, but it matches
    return command


def _name(text: str, command: re.Match[str], head_end: int) -> str:
    word = command["word"]
    if word in NAMED and command.end() <= head_end:
        return command["name"] or ""
    if word == "Add":
        last = _NAMED_LAST.search(text, command.start(), head_end)
        return last[1] if last else ""
    return ""


def _place(escape: Escape) -> Span:
    return escape.span


def _command_escapes(text: str, command: re.Match[str], inside: bool = False) -> list[Escape]:
    """Escapes by what a sentence commands; ``inside`` a proof, whatever outlasts it is one."""
    escapes = []
    if command["redirect"]:
        escapes.append(Escape("Redirect", Span(*command.span("redirect"))))
    word = command["word"]
    if word is None:
        return escapes
    start = command.start("word")
    if word in ASSUMING:
        escapes.append(Escape(ASSUMING[word], Span(start, start + len(word))))
    elif word in PHRASE_STARTS or (inside and word in LASTING):
        phrase = _PHRASE.match(text, start)
        assert phrase is not None  # a word is a phrase
        normal = " ".join(phrase[0].split())
        known = next((known for known in ASSUMING_PHRASES if f"{normal} ".startswith(f"{known} ")), None)
        if known or (inside and word in LASTING):
            escapes.append(Escape(ASSUMING_PHRASES[known] if known else normal, Span(start, phrase.end())))
    return escapes


def _tactic_escapes(text: str, start: int, end: int) -> list[Escape]:
    """Escapes inside a unit's sentences: words of code anywhere in them."""
    hidden = _hidden(text, start, end)
    escapes = []
    for match in _CANDIDATE.finditer(text, start, end):
        stop = match.end()
        word = next((word for word in _TACTIC_ESCAPES if text.endswith(word, start, stop)), "")
        span = Span(stop - len(word), stop)
        before = text[span.start - 1 : span.start]
        if word and not (before.isalnum() or before in ("_", "'")) and not covered(span.start, hidden):
            escapes.append(Escape(word, span))
    return escapes


def _hidden(text: str, start: int, end: int) -> list[Span]:
    """The comments and strings of a stretch."""
    found: list[Span] = []
    at = start
    while match := _HIDING.search(text, at, end):
        at = nested_end(text, match.start(), COMMENT_TOKEN) if match[0] == "(*" else match.end()
        found.append(Span(match.start(), at))
    return found


SYNTAX = ScannedSyntax(ROOM.language, ROOM.suffixes, _scan)
