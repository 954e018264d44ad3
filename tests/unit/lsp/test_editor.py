"""The editor's documents: which are ours, and under which name."""

from __future__ import annotations

import pytest

from unsorry.lsp.editor import Change, EditorDocuments, language_of
from unsorry.model import Language
from unsorry.text import SourceText


@pytest.mark.parametrize(
    ("uri", "language_id", "language"),
    [
        ("file:///a.v", "coq", Language("rocq")),
        ("file:///a.v", "plaintext", Language("rocq")),
        ("file:///a.v", "", Language("rocq")),
        ("file:///a.v", "verilog", None),
        ("file:///a.v", "V", None),
        ("file:///a.lagda.md", "markdown", Language("agda")),
        ("file:///a%2Elean", "lean4", Language("lean4")),
        ("file:///a.lean", "lean", Language("lean4")),
        ("untitled:Untitled-1", "dafny", Language("dafny")),
        ("untitled:proof.idr", "", Language("idris2")),
        ("git:/a.sg?ref", "stellogen", Language("stellogen")),
        ("file:///a.md", "markdown", None),
        ("file:///", "", None),
        ("", "", None),
    ],
)
def test_the_language_of_a_document(uri: str, language_id: str, language: Language | None) -> None:
    """The editor's word counts before the suffix, and languages that share a suffix are told apart."""
    assert language_of(uri, language_id) is language


def test_one_document_for_all_spellings() -> None:
    """Whatever spelling a message uses, it finds the document, whose own spelling stays the one it was opened with."""
    documents = EditorDocuments()
    document = documents.put("file:///c%3A/a%20b.v", Language("rocq"), 1, SourceText("x"))
    for spelling in ("file:///c%3A/a%20b.v", "file:///C:/a b.v", "file:///c:/a%20b.v", document.uri):
        opened = documents.get(spelling)
        assert opened is not None
        assert opened.uri == "file:///c%3A/a%20b.v"
    assert documents.get("file:///c:/ab.v") is None
    assert documents.remove("file:///C:/a%20b.v") is not None
    assert documents.get(document.uri) is None
    assert documents.remove("file:///C:/a%20b.v") is None


def test_readers_hear_of_changes() -> None:
    """Each with the canonical URI."""
    documents, heard = EditorDocuments(), []
    documents.subscribe(lambda change, uri: heard.append((change, uri)))
    documents.tell(Change.SAVED, "file:///a.v")
    assert heard == [(Change.SAVED, "file:///a.v")]
