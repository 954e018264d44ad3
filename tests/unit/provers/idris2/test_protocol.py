"""The IDE protocol: requests as bytes, messages cut from bytes, S-expressions as values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.errors import ProverError
from unsorry.provers.idris2 import protocol
from unsorry.provers.idris2.protocol import Framer, SExpression, Symbol, parse, quote, request
from unsorry.provers.idris2.replies import Premise, read_answer, read_metavariables


def test_a_request_says_its_length() -> None:
    """Six hexadecimal digits, counting the line end."""
    assert request(protocol.load("T.idr"), 7) == b'000019((:load-file "T.idr") 7)\n'
    message = request(protocol.VERSION, 1)
    assert int(message[:6], 16) == len(message) - 6


def test_a_request_beyond_ascii_stands_on_a_line() -> None:
    """Idris reads what has a length byte by byte; a line it reads as text."""
    assert request(protocol.refine(3, "h", "α\n+ 1"), 2) == '((:refine 3 "h" "α + 1") 2)\n'.encode()


def test_commands() -> None:
    """Each as the protocol's reference has it."""
    assert protocol.case_split(7, 11, "k") == '(:case-split 7 11 "k")'
    assert protocol.proof_search(7, "h", ("a", "b")) == '(:proof-search 7 "h" ("a" "b"))'
    assert protocol.intro(7, "h") == '(:intro 7 "h")'
    assert protocol.generate_definition(5, "f") == '(:generate-def 5 "f")'
    assert protocol.interpret(':t "x"') == '(:interpret ":t \\"x\\"")'


values: st.SearchStrategy[SExpression] = st.recursive(
    st.text() | st.integers() | st.from_regex(r"[a-z-]+", fullmatch=True).filter(lambda w: w != "-").map(Symbol),
    lambda inner: st.lists(inner).map(tuple),
)


def shown(value: SExpression) -> str:
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, tuple):
        return f"({' '.join(map(shown, value))})"
    return f":{value.name}" if isinstance(value, Symbol) else str(value)


@given(values)
def test_values_come_back(value: SExpression) -> None:
    """What is written as an S-expression is read as the same value."""
    assert parse(shown(value)) == value


@pytest.mark.parametrize("unit", ["utf-8", "utf-16-le", "utf-32-le"])
@given(texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=5), size=st.integers(1, 7))
def test_messages_come_back(unit: str, texts: list[str], size: int) -> None:
    """However the bytes are cut, and whatever the lengths count."""
    messages = [f"(:return (:ok {quote(text)}) 1)\n" for text in texts]
    width = {"utf-8": 1, "utf-16-le": 2, "utf-32-le": 4}[unit]
    data = b"".join(f"{len(m.encode(unit)) // width:06x}{m}".encode() for m in messages)
    framer, found = Framer(), []
    for at in range(0, len(data), size):
        framer.feed(data[at : at + size])
        found += framer.messages()
    assert found == messages


@pytest.mark.parametrize("text", ["", "(", ")", '"open', "(:ok) (:ok)", "(:ok))", '(:ok "\\'])
def test_what_is_no_value(text: str) -> None:
    """It is an error, not a guess."""
    with pytest.raises(ProverError):
        parse(text)


def test_last_words_are_no_message() -> None:
    """What a dying program says without a length is told in the error."""
    framer = Framer()
    framer.feed(b"Uncaught error: out of luck\n")
    with pytest.raises(ProverError, match="out of luck"):
        list(framer.messages())


def test_an_endless_answer() -> None:
    """It is refused; a new answer is counted anew."""
    framer = Framer()
    framer.feed(b"x" * (40 << 20))
    framer._buffer.clear()
    framer.answered()
    framer.feed(b"x" * (40 << 20))
    with pytest.raises(ProverError, match="endless"):
        framer.feed(b"x" * (40 << 20))


def test_an_answer_with_complaints() -> None:
    """Errors come beside the answer, the same one many times; the excerpt of the file is cut away."""
    warning = (
        '(:warning ("T.idr" (14 19) (14 23) "While processing. Can\'t solve constraint\nbetween: k and plus k 0.\n\n'
        'T:15:20--15:24\n 13 |   f Z = Refl\n 14 |   f = "x"\n                 ^^^^\n" ((1 2 ((:decor :bound))))) 2)'
    ).replace('"x"', '\\"x\\"')
    answer = read_answer([warning, warning, '(:return (:error "Error(s) building file T.idr") 2)'])
    assert answer is not None
    assert answer.error == "Error(s) building file T.idr"
    (complaint,) = answer.complaints
    assert (complaint.start.line, complaint.start.character, complaint.end.character) == (14, 19, 23)
    assert complaint.message == "While processing. Can't solve constraint between: k and plus k 0."


def test_warnings_are_no_errors() -> None:
    """Idris sends both in one form."""
    answer = read_answer(
        [
            '(:warning ("T.idr" (3 0) (3 3) "Unreachable clause: f y\n\nT:4:1--4:4\n 4 | f y = 2\n     ^^^\n" ()) 2)',
            '(:warning ("T.idr" (5 0) (5 3) "Undefined name x. " ()) 2)',
            '(:return (:error "Error(s) building file T.idr") 2)',
        ]
    )
    assert answer is not None
    assert [complaint.is_warning for complaint in answer.complaints] == [True, False]


def test_an_answer_that_has_not_ended() -> None:
    """Without a final message there is no answer."""
    assert read_answer(['(:write-string "1/1: Building" 2)']) is None


@pytest.mark.parametrize("message", ["(:return :ok 2)", '(:warning "x" 2)', "7"])
def test_an_answer_of_another_form(message: str) -> None:
    """It is an error of the prover's."""
    with pytest.raises(ProverError):
        read_answer([message])


def test_holes() -> None:
    """Names may come as texts in texts; contexts with quantities, and implicit variables."""
    answer = read_answer(
        [
            (
                '(:return (:ok (("\\"M.h\\"" ((" 0 {a}" "Type" ()) (" 1 x" "a" ()) ("   xs" "List\n a" ())) ("Nat" ()))'
                ' ("M.N.k" () ("Nat" ())))) 3)'
            )
        ]
    )
    assert answer is not None
    one, other = read_metavariables(answer)
    assert (one.name, one.root, one.type, other.name) == ("M.h", "h", "Nat", "M.N.k")
    assert one.context == (
        Premise("a", "Type", "0", implicit=True),
        Premise("x", "a", "1"),
        Premise("xs", "List a", ""),
    )
    assert [premise.in_scope for premise in one.context] == [False, True, True]


def test_holes_of_another_form() -> None:
    """An answer that is not understood is never an empty list."""
    for text in ('(:return (:error "no") 1)', '(:return (:ok (("h"))) 1)'):
        answer = read_answer([text])
        assert answer is not None
        with pytest.raises(ProverError):
            list(read_metavariables(answer))
