"""CoqHammer in a process of its own: what it finds, as tactics that the user's own file understands.

The plug-in changes the environment that it is loaded into and its memory never shrinks, so that it stays away from
the document's process. Its external provers leave the process's session; they are reaped after every call.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator

from unsorry.errors import ProverTimeout
from unsorry.processes import ChildSpec
from unsorry.provers.rocq.holes import SYNTAX
from unsorry.provers.rocq.script import Script

_PREAMBLE = (
    "From Hammer Require Import Hammer Tactics.",
    "Set Hammer ATPLimit {limit}.",
    "Set Hammer ReconstrLimit 5.",
    "Set Hammer GSMode 0.",
)
_ATP_SECONDS = 5
_FOUND = re.compile(r"Replace the hammer tactic with:\s*(?P<tactic>.+?)\s*\.?\s*\Z", re.DOTALL)
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


class Hammer:
    """Owner of the process; it starts with the first search."""

    def __init__(self, spec: ChildSpec) -> None:
        self._script = Script(spec, read_goals=False)

    async def find(self, text: str, number: int, seconds: float) -> str | None:
        """The tactic that the hammer would put in place of sentence ``number`` of a text, or ``None``.

        Raises:
            ProverError: the process failed, or the plug-in cannot be loaded.
        """
        deadline = time.monotonic() + seconds
        preamble = "\n".join(_PREAMBLE).format(limit=_ATP_SECONDS) + "\n"
        whole = preamble + text
        self._script.update(whole, SYNTAX.outline(whole))
        at = number + len(_PREAMBLE)
        await self._script.load(at, seconds)
        left = deadline - time.monotonic()
        try:
            answer = await self._script.query("hammer.", at, max(0.1, left))
        except ProverTimeout:
            return None
        finally:
            self._script.reap_orphans()
        for said in reversed(answer.said):
            found = _FOUND.search(said)
            if found:
                return " ".join(found["tactic"].split())
        return None

    async def close(self) -> None:
        await self._script.close()


def translations(found: str) -> Iterator[str]:
    """Plain tactics that may do what one of the hammer's own does, from the lemmas and definitions that it names."""
    hints = {match["kind"]: _names(match["names"]) for match in _HINTS.finditer(found)}
    lemmas, unfolds = hints.get("use", []), hints.get("unfold", [])
    opening = f"unfold {', '.join(unfolds)} in *; " if unfolds else ""
    for template in _PLAIN:
        for one, two in _choices(template, lemmas):
            yield opening + template.format(
                all=", ".join(lemmas), one=one, two=f"{one}, {two}", poses="; ".join(f"pose proof {n}" for n in lemmas)
            )
    if not lemmas:
        yield from (opening + tactic for tactic in ("intuition", "intuition congruence", "firstorder congruence"))


def _choices(template: str, lemmas: list[str]) -> Iterator[tuple[str, str]]:
    if "{two}" in template:
        yield from itertools.permutations(lemmas[:4], 2)
    elif "{one}" in template:
        yield from ((lemma, "") for lemma in lemmas[:4])
    elif lemmas:
        yield "", ""


def _names(text: str) -> list[str]:
    return [name.strip("@() ") for name in text.strip(". ").split(",") if name.strip("@() ")]
