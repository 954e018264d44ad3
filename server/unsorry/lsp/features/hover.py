"""``textDocument/hover`` on a hole: its goal, the proofs found, what was tried, and how its prover fares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import frozen
from lsprotocol import types

from unsorry.listing import attempt_lines, duration
from unsorry.lsp.convert import to_offset, to_range
from unsorry.lsp.goals import fence_of, show_goal
from unsorry.lsp.provers import health_line
from unsorry.lsp.workspace import Workspace
from unsorry.model import Goals, HoleState, HoleStatus, Language, NoGoal, Plan
from unsorry.orchestrator.health import ProverHealth

_GOALS_SHOWN = 3
_STEPS_SHOWN = 4


def register(workspace: Workspace) -> None:
    workspace.on(types.TEXT_DOCUMENT_HOVER, hover)


def hover(workspace: Workspace, params: types.HoverParams) -> types.Hover | None:
    opened = workspace.documents.get(params.text_document.uri)
    if opened is None:
        return None
    document = opened.document
    offset = to_offset(document.source, params.position, workspace.client.encoding)
    state = workspace.engine.state_at(document.uri, offset)
    if state is None:
        return None
    workspace.engine.look_at(document.uri, state.hole.id)
    page = Page(document.language, workspace.client.markdown)
    text = "\n\n".join(_blocks(page, state, workspace.engine.health_of(document.language)))
    kind = types.MarkupKind.Markdown if workspace.client.markdown else types.MarkupKind.PlainText
    range_ = to_range(document.source, state.hole.span, workspace.client.encoding)
    return types.Hover(types.MarkupContent(kind, text), range_)


@frozen
class Page:
    """Writes Markdown, or plain text for clients that show no other."""

    language: Language
    markdown: bool

    def heading(self, text: str) -> str:
        return f"**{text}**" if self.markdown else text

    def code(self, text: str) -> str:
        if not self.markdown:
            return text
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
        return f"{fence}{fence_of(self.language)}\n{text}\n{fence}"

    def items(self, heading: str, lines: Sequence[str]) -> str:
        return "\n".join([self.heading(heading), *([""] if self.markdown else []), *(f"- {line}" for line in lines)])


def _blocks(page: Page, state: HoleState, health: ProverHealth | None) -> Iterator[str]:
    name = f" of {state.hole.declaration}" if state.hole.declaration else ""
    yield page.heading(f"Hole{name}: {state.status.value}")
    yield from _goals(page, state)
    if state.message is not None and state.status is not HoleStatus.PROVED:
        yield state.message
    for proof in state.proofs:
        label = f"Proof by {proof.strategy} ({proof.prover}, {duration(proof.seconds)})"
        yield f"{page.heading(label)}\n{page.code(proof.fill.candidate.text)}"
    if state.attempts:
        yield page.items("Tried", attempt_lines(state.attempts))
    elif state.plan is not None and state.plan.steps:
        yield page.items("To be tried", _plan(state.plan))
    yield page.items("Prover", [health_line(health)])


def _plan(plan: Plan) -> list[str]:
    """The first steps, each with why it comes where it does."""
    more = len(plan.steps) - _STEPS_SHOWN
    return [*(step.reason for step in plan.steps[:_STEPS_SHOWN]), *([f"and {more} more"] if more > 0 else [])]


def _goals(page: Page, state: HoleState) -> Iterator[str]:
    if isinstance(state.goals, NoGoal):
        yield f"The goal cannot be read: {state.goals.reason}"
    elif isinstance(state.goals, Goals):
        for goal in state.goals.goals[:_GOALS_SHOWN]:
            yield page.code(show_goal(page.language, goal))
        more = len(state.goals.goals) - _GOALS_SHOWN
        if more > 0:
            yield f"and {more} more goals"
