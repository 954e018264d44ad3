"""Reports of a real ``sgen`` on whole texts: whose problem a failed assertion is, and what is still empty."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from provers.stellogen.conftest import STELLOGEN
from unsorry.model import Document, Report
from unsorry.provers.stellogen import ROOM
from unsorry.provers.stellogen.prover import make_prover
from unsorry.text import SourceText

pytestmark = pytest.mark.stellogen

TEXT = """\
(object three {})
(object part (+nat 0))
(def whole { #part [(+b)] })
(object lonely (+c))
§(== #three (+nat (s 0)))
(== #whole (+d))
"""


async def checked(text: str) -> tuple[Report, Mapping[str, int]]:
    """The report on every unit, and the units' numbers by name."""
    prover = make_prover(ROOM.settings)
    document, outline = Document("file:///nowhere/t.sg", STELLOGEN, 1, SourceText(text)), prover.syntax.outline(text)
    session = await prover.open(document, outline)
    try:
        named = {unit.name: number for number, unit in enumerate(outline.units) if unit.name}
        return await session.check(document, outline, tuple(named.values()), 30), named
    finally:
        await session.close()


async def test_a_failed_assertion_is_the_problem_of_what_it_tests() -> None:
    """Of the object that it names, of what that rests on, in both phases; what nothing tests is not proved either."""
    report, named = await checked(TEXT)
    assert report.complete
    said = {name: [p.message for p in report.problems if p.unit == number] for name, number in named.items()}
    assert said["three"] == ["assertion failed; expected (+nat (s 0)); got {}"]
    assert said["part"] == said["whole"]
    assert len(said["part"]) == 1
    assert said["lonely"] == ["no assertion tests `lonely`"]
    assert report.open_holes == {named["three"]: 1}


async def test_what_passes_has_no_problem() -> None:
    """The other object's failed assertion is not its own."""
    report, named = await checked(TEXT.replace("{}", "(+nat (s 0))"))
    assert report.complete
    assert [problem for problem in report.problems if problem.unit == named["three"]] == []
    assert report.open_holes == {}


async def test_what_cannot_be_read_is_not_complete() -> None:
    """Unbalanced brackets, and text behind the last form."""
    report, _ = await checked(TEXT + "(object broken {")
    assert not report.complete
