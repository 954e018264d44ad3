"""The room of Stellogen."""

from unsorry.model import Capability, Language
from unsorry.provers.room import GoalStyle, Room

ROOM = Room(
    language=Language("stellogen"),
    title="Stellogen",
    suffixes=(".sg",),
    editor_ids=("stellogen",),
    goal_style=GoalStyle("stellogen"),
    capabilities=frozenset({Capability.PROOF_NETS, Capability.LINEAR_LOGIC, Capability.GAME_SEMANTICS}),
    priority=2,
    timeout=20.0,
    parallel=2,
    finds_holes=True,
    ordered=False,
    install="Install it with opam from https://github.com/engboris/stellogen.",
    imports=r"\((?:use-macros|import|use)[ \t]+\"(?P<names>[^\"\n]+)\"",
)
