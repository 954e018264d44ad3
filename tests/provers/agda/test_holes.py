"""Holes from text alone are exactly a real Agda's interaction points."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from unsorry.provers.agda.holes import SYNTAX
from unsorry.text import Encoding, Position, Range, SourceText

pytestmark = pytest.mark.agda

BANK = Path(__file__).parents[3] / "bench" / "bank"
TORTURE = """\
module Torture where
open import Agda.Builtin.Nat
open import Agda.Builtin.String
open import Agda.Builtin.Char
a--b : Nat
a--b = ?
?--c : Nat
?--c = 1
c : Nat
c = ?{- x -}
d : Nat
d = 1 +{- x -}?
f : Nat
f = 3 --> ?
g : Nat → Nat
g x' = x' + ?
h? : Nat
h? = (?)
i : Nat → Nat
i x = {!x!} + {! "!}
k : Nat → Nat
k = λ{zero → ?;(suc n) → ?}
s : String
s = "\\" ? \\\\"
s2 : String
s2 = "gap \\
   \\ ? {! "
t : Char → Char
t '?' = '"'
t '\\'' = '{'
t '\\x41' = ?
t c = c
u : Nat
u = {- {! -} 3 {- !} -}
v : Nat
v = {! {- !} + {! -} !}
w : Nat
w = let ?x = 3 ; y? = 4 in ?x + y? + ? + 4
𝔸 : Nat
𝔸 = {- 😀 -} {! over
  two lines !} + ?"""
LITERATE = {
    "Prose.lagda.md": "? `{! !}`\n  ```agda\nmodule Prose where\nopen import Agda.Builtin.Nat\na : Nat\na = ?\n  ```\n"
    "```\nb : Nat\nb = ?\n```\ntext ```\nc : Nat\nc = ?\n```\n```haskell\n?\n"
    "```\n```text foo\n?\n\n```\nd : Nat\nd = ?\n```\n",
    "Prose.lagda.tex": "? {! !}\n% \\begin{code}\ntext \\% \\begin{code}\nmodule Prose where\n"
    "open import Agda.Builtin.Nat\na : Nat\na = ?\n\\end{code} ?\n? \\begin{code}[hide]\n"
    "b : Nat\nb = ?\n  \\end{code}\n?\n",
    "Prose.lagda.rst": "Title?\n\nCode::\n\n  module Prose where\n\n  open import Agda.Builtin.Nat\n\nNot code ?\n\n"
    ".. comment ::\n\n  not code ?\n\n::\n\n  a : Nat\n  a = ?\n dedented ? ::\n\n  b : Nat\n  b = {! !}\n",
    "Prose.lagda.org": "?\n#+BEGIN_SRC agda2\nmodule Prose where\nopen import Agda.Builtin.Nat\na : Nat\na = ?\n"
    "#+end_src\n?\n",
}


def interaction_points(path: Path) -> list[Range]:
    """What Agda says of a file: 0-based lines, and columns in code points."""
    agda = shutil.which("agda") or str(Path(sys.executable).with_name("agda"))
    command = f'IOTCM "{path}" None Direct (Cmd_load "{path}" [])\n'
    environment = {**os.environ, "AGDA_DIR": str(path.parent)}
    done = subprocess.run(
        [agda, "--interaction-json"],
        input=command,
        cwd=path.parent,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    points: list[Range] | None = None
    for line in done.stdout.splitlines():
        answer = json.loads(text) if (text := line.removeprefix("JSON> ")).startswith("{") else {}
        if answer.get("kind") == "InteractionPoints":
            ends = [point["range"][0] for point in answer["interactionPoints"]]
            points = [
                Range(*(Position(end[side]["line"] - 1, end[side]["col"] - 1) for side in ("start", "end")))
                for end in ends
            ]
    assert points is not None, done.stdout
    return sorted(points)


def ours(path: Path) -> list[Range]:
    source = SourceText(path.read_bytes().decode())
    return [source.range(hole.span, Encoding.UTF32) for _, hole in SYNTAX.outline(source.text, path.name).holes]


@pytest.mark.parametrize(("name", "text"), [("Torture.agda", TORTURE), *LITERATE.items()])
def test_difficult_texts(name: str, text: str, tmp_path: Path) -> None:
    """Names, comments and literals with question marks; prose of every flavour."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert ours(path) == interaction_points(path)


@pytest.mark.parametrize("path", sorted((BANK / "tricky").glob("*agda*")), ids=lambda path: path.name)
def test_tricky_files(path: Path, tmp_path: Path) -> None:
    """Those of the bank."""
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    assert ours(copy) == interaction_points(copy)
