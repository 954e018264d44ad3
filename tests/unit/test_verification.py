"""The rule of verification with a prover that accepts everything: what the texts and reports alone must refuse.

The same candidates meet real provers in ``tests/provers/test_rule.py``.
"""

from __future__ import annotations

import pytest
from attrs import evolve

from fakes.scripted_prover import Script, ScriptedProver, document
from unsorry.errors import ProverError, ProverTimeout
from unsorry.model import Candidate, Fill, Judgement, Problem, Report, Verdict
from unsorry.orchestrator.identity import identify
from unsorry.provers.base import Outline
from unsorry.text import Edit, Span
from unsorry.verification import Verified, Verifier

TEXT = """Require Import Lia.

Lemma first : True.
Proof. Admitted.

Lemma second : True.
Proof. exact first. Qed.
"""


class Setting:
    """A verifier over ``TEXT`` with a scripted prover."""

    def __init__(self, script: Script | None = None, text: str = TEXT, allowed: tuple[str, ...] = ()) -> None:
        self.script = script or Script()
        self.prover = ScriptedProver(self.script)
        self.document = document(text)
        self.outline: Outline = self.prover.syntax.outline(text, "a.v")
        self.holes = identify(self.document.uri, self.outline)
        self.verifier = Verifier(self.prover, self.document, self.outline, allowed_axioms=allowed)

    async def judge(self, *texts: str) -> Verified:
        session = await self.prover.open(self.document, self.outline)
        fills = [Fill(hole, Candidate(text)) for hole, text in zip(self.holes, texts, strict=False)]
        return await self.verifier.verify(session, fills, 5.0)


async def test_an_honest_proof_is_verified() -> None:
    """The only way to ``VERIFIED``, with the edit that was judged."""
    verified = await Setting().judge("exact I")
    assert verified.ok
    assert [edit.text for edit in verified.edits] == ["Proof. exact I. Qed."]


@pytest.mark.parametrize(
    "candidate",
    [
        "admit",
        "give_up",
        "exact I. admit",
        "idtac; admit",
        "idtac;admit",
        "(admit)",
        "all: admit",
        "exact I. Qed. Axiom cheat : False. Lemma more : True. Proof. exact I",
        "exact I. Qed. Lemma more : True. Proof. exact I",
        "Abort. Axiom first : True. Lemma more : True. Proof. exact I",
        "exact I. (* ",
        'idtac "',
        "exact_no_check I",
        "vm_cast_no_check I",
        "Unset Guard Checking. exact I",
        "exact I. Qed. Unset Universe Checking. Lemma more : True. Proof. exact I",
        "Admitted. Lemma more : True. Proof. exact I",
    ],
)
async def test_cheats_are_refused_by_the_text_alone(candidate: str) -> None:
    """Even when the prover would accept everything, the words and the outline of the new text give a cheat away."""
    verified = await Setting().judge(candidate)
    assert verified.judgement.verdict is Verdict.REJECTED, candidate
    assert verified.judgement.reason
    assert verified.edits == ()


@pytest.mark.parametrize("candidate", ["exact I (* admit *)", 'idtac "admit."; exact I', "exact I (* Axiom x. Qed. *)"])
async def test_words_in_comments_and_strings_are_harmless(candidate: str) -> None:
    """Only code can cheat."""
    assert (await Setting().judge(candidate)).ok


class Spoiled(ScriptedProver):
    """A proof of the first lemma breaks the second one."""

    async def open(self, *arguments):  # type: ignore[no-untyped-def]
        session = await super().open(*arguments)
        check = session.check

        async def spoiled(document, outline, units, seconds):  # type: ignore[no-untyped-def]
            report = await check(document, outline, units, seconds)
            problems = (Problem("it does not fit any more", unit=2),) if "exact I" in document.text else ()
            return evolve(report, problems=(*report.problems, *problems))

        session.check = spoiled
        return session


async def test_a_new_error_anywhere_refuses() -> None:
    """A candidate that proves its goal and breaks another declaration is no proof."""
    setting = Setting()
    setting.prover = Spoiled(setting.script)
    verified = await setting.judge("exact I")
    assert verified.judgement.verdict is Verdict.REJECTED
    assert verified.judgement.reason == "it does not fit any more"


async def test_the_old_text_is_only_asked_about_for_an_excuse() -> None:
    """A text without any error, axiom or hole but those that it shows holds whatever it was before."""
    setting = Setting()
    assert (await setting.judge("exact I")).ok
    assert setting.script.checks == 1
    setting = Setting(Script(breaks=["exact first"]))
    assert (await setting.judge("exact I")).ok
    assert setting.script.checks == 2, "the error may be an old one"


async def test_an_old_error_elsewhere_does_not_hinder() -> None:
    """A file with a broken declaration can still have its other holes filled."""
    assert (await Setting(Script(breaks=["exact first"])).judge("exact I")).ok


async def test_an_error_in_the_filled_declaration_refuses_even_if_it_was_there_before() -> None:
    """What is offered as proved has no error at all."""
    verified = await Setting(Script(breaks=["Lemma first"])).judge("exact I")
    assert verified.judgement.verdict is Verdict.REJECTED


async def test_a_new_axiom_refuses_unless_the_settings_allow_it() -> None:
    """The setting names the axioms that a user accepts."""
    script = Script()

    class Leaning(ScriptedProver):
        async def open(self, *arguments):  # type: ignore[no-untyped-def]
            session = await super().open(*arguments)
            check = session.check

            async def leaning(document, outline, units, seconds):  # type: ignore[no-untyped-def]
                report = await check(document, outline, units, seconds)
                extra = frozenset({"classic"}) if "Qed. " not in document.text and "exact I" in document.text else ()
                axioms = {number: names | frozenset(extra) for number, names in report.axioms.items()}
                return Report(report.complete, report.problems, report.open_holes, axioms)

            session.check = leaning
            return session

    for allowed, verdict in (((), Verdict.REJECTED), (("classic",), Verdict.VERIFIED)):
        setting = Setting(script, text="Lemma first : True.\nProof. Admitted.\n", allowed=allowed)
        setting.prover = Leaning(script)
        assert (await setting.judge("exact I")).judgement.verdict is verdict


@pytest.mark.parametrize(
    ("error", "verdict"),
    [(ProverTimeout("too slow"), Verdict.TIMED_OUT), (ProverError("it died"), Verdict.PROVER_FAILED)],
)
async def test_a_failing_prover_is_never_a_success(error: ProverError, verdict: Verdict) -> None:
    """A timeout or a crash gives its own verdict and no edit."""
    setting = Setting()
    session = await setting.prover.open(setting.document, setting.outline)

    async def check(*_arguments: object) -> Report:
        raise error

    session.check = check  # type: ignore[method-assign]
    fill = Fill(setting.holes[0], Candidate("exact I"))
    verified = await setting.verifier.verify(session, [fill], 5.0)
    assert verified == Verified(Judgement(verdict, error.message, verified.judgement.seconds))


async def test_an_edit_outside_the_body_is_refused() -> None:
    """Whatever a room renders, statements and other declarations stay as they are."""
    setting = Setting()

    class Wide(ScriptedProver):
        def render(self, document, outline, fills):  # type: ignore[no-untyped-def]
            start = document.text.index("True")
            return (Edit(Span(start, start + 4), "1 = 1"), *super().render(document, outline, fills))

    setting.verifier = Verifier(Wide(setting.script), setting.document, setting.outline, allowed_axioms=())
    verified = await setting.judge("reflexivity")
    assert verified.judgement.verdict is Verdict.REJECTED
    assert "body" in verified.judgement.reason


async def test_filling_nothing_is_refused() -> None:
    """No edits, no proof."""
    assert (await Setting().judge()).judgement.verdict is Verdict.REJECTED
