"""The door of this room: ``main`` serves one client, from start to end."""

from __future__ import annotations

import gc
import logging
from pathlib import Path


def main(*, address: tuple[str, int] | None = None, user_settings: Path | None = None) -> None:
    """Serves one client over standard input and output, or over a socket, until it leaves. Does not return: the
    process ends with the status that the protocol asks for.

    Raises:
        UnsorryError: the socket's address cannot be used.
    """
    # What is imported from here on lives as long as the process: looking through it for garbage, again and again
    # while it grows, takes a sixth of the time that the client waits. The workspace switches this on again.
    gc.disable()
    from unsorry.lsp.connection import UnsorryServer
    from unsorry.lsp.lifetime import run_and_exit

    if not logging.getLogger().isEnabledFor(logging.DEBUG):
        logging.getLogger("pygls").setLevel(logging.WARNING)  # below that it logs every message in full
    run_and_exit(UnsorryServer(user_settings=user_settings), address)
