"""The room of Lean 4."""

from unsorry.model import Capability, Language
from unsorry.provers.room import GoalStyle, Room

ROOM = Room(
    language=Language("lean4"),
    title="Lean 4",
    suffixes=(".lean",),
    editor_ids=("lean4", "lean"),
    goal_style=GoalStyle("lean4", conclusion="⊢ {conclusion}"),
    capabilities=frozenset({Capability.DEPENDENT_TYPES, Capability.TACTICS, Capability.METAPROGRAMMING}),
    priority=1,
    timeout=45.0,
    parallel=4,
    install="Install it with elan, https://lean-lang.org/install/.",
    # Lean reserves nine GiB before it imports anything; Mathlib, mapped into memory, takes five more.
    memory_mb=20480,
    searches=frozenset({"native"}),
    imports=r"^(?:public[ \t]+)?(?:meta[ \t]+)?import[ \t]+(?:all[ \t]+)?(?P<names>[^\s]+)",
)
