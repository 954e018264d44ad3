"""What two goals have in common, whatever their names: normal form, key and likeness.

In the normal form hypotheses and bound variables have numbers for names, and hypotheses stand in an order that does
not depend on how they were introduced. It is made from tokens alone and may take unlike goals for the same: so it
serves to find proofs worth trying, which are then verified, and never to conclude that there is none.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from unsorry.model import Goal, Goals, Language

_WORD = r"[^\W\d][\w'!?]*"
_REST = r"\d+|[(){}\[\]⦃⦄⟨⟩,;.@\"]|[^\s\w(){}\[\]⦃⦄⟨⟩,;.@\"]+"
_OPENING, _CLOSING = frozenset("([{⦃⟨"), frozenset(")]}⦄⟩")
_BINDERS = frozenset({"forall", "∀", "exists", "∃", "exists!", "∃!", "fun", "λ", "\\", "Σ", "Π", "let"})
_ENDS = frozenset({",", "=>", "⇒", ":", "→", "->", ":=", "."})
_DERIVED = ("IH{}", "{}_ih")  # induction hypotheses
_ROUNDS = 3
_MANY = 40  # above so many hypotheses their order is taken as it is
_CHOICES = 4  # so many times between names that look the same


@frozen
class NormalGoals:
    """``text`` is the normal form, ``names`` are the hypotheses' own names in its order."""

    text: str
    names: tuple[str, ...]

    def key(self, language: Language) -> str:
        return hashlib.blake2b(f"{language}\0{self.text}".encode("utf-8", "replace"), digest_size=16).hexdigest()


def normal(goals: Goals) -> NormalGoals:
    """The normal form of all goals of a hole."""
    texts, names = [], []
    for goal in goals.goals:
        text, own = _normal_goal(goal)
        texts.append(text)
        names.extend(own)
    return NormalGoals("\n\n".join(texts), tuple(names))


def renamed(text: str, old: Sequence[str], new: Sequence[str]) -> str:
    """A proof's text with the hypotheses' names ``old`` replaced by ``new``, place by place, and so the names that
    provers derive from them."""
    if len(old) != len(new) or tuple(old) == tuple(new):
        return text
    pairs = list(zip(old, new, strict=True))
    names = {form.format(a): form.format(b) for form in _DERIVED for a, b in pairs} | dict(pairs)
    return re.sub(_word(old), lambda match: names.get(match[0], match[0]), text)


def tokens_of(normal_text: str) -> frozenset[str]:
    """What two normal forms are compared by."""
    return frozenset(normal_text.split())


def likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """How much two sets of tokens have in common, from 0 to 1."""
    return len(a & b) / len(a | b) if a or b else 0.0


def _word(names: Iterable[str]) -> str:
    """What is one word where things have these names: Agda's may hold nearly anything, such as ``x≤y``."""
    odd = sorted((n for n in names if n and not re.fullmatch(_WORD, n)), key=len, reverse=True)
    return "|".join([*(rf"(?<![^\s(){{}}]){re.escape(name)}(?![^\s(){{}}])" for name in odd), _WORD])


def _normal_goal(goal: Goal) -> tuple[str, list[str]]:
    token = re.compile(f"{_word(n for h in goal.hypotheses for n in h.names)}|{_REST}")
    types: dict[str, list[str]] = {}
    for number, hypothesis in enumerate(goal.hypotheses):
        body = [":=", *token.findall(hypothesis.body)] if hypothesis.body is not None else []
        for name in hypothesis.names or (f"_{number}",):
            types[name] = _bound([*token.findall(hypothesis.type), *body])
    conclusion = _bound(token.findall(goal.conclusion))
    order = _ordered(types, conclusion)
    numbers = {name: f"%{number}" for number, name in enumerate(order)}
    lines = [f"{numbers[name]} : {_shown(types[name], numbers)}" for name in order]
    return "\n".join([*lines, f"|- {_shown(conclusion, numbers)}"]), order


def _shown(tokens: Iterable[str], names: Mapping[str, str]) -> str:
    return " ".join(names.get(token, token) for token in tokens)


def _ordered(types: Mapping[str, list[str]], conclusion: list[str]) -> list[str]:
    """The hypotheses' names in an order that depends only on what they say and how they are used: each gets a
    colour from its type and its uses, refined by the colours of the names in them. Of names that still look the same,
    one is chosen to be the first, and the others are looked at again."""
    names = list(types)
    if not 1 < len(names) <= _MANY:
        return names
    places: dict[str, list[tuple[str, list[str]]]] = {name: [] for name in names}
    for user, tokens in (*types.items(), ("", conclusion)):
        for name in {*tokens} & types.keys():
            places[name].append((user, tokens))
    colours = _refined(types, places, dict.fromkeys(names, "_"))
    for _ in range(_CHOICES):
        counts = Counter(colours[name] for name in names if places[name])
        alike = [colour for colour, count in counts.items() if count > 1]
        if not alike:
            break
        chosen = next(name for name in names if colours[name] == min(alike))
        colours = _refined(types, places, {**colours, chosen: _digest(colours[chosen])})
    return sorted(names, key=lambda name: colours[name])


def _refined(
    types: Mapping[str, list[str]], places: Mapping[str, list[tuple[str, list[str]]]], colours: Mapping[str, str]
) -> dict[str, str]:
    colours = dict(colours)
    for _ in range(_ROUNDS):
        shown = {name: _shown(tokens, colours) for name, tokens in types.items()}
        uses = {
            name: sorted(f"{shown.get(user, '')}|{_shown(tokens, {**colours, name: '@'})}" for user, tokens in used)
            for name, used in places.items()
        }
        colours = {name: _digest(colours[name], shown[name], *uses[name]) for name in colours}
    return colours


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _bound(tokens: Sequence[str]) -> list[str]:
    """The tokens with bound variables renamed to numbers, in the order in which they are bound."""
    scopes: list[dict[str, str]] = [{}]
    result: list[str] = []
    bound = 0
    index = 0
    while index < len(tokens):
        token = tokens[index]
        names: Sequence[str] = ()
        outer = scopes[-1]
        if token in _OPENING:
            names = _group(tokens, index + 1)
            scopes.append(dict(outer))
        elif token in _CLOSING:
            if len(scopes) > 1:
                scopes.pop()
        elif token in _BINDERS:
            names = _plain(tokens, index + 1)
        for name in names:
            # A group's names hold behind the group too: (x : A) → B.
            outer[name] = scopes[-1][name] = f"#{bound}"
            bound += 1
        result.append(scopes[-1].get(token, token))
        index += 1
    return result


def _group(tokens: Sequence[str], start: int) -> Sequence[str]:
    """The names of ``(x y : A)``, none for any other group."""
    names = _names(tokens, start)
    end = start + len(names)
    return names if names and end < len(tokens) and tokens[end] == ":" else ()


def _plain(tokens: Sequence[str], start: int) -> Sequence[str]:
    """The names of ``∀ x y, …`` or ``fun x => …``; those in groups are the groups' own."""
    names = _names(tokens, start)
    end = start + len(names)
    return names if end < len(tokens) and tokens[end] in _ENDS | _OPENING else ()


def _names(tokens: Sequence[str], start: int) -> Sequence[str]:
    end = start
    while end < len(tokens) and re.fullmatch(r"[^\W\d][\w'₀-₉]*", tokens[end]) and tokens[end] not in _BINDERS:
        end += 1
    return tokens[start:end]
