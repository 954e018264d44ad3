"""``unsorry doctor``: what it says of provers that are there, missing, broken and switched off."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from unit.cli.conftest import Run, write
from unsorry.model import Availability, Available, Language, Missing
from unsorry.registry import ROOMS
from unsorry.settings import ProverSettings


def _probing(answer: Availability | Exception) -> SimpleNamespace:
    async def probe() -> Availability:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return SimpleNamespace(probe=probe, info=SimpleNamespace(install="apt-get install it"))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[Language, Availability | Exception]:
    """What the probes say; every language that is not in it has no live prover."""
    given: dict[Language, Availability | Exception] = {}

    def make(language: Language, _settings: ProverSettings) -> SimpleNamespace | None:
        return _probing(given[language]) if language in given else None

    monkeypatch.setattr("unsorry.cli.doctor.make_prover", make)
    return given


def test_all_is_well(run: Run, answers: dict[Language, Availability | Exception]) -> None:
    """A prover that is ready has its version, its program and what works with it."""
    answers[Language("rocq")] = Available("8.16.1", "/usr/bin/coqidetop", ("CoqHammer found",))
    ran = run("doctor")
    assert ran.code == 0
    assert "Rocq       ready       8.16.1 (/usr/bin/coqidetop)\n" in ran.out
    assert "                       CoqHammer found\n" in ran.out
    assert "Lean 4     holes only" in ran.out
    assert f"1 of {len(ROOMS)} provers are ready" in ran.out


def test_what_is_missing_comes_with_a_next_step(run: Run, answers: dict[Language, Availability | Exception]) -> None:
    """The exit code is 1, and the reader learns what to do, from the probe or else from the prover itself."""
    answers[Language("rocq")] = Missing("too old: 8.4", "Install 8.16 or later.")
    answers[Language("agda")] = Missing("not found", "")
    ran = run("doctor", "--format", "json")
    findings = {finding["language"]: finding for finding in ran.json["provers"]}
    assert ran.code == 1
    assert findings["rocq"]["reason"] == "too old: 8.4"
    assert [findings[name]["next_step"] for name in ("rocq", "agda")] == [
        "Install 8.16 or later.",
        "apt-get install it",
    ]


def test_a_room_that_fails_is_a_finding(run: Run, answers: dict[Language, Availability | Exception]) -> None:
    """One broken room does not keep the doctor from looking at the others."""
    answers[Language("rocq")] = ImportError("no module named x")
    answers[Language("agda")] = Available("2.7.0", "agda")
    ran = run("doctor")
    assert ran.code == 1
    assert "Rocq       broken      ImportError: no module named x" in ran.out
    assert "Agda       ready" in ran.out


def test_a_prover_that_is_switched_off_is_not_looked_for(
    run: Run, project: Path, answers: dict[Language, Availability | Exception]
) -> None:
    """It is not missing: the user does not want it. The settings file is named."""
    answers[Language("rocq")] = Missing("not found", "")
    write(project, {"unsorry.toml": "provers.rocq.enable = false\n"})
    ran = run("doctor")
    assert ran.code == 0
    assert "Rocq       off" in ran.out
    assert f"settings: {project / 'unsorry.toml'}" in ran.out


@pytest.mark.parametrize("command", [("doctor",), ("config", "list"), ("config", "get", "search.jobs")])
def test_a_table_of_provers_that_makes_no_sense_is_told(run: Run, project: Path, command: tuple[str, ...]) -> None:
    """Whoever looks at the settings is told which file, which key and what to do, as ``fill`` tells it."""
    write(project, {"unsorry.toml": "provers.rocq.fallback = { hammer = 'native', native = 'hammer' }\n"})
    ran = run(*command)
    assert ran.code == 2
    assert f"{project / 'unsorry.toml'}: `provers.rocq.fallback` goes in a circle: " in ran.err
    assert "hammer → native" in ran.err
    assert "Take out one of the steps" in ran.err
