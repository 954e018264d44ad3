"""The room of Agda."""

from unsorry.model import Capability, Language
from unsorry.provers.room import GoalStyle, Room

ROOM = Room(
    language=Language("agda"),
    title="Agda",
    suffixes=(".agda", ".lagda", ".lagda.md", ".lagda.tex", ".lagda.rst"),
    editor_ids=("agda", "lagda", "lagda-md", "lagda-tex", "lagda-rst"),
    goal_style=GoalStyle(
        "agda", "{names} = {body} : {type}", rule="—" * 28, conclusion="Goal: {conclusion}", goal_first=True
    ),
    capabilities=frozenset({Capability.DEPENDENT_TYPES, Capability.CUBICAL, Capability.SIZED_TYPES}),
    priority=3,
    timeout=45.0,
    parallel=2,
    install="Install it with `pip install agda==2.7.0` or your system's package manager.",
    searches=frozenset({"native"}),
    imports=r"^[ \t]*+(?:open[ \t]+)?import[ \t]+(?P<names>[^\s;(){}]+)",
)
