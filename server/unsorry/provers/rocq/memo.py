"""Remembers what was read of short texts: a search meets the same hypotheses and statements at goal after goal."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

_MOST, _LONGEST = 4096, 500
_F = TypeVar("_F", bound=Callable[..., Any])


def remembered(function: _F) -> _F:
    """For functions of a text, and of other things that can be hashed, whose results nobody changes."""
    cached = functools.lru_cache(_MOST)(function)

    @functools.wraps(function)
    def call(text: str | bytes, *rest: Any) -> Any:
        return (cached if len(text) <= _LONGEST else function)(text, *rest)

    return call  # type: ignore[return-value]
