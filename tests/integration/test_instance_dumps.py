"""Before an upgrade the three databases are dumped; going back restores them and deletes nothing."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from parity.migrate import migrate_warehouse
from stack.control import StackError
from stack.instance_dumps import dump_all, restore_all
from stack.postgres import Postgres
from stack.temporary_server import temporary_server


@pytest.fixture
def server() -> Postgres:
    """A server of its own with the three databases of an instance."""
    with temporary_server("-cfsync=off") as server:
        with psycopg.connect(server.url(), autocommit=True) as admin:
            for name in ("parity", "airflow", "superset"):
                admin.execute(f"create role {name} login")
                admin.execute(f"create database {name} owner {name}")
        migrate_warehouse(server.url("parity"), backups=None)
        for name, statement in {
            "parity": "insert into raw.catalogue_grade values (1, 'junior', 'One'); create schema core; create table core.fct_pay (n int)",
            "airflow": "create table dag_run (n int); insert into dag_run values (1), (2)",
            "superset": "create table slices (n int); insert into slices values (3)",
        }.items():
            with psycopg.connect(server.url(name)) as connection:
                connection.execute(statement)
        yield server


def count(server: Postgres, database: str, table: str) -> int:
    with psycopg.connect(server.url(database)) as connection:
        return connection.execute(f"select count(*) from {table}").fetchone()[0]


def test_two_upgrades_and_back_to_the_first(server: Postgres, tmp_path: Path) -> None:
    told: list[str] = []
    for number in (1, 2):
        assert len(dump_all(server, tmp_path / str(number), told.append)) == 3
        for name, table in {"parity": "raw.catalogue_grade", "airflow": "dag_run", "superset": "slices"}.items():
            with psycopg.connect(server.url(name)) as connection:
                connection.execute(f"delete from {table}")
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.glob("*/*.dump"))
    restore_all(server, tmp_path / "1", told.append)
    assert [
        count(server, "parity", "raw.catalogue_grade"),
        count(server, "airflow", "dag_run"),
        count(server, "superset", "slices"),
    ] == [1, 2, 1]
    with psycopg.connect(server.url("parity")) as connection:
        assert connection.execute(
            "select to_regclass('core.fct_pay'), to_regclass('published.indicator') is not null"
        ).fetchone() == (None, True)
        owners = connection.execute(
            "select distinct tableowner from pg_tables where schemaname in ('raw', 'ops', 'release')"
        ).fetchall()
    assert owners == [("parity",)]
    with psycopg.connect(server.url()) as admin:
        kept = [row[0] for row in admin.execute("select datname from pg_database where datname like '%\\_until\\_%' order by 1")]
    assert [name.partition("_until_")[0] for name in kept] == ["airflow", "parity", "superset"]
    assert migrate_warehouse(server.url("parity"), backups=None).applied == ()


def test_a_folder_without_dumps_changes_nothing(server: Postgres, tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"holds none of parity\.dump"):
        restore_all(server, tmp_path, print)
    assert count(server, "airflow", "dag_run") == 2
