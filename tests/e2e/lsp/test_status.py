"""``unsorry/status``: counts for status bars."""

from __future__ import annotations

import itertools
from typing import Any

from e2e.lsp.conftest import Start

URI = "file:///w/my%20files/A.v"
TWO = "Lemma a : 1 = 1.\nProof. Admitted.\nLemma b : 2 = 2.\nProof. Admitted.\n"


def counts(status: Any) -> dict[str, int]:
    return dict(status.holes._asdict())


async def test_counts_follow_the_searches(start: Start) -> None:
    """Open, proving, proved, failed: with the document's URI as the client spells it, and its prover's state."""
    editor = await start(closes={"a": ["lia"]}, seconds=0.3)
    editor.open(URI, TWO)
    seen = editor.client.statuses
    await editor.until(lambda: seen and counts(seen[-1])["proving"] == 1, "proving")
    assert counts(seen[-1]) == {"open": 1, "proving": 1, "proved": 0, "refuted": 0, "failed": 0}
    await editor.until(
        lambda: counts(seen[-1]) == {"open": 1, "proving": 0, "proved": 1, "refuted": 0, "failed": 0}, "end"
    )
    assert {status.uri for status in seen} == {URI}
    (prover,) = seen[-1].provers
    assert (prover.name, prover.state) == ("scripted", "healthy")
    assert seen[-1].summary.splitlines() == ["1 proved, 1 open", prover.summary]


async def test_nothing_is_said_twice(start: Start) -> None:
    """A status that has not changed is not sent again."""
    editor = await start(closes={"a": ["lia"], "b": ["lia"]})
    editor.open(URI, TWO)
    seen = editor.client.statuses
    await editor.until(lambda: seen and counts(seen[-1])["proved"] == 2, "proved")
    sent = [(counts(status), [prover.state for prover in status.provers]) for status in seen]
    assert all(first != second for first, second in itertools.pairwise(sent))


async def test_a_prover_that_is_missing(start: Start) -> None:
    """Its holes count as open, and the prover's state says why."""
    editor = await start(missing="not here")
    editor.open(URI, TWO)
    seen = editor.client.statuses
    await editor.until(lambda: seen and seen[-1].provers and seen[-1].provers[0].state == "missing", "missing")
    await editor.until_codes(URI, "prover-missing", "prover-missing")
    assert counts(seen[-1])["open"] == 2


async def test_where_no_prover_may_run(start: Start) -> None:
    """Its summary says so."""
    editor = await start(closes={"a": ["lia"]}, options={"trusted": False})
    editor.open(URI, TWO)
    seen = editor.client.statuses
    await editor.until(lambda: seen, "a status")
    first, *_, last = seen[-1].summary.splitlines()
    assert (first, last) == ("2 open", "No prover runs in a folder that is not trusted.")
