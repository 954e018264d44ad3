"""From files and overrides to ``Settings``, and back: what may be set, reading the layers, writing the files."""

from unsorry.configuration.layers import (
    FILE_NAME,
    Configuration,
    Layer,
    find_project_file,
    load,
    unknown_key,
    user_file,
)
from unsorry.configuration.schema import SettingRow, rows, show
from unsorry.configuration.settings import Settings, default_provers
from unsorry.configuration.writing import generate, set_value

__all__ = [
    "FILE_NAME",
    "Configuration",
    "Layer",
    "SettingRow",
    "Settings",
    "default_provers",
    "find_project_file",
    "generate",
    "load",
    "rows",
    "set_value",
    "show",
    "unknown_key",
    "user_file",
]
