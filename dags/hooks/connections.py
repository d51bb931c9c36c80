"""The connections `warehouse`, `readers`, `landing` and `superset` as the plain values that the rooms below take.

Each has a type of its own (`dags.provider`), for its form and its Test button. Connections of Airflow's types that hold the same fields do as well.
`warehouse`: the owner's login. `readers`: the readers' database with the login of the readers' role, which Superset uses. `landing`: host holds the
folder or the URL of the bucket; login and password hold its access key and secret, the extra `endpoint_url` and `region_name`. `superset`: host
holds the server's URL, login and password a user that may
import assets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from airflow.sdk import BaseHook

from parity import urls
from parity.landing_place import LandingPlace


class IncompleteConnection(ValueError):
    """A connection that lacks a field; the message names both."""

    is_passing = False

    def __init__(self, conn_id: str, what: str) -> None:
        super().__init__(f"connection `{conn_id}` has no {what}: add it under Admin > Connections.")


@dataclass(frozen=True)
class SupersetTarget:
    url: str
    user: str
    password: str = field(repr=False)
    readers_url: str = field(repr=False)


def server_url(host: str, port: int | None = None, *, scheme: str = "https") -> str:
    """A base URL without a trailing slash, from a host field that may or may not hold scheme and port."""
    url = host.strip().rstrip("/")
    if "://" not in url:
        url = f"{scheme}://{url}"
    if port:
        start, _, rest = url.partition("://")
        authority, slash, path = rest.partition("/")
        if ":" not in authority:
            url = f"{start}://{authority}:{port}{slash}{path}"
    return url


def postgres_url(connection: Any) -> str:
    """postgresql://… for psycopg and dbt, always over TCP (Great Expectations and Cosmos refuse a socket path)."""
    for what in ("login", "schema"):
        if not getattr(connection, what):
            raise IncompleteConnection(connection.conn_id, {"login": "login", "schema": "database"}[what])
    return urls.postgres_url(
        connection.login, connection.password or "", connection.host or "127.0.0.1", connection.port or 5432, connection.schema
    )


def warehouse_url(conn_id: str = "warehouse") -> str:
    return postgres_url(BaseHook.get_connection(conn_id))


def readers_url(conn_id: str = "readers") -> str:
    return postgres_url(BaseHook.get_connection(conn_id))


def landing_place(conn_id: str = "landing") -> LandingPlace:
    connection = BaseHook.get_connection(conn_id)
    host = _needed(conn_id, connection.host, "host (a folder or an fsspec URL such as s3://bucket/landing)")
    extra = connection.extra_dejson
    return LandingPlace(
        host, extra.get("endpoint_url"), extra.get("region_name"), connection.login or None, connection.password or None
    )


def superset_login(conn_id: str = "superset") -> tuple[str, str, str]:
    """The server's URL, login and password. Raises IncompleteConnection."""
    connection = BaseHook.get_connection(conn_id)
    host = _needed(conn_id, connection.host, "host (the server's URL)")
    login = _needed(conn_id, connection.login, "login")
    return server_url(host, connection.port, scheme="http"), login, _needed(conn_id, connection.password, "password")


def superset_target(conn_id: str = "superset") -> SupersetTarget:
    return SupersetTarget(*superset_login(conn_id), readers_url())


def _needed(conn_id: str, value: str | None, what: str) -> str:
    if not value:
        raise IncompleteConnection(conn_id, what)
    return value


def file_access(conn_id: str | None) -> tuple[dict[str, Any], str | None]:
    """fsspec's storage options for a contract's location, and the password of its workbooks and archives.

    Host, port, login and password are SFTP's; for S3 the extra holds `key`, `secret`, `endpoint_url` and so on. The extra field
    `file_password` opens protected files. Everything else in the extra is handed to fsspec as it is.
    """
    if not conn_id:
        return {}, None
    connection = BaseHook.get_connection(conn_id)
    options = dict(connection.extra_dejson)
    file_password = options.pop("file_password", None)
    named = {"host": connection.host, "port": connection.port, "username": connection.login, "password": connection.password}
    return {name: value for name, value in named.items() if value} | options, file_password
