"""Neovim, as users run it: the configuration of the how-to page, the built-in client, a real server and a real Agda."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pynvim
import pytest

from editors.conftest import all_end, descendants, until
from editors.pages import configuration

pytestmark = [pytest.mark.neovim, pytest.mark.agda, pytest.mark.e2e]

EASY = """module Easy where

open import Agda.Builtin.Nat
open import Agda.Builtin.Equality

sym : {A : Set} {x y : A} → x ≡ y → y ≡ x
sym p = ?

two-and-two : 2 + 2 ≡ 4
two-and-two = {! !}

wrong : 1 ≡ 2
wrong = ?
"""
HARD = "module Hard where\n\npostulate\n  A : Set\n  f : A → A\n  g : (A → A) → A → A\n\nhard : A\nhard = ?\n"

TRANSCRIPT = """\
:edit Easy.agda
  7: proof-found y ≡ x
  10: proof-found 4 ≡ 4
  13: open-goal 1 ≡ 2
:lua vim.lsp.buf.hover()
  y ≡ x
:lua vim.lsp.buf.code_action()
  sym refl = refl
:Unsorry fillAll
  two-and-two = refl
  wrong = ?
:undo
  two-and-two = {! !}
:quit
"""


class Neovim:
    """A headless Neovim over its own protocol, with what a user sees put into words."""

    def __init__(self, nvim: pynvim.Nvim, pid: int) -> None:
        self.nvim = nvim
        self.pid = pid

    def edit(self, path: Path) -> None:
        self.nvim.command(f"edit {path}")

    def diagnostics(self) -> list[str]:
        """One line each: where, its code, and the first line of its message."""
        found = self.nvim.exec_lua(
            "return vim.tbl_map(function(d) return { d.lnum + 1, d.user_data and d.user_data.lsp.code or d.code,"
            " d.message } end, vim.diagnostic.get(0))"
        )
        return [f"{line}: {code} {message.splitlines()[0]}" for line, code, message in sorted(found)]

    def hover(self) -> str:
        """What the floating window shows once the server has answered."""
        self.nvim.exec_lua("vim.lsp.buf.hover()")
        until(lambda: len(self.nvim.windows) > 1, "the hover window")
        window = next(w for w in self.nvim.windows if w.number != self.nvim.current.window.number)
        text = "\n".join(window.buffer[:])
        self.nvim.command("fclose" if self.nvim.funcs.exists(":fclose") else "only")
        return text

    def code_action(self) -> None:
        """Takes the first action that the menu offers, as Enter would."""
        self.nvim.exec_lua("vim.ui.select = function(items, _, choose) choose(items[1]) end")
        self.nvim.exec_lua("vim.lsp.buf.code_action()")

    def lines(self, *starts: str) -> list[str]:
        """The buffer's lines that start so."""
        return [line for line in self.nvim.current.buffer[:] if line.startswith(starts)]

    def shown(self, line: str) -> bool:
        return line in self.nvim.current.buffer[:]

    def settled(self, holes: int, code: str, count: int) -> None:
        """Waits until the file has so many holes, and so many of them that code."""
        until(
            lambda: len(said := self.diagnostics()) == holes and sum(f" {code} " in line for line in said) == count,
            f"{count} of {holes} diagnostics {code}",
        )


@pytest.fixture
def neovim(
    tmp_path: Path, workspace: Path, editor_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Neovim]:
    init = tmp_path / "init.lua"
    init.write_text(configuration("Neovim"), encoding="utf-8")
    for name, value in editor_env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(workspace)
    argv = ["nvim", "--embed", "--headless", "-n", "-i", "NONE", "-u", str(init)]
    nvim = pynvim.attach("child", argv=argv)
    yield Neovim(nvim, nvim.funcs.getpid())
    nvim.close()


def test_a_session(neovim: Neovim, workspace: Path) -> None:
    """A user opens a file, reads a goal, fills one hole, fills the rest, undoes that in one step, and quits: the
    transcript is what they see, and nothing runs on."""
    (workspace / "Easy.agda").write_text(EASY, encoding="utf-8")
    said: list[str] = []

    def note(command: str, *seen: str) -> None:
        said.extend([command, *(f"  {line}" for line in seen)])

    neovim.edit(workspace / "Easy.agda")
    until(lambda: sum(" proof-found " in line for line in neovim.diagnostics()) == 2, "two proofs")
    until(lambda: neovim.diagnostics()[-1].endswith("1 ≡ 2"), "the goal that has no proof")
    note(":edit Easy.agda", *neovim.diagnostics())

    neovim.nvim.current.window.cursor = (7, 9)
    goal = re.search(r"y ≡ x", neovim.hover())
    note(":lua vim.lsp.buf.hover()", goal[0] if goal else "no goal")

    neovim.code_action()
    until(lambda: not neovim.shown("sym p = ?"), "the first fill")
    note(":lua vim.lsp.buf.code_action()", *neovim.lines("sym p", "sym refl"))

    neovim.settled(2, "proof-found", 1)
    neovim.nvim.command("Unsorry fillAll")
    until(lambda: not neovim.shown("two-and-two = {! !}"), "the second fill")
    note(":Unsorry fillAll", *neovim.lines("two-and-two =", "wrong ="))

    neovim.nvim.command("undo")
    note(":undo", *neovim.lines("two-and-two ="))

    below = descendants(neovim.pid)
    assert below, "the server runs below Neovim"
    neovim.nvim.command("quit!", async_=True)
    assert all_end(below)
    note(":quit")
    assert "\n".join(said) + "\n" == TRANSCRIPT


def test_cancel_stops_the_provers_work(neovim: Neovim, workspace: Path) -> None:
    """``:Unsorry cancel`` ends a search that would have gone on; the hole is open, not failed."""
    (workspace / "Hard.agda").write_text(HARD, encoding="utf-8")
    (workspace / "unsorry.toml").write_text("[search]\nbudget = 600.0\n")
    neovim.nvim.exec_lua(
        "vim.lsp.handlers['unsorry/status'] = function(_, status) vim.g.proving = status.holes.proving end"
    )
    neovim.edit(workspace / "Hard.agda")
    until(lambda: neovim.nvim.vars.get("proving") == 1, "the search")
    neovim.nvim.command("Unsorry cancel")
    until(lambda: neovim.nvim.vars.get("proving") == 0, "the end of the search")
    assert [line.split(" ")[1] for line in neovim.diagnostics()] == ["open-goal"]
