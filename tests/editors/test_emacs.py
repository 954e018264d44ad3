"""Emacs with Eglot and with lsp-mode: the configurations of the how-to page, a real server and a real Agda.

``agda2-mode`` itself is stood in for by an empty major mode of that name: a client goes by the name alone.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from editors.pages import configuration
from editors.test_neovim import EASY

pytestmark = [pytest.mark.emacs, pytest.mark.agda, pytest.mark.e2e]

SESSION = Path(__file__).with_name("session.el")
SEEN = """\
line 7: y ≡ x
line 10: 4 ≡ 4
line 13: 1 ≡ 2
chosen: Fill with `sym refl = refl` (agda, N ms)
filled: sym refl = refl
ended
"""


@pytest.mark.parametrize("client", ["eglot", "lsp-mode"])
def test_a_session(client: str, workspace: Path, tmp_path: Path, editor_env: dict[str, str]) -> None:
    """Holes are marked, the menu offers a verified proof, the buffer changes, and the server ends in peace."""
    heading = {"eglot": "Emacs with Eglot", "lsp-mode": "Emacs with lsp-mode"}[client]
    init = tmp_path / "init.el"
    init.write_text(configuration(heading), encoding="utf-8")
    (workspace / "Easy.agda").write_text(EASY, encoding="utf-8")
    command = ["emacs", "-q", "--batch", "-l", str(SESSION), client, str(init), str(workspace / "Easy.agda")]
    env = {**editor_env, "TMPDIR": str(tmp_path), "LANG": "C.UTF-8"}
    done = subprocess.run(command, env=env, cwd=workspace, capture_output=True, text=True, timeout=150, check=False)
    assert done.stdout == SEEN, done.stderr[-3000:]
