"""Addresses of PostgreSQL databases, made and taken apart by SQLAlchemy's URL, which knows what must be quoted.

As text they are what libpq reads: `postgresql://user:password@host:port/name`, without a driver and without a bare space, which libpq 17
and later refuse. SQLAlchemy is imported when it is used: most commands need none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import URL


def libpq_url(url: str | URL) -> str:
    """The URL without the driver that SQLAlchemy reads (postgresql+psycopg2://…), as psycopg and pg_dump want it."""
    from sqlalchemy.engine import make_url

    parts = make_url(url)
    return parts.set(drivername=parts.get_backend_name()).render_as_string(hide_password=False).replace(" ", "%20")


def postgres_url(user: str, password: str, host: str, port: int, database: str) -> str:
    """The URL of a database, over TCP."""
    from sqlalchemy.engine import URL

    return libpq_url(URL.create("postgresql", user, password, host, port, database))


def with_login_of(owner: str, address: str) -> str:
    """The database that `address` names, with the login that `owner` holds."""
    from sqlalchemy.engine import make_url

    login = make_url(owner)
    return libpq_url(make_url(address).set(username=login.username, password=login.password))
