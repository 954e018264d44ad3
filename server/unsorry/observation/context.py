"""What the work of the moment is about: the ids that log lines and ledger entries have in common."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})
_current: ContextVar[Mapping[str, str]] = ContextVar("unsorry_context", default=_NOTHING)


@contextlib.contextmanager
def about(**ids: str) -> Iterator[None]:
    """Within the block, and in what it starts, the work is about these, beside what it was about already."""
    token = _current.set({**_current.get(), **ids})
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Mapping[str, str]:
    return _current.get()
