"""The diff that ``fill`` prints is one that other tools apply."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unsorry.cli.diff import unified_diff
from unsorry.text import Edit, Span, apply_edits

_TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c", "\r\n", "\n", "é𝒜", "lemma.\n"]), max_size=40).map("".join)


@st.composite
def _edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(_TEXTS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Edit(Span(start, end), draw(_TEXTS)) for start, end in pairs]


def _apply(diff: str, text: str) -> str:
    """A strict reader of unified diffs, independent of the writer: every count and every old line must match."""
    old = re.findall(r"[^\n]*\n|[^\n]+", text)
    body = diff.split("\n")[2:-1]
    out, at, index = [], 0, 0
    while index < len(body):
        ranges = body[index].split(" ")
        assert ranges[0] == ranges[3] == "@@"
        start, _, length = ranges[1][1:].partition(",")
        new_start, _, new_length = ranges[2][1:].partition(",")
        first = int(start) - (0 if length == "0" else 1)
        out += old[at:first]
        assert len(out) == int(new_start) - (0 if new_length == "0" else 1)
        at, index, before = first, index + 1, len(out)
        while index < len(body) and not body[index].startswith("@@"):
            line = body[index] + "\n"
            if index + 1 < len(body) and body[index + 1].startswith("\\"):
                line, index = line[:-1], index + 1
            if line[0] in " -":
                assert old[at] == line[1:]
                at += 1
            if line[0] in " +":
                out.append(line[1:])
            index += 1
        assert at - first == int(length or 1)
        assert len(out) - before == int(new_length or 1)
    return "".join(out + old[at:])


@settings(max_examples=300, deadline=None)
@given(_edited())
def test_applying_the_diff_gives_the_edited_text(case: tuple[str, list[Edit]]) -> None:
    """Whatever the edits and line ends, the diff leads from the old text to the new one; no change, no diff."""
    text, edits = case
    wanted = apply_edits(text, edits)
    diff = unified_diff("f.v", text, edits)
    assert (_apply(diff, text) if diff else text) == wanted
    assert bool(diff) == (wanted != text)


def test_the_context_is_three_lines() -> None:
    """A reader sees the change with three lines around it, and nothing of the rest of the file."""
    text = "".join(f"{n}\n" for n in range(100))
    start = text.index("50\n")
    diff = unified_diff("d/f.v", text, [Edit(Span(start, start + 2), "fifty")])
    assert diff == ("--- a/d/f.v\n+++ b/d/f.v\n@@ -48,7 +48,7 @@\n 47\n 48\n 49\n-50\n+fifty\n 51\n 52\n 53\n")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_applies_the_diff(tmp_path: Path) -> None:
    """``git apply`` takes a diff of a file with CRLF line ends and no final newline."""
    text = "one\r\ntwo\r\nthree"
    (tmp_path / "f.v").write_bytes(text.encode())
    diff = unified_diff("f.v", text, [Edit(Span(5, 8), "TWO"), Edit(Span(10, 15), "3\r\n4")])
    subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=tmp_path, check=True, timeout=20)
    assert (tmp_path / "f.v").read_bytes() == b"one\r\nTWO\r\n3\r\n4"
