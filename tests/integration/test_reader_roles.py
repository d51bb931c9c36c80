"""Each role of the readers' database sees its own schema and nothing else, whatever it tries; an older instance gets the roles at its next start."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from typer.testing import CliRunner

from cli import setup
from cli.main import app
from parity.catalogue.access import load_access
from parity.settings import REPOSITORY, Settings
from stack.environment import READERS
from stack.instance import Instance
from tests.integration.reader_roles import LAYERS, Place, place_of
from tests.integration.test_readers import published

ACCESS = load_access(REPOSITORY / "catalogue").roles
OWN = {
    "reader": "published.release_info",
    "fieldwork": "fieldwork.fieldwork__response",
    "quality": "quality.quality__fix",
}
ROW = "insert into fieldwork.fieldwork__response values ('culture', 2024, 'THA-POL', 'man', '2024-12-31', false, 238, 34, 14)"
FIX = (
    "insert into quality.quality__fix values ('k', 'THA-POL', 'tha_pol', 1, 'f', now(), '2024-12-31', '2024-12-31', 1, 'late row', '', 'r', 9,"
    " 'REC-02', 1, 'Mend it.')"
)


@pytest.fixture(scope="module")
def place(postgres, tmp_path_factory) -> Iterator[Place]:
    """One release and both layers, copied."""
    with place_of(postgres, tmp_path_factory.mktemp("home")) as made:
        made.inside(ROW, FIX)
        with psycopg.connect(made.warehouse) as connection:
            published(connection, 20, made)
        for layer in LAYERS:
            made.copy(layer)
        yield made


@pytest.mark.parametrize("role", OWN)
def test_a_role_reads_its_own_tables_and_no_others(place, role):
    assert len(place.ask(role, f"select * from {OWN[role]}")) == 1
    with psycopg.connect(place.readers.url) as owner:
        tables = owner.execute(
            "select schemaname, schemaname || '.' || tablename from pg_tables where schemaname !~ '^(pg_|information)'"
        )
        others = [table for schema, table in tables if schema != ACCESS[role].schema_name]
    assert len(others) > 5
    for table in others:
        for statement in (f"select * from {table}", f"select count(*) from {table}", f"explain analyze select 1 from {table}"):
            with psycopg.connect(place.urls[role]) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(statement)
    readable = "select distinct table_schema from information_schema.columns where table_schema !~ '^(pg_|information_schema)'"
    assert place.ask(role, readable) == [(ACCESS[role].schema_name,)]


@pytest.mark.parametrize("role", OWN)
def test_of_other_schemas_a_role_learns_names_and_row_counts_of_masked_tables_and_no_value(place, role):
    """PostgreSQL shows pg_class to everybody: names, and how many rows a table had when it was last analysed."""
    counts = "select relname, reltuples from pg_class where relnamespace::regnamespace::text = any(%s) and relkind = 'r'"
    with psycopg.connect(place.urls[role]) as reader:
        foreign = [other.schema_name for other in ACCESS.values() if other.schema_name != ACCESS[role].schema_name]
        assert len(reader.execute(counts, (foreign,)).fetchall()) > 5
        values = "select distinct schemaname from pg_stats where schemaname !~ '^(pg_|information_schema)'"
        assert reader.execute(values).fetchall() in ([], [(ACCESS[role].schema_name,)])
        inside = "select 1 from pg_class where relname ~ 'flag|person|staff|kobo|answer' and relkind in ('r', 'v')"
        assert reader.execute(f"{inside} and relnamespace::regnamespace::text !~ '^(pg_|information_schema)'").fetchall() == []
    with psycopg.connect(place.urls[role]) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("select * from pg_statistic")


@pytest.mark.parametrize("role", OWN)
def test_a_role_can_do_nothing_but_read(place, role):
    schema = ACCESS[role].schema_name
    for statement in (
        "create temp table kept as select 1 as n",
        "create function pg_temp.tell(text) returns text language sql as 'select $1'",
        "create schema kept",
        "create table public.kept (n int)",
        f"create table {schema}.kept (n int)",
        f"create view {schema}.kept as select 1",
        f"create function {schema}.tell(text) returns text language sql as 'select $1'",
        f"delete from {OWN[role]}",
        f"drop table {OWN[role]}",
        "select lo_from_bytea(0, 'a large object')",
        "select pg_read_file('postgresql.conf')",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'",
        "copy (select 1) to program 'true'",
        "create extension dblink",
        "set temp_file_limit = -1",
        *(f'set role "{place.urls[other].split("//")[1].split(":")[0]}"' for other in OWN if other != role),
    ):
        with psycopg.connect(place.urls[role]) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(statement)
    own = "select proname from pg_proc where pronamespace::regnamespace::text !~ '^(pg_|information_schema)'"
    assert place.ask(role, own) == []


@pytest.mark.parametrize("role", OWN)
def test_a_role_enters_no_other_database_and_has_the_limits_of_access_yml(place, role):
    urls = ("PARITY_WAREHOUSE_URL", "PARITY_AIRFLOW_DATABASE_URL", "PARITY_SUPERSET_DATABASE_URL")
    for other in (*(place.settings.require(url).rpartition("/")[2] for url in urls), "postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(f"{place.urls[role].rpartition('/')[0]}/{other}")
    limits = ACCESS[role].limits
    assert place.ask(role, "select rolconnlimit from pg_roles where rolname = current_user") == [(limits.connections,)]
    told = place.ask(
        role,
        "select name, setting::int from pg_settings where name ~ '^(statement_timeout|temp_file_limit|idle_in_tr)' order by name",
    )
    assert dict(told) == {
        "statement_timeout": limits.statement_seconds * 1000,
        "temp_file_limit": limits.temp_file_mb * 1024,
        "idle_in_transaction_session_timeout": limits.idle_seconds * 1000,
    }


def test_no_more_sessions_than_the_limit_of_a_role_and_no_statement_longer_than_its_own(place, tmp_path):
    role = "quality"
    strict = tmp_path / "catalogue"
    strict.mkdir()
    text = (REPOSITORY / "catalogue" / "access.yml").read_text()
    (strict / "access.yml").write_text(
        text.replace("connections: 10, statement_seconds: 60", "connections: 2, statement_seconds: 1")
    )
    setup.databases(Settings.from_env({**place.settings.environment, "PARITY_CATALOGUE": str(strict)}))
    try:
        with psycopg.connect(place.urls[role]) as first, psycopg.connect(place.urls[role]):
            with pytest.raises(psycopg.OperationalError, match="too many connections"):
                psycopg.connect(place.urls[role])
            with pytest.raises(psycopg.errors.QueryCanceled):
                first.execute("select pg_sleep(60)")
    finally:
        setup.databases(place.settings)


def test_a_password_opens_its_own_role_only(place):
    for role, other in itertools.permutations(OWN, 2):
        login = place.urls[role].split("//")[1].split(":")[0]
        password = place.urls[other].split("//")[1].split(":")[1].split("@")[0]
        mixed = f"postgresql://{login}:{password}@{place.urls[role].rpartition('@')[2]}"
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(mixed)


def test_what_was_granted_by_hand_is_taken_back_at_the_next_start(place):
    login = place.urls["quality"].split("//")[1].split(":")[0]
    with psycopg.connect(place.readers.url) as owner:
        owner.execute(f'grant usage on schema fieldwork to "{login}"')
        owner.execute(f'grant select on all tables in schema fieldwork to "{login}"')
    assert place.ask("quality", "select count(*) from fieldwork.fieldwork__response") == [(1,)]
    place.start()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        place.ask("quality", "select count(*) from fieldwork.fieldwork__response")
    assert len(place.ask("quality", "select * from quality.quality__fix")) == 1


def test_an_older_instance_gets_the_roles_at_its_next_start_and_their_tables_with_the_next_build(postgres, tmp_path):
    with place_of(postgres, tmp_path, roles=("reader",)) as older:
        older.inside(ROW, FIX)
        with psycopg.connect(older.warehouse) as connection:
            published(connection, 20, older)
        older.copy("fieldwork")  # code of today on roles of yesterday
        with pytest.raises(psycopg.OperationalError):
            older.ask("fieldwork", "select 1")
        older.start()
        older.copy("quality")
        for role, table in OWN.items():
            assert len(older.ask(role, f"select * from {table}")) == 1
        older.start()
        for layer in LAYERS:
            older.copy(layer)
        for role, table in OWN.items():
            assert len(older.ask(role, f"select * from {table}")) == 1


def test_the_task_of_a_build_copies_each_layer_with_the_connections_of_airflow(place, monkeypatch):
    from dags.steps import release

    place.start()
    for name, url in (("WAREHOUSE", place.warehouse), ("READERS", place.urls["reader"])):
        parts = urlsplit(url)
        connection = {
            "conn_type": "postgres", "host": parts.hostname, "port": parts.port, "login": parts.username,
            "password": unquote(parts.password), "schema": parts.path[1:],
        }  # fmt: skip
        monkeypatch.setenv(f"AIRFLOW_CONN_{name}", json.dumps(connection))
    assert release.copy_layer("fieldwork")["fieldwork__response"] == 1
    assert release.copy_layer("quality") == {"quality__fix": 1}


def test_addresses_that_do_not_fit_are_refused_before_anything_is_made(place):
    def start(**other: str) -> None:
        setup.databases(Settings.from_env({**place.settings.environment, **other}))

    with pytest.raises(SystemExit, match="PARITY_QUALITY_READER_URL names another database than PARITY_READER_URL"):
        start(PARITY_QUALITY_READER_URL=place.urls["quality"].replace("parity_readers_", "elsewhere_"))
    with pytest.raises(SystemExit, match="PARITY_QUALITY_READER_URL has the login of PARITY_FIELDWORK_READER_URL"):
        start(PARITY_QUALITY_READER_URL=place.urls["fieldwork"])
    with pytest.raises(SystemExit, match="PARITY_FIELDWORK_READER_URL has the login of an owner"):
        start(PARITY_FIELDWORK_READER_URL=place.readers.url)


def test_a_server_without_the_role_is_said_and_the_others_see_their_tables(place, capsys):
    settings = place.settings.environment
    other = place.urls["quality"].replace("quality_reader_", "nobody_made_")
    setup.warehouse(Settings.from_env({**settings, "PARITY_QUALITY_READER_URL": other}))
    assert "has no role nobody_made_" in capsys.readouterr().out
    assert len(place.ask("fieldwork", "select * from fieldwork.fieldwork__response")) == 1
    setup.warehouse(place.settings)


@pytest.mark.parametrize("role", OWN)
def test_the_command_prints_the_address_of_each_role(place, monkeypatch, role):
    for name in ("PARITY_WAREHOUSE_URL", *(setting for _, setting in READERS.values())):
        monkeypatch.setenv(name, place.settings.require(name))
    words = ["release", "reader", *(["--role", role] if role != "reader" else [])]
    assert CliRunner().invoke(app, words).stdout.strip() == place.urls[role]
    assert json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout) == {"url": place.urls[role]}
    monkeypatch.delenv(READERS[role][1])
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 2 and f"{READERS[role][1]} is not" in found.stderr


def test_the_command_says_when_a_role_is_younger_than_the_last_start(tmp_path, monkeypatch):
    for name in ("PARITY_WAREHOUSE_URL", *(setting for _, setting in READERS.values())):
        monkeypatch.delenv(name, raising=False)
    instance = Instance(tmp_path / "sample")
    instance.prepare()
    instance.choose_ports()
    monkeypatch.setenv("PARITY_HOME", str(instance.home))
    path = instance.home / "secrets" / "secrets.json"
    whole = json.loads(path.read_text())
    path.write_text(json.dumps({name: value for name, value in whole.items() if name != "fieldwork_reader"}))
    found = CliRunner().invoke(app, ["release", "reader", "--role", "fieldwork"])
    assert found.exit_code == 3 and "run `parity up` first" in found.stderr
    instance.prepare()
    found = CliRunner().invoke(app, ["release", "reader", "--role", "fieldwork"])
    assert found.exit_code == 0 and "//fieldwork_reader:" in found.stdout and found.stdout.strip().endswith("/parity_readers")
