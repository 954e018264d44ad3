"""``unsorry serve``: which address the server is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from unit.cli.conftest import Run


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """With what the server was called."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr("unsorry.lsp.server.main", lambda **arguments: calls.append(arguments))
    return calls


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("7777", ("127.0.0.1", 7777)),
        (":7777", ("127.0.0.1", 7777)),
        ("0.0.0.0:0", ("0.0.0.0", 0)),
        ("[::1]:7777", ("::1", 7777)),
    ],
)
def test_a_port_alone_is_on_the_loopback(
    run: Run, served: list[dict[str, Any]], text: str, address: tuple[str, int]
) -> None:
    """Only who asks for another host gets one."""
    assert run("serve", "--tcp", text).code == 0
    assert served == [{"address": address, "user_settings": None}]


def test_standard_streams_are_the_default(run: Run, served: list[dict[str, Any]]) -> None:
    """Editors that add ``--stdio`` get what they would get without; nothing is printed into the protocol."""
    assert run("serve").out == run("serve", "--stdio", "--config", "my.toml").out == ""
    assert served == [
        {"address": None, "user_settings": None},
        {"address": None, "user_settings": Path("my.toml")},
    ]


@pytest.mark.parametrize("text", ["", "localhost", "localhost:", "localhost:seven", "localhost:65536"])
def test_what_is_no_port_is_refused(run: Run, served: list[dict[str, Any]], text: str) -> None:
    """Exit code 2 with an example, and no server."""
    ran = run("serve", "--tcp", text)
    assert (ran.code, served) == (2, [])
    assert "127.0.0.1:7777" in ran.err


def test_one_way_to_talk_at_a_time(run: Run, served: list[dict[str, Any]]) -> None:
    """``--stdio`` and ``--tcp`` exclude each other."""
    assert run("serve", "--stdio", "--tcp", "7777").code == 2
    assert served == []
