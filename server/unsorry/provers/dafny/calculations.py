"""Proofs of equations and comparisons by ``calc``: a chain of terms, each made of the one before by unfolding a
function, by a lemma or by the induction hypothesis. Every step is then small enough for the verifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unsorry.provers.dafny.declarations import Declaration
from unsorry.provers.dafny.equations import EQUALS, Rule, Step, chain, instance, lemma_rules, unfolded
from unsorry.provers.dafny.expressions import Form, Term, instantiated, read_expression, replaced
from unsorry.provers.dafny.inductions import Setting, recursions
from unsorry.provers.dafny.skeletons import STEP, Leaf
from unsorry.provers.dafny.tokens import Token, text_of

RELATIONS = frozenset({*EQUALS, "==>", "<=", "<", ">=", ">"})
_MOST_GOALS = 3
_MOST_LEMMAS = 6


def goals_of(code: Sequence[Sequence[Token]]) -> list[Term]:
    """The relations among some conditions."""
    terms = [read_expression(each) for each in code]
    return [t for t in terms if t is not None and t.form is Form.INFIX and t.head in RELATIONS][:_MOST_GOALS]


def calculations(setting: Setting, goals: Sequence[Term], others: Sequence[Declaration]) -> Iterator[str]:
    """Proofs of one goal after the other without induction: equations by lemmas and definitions."""
    rules = [rule for lemma in others[:_MOST_LEMMAS] for rule in lemma_rules(lemma)]
    for goal in goals:
        if lines := _straight(setting, goal, rules, ()):
            yield "\n".join(lines)


def inductive_calculations(setting: Setting, others: Sequence[Declaration]) -> Iterator[str]:
    """Proofs by induction along the functions of the statement, with a calculation at each recursive call."""
    goals = goals_of([clause.code for clause in setting.lemma.having("ensures")])
    rules = [rule for lemma in others[:_MOST_LEMMAS] for rule in lemma_rules(lemma)]
    for recursion in recursions(setting) if goals else ():
        call = Term(recursion.call.function, tuple(_terms(recursion.call.arguments)), Form.CALL)

        def fill(leaf: Leaf, again: Sequence[Sequence[str]], call: Term = call) -> Sequence[str]:
            arguments = [[Term(text) if (t := read_expression(text)) is None else t for text in each] for each in again]
            lines: list[str] = []
            for goal in goals if again else ():
                lines += _at_leaf(setting, goal, call, leaf, arguments, rules)
            return lines

        if "calc" in (text := "\n".join(recursion.lines(fill))):
            yield text


def _terms(code: Sequence[Sequence[Token]]) -> Iterator[Term]:
    for each in code:
        yield read_expression(each) or Term(text_of(each))


def _at_leaf(
    setting: Setting, goal: Term, call: Term, leaf: Leaf, again: Sequence[Sequence[Term]], rules: Sequence[Rule]
) -> list[str]:
    """A calculation where a path through a definition ends: ``call`` is what stands there, and ``again`` are the
    arguments of the lemma on what is smaller."""
    body = read_expression(leaf.code)
    if body is None:
        return []
    there = instantiated(body, {name: read_expression(value) or Term(value) for name, value in leaf.values.items()})
    local = [Rule(call, there)]
    local += [Rule(Term(name), known) for name, text in leaf.known.items() if (known := read_expression(text))]
    hypotheses: list[Rule] = []
    for arguments in again:
        hint = Term(setting.lemma.name, tuple(arguments), Form.CALL)
        left, right = (instance(part, setting.lemma, arguments) for part in goal.parts)
        hypotheses += [Rule(left, right, hint=hint), Rule(right, left, hint=hint)]
    if goal.head in EQUALS and (lines := _straight(setting, goal, rules, [*hypotheses, *local])):
        return lines
    hints = " ".join(f"{hint};" for hint in dict.fromkeys(rule.hint for rule in hypotheses if rule.hint))
    left, right = (_opened(setting, part, call, there) for part in goal.parts)
    return written(goal.head, [Step(goal.parts[0]), Step(left), Step(right, hints), Step(goal.parts[1])], loose=2)


def _opened(setting: Setting, term: Term, call: Term, there: Term) -> Term:
    """A term with a call unfolded: the one of which it is known how, else the first that tells by itself."""
    if (known := replaced(term, call, there)) != term:
        return known
    for part in term.subterms:
        if part.form is Form.CALL and (definition := next(unfolded(setting, part), None)) is not None:
            return replaced(term, part, definition)
    return term


def _straight(setting: Setting, goal: Term, rules: Sequence[Rule], local: Sequence[Rule]) -> list[str]:
    if goal.head not in EQUALS:
        return []
    return written(goal.head, chain(setting, goal.parts[0], goal.parts[1], rules, local))


def written(relation: str, steps: Sequence[Step], loose: int = 0) -> list[str]:
    """A ``calc`` statement. The step numbered ``loose`` is by the relation, all others by equality; steps that change
    nothing are left out. Empty for fewer than three terms, which calculate nothing."""
    equality = relation if relation in EQUALS else "<==>" if relation == "==>" else "=="
    lines: list[str] = []
    last = ""
    count = 0
    for number, step in enumerate(steps):
        text = str(step.term)
        if number and (text != last or step.hint):
            sign = relation if number == loose else equality
            lines.append(f"{sign} {{ {step.hint} }}" if step.hint else sign)
        elif number:
            continue
        lines.append(f"{STEP}{text};")
        last = text
        count += 1
    return ["calc {", *lines, "}"] if count > 2 else []
