"""Goals as the language's own tools show them."""

from __future__ import annotations

from unsorry.model import Goal, Hypothesis, Language
from unsorry.provers.room import GoalStyle
from unsorry.registry import room_for


def fence_of(language: Language) -> str:
    return room_for(language).goal_style.fence


def show_goal(language: Language, goal: Goal) -> str:
    style = room_for(language).goal_style
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
