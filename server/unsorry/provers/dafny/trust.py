"""What a declaration rests on: names followed through the code to whatever goes unproved.

Dafny does not tell. A name counts as used wherever its word stands, so that this finds too much rather than too
little; ``certain`` holds what cannot be something else by the same name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from attrs import define, field, frozen

from unsorry.provers.base import Outline, Unit
from unsorry.provers.dafny.declarations import KINDS
from unsorry.provers.dafny.holes import SYNTAX, whole_head
from unsorry.provers.dafny.tokens import NotCode, Token, closing, tokens

# By these something goes unproved, or is passed over; on a class or module they hold for all that is in it.
_ATTRIBUTES = frozenset(
    {
        *("axiom", "extern", "verify", "termination", "inline", "selective_checking", "only", "assumption"),
        *("trusted", "options", "synthesize"),
    }
)
_AROUND = frozenset({"class", "trait", "module"})
_FEW = 4  # modifiers and the word that opens a unit
_BINDERS = frozenset({"var", "|", "exists", "forall", "set", "iset", "map", "imap", "case", "label"})
_BOUND = frozenset({":", ":=", ":|"})
_BOUND_UNTIL = frozenset({":=", ":|", "::", "|", "=>", ";", "{", "}"})


@frozen
class Trust:
    """The names in each declaration of a text and of what it includes, and those that are unproved. ``vague`` names
    need not mean what is declared: they are also bound somewhere, or declared twice."""

    uses: Mapping[str, frozenset[str]]
    unproved: Collection[str]
    vague: Collection[str]

    def of(self, name: str) -> frozenset[str]:
        """Everything unproved that a declaration rests on, itself included."""
        return self._reached(name, ())

    def certain(self, name: str) -> frozenset[str]:
        """The same without what it rests on by a vague name alone."""
        return self._reached(name, self.vague)

    def _reached(self, name: str, without: Collection[str]) -> frozenset[str]:
        seen: set[str] = set()
        todo = [name]
        while todo:
            each = todo.pop()
            if each not in seen and (each == name or each not in without):
                seen.add(each)
                todo += [used for used in self.uses.get(each, ()) if used in self.uses]
        return frozenset(each for each in seen if each in self.unproved)


@define
class _Reader:
    """Collects names, unit by unit."""

    uses: dict[str, set[str]] = field(factory=dict)
    unproved: set[str] = field(factory=set)
    vague: set[str] = field(factory=set)

    def read(self, text: str, outline: Outline, failing: Collection[int]) -> None:
        units = [(unit, *_tokens(text, unit)) for unit in outline.units]
        around = any(_unverified(code) for _, code, _ in units if any(t.text in _AROUND for t in code[:_FEW]))
        for number, (unit, code, whole) in enumerate(units):
            words = {token.text for token in code if token.kind == "word"}
            self.vague.update(_bound(code))
            fails = around or not whole or number in failing or _unverified(code)
            for name in {unit.name.rpartition(".")[2], _named(code)}:
                if name and name in self.uses:
                    self.vague.add(name)
                self.uses.setdefault(name, set()).update(words)
                if name and (fails or unit.holes or unit.escapes or _lacks_body(text, unit)):
                    self.unproved.add(name)


def read_trust(text: str, outline: Outline, failing: Collection[int], included: Sequence[str] = ()) -> Trust:
    """``failing`` are the units with errors; ``included`` the texts of other files that this one builds on."""
    reader = _Reader()
    reader.read(text, outline, failing)
    for each in included:
        reader.read(each, SYNTAX.outline(each), ())
    uses = {name: frozenset(each) for name, each in reader.uses.items()}
    return Trust(uses, frozenset(reader.unproved), frozenset(reader.vague))


def _tokens(text: str, unit: Unit) -> tuple[Sequence[Token], bool]:
    """A unit's code, and whether it is code."""
    try:
        return tokens(text, unit.span.start, unit.span.end), True
    except NotCode:
        return (), False


def _named(code: Sequence[Token]) -> str:
    """The name that a unit's code declares, wherever its attributes stand; empty for none."""
    at = next((i for i, token in enumerate(code[:_FEW]) if token.text in KINDS), len(code))
    while at < len(code) and (code[at].text in KINDS or code[at].text == "{"):
        at = closing(code, at) + 1 if code[at].text == "{" else at + 1
    return code[at].text if at < len(code) and code[at].kind == "word" else ""


def _unverified(code: Sequence[Token]) -> bool:
    """Whether an attribute keeps something from being verified; blanks and comments may stand in it."""
    texts = [token.text for token in code]
    return any(a == "{" and b == ":" and c in _ATTRIBUTES for a, b, c in zip(texts, texts[1:], texts[2:], strict=False))


def _bound(code: Sequence[Token]) -> Iterator[str]:
    """Words that may be names of something local: too many rather than too few."""
    binding = False
    for index, token in enumerate(code):
        if token.kind == "word":
            if binding or (index + 1 < len(code) and code[index + 1].text in _BOUND):
                yield token.text
            binding = binding or token.text in _BINDERS
        elif token.text in _BOUND_UNTIL:
            binding = token.text == "|"


def _lacks_body(text: str, unit: Unit) -> bool:
    """Whether something is promised (``ensures``) that no body shows."""
    end, has_body = whole_head(text, unit)
    head = text[unit.span.start : end]
    return unit.head.end < unit.span.end + 1 and not has_body and "ensures" in head
