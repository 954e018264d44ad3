"""The nouns of Unsorry, as frozen values: documents, holes, goals, candidates, verdicts, proofs.

The words are those of the architecture page; one word means one thing everywhere. Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NewType

from attrs import field, frozen

from unsorry.text import Edit, SourceText, Span

Language = NewType("Language", str)
"""The name of a proof language, as settings and protocols have it; the registry says which there are."""


class HoleKind(StrEnum):
    """What is missing: a step of a tactic script, a term, a declaration's whole proof, or an assertion's."""

    TACTIC = "tactic"
    TERM = "term"
    PROOF = "proof"
    ASSERTION = "assertion"


class Capability(StrEnum):
    DEPENDENT_TYPES = "dependent_types"
    TACTICS = "tactics"
    METAPROGRAMMING = "metaprogramming"
    EXTRACTION = "extraction"
    CUBICAL = "cubical"
    SIZED_TYPES = "sized_types"
    LINEAR_TYPES = "linear_types"
    QUANTITATIVE_TYPES = "quantitative_types"
    REFINEMENT_TYPES = "refinement_types"
    SMT_BACKEND = "smt_backend"
    PROOF_NETS = "proof_nets"
    LINEAR_LOGIC = "linear_logic"
    GAME_SEMANTICS = "game_semantics"


@frozen
class Document:
    """One version of one proof file's text. ``path`` is where it lies on disk, if anywhere."""

    uri: str
    language: Language
    version: int
    source: SourceText
    path: Path | None = None

    @property
    def text(self) -> str:
        return self.source.text


@frozen
class Hole:
    """A range of a document where a proof is missing.

    ``id`` is stable while edits elsewhere move the hole. ``hint`` is what the user already wrote inside it
    (Agda's ``{! hint !}``). ``declaration`` is empty for an anonymous one.
    """

    id: str
    kind: HoleKind
    declaration: str
    span: Span
    hint: str = ""


@frozen
class Hypothesis:
    """``names : type`` or ``names := body : type``, as the prover prints them."""

    names: tuple[str, ...]
    type: str
    body: str | None = None


@frozen
class Goal:
    """What must be shown at a hole: ordered hypotheses and a conclusion, as the prover prints them."""

    hypotheses: tuple[Hypothesis, ...]
    conclusion: str
    name: str = ""


@frozen
class Goals:
    """Every goal that a hole must close, the focused one first; never empty.

    ``features`` say what the goals look like (``arithmetic``, ``equality``, ``list``, …): strategies choose by
    them. ``names`` are in-file lemmas in scope at the hole, nearest first.
    """

    goals: tuple[Goal, ...] = field()
    features: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()

    @goals.validator
    def _not_empty(self, _attribute: object, value: tuple[Goal, ...]) -> None:
        if not value:
            raise ValueError("a hole has at least one goal; say NoGoal otherwise")

    @property
    def main(self) -> Goal:
        return self.goals[0]


@frozen
class NoGoal:
    """Why a hole's goal cannot be read (an error before it, say); ``position`` points at the cause, if known."""

    reason: str
    at: int | None = None


@frozen
class Candidate:
    """Text that would replace a hole.

    ``before`` and ``after`` say how many code points around the hole it replaces as well (an Agda clause around
    its ``?``); relative, so that edits elsewhere do not move them.
    """

    text: str
    before: int = 0
    after: int = 0

    def span(self, hole: Hole) -> Span:
        return Span(hole.span.start - self.before, hole.span.end + self.after)


@frozen
class Fill:
    """A hole with the candidate that is to stand there."""

    hole: Hole
    candidate: Candidate


class TrialResult(StrEnum):
    """What a quick trial of a candidate at the hole showed. ``CLOSED`` is a promise, not yet a proof."""

    CLOSED = "closed"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    PROVER_FAILED = "prover_failed"


@frozen
class Trial:
    candidate: Candidate
    result: TrialResult
    seconds: float
    message: str = ""


class Verdict(StrEnum):
    VERIFIED = "verified"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    PROVER_FAILED = "prover_failed"


@frozen
class Problem:
    """An error that a prover reports, at ``span`` of the checked text, in the outline's unit number ``unit``. ``hole``:
    where the hole is whose filling would mend it, if only the prover sees that hole, and sees all that is wrong in the
    unit."""

    message: str
    span: Span | None = None
    unit: int | None = None
    hole: Span | None = None


@frozen
class Report:
    """What a prover says of one complete text: the facts that the rule of verification judges.

    ``complete``: the prover's kernel went through the whole text. Units are numbered as in the text's outline.
    ``open_holes``: how many holes the prover itself counts in each unit that has any. ``axioms``: for each unit
    asked about, every unproved thing that it rests on (axioms, postulates, admitted lemmas). Where a prover does not
    tell and its room can only guess, ``axioms`` holds too much rather than too little, and ``certain`` too little
    rather than too much; where it tells, ``certain`` is empty.
    """

    complete: bool
    problems: tuple[Problem, ...] = ()
    open_holes: Mapping[int, int] = field(factory=dict)
    axioms: Mapping[int, frozenset[str]] = field(factory=dict)
    certain: Mapping[int, frozenset[str]] = field(factory=dict)


@frozen
class Judgement:
    """A verdict with its reason. Only the rule of verification makes one that says ``VERIFIED``."""

    verdict: Verdict
    reason: str = ""
    seconds: float = 0.0


@frozen
class Proof:
    """A verified candidate with the exact edits that were verified, against ``text_hash`` of the document.
    ``axioms`` is all that the declaration then rests on."""

    fill: Fill
    edits: tuple[Edit, ...]
    strategy: str
    prover: str
    seconds: float
    text_hash: int
    axioms: tuple[str, ...] = ()


@frozen
class Attempt:
    """One strategy run on one goal. ``refused`` counts candidates that closed the goal in a trial and that the
    rule of verification then refused. ``part``: the part of the portfolio that it was about, ``shape``: what the
    goal looks like (see ``orchestrator/shapes.py``), both empty where nothing is to be learned from it."""

    strategy: str
    prover: str
    candidates: int
    seconds: float
    verdict: Verdict
    message: str = ""
    refused: int = 0
    part: str = ""
    shape: str = ""


@frozen
class Budget:
    """Wall seconds for a whole attempt, and the most that one candidate may take of them."""

    seconds: float
    per_candidate: float = 1.0


@frozen
class Step:
    """A strategy, or one ``part`` of what it has, with its budget and why it comes where it does."""

    strategy: str
    budget: Budget
    reason: str = ""
    part: str = ""


@frozen
class Plan:
    steps: tuple[Step, ...]


@frozen
class ProverInfo:
    """What a prover is: its language, what it can do, and the limits it is driven with by default.

    ``priority`` is the tier of choice (1 first), ``timeout`` wall seconds of one attempt, ``parallel`` the cap
    of sessions at once, ``searches`` the searches that its sessions offer beside trying candidates, ``parts`` what
    its portfolio consists of: each can be tried by itself, and is learned about by itself. ``finds_holes``: its
    sessions see holes that the text does not show. ``ordered``: a declaration can use only what stands before it.
    ``fallback``: the strategy to use in place of one that the prover cannot use.
    """

    name: str
    language: Language
    title: str
    capabilities: frozenset[Capability]
    priority: int
    timeout: float
    parallel: int
    install: str
    searches: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    finds_holes: bool = False
    ordered: bool = True
    fallback: Mapping[str, str] = field(factory=dict)


@frozen
class Available:
    """The prover is here. ``notes`` are remarks for ``doctor`` (plug-ins found, what is missing beside)."""

    version: str
    program: str
    notes: tuple[str, ...] = ()


@frozen
class Missing:
    """The prover cannot be used; ``next_step`` says what to do about it."""

    reason: str
    next_step: str


Availability = Available | Missing


class ProverState(StrEnum):
    UNKNOWN = "unknown"
    HEALTHY = "healthy"
    DEGRADED = "degraded"
    OPEN = "open"
    MISSING = "missing"


class HoleStatus(StrEnum):
    """Where a hole stands; the CLI reports all but ``PROVING``."""

    OPEN = "open"
    PROVING = "proving"
    PROVED = "proved"
    REFUTED = "refuted"
    SKIPPED = "skipped"
    FAILED = "failed"


@frozen
class HoleState:
    """All that is known of one hole: what readers show. ``proofs`` best first. ``plan``: what the last search was to
    try."""

    hole: Hole
    status: HoleStatus = HoleStatus.OPEN
    goals: Goals | NoGoal | None = None
    proofs: tuple[Proof, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    plan: Plan | None = None
    seconds: float = 0.0
    message: str | None = None


def hole_counts(states: Sequence[HoleState]) -> dict[HoleStatus, int]:
    counts = dict.fromkeys(HoleStatus, 0)
    for state in states:
        counts[state.status] += 1
    return counts
