"""What holds of every scanner on every text: it never fails, its outlines are in order, an update is a full scan."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unsorry.model import Language
from unsorry.provers.base import Outline
from unsorry.provers.patterns import compiled
from unsorry.provers.rocq import holes as rocq_holes
from unsorry.registry import ROOMS, room_for, syntax_of
from unsorry.text import Edit, Span, apply_edits

ROOT = Path(__file__).parents[3]
# What opens and closes, ends lines and units, or means something in one of the languages.
MARKS = (
    " ", "\n", "\n\n", "\r\n", "\t", ".", ". ", "...", "(*", "*)", "{-", "-}", "{!", "!}", "/-", "-/", "/*", "*/", "--",
    "//", ";", '"', "'", "'\"'", "?", "?x", "{", "}", "(", ")", "[", "]", "{:axiom}", "{-# X #-}", "|||", '"""', 'r#"',
    "«", "»", ":=", "=", ":", "|", "=>", "-", "§", "\ufeff", "𝔸", "\\", "@[", "#[", "\f", "\u2028", "> ",
)  # fmt: skip
NEVER = compiled(r"(?!)")
LANGUAGES = [room.language for room in ROOMS]


def has_two_ways(language: Language) -> bool:
    """Whether the scanner has an expression for units in which nothing is of interest, beside its tokens."""
    return language == "rocq" or hasattr(syntax_of(language).scan, "__self__")  # type: ignore[attr-defined]


def texts_of(language: Language) -> list[str]:
    folders = [ROOT / "examples" / language, ROOT / "bench/bank" / language, ROOT / "bench/bank/tricky"]
    paths = sorted(path for folder in folders for path in folder.glob("*"))
    return [path.read_bytes().decode() for path in paths if path.name.endswith(room_for(language).suffixes)]


SAMPLES = {language: texts_of(language) for language in LANGUAGES}
WORDS = {
    language: sorted({word for text in texts for word in re.findall(r"\s+|\w+|[^\w\s]+", text)})
    for language, texts in SAMPLES.items()
}


def pieces(language: Language) -> st.SearchStrategy[str]:
    """Words of the language and marks, in any order."""
    return st.lists(st.sampled_from(MARKS) | st.sampled_from(WORDS[language]), max_size=12).map("".join)


@st.composite
def texts(draw: st.DrawFn, language: Language) -> str:
    """Anything at all, words in any order, or a real file with changes."""
    if draw(st.booleans()):
        return draw(st.text(max_size=60) | pieces(language))
    text = draw(st.sampled_from(SAMPLES[language]))
    for _ in range(draw(st.integers(0, 3))):
        text = apply_edits(text, [draw(edits(language, text))])
    return text


@st.composite
def edits(draw: st.DrawFn, language: Language, text: str) -> Edit:
    start = draw(st.integers(0, len(text)))
    length = draw(st.sampled_from((0, 0, 1, 2, 10, 200)))
    return Edit(Span(start, min(start + length, len(text))), draw(pieces(language)))


def name_of(language: Language, draw: st.DataObject) -> str:
    return "File" + draw.draw(st.sampled_from(room_for(language).suffixes))


def check_order(text: str, outline: Outline) -> None:
    at = 0
    for unit in outline.units:
        assert at <= unit.span.start < unit.span.end <= len(text)
        assert unit.span.start == unit.head.start <= unit.head.end <= unit.span.end
        within = unit.span.start
        for hole in unit.holes:
            assert within <= hole.span.start <= hole.span.end <= unit.span.end
            within = hole.span.end
        for escape in unit.escapes:
            assert unit.span.start <= escape.span.start <= escape.span.end <= unit.span.end
        at = unit.span.end


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_units_are_in_order_and_hold_their_holes(language: Language, data: st.DataObject) -> None:
    """On any text whatever: nothing raises, nothing overlaps, nothing lies outside."""
    text, name = data.draw(texts(language)), name_of(language, data)
    check_order(text, syntax_of(language).outline(text, name))


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_between_units_there_is_no_code(language: Language, data: st.DataObject) -> None:
    """What no unit holds would be nothing but blanks and comments if it stood alone."""
    text = data.draw(texts(language))
    syntax = syntax_of(language)
    at = 0
    for unit in syntax.outline(text).units:
        assert syntax.outline(text[at : unit.span.start]).units == ()
        at = unit.span.end
    assert syntax.outline(text[at:]).units == ()


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_update_is_a_full_scan(language: Language, data: st.DataObject) -> None:
    """After edits anywhere, those that open or close comments and strings among them, one after the other."""
    text, name = data.draw(texts(language)), name_of(language, data)
    syntax = syntax_of(language)
    outline = syntax.outline(text, name)
    for _ in range(4):
        edit = data.draw(edits(language, text))
        text = apply_edits(text, [edit])
        outline = syntax.update(outline, edit, text, name)
        assert outline == syntax.outline(text, name)


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
def test_typing_a_file_gives_its_outline(language: Language) -> None:
    """Character by character, and deleted again the same way."""
    syntax = syntax_of(language)
    final = max(SAMPLES[language], key=len)[:600]
    outline, text = syntax.outline(""), ""
    for character in final:
        edit = Edit(Span(len(text), len(text)), character)
        text += character
        outline = syntax.update(outline, edit, text)
        assert outline == syntax.outline(text)
    while text:
        edit = Edit(Span(0, 1), "")
        text = text[1:]
        outline = syntax.update(outline, edit, text)
        assert outline == syntax.outline(text)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if has_two_ways(language)], ids=str)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_fast_way_is_the_slow_way(language: Language, data: st.DataObject) -> None:
    """Units matched in one step are what reading them word by word gives."""
    text = data.draw(texts(language))
    syntax = syntax_of(language)
    fast = syntax.outline(text)
    if language == "rocq":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rocq_holes, "_PLAIN", NEVER)
            slow = syntax.outline(text)
    else:
        grammar = syntax.scan.__self__  # type: ignore[attr-defined]
        never = {name: NEVER for name in ("plain", "other") if hasattr(grammar, name)}
        slow = evolve(syntax, scan=evolve(grammar, **never).scan).outline(text)
    assert fast == slow


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "( " * 100_000,
        "(* " * 50_000,
        "{- " * 50_000,
        "/- " * 50_000,
        "/* " * 50_000,
        '"' * 100_001,
        "{! " * 50_000,
        "? " * 50_000,
        "- " * 100_000,
        "\n" * 500_000,
        "\n a" * 30_000,
        "lemma x\n" * 10_000,
        "data X : Y\n" * 10_000,
        "x . " * 50_000,
        "{--}a" * 20_000,
        "private " * 20_000,
        "admit. " * 10_000,
        "def x := sorry " * 10_000,
        "assume x " * 20_000,
        "f admit; (* c *) postulate {- c -}\n " * 10_000,
        'x = s!"{' * 20_000,
        "@[x] " * 20_000,
        "f (" * 30_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_huge_texts_are_no_trouble(language: Language, text: str) -> None:
    """A line of a million characters, or the same thing many times over: the time limit of the tests is far away."""
    check_order(text, syntax_of(language).outline(text))
