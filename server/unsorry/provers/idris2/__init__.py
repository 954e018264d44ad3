"""The room of Idris 2."""

from unsorry.model import Capability, Language
from unsorry.provers.room import GoalStyle, Room

ROOM = Room(
    language=Language("idris2"),
    title="Idris 2",
    suffixes=(".idr", ".lidr"),
    editor_ids=("idris2", "idris", "lidris2", "lidr"),
    goal_style=GoalStyle("idris", "{names} : {type} = {body}", names=", ", rule="-" * 30),
    capabilities=frozenset({Capability.DEPENDENT_TYPES, Capability.LINEAR_TYPES, Capability.QUANTITATIVE_TYPES}),
    priority=3,
    timeout=30.0,
    parallel=2,
    install="Install it with pack, https://github.com/stefan-hoeck/idris2-pack.",
    searches=frozenset({"native"}),
    imports=r"^[> ]*+import[ \t]+(?:public[ \t]+)?(?P<names>[\w.']+)",
)
