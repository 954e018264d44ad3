"""Sentences as a real Rocq splits them: ``coqc -time`` tells the bytes of each one that it ran."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from unsorry.provers.rocq.sentences import sentences
from unsorry.text import SourceText

pytestmark = pytest.mark.rocq

BANK = Path(__file__).parents[3] / "bench" / "bank"
TORTURE = """\
(* é∀𝔸 (* nested " *) " (* deeper (* 4 *) *) *) *) Definition zz := 1.
Require Import String Arith. Open Scope string_scope.
Definition s := "a ""b"" . (* ". Definition t := s
 .
(* "*)" *) (** doc. *) (***) (**) Check Nat.add. Check (1+1)%nat.
Notation "[[ x ; .. ; y ]]" := (cons x .. (cons y nil) ..).
Record R := { f : nat ; g' : nat }. Check fun r : R => r.(f).
Goal forall n m : nat, n + m = m + n /\\ True /\\ (True /\\ True).
Proof with auto.
  intros...
  split.
  (* c *) - (* d *) apply Nat.add_comm.
  - split.
    + { exact I. }
    +{ split... }
Qed.
Goal True /\\ True. split. 2:{ exact I. } 1: { exact I. } Qed.
Goal True /\\ True. split. 2: exact I. all: exact I. Qed.
Goal True. refine ?[foo]. [foo]: { exact I. } Qed.
Goal (True /\\ True) /\\ True. split. * split. ** exact I. ** exact I. * exact I. Qed.
Fail Check foobar. Time Check 1. Timeout 5 Check 1.
#[local] Lemma x (n : nat) : n = n. Proof. Time { reflexivity. } Qed.
"""


def ran(text: str, folder: Path) -> list[tuple[int, int]]:
    """Bytes of each sentence that ``coqc`` ran, up to and including the first that failed."""
    coqc = shutil.which("coqc")
    if coqc is None:
        pytest.skip("no coqc on PATH")
    file = folder / "m_sentences.v"
    file.write_bytes(text.encode())
    command = [coqc, "-q", "-time", "-noglob", file.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    return [(int(a), int(b)) for a, b in re.findall(rb"^Chars (\d+) - (\d+) ", done.stdout, re.MULTILINE)]


def split(text: str) -> list[tuple[int, int]]:
    source = SourceText(text)
    return [(source.byte_of(s.span.start), source.byte_of(s.span.end)) for s in sentences(text)]


def test_torture(tmp_path: Path) -> None:
    """Comments, strings, bullets, braces and selectors of every form."""
    theirs = ran(TORTURE, tmp_path)
    assert theirs == split(TORTURE)


def test_files_of_the_bank(tmp_path: Path) -> None:
    """The tricky files, CRLF and astral characters among them."""
    for path in sorted((BANK / "tricky").glob("*.v")):
        text = path.read_bytes().decode()
        assert ran(text, tmp_path) == split(text), path.name


@pytest.mark.parametrize("name", ["Lists/List.v", "Bool/Bool.v", "ssr/ssrbool.v", "Logic/ChoiceFacts.v"])
def test_files_of_the_standard_library(name: str, tmp_path: Path) -> None:
    """Thousands of sentences of other people's, where their sources are installed."""
    coqc = shutil.which("coqc")
    where = subprocess.run([coqc or "coqc", "-where"], capture_output=True, text=True, check=True).stdout.strip()
    path = Path(where, "theories", name)
    if not path.exists():
        pytest.skip("the sources of the standard library are not installed")
    text = path.read_bytes().decode()
    theirs = ran(text, tmp_path)
    assert len(theirs) > 100
    assert theirs == split(text)[: len(theirs)]
