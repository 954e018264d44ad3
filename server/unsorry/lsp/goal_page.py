"""A hole for a panel beside the text: a piece of HTML for editors that have such a place. Every text from outside is
escaped; what can be done is a button that names its command in ``data-action``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from unsorry.listing import attempt_lines
from unsorry.lsp.goals import show_goal
from unsorry.lsp.provers import NOT_TRUSTED, health_line
from unsorry.model import Goals, HoleState, HoleStatus, Language
from unsorry.orchestrator.health import ProverHealth

_WORDS = {HoleStatus.PROVING: "being proved", HoleStatus.SKIPPED: "not searched"}


def nothing(message: str) -> str:
    return f'<p class="quiet">{escape(message)}</p>'


def goal_page(state: HoleState, language: Language, health: ProverHealth | None, *, trusted: bool) -> str:
    """``health`` is that of the prover concerned; ``trusted`` whether it may run."""
    return "".join(_parts(state, language, health, trusted=trusted))


def _parts(state: HoleState, language: Language, health: ProverHealth | None, *, trusted: bool) -> Iterator[str]:
    declaration = state.hole.declaration
    name = f"Hole of <code>{escape(declaration)}</code>" if declaration else "Hole"
    words = _WORDS.get(state.status, state.status.value)
    yield f'<h1>{name} <span class="state">{words}</span></h1>'
    if state.message is not None and not state.proofs:
        yield f"<p>{escape(state.message)}</p>"
    goals = state.goals.goals if isinstance(state.goals, Goals) else ()
    shown = "".join(_text(show_goal(language, goal)) for goal in goals)
    yield _section("Goals" if len(goals) > 1 else "Goal", shown or nothing("Not read yet."))
    yield _button(state, trusted=trusted)
    if state.proofs:
        items = (f"<li>{_text(p.fill.candidate.text)}{_insert(number)}</li>" for number, p in enumerate(state.proofs))
        yield _section("Proofs" if len(state.proofs) > 1 else "Proof", f"<ol>{''.join(items)}</ol>")
    if state.attempts:
        yield _section("Tried", _list(attempt_lines(state.attempts)))
    yield _section("Prover", _list([health_line(health)]))


def _button(state: HoleState, *, trusted: bool) -> str:
    if not trusted:
        return nothing(NOT_TRUSTED)
    if state.status is HoleStatus.PROVING:
        return '<p><button data-action="cancel">Stop proving</button></p>'
    return "" if state.proofs else '<p><button data-action="prove">Prove this goal</button></p>'


def _insert(number: int) -> str:
    title = "Insert this proof" if number == 0 else f"Insert alternative {number}"
    return f'<button data-action="fill" data-proof="{number}" aria-label="{title}">Insert</button>'


def _text(text: str) -> str:
    return f'<pre tabindex="0">{escape(text)}</pre>'


def _section(title: str, body: str) -> str:
    return f'<section aria-label="{title}"><h2>{title}</h2>{body}</section>'


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
