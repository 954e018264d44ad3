"""A release says one version everywhere, and its notes are the changelog's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scripts.release import notes, versions

CHANGELOG = "# Changelog\n\n## Unreleased\n\n- Soon.\n\n## 0.2.0 - 2026-10-01\n\n- Later.\n\n## 0.1.0\n\n- First.\n"


def test_every_part_of_this_tree_has_the_same_version() -> None:
    """Server and clients are released together, under one number."""
    assert len(set(versions().values())) == 1, versions()


def test_a_client_that_lags_behind_is_seen(tmp_path: Path) -> None:
    """The version of the extension's manifest counts as much as the server's."""
    (tmp_path / "server" / "unsorry").mkdir(parents=True)
    (tmp_path / "server" / "unsorry" / "__init__.py").write_text('__version__ = "0.2.0"\n')
    (tmp_path / "client-vscode").mkdir()
    (tmp_path / "client-vscode" / "package.json").write_text(json.dumps({"version": "0.1.9"}))
    assert set(versions(tmp_path).values()) == {"0.2.0", "0.1.9"}


def test_notes_are_the_section_of_the_version() -> None:
    """No line of another version gets in; what is not released yet is Unreleased."""
    assert notes("0.2.0", CHANGELOG) == "- Later.\n"
    assert notes("0.1.0", CHANGELOG) == "- First.\n"
    assert notes("0.3.0", CHANGELOG) == "- Soon.\n"


def test_a_version_without_notes_is_not_released() -> None:
    """A dot is a dot: 0.1.0 is not 0x1x0."""
    with pytest.raises(SystemExit, match=r"CHANGELOG\.md says nothing of 0\.3\.0"):
        notes("0.3.0", CHANGELOG.replace("- Soon.", "").replace("0.1.0", "0x3x0"))
