"""Child processes: start, drain, bound, interrupt, end as a tree. Knows no prover."""

from unsorry.processes.child import Child, ChildSpec, Completed, gathering, run
from unsorry.processes.due import Due, pause

__all__ = ["Child", "ChildSpec", "Completed", "Due", "gathering", "pause", "run"]
