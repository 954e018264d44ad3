"""The room of Metamath."""

from unsorry.model import Language
from unsorry.provers.room import GoalStyle, Room

ROOM = Room(
    language=Language("metamath"),
    title="Metamath",
    suffixes=(".mm",),
    editor_ids=("metamath", "mm"),
    foreign_ids=("objective-cpp", "objcpp"),
    goal_style=GoalStyle("metamath"),
    capabilities=frozenset(),
    priority=3,
    timeout=30.0,
    parallel=2,
    install="Install it with `apt-get install metamath`, or from https://us.metamath.org/.",
    searches=frozenset({"native"}),
)
