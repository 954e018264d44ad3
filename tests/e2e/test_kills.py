"""Kills at random moments: nothing acknowledged is lost, nothing is left running, nothing false is proved.

A few of the runs of ``python -m bench.kills``, which does hundreds.
"""

from __future__ import annotations

import pytest
from bench import kills


@pytest.mark.e2e
@pytest.mark.rocq
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_few_kills(capsys: pytest.CaptureFixture[str]) -> None:
    """One run of each kind: the fill, a prover, the server, and a full disk."""
    assert kills.perform(4, seed=11, tell=print) == []
    assert "4 runs (1 fill, 1 prover, 1 server, 1 full disk)" in capsys.readouterr().out
