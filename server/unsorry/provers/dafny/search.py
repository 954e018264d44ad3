"""Searches for what a hole needs, by what kind of hole it is; tries as it goes, and tells what held."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

from attrs import define, evolve

from unsorry.model import Budget, Candidate, Goals, Hole, Trial, TrialResult
from unsorry.provers.dafny.calculations import calculations, goals_of, inductive_calculations
from unsorry.provers.dafny.conjectures import facts, generalised
from unsorry.provers.dafny.declarations import Declaration
from unsorry.provers.dafny.exploring import Explorer
from unsorry.provers.dafny.expressions import Term
from unsorry.provers.dafny.helpers import (
    instances,
    lemma_calls,
    numbers_in,
    other_lemmas,
    sequence_facts,
    terms,
    witnesses,
)
from unsorry.provers.dafny.inductions import Setting, along_functions, along_parameters, cases, make_setting
from unsorry.provers.dafny.invariants import assertions_after, loop_invariants
from unsorry.provers.dafny.measures import head_measures, loop_measures
from unsorry.provers.dafny.place import Place, Spot
from unsorry.provers.dafny.sieve import sieve
from unsorry.provers.dafny.skeletons import Leaf
from unsorry.provers.dafny.tokens import NotCode, tokens
from unsorry.provers.dafny.trials import BATCH, Bench, run_trials

_MOST_WINNERS = 2


@define
class Searcher:
    """The search at one hole. ``deadline`` is of ``time.monotonic``."""

    bench: Bench
    place: Place
    hole: Hole
    goals: Goals
    declarations: Sequence[Declaration]
    deadline: float

    async def winners(self, budget: Budget) -> AsyncIterator[Trial]:
        """What closes the hole in a trial; ends soon after the first find."""
        terminates = "terminat" in self.goals.main.conclusion or "decreases" in self.goals.main.conclusion
        if self.place.spot is Spot.LOOP and not terminates and self.place.loop is not None:
            after = assertions_after(self.place.declaration, self.place.loop)
            guesses = loop_invariants(self.place.declaration, self.place.loop, after)
            async for trial in sieve(self.bench, self.hole, guesses, evolve(budget, seconds=self._left)):
                yield trial
            return
        # What rests on a lemma that has no proof yet is worth telling, and does not end the search.
        unproved = [f"{each.name}(" for each in self.declarations if each.is_lemma and each.body is None]
        unproved = [name for name in unproved if name != f"{self.place.declaration.name}("]
        found = 0
        async for tried in self._tried(budget):
            if tried is None:
                if found:
                    return
            elif tried.result is TrialResult.CLOSED:
                found += not any(name in tried.candidate.text for name in unproved)
                yield tried

    async def _tried(self, budget: Budget) -> AsyncIterator[Trial | None]:
        """What became of each text, with ``None`` after each batch."""
        setting = make_setting(self.place.declaration, self.declarations)
        if self.place.spot in (Spot.LOOP, Spot.HEAD):
            parts = [self._measures()]
        else:
            parts = [self._statements(setting), self._longer(setting)]
        for number, part in enumerate(parts):
            if number and self._whole and setting.lemma.is_lemma:
                explorer = Explorer(self.bench, self.hole, self.deadline)
                inductions = [*along_functions(setting), *along_parameters(setting)]
                async for trial in explorer.winners(facts(setting), inductions, budget):
                    yield trial
                yield None
            for batch in _batches(part):
                if self._left <= 0:
                    return
                rest = evolve(budget, seconds=self._left)
                async for trial in run_trials(self.bench, self.hole, [Candidate(text) for text in batch], rest):
                    yield trial
                yield None

    @property
    def _left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    @property
    def _whole(self) -> bool:
        return self.place.spot in (Spot.NO_BODY, Spot.EMPTY_BODY)

    def _measures(self) -> Iterator[str]:
        return loop_measures(self.place.loop) if self.place.loop is not None else head_measures(self.place.declaration)

    def _statements(self, setting: Setting) -> Iterator[str]:
        """Proofs made of statements, simple ones first."""
        codes = [clause.code for clause in setting.lemma.clauses]
        at_hand = terms(setting, {}, codes)
        equations = sequence_facts(setting, [*codes, setting.lemma.code])
        others = other_lemmas(setting, self.declarations)
        calls = list(lemma_calls(others, at_hand))
        near = list(instances(setting, at_hand))
        every = [token for code in codes for token in code]
        exists = list(witnesses(self.goals.main.conclusion, at_hand, numbers_in(every)))
        inductive = setting.lemma.is_lemma
        plain = [*along_functions(setting), *along_parameters(setting)] if inductive and self._whole else []
        # A calculation that comes out is hardly ever wrong, and there are few.
        yield from map(self._ended, calculations(setting, self._relations(setting), others))
        for text in [*plain, *exists[:BATCH], *calls[:BATCH]]:
            yield self._ended(text)
        if inductive and self._whole:
            yield from inductive_calculations(setting, others)
            yield from generalised(setting)
        for text in [*equations, *near, *exists[BATCH:], *calls[BATCH:]]:
            yield self._ended(text)
        if inductive:
            yield from cases(setting)
            if not self._whole:
                yield from (*along_functions(setting), *along_parameters(setting))

    def _relations(self, setting: Setting) -> list[Term]:
        """What a calculation may have to show."""
        if self._whole:
            return goals_of([clause.code for clause in setting.lemma.having("ensures")])
        try:
            return goals_of([tokens(self.goals.main.conclusion)])
        except NotCode:
            return []

    def _ended(self, text: str) -> str:
        """A proof of what is assumed, with what is assumed."""
        if self.place.spot is Spot.ASSUMPTION:
            return f"{text}\nassert {self.goals.main.conclusion};"
        return text

    def _longer(self, setting: Setting) -> Iterator[str]:
        codes = [clause.code for clause in setting.lemma.clauses]
        at_hand = terms(setting, {}, codes)
        others = other_lemmas(setting, self.declarations)
        equations = sequence_facts(setting, [*codes, setting.lemma.code])
        if setting.lemma.is_lemma:
            yield from self._richer(setting, others, equations, list(instances(setting, at_hand)))
        pairs = itertools.combinations([*lemma_calls(others, at_hand), *equations], 2)
        yield from ("\n".join(pair) for pair in itertools.islice(pairs, 200))

    def _richer(
        self, setting: Setting, others: Sequence[Declaration], equations: Sequence[str], near: Sequence[str]
    ) -> Iterator[str]:
        """Inductions with one statement more at each step."""
        for text in (*equations, *near):
            yield from _inductions(setting, text)
        for number in range(6):

            def extra(leaf: Leaf, number: int = number) -> Sequence[str]:
                made = itertools.islice(lemma_calls(others, terms(setting, leaf.bound)), number, number + 1)
                return list(made)

            yield from along_functions(setting, extra)
            yield from along_parameters(setting, extra)


def _inductions(setting: Setting, text: str) -> Iterator[str]:
    yield from along_functions(setting, lambda _: [text])
    yield from along_parameters(setting, lambda _: [text])


def _batches(texts: Iterable[str]) -> Iterator[Sequence[str]]:
    """Different texts, a few at first and then more at a time."""
    seen: set[str] = set()
    batch: list[str] = []
    size = BATCH // 2
    for text in texts:
        if text not in seen:
            seen.add(text)
            batch.append(text)
        if len(batch) == size:
            yield batch
            batch, size = [], BATCH
    if batch:
        yield batch
