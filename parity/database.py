"""One way to the warehouse: psycopg connections from a URL, and the environment of dbt."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

PARSED = "partial_parse.msgpack"


def connect(url: str, *, application: str = "parity") -> psycopg.Connection:
    """Open a connection to `url` (postgresql://user:password@host:port/name); the caller commits and closes."""
    return psycopg.connect(url, application_name=application, connect_timeout=10)


def libpq_url(url: str) -> str:
    """The URL without the driver that SQLAlchemy is told (postgresql+psycopg2://…), as psycopg and pg_dump want it."""
    scheme, _, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def dbt_environment(url: str) -> dict[str, str]:
    """The variables that `dbt/profiles.yml` reads, from a warehouse URL."""
    parts = urlsplit(url)
    return {
        "PARITY_DB_HOST": parts.hostname or "127.0.0.1",
        "PARITY_DB_PORT": str(parts.port or 5432),
        "PARITY_DB_USER": unquote(parts.username or ""),
        "PARITY_DB_PASSWORD": unquote(parts.password or ""),
        "PARITY_DB_NAME": parts.path.lstrip("/"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def dbt_folders(home: Path, target: str = "target") -> dict[str, str]:
    """The variables that say where dbt writes in an instance; runs at the same time need a target each."""
    return {"DBT_TARGET_PATH": str(home / "dbt" / target), "DBT_LOG_PATH": str(home / "dbt" / "logs")}


def share_parse(folder: Path, target: str) -> None:
    """Give a working folder of dbt that is new the parse of the main one: reading the whole project again takes ten seconds.

    `folder`: `dbt` of the instance, with one working folder for each run that may go on at the same time.
    """
    parsed, here = folder / "target" / PARSED, folder / target / PARSED
    if parsed.exists() and not here.exists():
        here.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(parsed, here)
