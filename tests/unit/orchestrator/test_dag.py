"""The order of files: imports first, circles opened, the same order whatever ends first."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.model import Language
from unsorry.orchestrator.dag import Agenda, dependencies
from unsorry.registry import room_for


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("rocq", "From A.B Require Import C D.\nRequire E\n  F.G.\nRequire Export H.\n", "A.B.C A.B.D E F.G H"),
        ("rocq", "Lemma requires : True. (* not Require X. *)\n", ""),
        ("agda", "open import A.B using (x)\nimport C\n  open import D-é public\nimportant = 1\n", "A.B C D-é"),
        ("lean4", "import A.B\npublic import C\n-- import D\n", "A.B C"),
        ("idris2", "import public A.B\n> import C as D\n", "A.B C"),
        ("dafny", 'include "a/b.dfy"\n  include "c.dfy"\n', "a/b.dfy c.dfy"),
        ("stellogen", '(use-macros "a/b.sg")\n', "a/b.sg"),
    ],
)
def test_each_room_reads_its_imports(language: str, text: str, names: str) -> None:
    """By the words of the text alone."""
    assert room_for(Language(language)).imported(text) == names.split()


def order(files: dict[str, list[str]]) -> tuple[dict[str, set[str]], Agenda]:
    graph = dependencies({path: path for path in files}, {path: (lambda p, f=files: f[p]) for path in files})
    return graph, Agenda(list(files), graph)


def test_a_name_means_the_file_that_agrees_with_it_longest_and_is_nearest() -> None:
    """A library's prefix agrees with nothing; what is not in the folder is nobody's file."""
    graph, _ = order(
        {
            "/p/A.v": ["Lib.x.B", "Coq.Lists.List", "A"],
            "/p/x/B.v": ["C"],
            "/p/x/C.v": [],
            "/p/C.v": [],
            "/p/y/B.v": ["C"],
            "/p/B.agda": [],
        }
    )
    assert graph == {
        "/p/A.v": {"/p/x/B.v"},
        "/p/x/B.v": {"/p/x/C.v"},
        "/p/y/B.v": {"/p/C.v"},
        "/p/x/C.v": set(),
        "/p/C.v": set(),
        "/p/B.agda": set(),
    }


def test_circles_are_opened_at_the_file_that_comes_first() -> None:
    """Two circles, and nothing is lost or waits for ever."""
    _, agenda = order({"/b.v": ["a"], "/a.v": ["b"], "/c.v": ["c", "d"], "/d.v": ["c", "a"]})
    taken = []
    while not agenda.is_over:
        path = agenda.take()
        assert path is not None
        taken.append(path)
        agenda.done(path)
    assert taken == ["/b.v", "/a.v", "/c.v", "/d.v"]
    assert agenda.circular == [("/b.v", "/a.v"), ("/c.v", "/d.v")]


@given(st.integers(1, 9), st.integers(1, 4), st.randoms(use_true_random=False))
def test_imports_are_always_done_before_and_all_files_are_handed_out_once(
    count: int, workers: int, chance: random.Random
) -> None:
    """Whatever the graph and whatever ends first."""
    paths = [f"/{n}.v" for n in range(count)]
    graph = {path: {other for other in paths if other < path and chance.random() < 0.4} for path in paths}
    shuffled = paths[:]
    chance.shuffle(shuffled)
    agenda = Agenda(shuffled, graph)
    done: list[str] = []
    busy: list[str] = []
    while not agenda.is_over:
        while len(busy) < workers and (path := agenda.take()) is not None:
            assert graph[path] <= set(done)
            busy.append(path)
        ended = busy.pop(chance.randrange(len(busy)))
        done.append(ended)
        agenda.done(ended)
    assert sorted(done) == sorted(paths)
    assert agenda.circular == []
