"""Reads the file of ``--replay``: proofs that are already known, by declaration."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unsorry.errors import FileError
from unsorry.files import read


def read_replay(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Texts to try by declaration, in order; ``"*"`` stands for every declaration.

    The file is a JSON object or a TOML table whose values are a text or a list of texts.

    Raises:
        FileError: the file cannot be read, or holds something else.
    """
    text = read(path).text
    try:
        data: Any = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as error:
        raise FileError(f"{path}: neither JSON nor TOML: {error}.", next_step="Mend that line.") from error
    proofs: dict[str, tuple[str, ...]] = {}
    for declaration, value in data.items():
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(item, str) for item in texts):
            raise FileError(
                f"{path}: the value of {declaration!r} is neither a text nor a list of texts.",
                next_step='Write, for example: add_0_r = ["lia.", "auto."]',
            )
        proofs[declaration] = tuple(texts)
    return proofs
