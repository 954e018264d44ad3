"""A hole in a script that has been run: what it must close, and when that is done."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from unsorry.model import Hole, HoleKind
from unsorry.provers.rocq.goals import has_unknowns
from unsorry.provers.rocq.protocol import RawGoal, RawGoals
from unsorry.provers.rocq.script import Placed, Step


@frozen
class Place:
    """``number`` is that of the sentence that ends the hole, ``step`` what came of it."""

    hole: Hole
    number: int
    step: Step

    @property
    def ends_proof(self) -> bool:
        """Whether the hole is the end of a proof, and so all its goals; else it is one step, and one goal."""
        return "Admitted" in self.step.sentence.text

    @property
    def is_whole_proof(self) -> bool:
        return self.hole.kind is HoleKind.PROOF

    @property
    def goals(self) -> RawGoals:
        return self.step.goals or RawGoals()

    @property
    def to_close(self) -> tuple[RawGoal, ...]:
        return self.goals.remaining if self.ends_proof else self.goals.foreground[:1]

    @property
    def is_focused(self) -> bool:
        """Whether tactics can reach every goal to be closed."""
        return bool(self.goals.foreground) and len(self.to_close) <= len(self.goals.foreground)

    @property
    def takes_one_tactic(self) -> bool:
        """Whether a single tactic for the focused goal is all that the hole needs."""
        return len(self.to_close) == 1 and self.is_focused

    @property
    def has_unknowns(self) -> bool:
        return any(has_unknowns(goal) for goal in self.goals.foreground[:1])

    def fenced(self, texts: Sequence[str]) -> Sequence[str]:
        """Sentences as they are to be tried: at a step, in braces, which let them at its goal alone."""
        return texts if self.ends_proof else ("{", *texts, "}")

    def is_closed(self, after: RawGoals | None) -> bool:
        """Whether sentences at the hole, after which these are the goals, have left nothing open or put aside."""
        if after is None:
            return False
        return not after.remaining if self.ends_proof else len(after.shelved) <= len(self.goals.shelved)


def number_of(hole: Hole, sentences: Sequence[Placed]) -> int | None:
    """The number of the sentence that ends a hole; ``None`` where the text has no such hole."""
    for number, sentence in enumerate(sentences):
        if sentence.span.end == hole.span.end:
            return number if sentence.hole else None
    return None
