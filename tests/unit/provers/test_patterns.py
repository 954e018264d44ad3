"""Expressions mean the same on every Python, also on those whose possessive groups are wrong."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.model import Language
from unsorry.provers.patterns import compiled, with_atomic_groups
from unsorry.registry import syntax_of


@pytest.mark.parametrize(
    ("pattern", "atomic"),
    [
        (r"(?:ab?c)++", r"(?>(?:ab?c)+)"),
        (r"(a(?P<b>b|c)?+)*+d", r"(?>(a(?>(?P<b>b|c)?))*)d"),
        (r"(?:a|b){1,3}+", r"(?>(?:a|b){1,3})"),
        (r"\(a*+\)++[^)(]++", r"\(a*+\)++[^)(]++"),
        (r"[]()]*+(?:x)+", r"[]()]*+(?:x)+"),
        (r"[^\](]++(?:[)]|\))*+", r"[^\](]++(?>(?:[)]|\))*)"),
    ],
)
def test_only_possessive_groups_are_rewritten(pattern: str, atomic: str) -> None:
    """Brackets in classes and behind backslashes are no groups; single characters are right as they are."""
    assert with_atomic_groups(pattern) == atomic


def test_a_failed_round_is_stepped_back_from() -> None:
    """The expression that older Pythons get wrong."""
    match = compiled(r"(?:ab?c)++").match("aca")
    assert match is not None
    assert match.span() == (0, 2)


@pytest.mark.parametrize(
    ("pattern", "atomic"),
    [
        (r"(?:(a)|b)*+c(?:a|b)*+", r"(?>(?:(a)|b)*)c(?:a|b)*+"),
        (r"(?:(?:(?P<n>a))|(?=b)b)++", r"(?>(?:(?:(?P<n>a))|(?=b)b)+)"),
        (r"(?:(?:a|b)*+|c)?+", r"(?:(?:a|b)*+|c)?+"),
    ],
)
def test_groups_that_capture_are_always_rewritten(pattern: str, atomic: str) -> None:
    """They can end in an error of the interpreter on every Python; the others are faster as they are."""
    assert with_atomic_groups(pattern, every=False) == atomic


def test_a_capture_in_a_possessive_group_is_no_error() -> None:
    """The expression on which Python 3.11 to 3.13 raise ``SystemError``."""
    match = compiled(r"((x)|y|z)*+").match("xyz")
    assert match is not None
    assert match.groups() == ("z", "x")


_ATOMS = st.sampled_from(["a", "b?", "[^a]", "a*+", r"\(", "(?:a|bb)", "(?:ab?)"])
_PATTERNS = st.recursive(
    _ATOMS,
    lambda inner: st.builds(
        "(?:{}|{}){}".format, inner, st.lists(inner, max_size=3).map("".join), st.sampled_from(["*", "*+", "++", "?+"])
    ),
    max_leaves=6,
)


@given(_PATTERNS, st.text("ab(", max_size=12))
def test_both_forms_match_the_same(pattern: str, text: str) -> None:
    """On a Python whose possessive groups are right, the rewritten expression finds the same text."""
    if compiled(r"(?:ab?c)++").pattern != r"(?:ab?c)++":
        pytest.skip("this Python's own possessive groups are wrong")
    one, other = re.search(pattern, text), re.search(with_atomic_groups(pattern), text)
    assert (one and one.span()) == (other and other.span())


_WATCH = """
import importlib, pkgutil, re, sys
from unsorry.provers import patterns

wrong, real = set(), re.compile

def watched(pattern, flags=0):
    module = sys._getframe(1).f_globals["__name__"]
    if module != patterns.__name__ and isinstance(pattern, str) and patterns.with_atomic_groups(pattern) != pattern:
        wrong.add(module)
    return real(pattern, flags)

re.compile = watched
import unsorry.provers
for found in pkgutil.walk_packages(unsorry.provers.__path__, "unsorry.provers."):
    importlib.import_module(found.name)
print(sorted(wrong))
"""


def test_the_rooms_compile_through_this_module() -> None:
    """A prover's room that gives a possessive group to ``re.compile`` would miss holes on some Pythons; it has to use
    ``compiled``."""
    done = subprocess.run([sys.executable, "-c", _WATCH], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "prefixes", list(itertools.product(["Fail ", "(* c *) ", "Time ", "Local ", 'Redirect "f" '], repeat=3))
)
def test_prefixes_of_commands_are_read(prefixes: tuple[str, ...]) -> None:
    """Commands with several prefixes have ended in the interpreter's own error."""
    text = "".join(prefixes) + "Check 1.\nLemma a : True.\nProof. Admitted.\n"
    assert len(list(syntax_of(Language("rocq")).outline(text).holes)) == 1
