"""CoqHammer in a process of its own: what it finds, as tactics that the user's own file understands.

The plug-in changes the environment that it is loaded into and its memory never shrinks, so that it stays away from
the document's process. Its external provers leave the process's session; they are reaped after every call.
"""

from __future__ import annotations

import itertools
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve

from unsorry.errors import ProverTimeout
from unsorry.processes import ChildSpec
from unsorry.provers.rocq.holes import SYNTAX
from unsorry.provers.rocq.script import Script, split

_PREAMBLE = (
    "From Hammer Require Import Hammer Tactics.",
    "Set Hammer ATPLimit {limit}.",
    "Set Hammer ReconstrLimit 3.",
    "Set Hammer GSMode 4.",
)
_ATP_SECONDS = 5
_UNFOLLOWED = "using"
# Where distributions put the plug-in's own helpers, without which it runs no prover.
_HELPERS = (Path("/usr/libexec/coq-hammer"), Path("/usr/local/libexec/coq-hammer"))
_FOUND = re.compile(r"Replace the hammer tactic with:\s*(?P<tactic>.+?)\s*\.?\s*\Z", re.DOTALL)
_USED = re.compile(r"^- dependencies: (?P<names>.+)$", re.MULTILINE)
_HINTS = re.compile(r"\b(?P<kind>use|unfold|inv|ctrs|brefl|hints?|gen): (?P<names>[^:]*?)(?=\s+\w+:|\Z)")
_PLAIN = (
    "eauto using {all}",
    "intros; rewrite {one}; auto",
    "now rewrite {one}",
    "now rewrite <- {one}",
    "intros; now apply {one}",
    "intros; eapply {one}; eauto",
    "intuition eauto using {all}",
    "intros; simpl; eauto using {all}",
    "firstorder eauto using {all}",
    "intros; rewrite {two}; auto",
    "intros; rewrite <- {one}; auto",
    "intros; pose proof {one}; firstorder",
    "intros; {poses}; intuition congruence",
    "intros; {poses}; firstorder congruence",
    "intros; {poses}; intuition eauto",
)
"""What a proof by given lemmas may look like without the plug-in."""

_CHAINS = ("intros; rewrite {chain}; auto", "intros; rewrite {chain} in *; intuition")
_LONGEST_CHAIN = 3


class Hammer:
    """Owner of the process; it starts with the first search."""

    def __init__(self, spec: ChildSpec) -> None:
        helpers = [str(folder) for folder in _HELPERS if folder.is_dir()]
        path = os.pathsep.join([spec.environment().get("PATH", os.defpath), *helpers])
        self._script = Script(evolve(spec, env={**spec.env, "PATH": path}), read_goals=False)

    async def find(self, text: str, number: int, seconds: float) -> str | None:
        """The tactic that the hammer would put in place of sentence ``number`` of a text, or ``None``. Where its
        provers succeed and it cannot follow them, ``using use:`` and the names of the lemmas that they used.

        Raises:
            ProverError: the process failed, or the plug-in cannot be loaded.
        """
        deadline = time.monotonic() + seconds
        preamble = "\n".join(_PREAMBLE).format(limit=_ATP_SECONDS) + "\n"
        whole = preamble + text
        self._script.update(split(whole, SYNTAX.outline(whole)))
        at = number + len(_PREAMBLE)
        try:
            await self._script.load(at, seconds)
            answer = await self._script.query("hammer.", at, max(0.1, deadline - time.monotonic()))
        except ProverTimeout:
            return None
        finally:
            self._script.reap_orphans()
        found = _first(_FOUND, answer.said)
        if found is not None:
            return " ".join(found["tactic"].split())
        used = _first(_USED, answer.said)
        return None if used is None else f"{_UNFOLLOWED} use: {used['names']}"

    async def close(self) -> None:
        await self._script.close()


def _first(pattern: re.Pattern[str], said: tuple[str, ...]) -> re.Match[str] | None:
    return next((match for text in reversed(said) if (match := pattern.search(text))), None)


def translations(found: str) -> Iterator[str]:
    """What to try for a find of the hammer: its own tactic, which is shortest, then plain tactics that may do the
    same, from the lemmas and definitions that it names."""
    if not found.startswith(_UNFOLLOWED):
        yield found
    hints = {match["kind"]: _names(match["names"]) for match in _HINTS.finditer(found)}
    lemmas, unfolds = hints.get("use", []), hints.get("unfold", [])
    opening = f"unfold {', '.join(unfolds)} in *; " if unfolds else ""
    for template in _PLAIN:
        for one, two in _choices(template, lemmas):
            yield opening + template.format(
                all=", ".join(lemmas), one=one, two=f"{one}, {two}", poses="; ".join(f"pose proof {n}" for n in lemmas)
            )
    for signs, order in itertools.product(itertools.product(("", "<- "), repeat=len(lemmas)), _orders(lemmas)):
        chain = ", ".join(sign + name for sign, name in zip(signs, order, strict=True))
        yield from (opening + template.format(chain=chain) for template in _CHAINS)
    if not lemmas:
        yield from (opening + tactic for tactic in ("intuition", "intuition congruence", "firstorder congruence"))


def _orders(lemmas: list[str]) -> Iterator[tuple[str, ...]]:
    if 0 < len(lemmas) <= _LONGEST_CHAIN:
        yield from itertools.permutations(lemmas)


def _choices(template: str, lemmas: list[str]) -> Iterator[tuple[str, str]]:
    if "{two}" in template:
        yield from itertools.permutations(lemmas[:4], 2)
    elif "{one}" in template:
        yield from ((lemma, "") for lemma in lemmas[:4])
    elif lemmas:
        yield "", ""


def _names(text: str) -> list[str]:
    return [name.strip("@() ") for name in text.strip(". ").split(",") if name.strip("@() ")]
