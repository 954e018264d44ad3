"""The layers of settings: defaults < user file < project file < editor or command line.

A project file is part of what was opened, perhaps a stranger's: keys that choose what runs are refused there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from unsorry.configuration.consistency import check_strategies
from unsorry.configuration.schema import check, rows, sections
from unsorry.configuration.settings import Settings
from unsorry.errors import ConfigError
from unsorry.model import Language
from unsorry.registry import ROOMS

FILE_NAME = "unsorry.toml"


@frozen
class Layer:
    """One source of settings, checked: values by dotted key."""

    source: str
    values: Mapping[str, Any]


@frozen
class Configuration:
    """The settings in force, and where they come from. ``layers`` are lowest first, without the defaults."""

    settings: Settings
    layers: tuple[Layer, ...]
    user_path: Path
    project_path: Path | None

    def value(self, key: str) -> Any:
        """The value of a dotted key that ``rows`` knows."""
        prefix, _, name = key.rpartition(".")
        return getattr(dict(sections(self.settings))[prefix], name)

    def origin(self, key: str) -> str:
        """The layer that a key's value comes from."""
        return next((layer.source for layer in reversed(self.layers) if key in layer.values), "default")


def load(
    start: Path,
    *,
    user: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    source: str = "command line",
    trusted: bool = True,
) -> Configuration:
    """Reads and merges every layer.

    ``start`` is the directory (or a file in it) from which the project file is looked for upwards. ``user``
    stands in for the user file and must exist. ``overrides`` is a nested mapping, of which ``source`` says where
    it comes from; with ``trusted`` false it may set no more than a project file may.

    Raises:
        ConfigError: a file cannot be read, or a setting is unknown, wrong, or not allowed where it stands.
    """
    if user is not None and not user.exists():  # a device, such as /dev/null, will do as well
        raise ConfigError(f"{user}: there is no such settings file.", next_step="Check the path after --config.")
    user_path = user or user_file()
    project_path = find_project_file(start)
    if project_path is not None and _same(project_path, user_path):
        project_path = None
    layers = [Layer(str(user_path), read_layer(user_path, trusted=True))] if user or _there(user_path) else []
    if project_path is not None:
        layers.append(Layer(str(project_path), read_layer(project_path, trusted=False)))
    if overrides:
        layers.append(Layer(source, dict(flatten(overrides, source, trusted=trusted))))
    configuration = Configuration(_merge(layers), tuple(layers), user_path, project_path)
    check_strategies(configuration.settings, configuration.origin)
    return configuration


def user_file() -> Path:
    """Where the user's own settings file lies on this platform, whether or not it exists."""
    import platformdirs

    return Path(platformdirs.user_config_dir("unsorry", appauthor=False)) / FILE_NAME


def find_project_file(start: Path) -> Path | None:
    """The nearest ``unsorry.toml`` in ``start`` or above it."""
    start = start.absolute()
    for directory in (start, *start.parents):
        if _there(directory / FILE_NAME):
            return directory / FILE_NAME
    return None


def read_layer(path: Path, *, trusted: bool) -> dict[str, Any]:
    """A file's settings by dotted key, checked.

    Raises:
        ConfigError: as for ``load``.
    """
    return dict(flatten(parse(read_text(path), path), str(path), trusted=trusted))


def read_text(path: Path) -> str:
    """A settings file's text.

    Raises:
        ConfigError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start}).", next_step="Save it as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}.", next_step="Make the file readable.") from error


def parse(text: str, path: Path) -> Mapping[str, Any]:
    """The TOML of a settings file.

    Raises:
        ConfigError: it is not TOML.
    """
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}.", next_step="Mend that line.") from error


def flatten(data: Mapping[str, Any], where: str, *, trusted: bool, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The settings of a nested mapping by dotted key, each checked; a ``None`` sets nothing.

    Raises:
        ConfigError: a key is unknown, holds a wrong value, or may not stand here.
    """
    for name, value in data.items():
        key = f"{prefix}{name}"
        if value is None:
            continue
        row = rows().get(key)
        if row is not None:
            if row.user_only and not trusted:
                raise _not_here(key, where)
            yield key, check(row, value, where)
        elif any(known.startswith(f"{key}.") for known in rows()):
            if not isinstance(value, Mapping):
                raise ConfigError(f"{where}: `{key}` is a section, not a setting.", next_step=f"Write [{key}].")
            yield from flatten(value, where, trusted=trusted, prefix=f"{key}.")
        else:
            raise unknown_key(key, where)


def unknown_key(key: str, where: str) -> ConfigError:
    """The error for a key that is no setting, with the nearest one that is."""
    import difflib

    names = [*rows(), *{row.section for row in rows().values()}]
    section, _, language = ".".join(key.split(".")[:2]).partition(".")
    if section == "provers" and language and f"provers.{language}" not in names:
        known = ", ".join(room.language for room in ROOMS)
        return ConfigError(f"{where}: there is no prover `{language}`.", next_step=f"The provers are: {known}.")
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.6)
    step = f"Did you mean `{near[0]}`?" if near else "`unsorry config list` shows every setting."
    return ConfigError(f"{where}: there is no setting `{key}`.", next_step=step)


def _not_here(key: str, where: str) -> ConfigError:
    return ConfigError(
        f"{where}: `{key}` may not be set here, because opening a project must not choose what runs.",
        next_step=f"Move it to your own settings: {user_file()}",
    )


def _there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a directory on the way that may not be looked into
        return False


def _same(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:
        return False


def _merge(layers: list[Layer]) -> Settings:
    values: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for key, value in layer.values.items():
            section, _, name = key.rpartition(".")
            values.setdefault(section, {})[name] = value
    defaults = Settings()
    merged = {name: attrs.evolve(section, **values.get(name, {})) for name, section in sections(defaults)}
    return attrs.evolve(
        defaults,
        **{name: section for name, section in merged.items() if "." not in name},
        provers={Language(name.partition(".")[2]): section for name, section in merged.items() if "." in name},
    )
