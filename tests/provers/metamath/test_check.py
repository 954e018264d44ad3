"""Reports of a real Metamath on whole texts: errors by statement, what is incomplete, what proofs rest on."""

from __future__ import annotations

import pytest

from provers.metamath.conftest import METAMATH
from unsorry.model import Document, Report
from unsorry.provers.metamath import ROOM
from unsorry.provers.metamath.holes import SYNTAX
from unsorry.provers.metamath.prover import make_prover
from unsorry.text import SourceText

pytestmark = pytest.mark.metamath

TEXT = """\
$c ( ) -> wff |- $. $v p q $. wp $f wff p $. wq $f wff q $. wi $a wff ( p -> q ) $.
ax-1 $a |- ( p -> ( q -> p ) ) $.
open $p |- ( p -> p ) $= ? $.
steps $p wff ( ( p -> q ) -> p ) $= ? ? wi $.
resting $p |- ( q -> q ) $= wq open $.
wrong $p |- ( p -> q ) $= wp wq ax-1 $.
right $p |- ( q -> ( p -> q ) ) $= wq wp ax-1 $.
"""


async def report_on(text: str) -> Report:
    prover = make_prover(ROOM.settings)
    document = Document("file:///nowhere/t.mm", METAMATH, 1, SourceText(text))
    outline = prover.syntax.outline(text)
    session = await prover.open(document, outline)
    try:
        return await session.check(document, outline, range(len(outline.units)), 30)
    finally:
        await session.close()


async def test_a_report() -> None:
    """Each statement has its own error; an unproved one is what the proof that uses it rests on."""
    names = [unit.name for unit in SYNTAX.outline(TEXT).units]
    report = await report_on(TEXT)
    assert report.complete
    assert {names[p.unit]: p.message.split(".")[0] for p in report.problems if p.unit is not None} == {
        "wrong": "The result of the proof (step 3) does not match the statement being proved"
    }
    assert {names[number]: count for number, count in report.open_holes.items()} == {"open": 1, "steps": 2}
    rests = {names[number]: axioms for number, axioms in report.axioms.items()}
    assert "open" in rests["resting"]
    assert rests["right"] == frozenset()


async def test_what_uses_a_wrong_proof_rests_on_it() -> None:
    """Directly or through another statement, although Metamath itself has nothing against the proof that uses it."""
    text = (
        "$c wff |- ( ) -> $. $v p q $. wp $f wff p $. wq $f wff q $. wi $a wff ( p -> q ) $.\n"
        "wrong $p |- ( p -> q ) $= wp wq wi $.\nmiddle $p |- ( p -> p ) $= wp wp wrong $.\n"
        "target $p |- ( p -> p ) $= wp middle $.\n"
    )
    names = [unit.name for unit in SYNTAX.outline(text).units]
    report = await report_on(text)
    assert report.axioms[names.index("middle")] == {"wrong"}
    assert report.axioms[names.index("target")] == {"wrong"}


@pytest.mark.parametrize("more", ["stray", "${", "x $a |- y $.", "$c wff $.", "right $p wff p $= wp $."])
async def test_what_is_no_database_is_not_complete(more: str) -> None:
    """Tokens that are no statement, an open block, an unknown symbol, a constant or a label used twice."""
    assert not (await report_on(TEXT + more)).complete
