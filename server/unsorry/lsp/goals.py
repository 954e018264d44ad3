"""Goals as the language's own tools show them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from unsorry.model import Goal, Hypothesis, Language


@frozen
class GoalStyle:
    """``fence``: what editors call the language. ``body``: a hypothesis with a body, by its parts. ``rule``: the line
    between hypotheses and conclusion. ``goal_first``: the conclusion stands above what it may use."""

    fence: str
    body: str
    names: str = " "
    rule: str = ""
    conclusion: str = "{conclusion}"
    goal_first: bool = False


_STYLES: Mapping[Language, GoalStyle] = {
    Language.ROCQ: GoalStyle("coq", "{names} := {body} : {type}", names=", ", rule="=" * 28),
    Language.LEAN4: GoalStyle("lean4", "{names} : {type} := {body}", conclusion="⊢ {conclusion}"),
    Language.AGDA: GoalStyle(
        "agda", "{names} = {body} : {type}", rule="—" * 28, conclusion="Goal: {conclusion}", goal_first=True
    ),
    Language.IDRIS2: GoalStyle("idris", "{names} : {type} = {body}", names=", ", rule="-" * 30),
    Language.DAFNY: GoalStyle("dafny", "{names}: {type} := {body}", names=", ", conclusion="assert {conclusion};"),
    Language.STELLOGEN: GoalStyle("stellogen", "{names} : {type} := {body}"),
}


def fence_of(language: Language) -> str:
    return _STYLES[language].fence


def show_goal(language: Language, goal: Goal) -> str:
    style = _STYLES[language]
    context = [_hypothesis(style, hypothesis) for hypothesis in goal.hypotheses]
    conclusion = style.conclusion.format(conclusion=goal.conclusion)
    rule = [style.rule] if style.rule else []
    if style.goal_first:
        return "\n".join([conclusion, *rule, *context] if context else [conclusion])
    return "\n".join([*context, *rule, conclusion])


def _hypothesis(style: GoalStyle, hypothesis: Hypothesis) -> str:
    names = style.names.join(hypothesis.names)
    if hypothesis.body is None:
        return f"{names} : {hypothesis.type}"
    return style.body.format(names=names, body=hypothesis.body, type=hypothesis.type)
