"""The parts of a workspace that need no client: capabilities, coalescing, the editor's layer of settings, goals."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from lsprotocol import converters, types

from unsorry.lsp.capabilities import pulls, server_capabilities
from unsorry.lsp.client import ClientOptions, read_client, read_options
from unsorry.lsp.coalescing import Coalescer
from unsorry.lsp.connection import UnsorryServer
from unsorry.lsp.goals import show_goal
from unsorry.lsp.names import Command
from unsorry.lsp.preferences import layered, respelled
from unsorry.model import Goal, Hypothesis, Language
from unsorry.text import Encoding

_NO_CLIENT = types.InitializeParams(capabilities=types.ClientCapabilities())
_BEHIND = {
    "hover_provider": {types.TEXT_DOCUMENT_HOVER},
    "code_action_provider": {types.TEXT_DOCUMENT_CODE_ACTION, types.CODE_ACTION_RESOLVE},
    "code_lens_provider": {types.TEXT_DOCUMENT_CODE_LENS},
    "diagnostic_provider": {types.TEXT_DOCUMENT_DIAGNOSTIC, types.WORKSPACE_DIAGNOSTIC},
    "text_document_sync": {
        types.TEXT_DOCUMENT_DID_OPEN,
        types.TEXT_DOCUMENT_DID_CHANGE,
        types.TEXT_DOCUMENT_DID_SAVE,
        types.TEXT_DOCUMENT_DID_CLOSE,
    },
    "workspace": {types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS},
}


async def test_what_is_offered_is_there() -> None:
    """Each capability that the server tells of has its handlers, and each command its own; and none is hidden."""
    server = UnsorryServer()
    server.begin(_NO_CLIENT, "utf-16")
    server.open_workspace()
    offered = server_capabilities("utf-16", pull=True)
    named = {name for name in types.ServerCapabilities.__annotations__ if getattr(offered, name) is not None}
    assert named - {"position_encoding", "execute_command_provider"} == set(_BEHIND)
    handled = set(server.protocol.fm.features)
    assert {method for name in _BEHIND for method in _BEHIND[name]} <= handled
    assert set(server.protocol.fm.commands) == {command.value for command in Command}
    await server.aclose()


async def test_loading_again_changes_nothing() -> None:
    """The workspace opens once, however many messages come."""
    server = UnsorryServer()
    server.open_workspace()
    assert server.protocol.fm.features == {}
    server.begin(_NO_CLIENT, "utf-16")
    server.open_workspace()
    server.open_workspace()
    await server.aclose()


def client_of(given: dict[str, Any], **options: Any) -> types.InitializeParams:
    """A client with some capabilities."""
    capabilities = converters.get_converter().structure(given, types.ClientCapabilities)
    return types.InitializeParams(capabilities, initialization_options=options)


def test_a_client_that_says_nothing_can_do_nothing() -> None:
    """No flag is set unless the client sets it."""
    client = read_client(client_of({}), "utf-16")
    assert client.encoding is Encoding.UTF16
    flags = [getattr(client, name) for name in type(client).__annotations__ if name != "encoding"]
    assert not any(flags)


@pytest.mark.parametrize(
    ("given", "pulled"),
    [
        ({}, False),
        ({"textDocument": {"diagnostic": {}}}, False),
        ({"workspace": {"diagnostics": {"refreshSupport": True}}}, False),
        ({"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {}}}, False),
        ({"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}, True),
    ],
)
def test_who_pulls(given: dict[str, Any], pulled: bool) -> None:
    """Only a client that can be told to ask again, and that has not asked for the contrary."""
    assert pulls(client_of(given)) is pulled
    assert not pulls(client_of(given, push=True))


@pytest.mark.parametrize(
    ("given", "options"),
    [
        ({}, ClientOptions()),
        (
            {"trusted": "yes", "backgroundProgress": None, "quietMs": "300"},
            ClientOptions(trusted=False),
        ),
        (
            {"trusted": True, "backgroundProgress": False, "quietMs": 300},
            ClientOptions(background_progress=False, quiet=0.3),
        ),
    ],
)
def test_what_a_client_asks_for(given: dict[str, Any], options: ClientOptions) -> None:
    """What is of the wrong type counts as not said, but for trust, which only ``true`` gives."""
    assert read_options(given) == options


@pytest.mark.parametrize(
    ("resolve", "can"),
    [
        ({}, False),
        ({"dataSupport": True}, False),
        ({"dataSupport": True, "resolveSupport": {"properties": ["command"]}}, False),
        ({"resolveSupport": {"properties": ["edit"]}}, False),
        ({"dataSupport": True, "resolveSupport": {"properties": ["edit", "command"]}}, True),
    ],
)
def test_who_resolves(resolve: dict[str, Any], can: bool) -> None:
    """Edits are made late only where the client asks for them and keeps what is needed to make them."""
    assert read_client(client_of({"textDocument": {"codeAction": resolve}}), "utf-8").resolves_edits is can


@pytest.mark.parametrize(
    ("below", "above", "merged"),
    [
        ({}, {}, {}),
        ({"search": {"budget": 5}}, {}, {"search": {"budget": 5}}),
        ({"search": {"budget": 5}}, {"search": {"jobs": 2}}, {"search": {"budget": 5, "jobs": 2}}),
        ({"search": {"budget": 5}}, {"search": {"budget": 7}}, {"search": {"budget": 7}}),
        ({"trace": {"server": "off"}}, {"client": 1}, {}),
        ({"search": 5}, {"search": {"budget": 7}}, {"search": {"budget": 7}}),
    ],
)
def test_what_the_editor_says_later_counts(below: Any, above: Any, merged: Any) -> None:
    """Section by section; what is no section of ours is dropped."""
    assert layered(below, above) == merged


async def test_many_marks_are_one_call() -> None:
    """Once for each key; what is urgent comes before its time and takes the others along."""
    called: list[str] = []
    coalescer = Coalescer(0.05, called.append)
    for _ in range(10):
        coalescer.mark("a")
        coalescer.mark("b")
    coalescer.mark("b", now=True)
    coalescer.mark("b", now=True)
    assert called == []
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert called == ["b"]
    while len(called) < 2:
        await asyncio.sleep(0.01)
    coalescer.mark("a")
    while len(called) < 3:
        await asyncio.sleep(0.01)
    assert called == ["b", "a", "a"]


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        (Language("rocq"), "n, m : nat\nk := 2 : nat\n============================\nn = m"),
        (Language("lean4"), "n m : nat\nk : nat := 2\n⊢ n = m"),
        (Language("agda"), "Goal: n = m\n————————————————————————————\nn m : nat\nk = 2 : nat"),
        (Language("idris2"), "n, m : nat\nk : nat = 2\n------------------------------\nn = m"),
        (Language("dafny"), "n, m : nat\nk: nat := 2\nassert n = m;"),
    ],
)
def test_goals_look_as_the_language_shows_them(language: Language, shown: str) -> None:
    """Context, rule and conclusion, each language in its own way."""
    goal = Goal((Hypothesis(("n", "m"), "nat"), Hypothesis(("k",), "nat", "2")), "n = m")
    assert show_goal(language, goal) == shown


def test_a_goal_without_context() -> None:
    """Braces in what a prover prints are only text."""
    assert show_goal(Language("agda"), Goal((), "{A : Set} → A")) == "Goal: {A : Set} → A"
    assert show_goal(Language("rocq"), Goal((), "{x | x = 1}")) == "============================\n{x | x = 1}"


def test_settings_in_vs_codes_spelling() -> None:
    """Dots and capitals in keys are understood beside our own names; a section that is no table gives way."""
    said = {"editor.proveOnOpen": False, "provers.lean4.memoryMb": 4096, "provers": {"rocq": {"timeout": 3}}}
    assert respelled(said) == {
        "editor": {"prove_on_open": False},
        "provers": {"lean4": {"memory_mb": 4096}, "rocq": {"timeout": 3}},
    }
    assert respelled({"search": {"idleSeconds": 30, "budget": 1}}) == {"search": {"idle_seconds": 30, "budget": 1}}
    assert respelled({"search": 3, "search.budget": 1}) == {"search": {"budget": 1}}
