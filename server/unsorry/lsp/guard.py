"""The boundary of handlers: what a user can be told reaches the client as an error in words, not as a fault."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from pygls.exceptions import JsonRpcException

from unsorry.errors import UnsorryError

_REQUEST_FAILED = -32803  # LSP 3.17 ErrorCodes.RequestFailed, which pygls does not name


def guarded(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A handler whose expected failures reach the client as such, in words for the user."""
    if inspect.iscoroutinefunction(handler):

        async def answer_later(params: Any) -> Any:
            try:
                return await handler(params)
            except UnsorryError as error:
                raise _failed(error) from error

        return answer_later

    def answer(params: Any) -> Any:
        try:
            return handler(params)
        except UnsorryError as error:
            raise _failed(error) from error

    return answer


def _failed(error: UnsorryError) -> JsonRpcException:
    return JsonRpcException(str(error), _REQUEST_FAILED)
