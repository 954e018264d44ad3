"""What Metamath says, read; the search with a scripted Proof Assistant."""

from __future__ import annotations

from collections.abc import Sequence

from unsorry.provers.metamath.answers import Unknown, hypotheses, new_proof, problems, unknown_steps, unproved, was_read
from unsorry.provers.metamath.holes import SYNTAX
from unsorry.provers.metamath.search import Lemma, lemmas, variables, whole_proofs

SAID = """\
0 10%  20%  30%  40%  50%  60%  70%  80%  90% 100%
.............................................
?Error on line 22 of file "t x.mm" at statement 21, label "bad", type "$p":
bad $p |- ( p -> q ) $= wp wq ax-1 $.
                              ^^^^
The result of the proof (step 3) does not match the statement being proved.
.....
?Error on line 24 of file "t x.mm" at statement 23, label "elsewhere", type "$p":
x
^
At proof step 2, something.

Warning: The following $p statement(s) were not proved:  a1i, id,
    wid
"""
TEXT = """\
$c wff |- $. $v p q $. wp $f wff p $. wq $f wff q $. ax $a |- q $.
open $p |- p $= ? $. bad $p |- p $= ax $. id $p |- p $= ? $. late $a |- p $.
"""


def test_errors_have_their_statements() -> None:
    """By label; what is in no statement of the text has none."""
    first, second = problems(SAID, SYNTAX.outline(TEXT))
    assert first.message.startswith("The result of the proof (step 3)")
    assert SYNTAX.outline(TEXT).units[first.unit or 0].name == "bad"
    assert second.unit is None
    (stray,) = problems("?Error: no such thing", SYNTAX.outline(TEXT))
    assert stray.message == "?Error: no such thing"


def test_what_is_not_proved() -> None:
    """From both warnings, over several lines."""
    assert unproved(SAID) == {"a1i", "id", "wid"}
    assert unproved("x\nWarning: The following traced statement(s) were not proved:\n   id a1i") == {"id", "a1i"}
    assert unproved("All is well") == frozenset()


def test_steps_and_proofs() -> None:
    """With work variables, distances from the last step, and several lines."""
    said = "3 -1   min=?     $? |- $2\n14     maj=?     $? |- ( $2 -> p )\n15 h $e |- p $.\n"
    assert unknown_steps(said) == (Unknown(3, "min", "|- $2"), Unknown(14, "maj", "|- ( $2 -> p )"))
    assert hypotheses(said) == (("h", "|- p"),)
    assert new_proof(
        "Proof of x\n---Clip out the proof below this line to put\n  wp wq\n  ax-1 $.\n---The proof of"
    ) == (
        "wp",
        "wq",
        "ax-1",
    )
    assert new_proof("nothing") == ()
    assert was_read("10 bytes were read into the source buffer.")
    assert not was_read("10 bytes were read into the source buffer.\n?Error: x")


def test_what_a_proof_may_use() -> None:
    """Earlier assertions that are proved, nearest first; the statement's own variable for what may be anything."""
    outline = SYNTAX.outline(TEXT)
    number = next(n for n, unit in enumerate(outline.units) if unit.name == "id")
    assert lemmas(TEXT, outline, number) == [Lemma("bad", "|-"), Lemma("ax", "|-")]
    assert variables(TEXT, outline, number) == {"wff": "p"}


async def test_a_search_goes_by_the_typecode_and_does_not_repeat_itself() -> None:
    """An assertion is assigned where it says the same kind of thing; a state that was seen is not looked at again."""
    asked: list[tuple[str, ...]] = []

    async def ask(commands: Sequence[str], _seconds: float) -> Sequence[str]:
        asked.append(tuple(commands))
        done = "assign last ax" in commands
        steps = "ax" if done else "?"
        proof = f"---Clip out the proof below this line to put\n {steps} $.\n---The proof of"
        return ["" for _ in commands[:-2]] + ["" if done else "1 id=? $? |- p", proof]

    known = [Lemma("wi", "wff"), Lemma("no", "|-"), Lemma("ax", "|-")]
    assert [proof async for proof in whole_proofs(ask, known, {}, 5)] == ["ax", "ax"]
    assigned = {command for commands in asked for command in commands if command.startswith("assign")}
    assert assigned == {"assign last no", "assign last ax"}
