"""The room of Dafny."""

from unsorry.model import Capability, Language
from unsorry.provers.room import GoalStyle, Room

ROOM = Room(
    language=Language("dafny"),
    title="Dafny",
    suffixes=(".dfy",),
    editor_ids=("dafny",),
    goal_style=GoalStyle("dafny", "{names}: {type} := {body}", names=", ", conclusion="assert {conclusion};"),
    capabilities=frozenset({Capability.LINEAR_TYPES, Capability.REFINEMENT_TYPES, Capability.SMT_BACKEND}),
    priority=1,
    timeout=30.0,
    parallel=4,
    imports=r"^[ \t]*+include[ \t]+\"(?P<names>[^\"\n]+)\"",
    install="Install it from https://dafny.org/, or with `apt-get install dafny` and `pip install z3-solver==4.8.5.0`.",
    searches=frozenset({"native"}),
    finds_holes=True,
    ordered=False,
)
