"""``workspace/didChangeConfiguration`` and ``workspace/configuration``: the editor's layer of settings."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from e2e.lsp.conftest import Start
from e2e.lsp.editor import UNSORRY, able

URI = "file:///w/A.v"
ONE = "Lemma a : 1 = 1.\nProof. Admitted.\n"


async def test_pushed_by_the_client(start: Start) -> None:
    """What the client sends takes effect at once, on top of what it said at the start."""
    editor = await start(closes={"a": ["lia"]}, options={"editor": {"prove_on_open": False}})
    editor.open(URI, ONE)
    await editor.until_codes(URI, "open-goal")
    settings = {"unsorry": {"editor": {"severity_open_goal": "error"}, "trace": {"server": "off"}}}
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
    await editor.until(lambda: editor.shown(URI)[0].severity == types.DiagnosticSeverity.Error, "the severity")
    assert (await editor.command("unsorry.health"))["provers"] == []
    settings = {"unsorry": {"editor": {"prove_on_open": True, "delay": 0}}}
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
    await editor.until_codes(URI, "proof-found")


async def test_asked_from_the_client(start: Start) -> None:
    """Before anything is searched the client is asked for its settings."""
    configuration = {"unsorry": {"editor": {"prove_on_open": False, "severity_open_goal": "hint"}}}
    editor = await start(closes={"a": ["lia"]}, capabilities=able(configuration=True), configuration=configuration)
    editor.open(URI, ONE)
    await editor.until(
        lambda: editor.shown(URI) and editor.shown(URI)[0].severity == types.DiagnosticSeverity.Hint, "the severity"
    )
    assert (await editor.command("unsorry.health"))["provers"] == []
    editor.client.set_configuration({"unsorry": {}})
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    await editor.until_codes(URI, "proof-found")


async def test_settings_that_need_a_new_engine(start: Start) -> None:
    """What was proved is proved again under the new settings, and nothing is lost."""
    editor = await start(closes={"a": ["lia", "auto"]})
    editor.open(URI, ONE)
    await editor.until(lambda: "and 1 more" in "".join(d.message for d in editor.shown(URI)), "two proofs")
    settings = {"unsorry": {"search": {"alternatives": 1}}}
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
    await editor.until(lambda: "and 1 more" not in editor.shown(URI)[0].message, "the new engine")
    await editor.until_codes(URI, "proof-found")
    assert len(await editor.actions(URI, "Admitted")) == 1


async def test_a_wrong_setting_is_told_and_the_rest_goes_on(start: Start) -> None:
    """The message names the key; the other layers hold."""
    editor = await start(closes={"a": ["lia"]}, options={"search": {"budgte": 5}})
    editor.open(URI, ONE)
    await editor.until_codes(URI, "proof-found")
    (message,) = editor.client.messages
    assert message.type == types.MessageType.Error
    assert "search.budgte" in message.message
    assert "search.budget" in message.message


async def test_no_editor_may_choose_what_runs(start: Start) -> None:
    """Folders can bring settings of the editor's along; a program's path is refused from there."""
    editor = await start(options={"provers": {"rocq": {"path": "/tmp/evil"}}}, closes={"a": ["lia"]})
    editor.open(URI, ONE)
    await editor.until_codes(URI, "proof-found")
    assert "provers.rocq.path" in editor.client.messages[0].message


async def test_a_settings_file_of_the_user_s_choice(start: Start, tmp_path: Path) -> None:
    """``unsorry serve --config FILE`` takes it in place of the usual one."""
    settings = tmp_path / "mine.toml"
    settings.write_text('[editor]\nseverity_open_goal = "error"\nprove_on_open = false\n')
    editor = await start((*UNSORRY, "--config", str(settings)))
    editor.open(URI, ONE)
    await editor.until_codes(URI, "open-goal")
    assert editor.shown(URI)[0].severity == types.DiagnosticSeverity.Error


async def test_the_user_s_own_file(start: Start, tmp_path: Path) -> None:
    """The user's settings file counts without any word of the editor's."""
    folder = tmp_path / "home" / ".config" / "unsorry"
    folder.mkdir(parents=True)
    (folder / "unsorry.toml").write_text('[editor]\nseverity_open_goal = "warning"\nprove_on_open = false\n')
    editor = await start()
    editor.open(URI, ONE)
    await editor.until_codes(URI, "open-goal")
    assert editor.shown(URI)[0].severity == types.DiagnosticSeverity.Warning
