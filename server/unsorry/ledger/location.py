"""Where the ledger lies: the user's own file, or a team's database, as settings and environment say."""

from __future__ import annotations

import os
from pathlib import Path

from attrs import frozen

from unsorry.errors import LedgerError
from unsorry.settings import LedgerSettings

ENVIRONMENT = "UNSORRY_LEDGER"
_OFF = "off"
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


@frozen
class Location:
    """A SQLite file (``path``), or else the database that ``url`` names. ``retention``: days of work to keep."""

    path: Path | None
    url: str
    retention: int = 0

    @property
    def shown(self) -> str:
        """For people: the file, or the URL without its password."""
        if self.path is not None:
            return str(self.path)
        scheme, _, rest = self.url.partition("://")
        account, at, host = rest.rpartition("@")
        return f"{scheme}://{account.partition(':')[0]}{at}{host}"


def locate(settings: LedgerSettings) -> Location | None:
    """Where the ledger is, or ``None`` where there is to be none.

    Raises:
        LedgerError: the URL names a database that cannot be used.
    """
    said = os.environ.get(ENVIRONMENT, "")
    if said == _OFF or (not said and not settings.enable):
        return None
    url = said if "://" in said else "" if said else settings.url
    if url:
        return Location(None, _with_driver(url), settings.retention)
    path = Path(said or settings.path or default_path()).expanduser()
    return Location(path.absolute(), "", settings.retention)


def default_path() -> Path:
    """The file in the user's data directory, whether or not it exists."""
    import platformdirs

    return Path(platformdirs.user_data_dir("unsorry", appauthor=False)) / "ledger.sqlite3"


def _with_driver(url: str) -> str:
    scheme, _, rest = url.partition("://")
    driver = _DRIVERS.get(scheme.partition("+")[0])
    if driver is None:
        raise LedgerError(
            f"ledger.url: {scheme}:// is no database that the ledger can lie in.",
            next_step="Write, for example: postgresql://host/name, or set ledger.path for a file.",
        )
    return f"{driver}://{rest}"
