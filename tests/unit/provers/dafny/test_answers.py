"""What Dafny prints, as recorded from 2.3 and documented for 4; and that no odd answer looks like success."""

from __future__ import annotations

import json

import pytest

from unsorry.provers.dafny.answers import Said, mangled, read_command, read_objects, read_server

SERVER = """x.dfy(1,9): Info: decreases n

Verifying CheckWellformed$$_module.__default.Sum ...
Retrieving cached verification result for implementation CheckWellformed$$_module.__default.Sum...
  [6 proof obligations]  verified

Verifying Impl$$_module.__default.S ...
  [1 proof obligation]  error
x.dfy(2,63): Error BP5003: A postcondition might not hold on this return path.
x.dfy(2,52): Related location: This is the postcondition that might not hold.
Verification completed successfully!
"""
SLOW = """Verifying Impl$$_module.__default.Slow ...
  [1 proof obligation]  timed out
x.dfy(6,6): Verification of 'Impl$$_module.__default.Slow' timed out after 1 seconds
x.dfy(6,97): Timed out on BP5003: A postcondition might not hold on this return path.
Verification completed successfully!
"""
COMMAND = """Verifying Impl$$_module.__default.A ...
  [0.302 s, 1 proof obligation]  verified

Dafny program verifier finished with 1 verified, 0 errors
"""


def test_the_server_s_answer() -> None:
    """Errors with places and what belongs to them; a verdict for each implementation."""
    answer = read_server(SERVER)
    message = "A postcondition might not hold on this return path."
    assert answer.ended
    assert answer.errors == (Said(message, 2, 63, "x.dfy", False, ((2, 52),)),)
    assert answer.passed("Sum")
    assert not answer.passed("S")
    assert not answer.passed("NotThere")


def test_a_loop_without_a_body_is_an_error() -> None:
    """Dafny only warns, and takes all that follows such a loop for proved; its summary does not count it."""
    warning = "x.dfy(2,5): Warning: note, this loop has no body\n"
    answer = read_command(warning + COMMAND, 0)
    assert answer.ended
    assert answer.errors == (Said("Warning: note, this loop has no body", 2, 5, "x.dfy", taken=True),)
    assert read_server(warning + SERVER).errors[0].taken


def test_giving_up_is_no_verdict() -> None:
    """A timeout is an error that says so, and nothing passed."""
    answer = read_server(SLOW)
    assert answer.ended
    assert [error.undecided for error in answer.errors] == [True, True]
    assert not answer.passed("Slow")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Verification completed successfully!\nx.dfy(1,2): Error: invalid AssertStmt\n",
        SERVER.replace("Verification c", "C"),
    ],
)
def test_what_was_not_verified_has_not_ended(text: str) -> None:
    """No word of the end, or errors without any verdict (the text does not resolve)."""
    answer = read_server(text)
    assert not answer.ended
    assert answer.reason
    assert not answer.passed("Sum")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (COMMAND, 1),
        (COMMAND, 4),
        (COMMAND.replace("0 errors", "1 error"), 4),
        (COMMAND.replace("0 errors", "0 errors, 1 time out"), 0),
        (COMMAND.replace("0 errors", "0 errors, 1 time out"), 4),
        (COMMAND.partition("Dafny")[0], 0),
        ("Unhandled Exception: System.NullReferenceException\n", 1),
        ("", 0),
    ],
)
def test_a_run_that_contradicts_itself_has_not_ended(text: str, status: int) -> None:
    """Status, summary and messages have to agree; a crash (status 1) and a lone time-out prove nothing."""
    assert not read_command(text, status).ended


def test_an_honest_run_has_ended() -> None:
    """Beside the odd ones, the usual one; the noise that a newer Z3 makes Dafny print changes nothing."""
    noise = (
        "Prover error: line 18 column 28: unknown parameter 'model_compress'\nLegal parameters are:\n  model (bool)\n"
    )
    assert read_command(COMMAND, 0).passed("A")
    assert read_command(noise + COMMAND, 0).passed("A")
    failing = COMMAND.replace("verified\n\n", "error\na.dfy(1,2): Error: assertion violation\n\n", 1)
    assert read_command(failing.replace("1 verified, 0 errors", "0 verified, 1 error"), 4).ended


def test_names_as_the_verifier_writes_them() -> None:
    """Recorded from Dafny 2.3."""
    assert mangled("A_b'") == "A__b_k"
    assert mangled("Inner_x?") == "Inner__x_q"
    assert mangled("C.M") == "M"


def line(type_: str, value: object) -> str:
    return json.dumps({"type": type_, "value": value}) + "\n"


def diagnostic(message: str, severity: int = 1) -> str:
    start = {"line": 14, "character": 17}
    location = {"filename": "unsorry.dfy", "range": {"start": start, "end": start}}
    return line("diagnostic", {"location": location, "severity": severity, "defaultFormatMessage": message})


def test_dafny_4() -> None:
    """As its documentation has it: an object a line; a warning counts only where nothing may go unproved. What passed
    is told by the log alone."""
    good = line("status", "\nDafny program verifier finished with 1 verified, 0 errors\n")
    bad = line("status", "\nDafny program verifier finished with 1 verified, 1 error\n")
    warning = diagnostic("program contains an assume statement (annotate it with {:axiom})", 2)
    log = (
        "\nResults for M.C.L' (well-formedness)\n  Overall outcome: Correct\n  Overall time: 00:00:01\n"
        "\nResults for M.C.L' (correctness)\n  Overall outcome: Correct\n\n  Assertion batch 1:\n    Outcome: Valid\n"
    )
    assert read_objects(good, 0, log).passed("C.L'")
    assert not read_objects(good, 0, log).passed("Other")
    assert read_objects(diagnostic("a postcondition could not be proved") + bad, 4, log).errors[0].line == 14
    assert read_objects(warning + good, 0, log).errors == ()
    assert len(read_objects(warning + good, 0, log, strict=True).errors) == 1
    assert not read_objects(bad, 4, log).ended
    assert not read_objects("garbage\n", 0, log).ended
    assert not read_objects(good, 2, log).ended


@pytest.mark.parametrize(
    "outcome", ["Errors", "TimedOut", "OutOfResource", "Inconclusive", "", "correct", "Correctish"]
)
def test_dafny_4_an_outcome_that_is_not_correct(outcome: str) -> None:
    """Of two parts of a declaration the one that is not right counts, whatever the summary says."""
    good = line("status", "\nDafny program verifier finished with 1 verified, 0 errors\n")
    part = "\nResults for L (well-formedness)\n  Overall outcome: Correct\n"
    assert not read_objects(good, 0, f"{part}\nResults for L (correctness)\n  Overall outcome: {outcome}\n").passed("L")


def test_dafny_4_that_verified_nothing() -> None:
    """``0 verified`` with no error is what a filter that matches nothing, or a switched-off verifier, gives: nothing
    passed, and a log that says otherwise is not believed."""
    nothing = line("status", "\nDafny program verifier finished with 0 verified, 0 errors\n")
    assert not read_objects(nothing, 0, "").passed("L")
    contradiction = read_objects(nothing, 0, "\nResults for L (correctness)\n  Overall outcome: Correct\n")
    assert not contradiction.ended
    assert not contradiction.passed("L")
    one = line("status", "\nDafny program verifier finished with 1 verified, 0 errors\n")
    assert not read_objects(one, 0, "").passed("L")
