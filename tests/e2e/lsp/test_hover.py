"""``textDocument/hover``: what is known of a hole, and of nothing else."""

from __future__ import annotations

from lsprotocol import types

from e2e.lsp.conftest import Start

URI = "file:///w/A.v"
ONE = "Lemma a : 1 = 1.\nProof. Admitted.\n"


def text(hover: types.Hover | None) -> str:
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    return hover.contents.value


async def test_before_anything_was_tried(start: Start) -> None:
    """The hole is named, and the prover has not been started."""
    editor = await start(options={"editor": {"prove_on_open": False}}, closes={"a": ["lia"]})
    editor.open(URI, ONE)
    hover = await editor.hover(URI, "Admitted")
    assert "**Hole of a: open**" in text(hover)
    assert "not started yet" in text(hover)
    assert hover is not None
    assert hover.range is not None
    assert (hover.range.start.line, hover.range.end.character) == (1, len("Proof. Admitted."))


async def test_a_proved_hole(start: Start) -> None:
    """Goal, proof, what was tried, and the prover's health."""
    editor = await start(closes={"a": ["lia"]}, conclusions={"a": "n + 0 = n"})
    editor.open(URI, ONE)
    await editor.until_codes(URI, "proof-found")
    await editor.until(lambda: editor.client.statuses and editor.client.statuses[-1].holes.proved == 1, "settled")
    shown = text(await editor.hover(URI, "Admitted"))
    assert "**Hole of a: proved**" in shown
    assert "```coq\n============================\nn + 0 = n\n```" in shown
    assert "**Proof by micro (scripted, " in shown
    assert "```coq\nlia\n```" in shown
    assert "- micro proved it (3 candidates, " in shown
    for fact in ("scripted 1.0 is healthy", "100% of 1 attempts succeeded", "median", "p95", "queue", "breaker closed"):
        assert fact in shown


async def test_a_hole_that_was_not_proved(start: Start) -> None:
    """What was tried, with its outcome and time, and why it ended."""
    editor = await start(conclusions={"a": "False"})
    editor.open(URI, ONE)
    await editor.until(lambda: "not proved" in "".join(d.message for d in editor.shown(URI)), "the end")
    shown = text(await editor.hover(URI, "Admitted"))
    assert "**Hole of a: open**" in shown
    assert "not proved: 3 candidates tried" in shown
    assert "- micro found nothing (3 candidates, " in shown


async def test_only_on_a_hole(start: Start) -> None:
    """Everywhere else the language's own server speaks."""
    editor = await start(options={"editor": {"prove_on_open": False}})
    editor.open(URI, ONE + "(* end *)\n")
    assert await editor.hover(URI, "Lemma") is None
    assert await editor.hover(URI, "end") is None
    assert await editor.hover(URI, "Admitted") is not None


async def test_each_hole_has_its_own(start: Start) -> None:
    """Two holes do not show each other's goals."""
    editor = await start(closes={"a": ["lia"], "b": ["lia"]}, conclusions={"a": "goal_of_a", "b": "goal_of_b"})
    editor.open(URI, ONE + "Lemma b : 2 = 2.\nProof.   Admitted.\n")
    await editor.until_codes(URI, "proof-found", "proof-found")
    assert "goal_of_a" in text(await editor.hover(URI, "Proof. Admitted"))
    assert "goal_of_b" in text(await editor.hover(URI, "Proof.   Admitted"))
    assert "goal_of_b" not in text(await editor.hover(URI, "Proof. Admitted"))
