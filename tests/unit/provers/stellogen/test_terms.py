"""Expressions of Stellogen read and written, messages of ``sgen`` read, assertions with what they depend on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.model import Goal, Goals, Hypothesis
from unsorry.provers.stellogen.candidates import batches
from unsorry.provers.stellogen.expectations import assertions_about, empty_objects, forms, is_tested
from unsorry.provers.stellogen.holes import SYNTAX
from unsorry.provers.stellogen.messages import failures
from unsorry.provers.stellogen.terms import dual, read

SYMBOLS = st.text("abcXY_019+-?.:é𝔸", min_size=1, max_size=4)
LEAVES = st.one_of(SYMBOLS, st.text(alphabet="ab ;()", max_size=4).map(lambda inner: f'"{inner}"'), st.just('"\\""'))
TEXTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda parts: "(" + " ".join(parts) + ")"),
        st.lists(inner, max_size=4).map(lambda parts: "[ " + " ; x\n ".join(parts) + "\n]"),
        st.lists(inner, max_size=4).map(lambda parts: "{" + "\n".join(parts) + "}"),
        inner.map(lambda part: "#" + part),
        inner.map(lambda part: "@" + part),
    ),
    max_leaves=12,
)


@given(TEXTS)
def test_what_is_written_reads_the_same(text: str) -> None:
    """Reading loses nothing but space and comments."""
    term = read(text)
    assert term is not None
    assert read(str(term)) == term
    assert dual(dual(term)) == term


@given(st.text(alphabet='()[]{}"\\;#@*§| ab\n', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Reading never fails, and what it accepts can be written."""
    term = read(text)
    assert term is None or read(str(term)) == term


@pytest.mark.parametrize("text", ["", ")", "(a", "(a]", "[a", '"a', "#", "(" * 5000])
def test_what_is_no_expression_is_none(text: str) -> None:
    """Unclosed, unopened, or nested beyond reason."""
    assert read(text) is None


def test_messages_have_their_places() -> None:
    """With colours, details and the file that they are about."""
    said = (
        "\x1b[1m\x1b[31merror\x1b[0m\x1b[0m: \x1b[1massertion failed\x1b[0m\n"
        "  \x1b[36m-->\x1b[0m \x1b[36m/a b/bad.sg\x1b[0m:2:3\n \n    2 | (:: bad nat)\n\n"
        "  \x1b[1mExpected:\x1b[0m ok\n       Got: (+nat foo)\n\n"
        "error: identifier not found\n  --> x.sg:1:7\n  hint: The identifier 'nope' was not defined.\n"
    )
    first, second = failures(said)
    assert (first.file, first.line, first.column) == ("/a b/bad.sg", 2, 3)
    assert first.message == "assertion failed; expected ok; got (+nat foo)"
    assert first.offset("é𝔸\nab§(x)") == 5
    assert first.offset("one line") == 8
    assert second.message.endswith("'nope' was not defined.")
    assert list(failures("Sys_error")) == []


SOURCE = """\
(macro (:: A B) §(forall B T (== @(exec @#A #T) ok)))
(spec nat {[(-nat 0) ok]})
(object three {})
(def twice { #three #three })
(:: three nat)
(== #twice a)
(== three three)
(show #three)
(object four {})
"""
PREPROCESSED = """\
(§ (spec nat (%group (%cons (-nat 0) (%cons ok %nil)))))
(object three (%group))
(def twice (%group (# three) (# three)))
(§ (forall nat T (== (@ (exec (@ (# three)) (# T))) ok)))
(show (# four))
(§ (object four (%group (%cons a %nil) (%group) (%group))))
"""


def test_which_assertions_test_an_object() -> None:
    """Calls of macros, assertions about what rests on it; not the mere word, and not what only shows it."""
    found = forms(SOURCE, SYNTAX.outline(SOURCE))
    assert {str(found[unit].term) for unit in assertions_about("three", found)} == {"(:: three nat)", "(== #twice a)"}
    assert assertions_about("four", found) == frozenset()
    assert is_tested("three", PREPROCESSED)
    assert is_tested("nat", PREPROCESSED)
    assert not is_tested("four", PREPROCESSED)
    assert list(empty_objects(PREPROCESSED)) == [("three", 1), ("four", 2)]


def test_candidates_do_not_answer_by_rote() -> None:
    """``ok`` alone would pass the test of ``nat`` and say nothing: it is not among them; each comes once."""
    goals = Goals((Goal((Hypothesis(("nat",), "spec", "{[(-nat 0) ok] [(-nat (s N)) (+nat N)]}"),), "(:: three nat)"),))
    made = [text for batch in batches(goals, "three") for text in batch]
    assert "(+nat 0)" in made
    assert "(+nat (s (s 0)))" in made
    assert "ok" not in made
    assert len(made) == len(set(made))
    assert all(read(text) is not None for text in made)
