"""The selector: which steps, in which order, for how long and why; pure, so that a case decides it."""

from __future__ import annotations

from attrs import evolve

from fakes.scripted_prover import Script, ScriptedProver
from unsorry.model import Attempt, Budget, Capability, Goal, Goals, ProverState, Verdict
from unsorry.orchestrator.health import HealthBoard, ProverHealth
from unsorry.orchestrator.history import History, Tally, arm_of
from unsorry.orchestrator.learning import Learner
from unsorry.orchestrator.selector import Case, FixedOrderSelector, LearnedSelector, Stage
from unsorry.orchestrator.shapes import lineage, shape_of
from unsorry.registry import make_strategies

ORDER = ("replay", "micro", "native", "hammer")
EQUATION = Goals((Goal((), "a = b"),), frozenset({"equality", "list"}))


class Prover(ScriptedProver):
    """A prover with every search and a portfolio of two parts."""

    info = evolve(ScriptedProver.info, searches=frozenset({"native", "hammer"}), parts=("plain", "fancy"))


def case(history: History | None = None, **more: object) -> Case:
    given = Case(
        EQUATION,
        Prover(Script()),
        make_strategies({"*": ["auto"]}),
        HealthBoard().snapshot("scripted"),
        Budget(10.0),
        history or History(),
    )
    return evolve(given, **more)  # type: ignore[no-any-return]


def arms(plan) -> list[str]:  # type: ignore[no-untyped-def]
    return [arm_of(step.strategy, step.part) for step in plan.steps]


def selector() -> LearnedSelector:
    return LearnedSelector(ORDER, shipped=History())


def test_what_proved_such_goals_cheaply_comes_first() -> None:
    """Value a second decides: a good arm that is slow comes after a fair one that is quick; heavy come last."""
    history = History()
    shape = shape_of(Prover.info.language, EQUATION)
    history.add(shape, "micro/plain", Tally(100, 2, 5.0))
    history.add(shape, "micro/fancy", Tally(100, 50, 5.0))
    history.add(shape, "native", Tally(100, 90, 200.0))
    history.add(shape, "hammer", Tally(100, 99, 1.0))
    plan = selector().plan(case(history))
    assert arms(plan) == ["replay", "micro/fancy", "micro/plain", "native", "hammer"]
    assert "proves 50% of goals like this one (rocq/equality/other/list) in" in plan.steps[1].reason
    assert plan.steps[-1].reason.endswith("heavy, so after the light ones")


def test_an_arm_that_was_never_tried_gets_its_chance() -> None:
    """The bonus of UCB: what is unknown comes before what is known to be useless at the same price."""
    history = History()
    shape = shape_of(Prover.info.language, EQUATION)
    history.add(shape, "micro/plain", Tally(500, 0, 250.0))
    found = arms(selector().plan(case(history)))
    assert found.index("micro/fancy") < found.index("micro/plain")


def test_a_new_shape_is_judged_by_its_kin() -> None:
    """An equation about options learns from equations about lists, and less from other goals."""
    history = History()
    history.add("rocq/equality/other/list", "native", Tally(50, 45, 10.0))
    history.add("rocq/ordering/other/list", "native", Tally(50, 0, 10.0))
    learner = Learner(history, History())
    near = learner.estimate("rocq/equality/other/option", "native")
    far = learner.estimate("rocq/propositional/other/other", "native")
    assert near.chance > far.chance > 0
    assert lineage("rocq/equality/other/option")[-1] == "rocq"


def test_the_same_case_gives_the_same_plan() -> None:
    """Twice the same, with nothing learned in between; another seed may break ties otherwise."""
    assert selector().plan(case()) == selector().plan(case())
    plans = {tuple(arms(LearnedSelector(ORDER, seed, History()).plan(case()))) for seed in range(20)}
    assert len(plans) > 1
    assert all(plan[0] == "replay" and plan[-1] == "hammer" for plan in plans)


def test_stages_share_the_strategies_between_them() -> None:
    """A moment for the light ones, then more of it, then the heavy ones; what is exhausted is not planned again."""
    tiny, light, heavy = (selector().plan(case(stage=stage)) for stage in Stage)
    assert set(arms(tiny)) == set(arms(light)) == {"replay", "micro/plain", "micro/fancy", "native"}
    assert arms(heavy) == ["hammer"]
    assert max(step.budget.seconds for step in tiny.steps) == 1.0
    assert max(step.budget.seconds for step in light.steps) == 7.0
    assert heavy.steps[0].budget.seconds == 10.0
    left = selector().plan(case(stage=Stage.LIGHT, exhausted=frozenset({"micro/plain", "replay", "native"})))
    assert arms(left) == ["micro/fancy"]


def test_what_takes_long_is_left_all_but_what_the_others_need() -> None:
    """A search that comes first may use nearly the whole time, if what comes after it is known to be quick."""
    history = History()
    shape = shape_of(Prover.info.language, EQUATION)
    history.add(shape, "native", Tally(100, 90, 10.0))
    history.add(shape, "micro/plain", Tally(100, 1, 1.0))
    history.add(shape, "micro/fancy", Tally(100, 1, 1.0))
    plan = LearnedSelector(("micro", "native"), shipped=History()).plan(case(history))
    assert arms(plan)[0] == "native"
    assert 9.5 < plan.steps[0].budget.seconds < 10.0
    assert plan.steps[-1].budget.seconds == 10.0


def test_health_and_capabilities_are_gates() -> None:
    """A prover that rests is given nothing, a goal that it cannot mean neither, a strategy that needs more not."""
    resting: ProverHealth = evolve(HealthBoard().snapshot("scripted"), state=ProverState.OPEN, breaker_open=True)
    cubical = evolve(EQUATION, features=frozenset({"cubical"}))
    for each in (selector(), FixedOrderSelector(ORDER)):
        assert each.plan(case(health=resting)).steps == ()
        assert each.plan(case(goals=cubical)).steps == ()
    strategies = make_strategies()
    strategies["native"].info = evolve(strategies["native"].info, needs=frozenset({Capability.SMT_BACKEND}))
    assert "native" not in arms(selector().plan(case(strategies=strategies)))


def test_the_fixed_order_is_that_of_the_settings() -> None:
    """For whoever wants to know beforehand."""
    plan = FixedOrderSelector(("native", "hammer", "micro")).plan(case())
    assert arms(plan) == ["native", "micro", "hammer"]


def test_what_was_stopped_or_broke_teaches_nothing() -> None:
    """Only attempts that ran their course count, and those that have a shape."""
    history = History()
    for verdict in Verdict:
        history.note(Attempt("native", "rocq", 1, 1.0, verdict, shape="rocq/equality/other/list"))
    history.note(Attempt("memory", "rocq", 1, 1.0, Verdict.VERIFIED))
    assert history.tally("rocq", "native") == Tally(3.0, 1.0, 3.0)
    assert history.total == 3


def test_the_shipped_table_knows_the_provers_that_were_measured() -> None:
    """Priors for every arm of Rocq and Agda, from the recorded workload."""
    learner = Learner(History())
    for language, arm in (("rocq", "micro/closers"), ("rocq", "native"), ("agda", "native")):
        estimate = learner.estimate(f"{language}/equality/other/list", arm)
        assert estimate.chance > 0.1
        assert learner.shipped.tally(language, arm).tries > 30


def test_what_a_prover_cannot_use_is_replaced_by_its_fallback() -> None:
    """Of what the settings leave out, a fallback is used where what it stands in for is missing or left alone for a
    while, and nowhere else; a fallback may have one itself, and is not used twice."""

    class Falling(Prover):
        info = evolve(Prover.info, fallback={"hammer": "native", "native": "micro"})

    chosen = LearnedSelector(("hammer",), shipped=History())
    every = make_strategies()
    falling = Falling(Script())
    assert arms(chosen.plan(case(prover=falling))) == ["hammer"]
    spared = {name: strategy for name, strategy in every.items() if name != "hammer"}
    assert arms(chosen.plan(case(prover=falling, strategies=spared))) == ["native"]
    assert arms(chosen.plan(case(strategies=spared))) == [], "no fallback, so nothing"

    class Bare(Prover):
        info = evolve(Falling.info, searches=frozenset(), parts=())

    assert arms(chosen.plan(case(prover=Bare(Script())))) == ["micro"]
    both = FixedOrderSelector(("hammer", "native"))
    assert arms(both.plan(case(prover=falling, strategies=spared))) == ["native"]
