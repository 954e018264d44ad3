"""Rocq's portfolio: short tactics for goals by what they look like, cheapest first. Data, and how to fill it in."""

from __future__ import annotations

from collections.abc import Iterator

from unsorry.model import Goals


def portfolio(goals: Goals) -> Iterator[list[str]]:
    yield "reflexivity assumption trivial easy auto tauto congruence lia intuition eauto".split()  # noqa: SIM905
    names = [name for hypothesis in goals.main.hypotheses for name in hypothesis.names]
    closers = ("congruence", "auto", "lia", "intuition congruence")
    yield [f"induction {name}; simpl; {closer}" for name in names for closer in closers]
