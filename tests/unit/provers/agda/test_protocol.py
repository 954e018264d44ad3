"""The protocol as bytes and values: what is sent can be read by Haskell, what comes back becomes a reply."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.errors import ProverError
from unsorry.provers.agda import protocol
from unsorry.provers.agda.protocol import PROMPT, Framer
from unsorry.provers.agda.replies import Cases, Context, Entry, Place, Point, parse_reply
from unsorry.text import Position

PLACE = [{"start": {"line": 3, "col": 7, "pos": 60}, "end": {"line": 4, "col": 2, "pos": 70}}]


def lines(*messages: object) -> list[bytes]:
    return [json.dumps(message).encode() for message in messages]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_a_quoted_string_is_one_line_and_means_the_same(text: str) -> None:
    """Whatever a term holds, it arrives whole and cannot end the command. (Python reads such literals as Haskell.)"""
    quoted = protocol.quote(text)
    assert "\n" not in quoted
    assert ast.literal_eval(quoted.replace("\x00", "\\x00")) == text


def test_a_request_is_one_line_without_highlighting() -> None:
    """Highlighting would be megabytes for a large file."""
    sent = protocol.request(Path("/p/a b.agda"), protocol.give(3, 'f "x"\n  y'))
    assert sent == rb'IOTCM "/p/a b.agda" None Direct (Cmd_give WithoutForce 3 noRange "f \"x\"\n  y")' + b"\n"
    assert protocol.request(Path("/p"), protocol.ABORT).endswith(b"Direct Cmd_abort\n")


@given(st.lists(st.integers(1, 60), max_size=20), st.data())
def test_answers_are_framed_however_the_bytes_come(sizes: list[int], data: st.DataObject) -> None:
    """Pipes cut anywhere: in the middle of a line, of a character, of the prompt."""
    said = [json.dumps({"kind": "X", "text": "α→" * size}, ensure_ascii=False).encode() for size in sizes]
    stream = PROMPT + b"".join(line + b"\n" for line in said) + PROMPT if said else PROMPT
    framer = Framer()
    answers: list[list[bytes]] = []
    at = 0
    while at < len(stream):
        assert said not in answers
        step = data.draw(st.integers(1, 25))
        answers += framer.feed(stream[at : at + step])
        at += step
    assert answers == ([[], said] if said else [[]])


def test_a_message_that_mentions_the_prompt_does_not_end_the_answer() -> None:
    """Only the prompt at the very end, with no line end after it, does."""
    framer = Framer()
    message = b'{"kind":"RunningInfo","message":"JSON> "}'
    assert not list(framer.feed(message + b"\nJSON>"))
    assert list(framer.feed(b" ")) == [[message]]


def test_answers_that_come_together_are_told_apart() -> None:
    """The prompt that ends one answer stands before the first line of the next."""
    framer = Framer()
    assert list(framer.feed(b'JSON> {"a":1}\n{"b":2}\nJSON> ')) == [[], [b'{"a":1}', b'{"b":2}']]
    assert list(framer.feed(b'{"c":3}\nJSON> {"d":')) == [[b'{"c":3}']]
    assert list(framer.feed(b"4}\nJS")) == []
    assert list(framer.feed(b"ON> JSON> ")) == [[b'{"d":4}'], []]


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that never stops talking cannot fill the memory."""
    monkeypatch.setattr(protocol, "_MOST_BYTES", 1000)
    framer = Framer()
    assert not list(framer.feed(b"x" * 900))
    with pytest.raises(ProverError):
        list(framer.feed(b"x" * 200))


def test_a_load_with_goals_and_complaints() -> None:
    """Everything that decides whether a text is proved is in the reply."""
    info = {
        "kind": "AllGoalsWarnings",
        "visibleGoals": [{"kind": "OfType", "type": "Nat", "constraintObj": {"id": 4, "range": PLACE}}],
        "invisibleGoals": [{"kind": "OfType", "type": "Set", "constraintObj": {"name": "_3", "range": PLACE}}],
        "errors": [{"message": "Termination checking failed"}],
        "warnings": ["Unreachable clause"],
    }
    reply = parse_reply(
        lines(
            {"kind": "Status", "status": {"checked": False}},
            {"kind": "ClearRunningInfo"},
            {"kind": "DisplayInfo", "info": info},
            {"kind": "InteractionPoints", "interactionPoints": [{"id": 4, "range": PLACE}, 7]},
        )
    )
    place = Place(Position(2, 6), Position(3, 1))
    assert reply.listed
    assert not reply.checked
    assert reply.points == (Point(4, place), Point(7, None))
    assert reply.visible == (Point(4, place, "Nat"),)
    assert reply.invisible == (("_3 : Set", place),)
    assert reply.errors == ("Termination checking failed",)
    assert reply.warnings == ("Unreachable clause",)


def test_a_goal_with_its_context() -> None:
    """What is out of scope is told apart from what can be written."""
    entries = [
        {"originalName": "A", "reifiedName": "A", "binding": "Set", "inScope": False},
        {"originalName": "x", "reifiedName": "x₁", "binding": "A", "value": "y", "inScope": True},
    ]
    goal = {"kind": "GoalType", "type": "x ≡ x₁", "entries": entries, "typeAux": {"kind": "GoalOnly"}}
    reply = parse_reply(lines({"kind": "DisplayInfo", "info": {"kind": "GoalSpecific", "goalInfo": goal}}))
    expected = (Entry("A", "Set", None, False), Entry("x₁", "A", "y", True))
    assert reply.context == Context("x ≡ x₁", expected)


def test_gives_cases_and_errors() -> None:
    """The three answers to a try."""
    given_ = parse_reply(lines({"kind": "GiveAction", "giveResult": {"str": "refl"}, "interactionPoint": 0}))
    assert given_.given == "refl"
    cases = parse_reply(lines({"kind": "MakeCase", "variant": "Function", "clauses": ["f zero = ?", "f (suc n) = ?"]}))
    assert cases.cases == Cases(("f zero = ?", "f (suc n) = ?"), lambda_=False)
    error = parse_reply(
        lines(
            {"kind": "DisplayInfo", "info": {"kind": "Error", "error": {"message": "no"}, "warnings": []}},
            {"kind": "JumpToError", "filepath": "/p", "position": 5},
        )
    )
    assert (error.error, error.given) == ("no", None)


@pytest.mark.parametrize("line", [b"cannot read", b"\xff\xfe", b'{"kind":"Status"}', b"[]", b'"x"', b"{}"])
def test_garbage_is_an_error_not_a_guess(line: bytes) -> None:
    """An answer that is not Agda's JSON ends the process rather than the search for a proof."""
    with pytest.raises(ProverError, match="must not"):
        parse_reply([line])


def test_a_command_of_another_version_is_an_error() -> None:
    """Agda says so in plain text, and goes on."""
    assert "Cmd_autoOne" in parse_reply([b"cannot read: IOTCM (Cmd_autoOne AsIs)"]).error


def test_messages_of_later_versions_are_passed_over() -> None:
    """Unknown kinds of message are no garbage."""
    assert parse_reply(lines({"kind": "Novelty"}, {"kind": "DisplayInfo", "info": {"kind": "Novelty"}})).error == ""
