"""Module headers and the surroundings of a file, from texts and directories alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from unsorry.model import Document, Language
from unsorry.provers.agda.project import (
    anonymous_head,
    default_libraries,
    file_name,
    find_header,
    find_project,
    library_roots,
    parse_lib,
)
from unsorry.text import SourceText


def document(path: Path | None, text: str = "", uri: str = "untitled:Untitled-1") -> Document:
    return Document(path.as_uri() if path else uri, Language("agda"), 1, SourceText(text), path)


def anonymous(text: str, file: str, *, named: bool = True) -> str:
    head, renamed = anonymous_head(text, file, named=named)
    assert text.startswith(head)
    return renamed + text[len(head) :]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("Thm.agda", "module Thm where\nx = ?"),
        ("Thm.agda", "module Foo.Bar.Thm where\n"),
        (
            "Thm.agda",
            "{-# OPTIONS --safe #-}\n-- module No where\nopen import A using (module Thm)\nmodule Thm where\n",
        ),
        ("Thm.agda", "open import A\n  using (b)\n\nmodule Thm (A : Set)\n  {B : Set}\n  where\n"),
        ("Thm.agda", "{- module Thm where {- -} -}\nmodule Foo.Thm(A : Set) where\n"),
        ("Thm.lagda.md", "# module Thm where\n\n```agda\nmodule Thm where\n```\n"),
        ("Thm.lagda.tex", "module Thm where\n\\begin{code}\nmodule Thm where\n\\end{code}\n"),
        ("Thm.lagda.rst", "Prose::\n\n  module Thm where\n  x = 1\n"),
        ("𝔸-1.agda", "\ufeffmodule 𝔸-1 where\r\n"),
    ],
)
def test_the_header_is_renamed_and_nothing_moves(file: str, text: str) -> None:
    """A scratch copy has another name, so the module must have none; every other character stays in its place."""
    header = find_header(text, file)
    assert header is not None
    renamed = anonymous(text, file)
    assert len(renamed) == len(text)
    assert renamed[header.start : header.end].strip() == "_"
    assert renamed[: header.start] == text[: header.start]
    assert renamed[header.end :] == text[header.end :]
    assert renamed[: header.start].rstrip().endswith("module")


@pytest.mark.parametrize(
    "text",
    [
        "x = ?\n",
        "module _ where\n",
        "x = 1\nmodule Thm where\n  y = ?\n",
        "open module Thm = A\n",
        "",
        "module Other where\n",
    ],
)
def test_a_file_without_its_own_header_is_left_alone(text: str) -> None:
    """No header, an inner module, or a name that Agda itself will refuse."""
    assert anonymous(text, "Thm.agda") == text


def test_a_text_that_is_no_file_yet_may_have_any_name() -> None:
    """Standard input and unsaved buffers have no file name to agree with."""
    assert anonymous("module Other where\n", "Untitled-1.agda", named=False) == "module _     where\n"


def test_a_file_name_decides_the_flavour() -> None:
    """The path's name, else the address's; plain Agda where neither says."""
    assert file_name(document(Path("/p/A.lagda.md"))) == "A.lagda.md"
    assert file_name(document(None, uri="untitled:Untitled-1")) == "untitled:Untitled-1.agda"


def test_library_files_are_read_as_agda_reads_them() -> None:
    """Continued lines, comments, flags that begin with two hyphens, lists with commas."""
    text = "name: mine-1.0\n-- a comment\ndepend: standard-library, other\n"
    text += "include:\n  src -- here\n  gen\nflags: --safe --without-K\n"
    assert parse_lib(text) == {
        "name": ["mine-1.0"],
        "depend": ["standard-library", "other"],
        "include": ["src", "gen"],
        "flags": ["--safe", "--without-K"],
    }


def test_the_project_is_looked_for_above_the_real_file(tmp_path: Path) -> None:
    """By the file's own directories, through a symbolic link too."""
    (tmp_path / "p" / "src" / "A").mkdir(parents=True)
    (tmp_path / "p" / "p.agda-lib").write_text("name: p\ninclude: src\ndepend: d\nflags: --guardedness\n")
    real = tmp_path / "p" / "src" / "A" / "B.agda"
    real.write_text("")
    link = tmp_path / "B.agda"
    link.symlink_to(real)
    for path in (real, link):
        project = find_project(document(path))
        assert project.includes == (tmp_path.resolve() / "p" / "src",)
        assert project.depends == ("d",)
        assert project.flags == ("--guardedness",)


def test_without_a_project_the_module_name_tells_the_root(tmp_path: Path) -> None:
    """``module A.B.C`` in ``r/A/B/C.agda`` imports what lies below ``r``; an unsaved text imports no sibling."""
    path = tmp_path / "A" / "B" / "C.agda"
    path.parent.mkdir(parents=True)
    path.write_text("")
    assert find_project(document(path, "module A.B.C where\n")).includes == (tmp_path.resolve(),)
    assert find_project(document(path, "x = ?\n")).includes == (path.parent.resolve(),)
    assert find_project(document(None)).includes == ()


def test_installed_libraries_are_found_with_what_they_depend_on(tmp_path: Path) -> None:
    """By the user's ``libraries`` file, the version left out or not."""
    home = tmp_path / "agda"
    for name, more in (("one-2.0", "depend: two\ninclude: src\n"), ("two", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.agda-lib").write_text(f"name: {name}\n{more}")
    home.mkdir()
    (home / "libraries").write_text(f"-- mine\n{tmp_path}/one-2.0/x.agda-lib\n$HERE/two/x.agda-lib\n/gone.agda-lib\n")
    (home / "defaults").write_text("one\n")
    environment = {"AGDA_DIR": str(home), "HERE": str(tmp_path)}
    assert default_libraries(environment) == ("one",)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HERE", str(tmp_path))
        assert library_roots(("one",), environment) == [tmp_path / "one-2.0" / "src", tmp_path / "two"]
    assert library_roots(("absent",), environment) == []
