"""The room of Rocq (Coq)."""

from unsorry.model import Capability, Language
from unsorry.provers.room import GoalStyle, Room

ROOM = Room(
    language=Language("rocq"),
    title="Rocq",
    suffixes=(".v",),
    editor_ids=("rocq", "coq"),
    foreign_ids=("verilog", "systemverilog", "v", "vlang"),
    goal_style=GoalStyle("coq", "{names} := {body} : {type}", names=", ", rule="=" * 28),
    capabilities=frozenset({Capability.DEPENDENT_TYPES, Capability.TACTICS, Capability.EXTRACTION}),
    priority=2,
    timeout=60.0,
    parallel=2,
    install=(
        "Install it with `apt-get install coq` or `opam install coqide-server` (Rocq 9: `opam install rocqide-server`)."
    ),
    searches=frozenset({"native", "hammer"}),
    imports=(
        r"^[ \t]*+(?:From[ \t\n]+(?P<prefix>[\w.']+)[ \t\n]+)?Require[ \t\n]+(?:(?:Import|Export)[ \t\n]+)?"
        r"(?P<names>[\w.' \t\n]+?)\.(?=\s|\Z)"
    ),
)
