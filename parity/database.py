"""One way to the warehouse: psycopg connections from a URL, and the environment of dbt."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import psycopg

from parity.settings import REPOSITORY


def connect(url: str, *, application: str = "parity") -> psycopg.Connection:
    """Open a connection to `url` (postgresql://user:password@host:port/name); the caller commits and closes."""
    return psycopg.connect(url, application_name=application, connect_timeout=10)


def _checksum(project: Path, *patterns: str) -> str:
    """Changes with the files of the project: what older code built is built again."""
    digest = hashlib.sha256((project / "dbt_project.yml").read_bytes())
    for path in sorted(path for pattern in patterns for path in project.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def first_value(found: psycopg.Cursor[Any]) -> Any:
    """The first value of the one row of a query that always has one. Raises LookupError where it has none."""
    if (row := found.fetchone()) is None:
        raise LookupError("A query that always has a row has none.")
    return row[0]


def dbt_environment(url: str) -> dict[str, str]:
    """The variables that `dbt/profiles.yml` reads, from a warehouse URL."""
    from sqlalchemy.engine import make_url

    parts = make_url(url)
    return {
        "PARITY_DB_HOST": parts.host or "127.0.0.1",
        "PARITY_DB_PORT": str(parts.port or 5432),
        "PARITY_DB_USER": parts.username or "",
        "PARITY_DB_PASSWORD": str(parts.password or ""),
        "PARITY_DB_NAME": parts.database or "",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PARITY_DBT_CHECKSUM": _checksum(REPOSITORY / "dbt", "macros/**/*.sql", "models/**/*.sql"),
        "PARITY_DBT_MACROS": _checksum(REPOSITORY / "dbt", "macros/**/*.sql"),
    }


def dbt_folders(home: Path, target: str = "target") -> dict[str, str]:
    """The variables that say where dbt writes in an instance; runs at the same time need a target each."""
    return {"DBT_TARGET_PATH": str(home / "dbt" / target), "DBT_LOG_PATH": str(home / "dbt" / "logs")}
