"""The capabilities that well-known editors really send: each gets from a hole to its proof by its own ways."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from lsprotocol import types
from pytest_lsp import LspSpecificationWarning, client_capabilities

from e2e.lsp.conftest import Start
from e2e.lsp.editor import Editor
from unsorry.lsp.capabilities import pulls

URI = "file:///w/A.v"
ONE = "Lemma a : 1 = 1.\nProof. Admitted.\n"


async def codes(editor: Editor) -> list[Any]:
    """What the client shows, by whichever way it learns of it."""
    assert editor.client.capabilities is not None
    if not pulls(types.InitializeParams(editor.client.capabilities)):
        return editor.codes(URI)
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(URI))
    report = await editor.client.text_document_diagnostic_async(params)
    assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
    return [item.code for item in report.items]


@pytest.mark.filterwarnings(f"error::{LspSpecificationWarning.__module__}.{LspSpecificationWarning.__name__}")
@pytest.mark.parametrize("name", ["visual-studio-code", "neovim", "emacs"])
async def test_from_a_hole_to_its_proof(start: Start, name: str) -> None:
    """Nothing is sent that the client has not said it understands."""
    editor = await start(closes={"a": ["lia"]}, seconds=0.2, capabilities=client_capabilities(name))
    editor.open(URI, ONE)
    while await codes(editor) != ["proof-found"]:
        await asyncio.sleep(0.02)
    assert await editor.hover(URI, "Admitted") is not None
    assert await editor.lenses(URI)
    action = (await editor.actions(URI, "Admitted"))[0]
    if action.edit is None and action.command is None:
        action = await editor.client.code_action_resolve_async(action)
    assert editor.apply(action.edit)
    assert editor.texts[URI].text == "Lemma a : 1 = 1.\nProof. lia. Qed.\n"
    while await codes(editor):
        await asyncio.sleep(0.02)
