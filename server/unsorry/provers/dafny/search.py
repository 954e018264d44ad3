"""Searches for what a hole needs, by what kind of hole it is; tries as it goes, and tells what held."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

from attrs import define, evolve

from unsorry.model import Budget, Candidate, Goals, Hole, Trial, TrialResult
from unsorry.provers.dafny.declarations import Declaration
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
        for batch in _batches(self._texts()):
            if self._left <= 0:
                return
            rest = evolve(budget, seconds=self._left)
            async for trial in run_trials(self.bench, self.hole, [Candidate(text) for text in batch], rest):
                if trial.result is TrialResult.CLOSED:
                    found += not any(name in trial.candidate.text for name in unproved)
                    yield trial
            if found:
                return

    @property
    def _left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    def _texts(self) -> Iterator[str]:
        if self.place.spot is Spot.LOOP and self.place.loop is not None:
            return loop_measures(self.place.loop)
        if self.place.spot is Spot.HEAD:
            return head_measures(self.place.declaration)
        return self._statements()

    def _statements(self) -> Iterator[str]:
        """Proofs made of statements, simple ones first."""
        setting = make_setting(self.place.declaration, self.declarations)
        whole = self.place.spot in (Spot.NO_BODY, Spot.EMPTY_BODY)
        codes = [clause.code for clause in setting.lemma.clauses]
        at_hand = terms(setting, {}, codes)
        facts = sequence_facts(setting, [*codes, setting.lemma.code])
        others = other_lemmas(setting, self.declarations)
        calls = list(lemma_calls(others, at_hand))
        near = list(instances(setting, at_hand))
        every = [token for code in codes for token in code]
        exists = list(witnesses(self.goals.main.conclusion, at_hand, numbers_in(every)))
        end = [f"assert {self.goals.main.conclusion};"] if self.place.spot is Spot.ASSUMPTION else []
        inductive = setting.lemma.is_lemma
        plain = [*along_functions(setting), *along_parameters(setting)] if inductive and whole else []
        for text in [*plain, *exists[:BATCH], *calls[:BATCH], *facts, *near, *exists[BATCH:], *calls[BATCH:]]:
            yield "\n".join([text, *end]) if end else text
        if inductive:
            yield from cases(setting)
            if not whole:
                yield from (*along_functions(setting), *along_parameters(setting))
            yield from self._richer(setting, others, facts, near)
        yield from ("\n".join(pair) for pair in itertools.islice(itertools.combinations([*calls, *facts], 2), 200))

    def _richer(
        self, setting: Setting, others: Sequence[Declaration], facts: Sequence[str], near: Sequence[str]
    ) -> Iterator[str]:
        """Inductions with one statement more at each step."""
        for text in (*facts, *near):
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
