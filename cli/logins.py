"""The logins that the set-up makes roles and databases for, read from the addresses in the settings. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.engine import make_url

from parity.settings import Settings
from stack.environment import READERS, ReaderRole

OWNERS = ("PARITY_WAREHOUSE_URL", "PARITY_AIRFLOW_DATABASE_URL", "PARITY_SUPERSET_DATABASE_URL")


@dataclass(frozen=True)
class Login:
    """A role of PostgreSQL and the database that it enters."""

    user: str
    password: str | None = field(repr=False)
    host: str | None
    port: int | None
    database: str

    @classmethod
    def of(cls, setting: str, url: str) -> Login:
        """The login that a setting names. Raises SystemExit where the address lacks the role or the database."""
        parts = make_url(url)
        if not parts.username or not parts.database:
            raise SystemExit(
                f"{setting} lacks the {'database' if parts.username else 'user'}: postgresql://user:password@host:port/name."
            )
        return cls(parts.username, parts.password, parts.host, parts.port, parts.database)


def owner_logins(settings: Settings) -> list[Login]:
    """The owners of the warehouse, of Airflow's and of Superset's database, in this order."""
    return [Login.of(name, settings.require(name)) for name in OWNERS]


def reader_logins(settings: Settings) -> dict[ReaderRole, Login]:
    """The login of each role of readers, all of one database. A role without a setting has none, but for `reader`. Raises SystemExit."""
    settings.require("PARITY_READER_URL")
    logins = {role: Login.of(setting, url) for role, (_, setting) in READERS.items() if (url := settings.get(setting))}
    first = logins["reader"]
    seen: dict[str, str] = {}
    for role, login in logins.items():
        setting = READERS[role][1]
        if (login.host, login.port, login.database) != (first.host, first.port, first.database):
            raise SystemExit(
                f"{setting} names another database than PARITY_READER_URL: all readers have one, each role its login."
            )
        if login.user in seen:
            raise SystemExit(f"{setting} has the login of {seen[login.user]}, {login.user}: each role of readers needs its own.")
        seen[login.user] = setting
    return logins
