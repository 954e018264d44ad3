"""What a prover's room says of itself before any of its code is needed: one value, cheap to import.

Every room's package has the name of its language and holds such a value as ``ROOM``. Settings, command line, editor,
``doctor`` and documentation read what they must know of a language from here, so none of them names one.
"""

from __future__ import annotations

import re

from attrs import frozen

from unsorry.model import Capability, Language, ProverInfo
from unsorry.settings import ProverSettings


@frozen
class GoalStyle:
    """How a goal is shown. ``fence``: what editors call the language. ``body``: a hypothesis with a body, by its parts.
    ``rule``: the line between hypotheses and conclusion. ``goal_first``: the conclusion stands above what it may
    use."""

    fence: str
    body: str = "{names} : {type} := {body}"
    names: str = " "
    rule: str = ""
    conclusion: str = "{conclusion}"
    goal_first: bool = False


@frozen(kw_only=True)
class Room:
    """A language and the prover that checks it.

    ``title`` is for people, ``language`` for settings and protocols. ``editor_ids`` is what editors call the language;
    ``foreign_ids`` what they call others that share one of its ``suffixes``. ``priority`` (1 first), ``timeout`` (wall
    seconds of one attempt) and ``parallel`` (sessions at once) are defaults of the settings, as are ``capabilities``.
    ``memory_mb`` caps the address space of each process, which for some programs is far more than what they use.
    ``searches`` are those that sessions offer beside trying candidates. ``finds_holes``: sessions see holes that
    the text does not show. ``ordered``: a declaration can use only what stands before it. ``imports`` is a pattern
    of what imports other files: its group ``names`` has their names, apart by blanks, ``prefix`` what stands before
    each. ``live``: ``<package>.prover`` has ``make_prover``; without it the language's holes are found, by
    ``<package>.holes``, and not filled.
    """

    language: Language
    title: str
    suffixes: tuple[str, ...]
    editor_ids: tuple[str, ...]
    foreign_ids: tuple[str, ...] = ()
    goal_style: GoalStyle
    capabilities: frozenset[Capability]
    priority: int
    timeout: float
    parallel: int
    install: str
    memory_mb: int = 8192
    searches: frozenset[str] = frozenset()
    finds_holes: bool = False
    ordered: bool = True
    imports: str = ""
    live: bool = True

    def imported(self, text: str) -> list[str]:
        """What a text imports, as names that end the paths of files: ``A.B`` or ``a/b.dfy``. From the words of the
        text alone, so that one in a comment counts too."""
        from unsorry.provers.patterns import compiled  # what a room is can be read without its code

        found = []
        for match in compiled(self.imports, re.MULTILINE).finditer(text) if self.imports else ():
            groups = match.groupdict()
            prefix = f"{groups['prefix']}." if groups.get("prefix") else ""
            found += [prefix + name for name in groups["names"].split()]
        return found

    @property
    def settings(self) -> ProverSettings:
        """What is in force where nobody has set anything."""
        return ProverSettings(
            timeout=self.timeout,
            parallel=self.parallel,
            priority=self.priority,
            memory_mb=self.memory_mb,
            capabilities=tuple(sorted(self.capabilities)),
        )

    def info(self, settings: ProverSettings) -> ProverInfo:
        """The prover as the settings have it."""
        return ProverInfo(
            name=self.language,
            language=self.language,
            title=self.title,
            capabilities=frozenset(map(Capability, settings.capabilities)),
            priority=settings.priority,
            timeout=settings.timeout,
            parallel=settings.parallel,
            install=self.install,
            searches=self.searches,
            finds_holes=self.finds_holes,
            ordered=self.ordered,
            fallback=dict(settings.fallback),
        )
