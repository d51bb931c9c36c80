"""Airflow's admin and connections, written through Airflow's own models, so that no password stands on a command line.

A connection is written again only where its content changed and nobody edited it meanwhile: what an engineer typed under
Admin > Connections stays. What we wrote last is known by its hash (`stack.marks`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from parity.landing_place import LandingPlace, landing_place
from parity.settings import Settings
from stack import marks
from stack.environment import ADMIN, FAB

FIELDS = ("conn_type", "host", "port", "login", "password", "schema", "extra")
# What Airflow's form sends where there is none: with another value its Test button refuses to use the stored password.
NO_PORT = 0
Fields = dict[str, Any]


def connections(settings: Settings) -> dict[str, Fields]:
    """What each connection should hold. `kobo` only where a server is named: a server's own is typed in Airflow."""
    password = settings.require("PARITY_ADMIN_PASSWORD")
    wanted: dict[str, Fields] = {
        "warehouse": _postgres("parity_warehouse", settings.require("PARITY_WAREHOUSE_URL")),
        "readers": _postgres("parity_readers", settings.require("PARITY_READER_URL")),
        "landing": _landing(landing_place(settings)),
        "superset": {
            "conn_type": "parity_superset",
            "host": settings.require("PARITY_SUPERSET_URL"),
            "port": NO_PORT,
            "login": ADMIN,
            "password": password,
        },
    }
    if (url := settings.kobo_url) and (token := settings.kobo_token):
        wanted["kobo"] = {"conn_type": "kobotoolbox", "host": url, "port": NO_PORT, "password": token}
    return wanted


def _landing(place: LandingPlace) -> Fields:
    """The folder or URL as host; of object storage, the key as login, its secret as password, the rest in the extra."""
    extra = {name: value for name, value in (("endpoint_url", place.endpoint), ("region_name", place.region)) if value}
    return {
        "conn_type": "parity_landing",
        "host": place.url,
        "port": NO_PORT,
        "login": place.key,
        "password": place.secret,
        "extra": json.dumps(extra) if extra else None,
    }


def _postgres(conn_type: str, url: str) -> Fields:
    parts = make_url(url)
    return {
        "conn_type": conn_type,
        "host": parts.host,
        "port": parts.port or 5432,
        "login": parts.username,
        "password": parts.password,
        "schema": parts.database,
    }


def digest(fields: Mapping[str, Any]) -> str:
    """A hash of what a connection holds; fields that are empty do not count."""
    content = {name: str(fields[name]) for name in FIELDS if fields.get(name) not in (None, "", "{}")}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def make_connections(settings: Settings) -> None:
    """Write the connections that are new or changed, and say which edited one was left as it is."""
    url = settings.require("PARITY_AIRFLOW_DATABASE_URL")
    wanted, known = connections(settings), _marks_of_0_1(settings) | marks.read(url)
    changed = {name: fields for name, fields in wanted.items() if known.get(f"connection {name}") != digest(fields)}
    if not changed:
        return
    from airflow.models import Connection
    from airflow.utils.session import create_session
    from sqlalchemy import select

    written = {}
    with create_session() as session:
        for name, fields in changed.items():
            current = session.scalar(select(Connection).where(Connection.conn_id == name))
            mark = known.get(f"connection {name}")
            if current is not None and mark and digest({field: getattr(current, field) for field in FIELDS}) != mark:
                print(f"The connection `{name}` was edited in Airflow, and is left as it is.", flush=True)
                continue
            connection = Connection(conn_id=name, **fields)
            if current is not None:
                connection.id = current.id
                connection.extra = fields.get("extra")
            session.merge(connection)
            written[f"connection {name}"] = digest(fields)
    marks.write(url, **written)
    _file_of_0_1(settings).unlink(missing_ok=True)


def _file_of_0_1(settings: Settings) -> Path:
    """Where version 0.1 kept what it had written last, passwords included."""
    return settings.home / "secrets" / "connections.json"


def _marks_of_0_1(settings: Settings) -> dict[str, str]:
    path = _file_of_0_1(settings)
    if not path.exists():
        return {}
    return {f"connection {name}": digest(fields) for name, fields in json.loads(path.read_text()).items()}


def make_admin(settings: Settings) -> None:
    """The admin may sign in: a file for the simple auth manager, an account for FAB's, made once."""
    password = settings.require("PARITY_ADMIN_PASSWORD")
    if settings.environment["AIRFLOW__CORE__AUTH_MANAGER"] != FAB:
        path = Path(settings.environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({ADMIN: password}, file)
        return
    url = settings.require("PARITY_AIRFLOW_DATABASE_URL")
    if "admin" in marks.read(url):
        return
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with get_application_builder() as builder:
        security = builder.sm
        if not security.find_user(username=ADMIN):
            security.add_user(ADMIN, "Parity", "Admin", "admin@example.invalid", security.find_role("Admin"), password=password)
    marks.write(url, admin="made")
