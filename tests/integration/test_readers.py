"""The readers' database on a real PostgreSQL: the current release whole, and nothing else, whatever a reader tries."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from cli import setup
from cli.setup import databases
from parity.migrate import migrate_warehouse
from parity.settings import Settings
from publication.readers import Readers, ReadersError, bring_up_to_date
from publication.releases import publish, rollback
from publication.shown import shown_releases

RELEASE = (
    "insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed)"
    " values ('approved', '1', %s, %s, 0) returning release_id"
)
ATTACK = (
    "insert into release.attack (release_id, n_counts, n_relations, n_protected, n_found, findings) values (%s, 0, 0, 0, 0, '[]')"
)
CELLS = """
insert into release.indicator (
    release_id, cell_id, indicator_code, indicator_name, domain_no, domain_name, unit, direction, target_text, source, level, country_code,
    country_name, agency_code, agency_name, agency_type, gender, grade_band, period_year, period_date, numerator, denominator, n, estimate,
    method, is_suppressed, status, provenance, catalogue_version)
select %(id)s, g::text, 'REP-01', 'Share', 1, 'D', 'pct', 'up', '30', 'hr', 'agency', 'THA', 'Thailand', 'A' || g, 'A', 'police', 'all',
    'all', 2025, date '2025-12-31', %(number)s, 100, 100, %(number)s, 'census share', false, 'rounded', 'synthetic', '1'
from generate_series(1, %(n)s) as g
"""


@dataclass(frozen=True)
class Place:
    """A warehouse with its readers' database, as `make demo` makes them."""

    warehouse: str
    reader: str
    settings: Settings

    @property
    def readers(self) -> Readers:
        return Readers.of(self.warehouse, self.reader)

    def ask(self, query: str) -> list[tuple]:
        with psycopg.connect(self.reader) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def place(postgres) -> Iterator[Place]:
    tag = secrets.token_hex(4)

    def url(database: str, role: str) -> str:
        return postgres.url(f"{database}_{tag}", f"{role}_{tag}", "of a test")

    settings = Settings.from_env(
        {
            "PARITY_POSTGRES_URL": postgres.url(),
            "PARITY_WAREHOUSE_URL": url("parity", "parity"),
            "PARITY_READER_URL": url("parity_readers", "reader"),
            "PARITY_AIRFLOW_DATABASE_URL": url("airflow", "airflow"),
            "PARITY_SUPERSET_DATABASE_URL": url("superset", "superset"),
        }
    )
    databases(settings)
    databases(settings)
    migrate_warehouse(settings.warehouse_url, backups=None)
    yield Place(settings.warehouse_url, settings.require("PARITY_READER_URL"), settings)
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        for name in ("parity", "parity_readers", "airflow", "superset"):
            admin.execute(f'drop database "{name}_{tag}" with (force)')
        for name in ("parity", "reader", "airflow", "superset"):
            admin.execute(f'drop role "{name}_{tag}"')


def make_release(connection: psycopg.Connection, number: int, n: int = 12) -> int:
    """An approved release whose cells all show `number`."""
    (release_id,) = connection.execute(RELEASE, (f"{number}/{n}", n)).fetchone()
    connection.execute(CELLS, {"id": release_id, "number": number, "n": n})
    connection.execute(ATTACK, (release_id,))
    connection.commit()
    return release_id


def published(connection: psycopg.Connection, number: int, place: Place) -> int:
    release_id = make_release(connection, number)
    publish(connection, release_id, place.readers)
    connection.commit()
    return release_id


def test_readers_see_each_release_that_becomes_current_and_no_other(place):
    with psycopg.connect(place.warehouse) as connection:
        first, second = (published(connection, number, place) for number in (20, 30))
        make_release(connection, 666)  # approved, and never published
        seen = "select distinct release_id, numerator from published.indicator"
        assert place.ask(seen) == [(second, 30.0)]
        rollback(connection, place.readers)
        connection.commit()
        assert place.ask(seen) == [(first, 20.0)]
        assert place.ask("select release_id from published.release_info") == [(first,)]
        assert not bring_up_to_date(connection, place.readers), "nothing changed since"


@pytest.mark.parametrize("plan", ["", *(f"enable_{way} = off" for way in ("nestloop", "hashjoin", "mergejoin", "seqscan"))])
def test_no_condition_of_a_reader_is_asked_of_another_release(place, plan):
    with psycopg.connect(place.warehouse) as connection:
        published(connection, 20, place)
        make_release(connection, 666)
        published(connection, 30, place)
    leak = "select * from published.indicator i join published.release_info r using (release_id) where (numerator||' of release')::int > 0"
    for statement in (leak, f"explain analyze {leak}"):
        with psycopg.connect(place.reader) as reader:
            if plan:
                reader.execute(f"set {plan}")
            with pytest.raises(psycopg.DataError) as told:
                reader.execute(statement)
        assert '"30 of release"' in str(told.value)


def test_the_readers_role_can_do_nothing_but_read(place):
    with psycopg.connect(place.warehouse) as connection:
        published(connection, 20, place)
    for statement in (
        "create temp table kept as select 1 as n",
        "create function pg_temp.tell(text) returns text language sql as 'select $1'",
        "create table public.kept (n int)",
        "create schema kept",
        "select lo_from_bytea(0, 'a large object')",
        "delete from published.indicator",
        "update published.release_info set n_cells = 0",
    ):
        with psycopg.connect(place.reader) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(statement)
    with psycopg.connect(place.reader) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("set temp_file_limit = -1")
    assert place.ask("show statement_timeout") == [("1min",)]
    assert place.ask("select rolconnlimit from pg_roles where rolname = current_user") == [(40,)]
    schemas = (
        "select distinct nspname from pg_class c join pg_namespace n on n.oid = relnamespace where nspname !~ '^pg_' order by 1"
    )
    assert place.ask(schemas) == [("information_schema",), ("published",)]
    urls = ("PARITY_WAREHOUSE_URL", "PARITY_AIRFLOW_DATABASE_URL", "PARITY_SUPERSET_DATABASE_URL")
    for other in (*(place.settings.require(url).rpartition("/")[2] for url in urls), "postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(f"{place.reader.rpartition('/')[0]}/{other}")


def test_where_the_copy_fails_the_release_before_stays_current(place):
    with psycopg.connect(place.warehouse) as connection:
        first = published(connection, 20, place)
        second = make_release(connection, 30)
        nowhere = Readers(place.readers.url + "_gone", place.readers.role)
        with pytest.raises(psycopg.OperationalError):
            publish(connection, second, nowhere)
        connection.rollback()
        assert connection.execute("select release_id from published.release_info").fetchall() == [(first,)]
    assert place.ask("select distinct release_id from published.indicator") == [(first,)]


def test_a_stop_between_the_copy_and_its_record_is_repaired_by_the_next_publication(place, monkeypatch):
    def copied_and_stopped(warehouse, readers):
        bring_up_to_date(warehouse, readers)
        raise InterruptedError("a power cut")

    with psycopg.connect(place.warehouse) as connection:
        first = published(connection, 20, place)
        second = make_release(connection, 30)
        with monkeypatch.context() as patched, pytest.raises(InterruptedError):
            patched.setattr("publication.releases.bring_up_to_date", copied_and_stopped)
            publish(connection, second, place.readers)
        assert shown_releases(connection) == {first, second}, "readers saw it, whatever is recorded"
        assert place.ask("select release_id from published.release_info") == [(second,)]
        publish(connection, first, place.readers)  # the build that runs next and finds nothing new
        connection.commit()
        assert place.ask("select distinct release_id, numerator from published.indicator") == [(first, 20.0)]


def test_a_table_with_other_columns_is_made_anew_and_stays_readable(place):
    with psycopg.connect(place.warehouse) as connection:
        published(connection, 20, place)
        connection.execute("create view published.more as select release_id, 1 as added from published.release_info")
        for columns in ("release_id", "release_id, 2 as added", "2 as other"):
            connection.execute("drop view published.more")
            connection.execute(f"create view published.more as select {columns} from published.release_info")
            assert bring_up_to_date(connection, place.readers)
            assert len(place.ask("select * from published.more")) == 1
        connection.execute("drop view published.more")
        assert bring_up_to_date(connection, place.readers)
    with pytest.raises(psycopg.errors.UndefinedTable):
        place.ask("select * from published.more")


@pytest.mark.parametrize("n_switches", [25, pytest.param(100, marks=pytest.mark.long)])
def test_of_many_switches_eight_readers_see_one_whole_release_each_time(place, n_switches):
    n, seen, waits, faults, is_over = 300, set(), [], [], threading.Event()
    whole = (
        "select count(*), count(distinct (release_id, numerator)), min(numerator), (select count(*) from published.release_info),"
        " min(release_id) = (select release_id from published.release_info) from published.indicator"
    )

    def look() -> None:
        try:
            with psycopg.connect(place.reader, autocommit=True) as reader:
                while not is_over.is_set():
                    began = time.monotonic()
                    rows, kinds, number, infos, is_same = reader.execute(whole).fetchone()
                    waits.append(time.monotonic() - began)
                    if (rows, kinds, infos, is_same) != (n, 1, 1, True):
                        faults.append((rows, kinds, infos, is_same))
                    seen.add(number)
        except Exception as error:
            faults.append(error)

    with psycopg.connect(place.warehouse) as connection:
        releases = [make_release(connection, number, n) for number in (20, 30)]
        publish(connection, releases[0], place.readers)
        connection.commit()
        threads = [threading.Thread(target=look, daemon=True) for _ in range(8)]
        for thread in threads:
            thread.start()
        try:
            for switch in range(n_switches):
                publish(connection, releases[(switch + 1) % 2], place.readers)
                connection.commit()
        finally:
            is_over.set()
            for thread in threads:
                thread.join(timeout=60)
    assert faults == [] and seen == {20.0, 30.0}
    assert len(waits) > n_switches and max(waits) < 20, "no reader waits for a publication"


def test_a_reader_who_holds_a_lock_delays_no_publication(place):
    with psycopg.connect(place.warehouse) as connection, psycopg.connect(place.reader) as reader:
        published(connection, 20, place)
        reader.execute("select pg_advisory_lock(hashtext('parity.readers')), count(*) from published.indicator")
        began = time.monotonic()
        published(connection, 30, place)
        assert time.monotonic() - began < 20
        assert reader.execute("select distinct numerator from published.indicator").fetchall() == [(30.0,)]


def test_a_readers_role_that_is_made_again_may_read(place, postgres):
    with psycopg.connect(place.warehouse) as connection:
        published(connection, 20, place)
        role = place.readers.role
        with psycopg.connect(postgres.url(place.reader.rpartition("/")[2]), autocommit=True) as admin:
            admin.execute(f'drop owned by "{role}"')
        with pytest.raises(psycopg.OperationalError):
            place.ask("select 1")
        databases(place.settings)
        assert not bring_up_to_date(connection, place.readers)
    assert place.ask("select distinct numerator from published.indicator") == [(20.0,)]


def test_a_start_copies_what_readers_lack_and_goes_on_where_it_cannot(place, monkeypatch, tmp_path, capsys):
    with psycopg.connect(place.warehouse) as connection:
        published(connection, 20, place)
    settings = Settings.from_env({**place.settings.environment, "PARITY_HOME": str(tmp_path)})
    with psycopg.connect(place.readers.url) as there:
        there.execute("drop schema published cascade")
    setup.warehouse(settings)
    assert place.ask("select distinct numerator from published.indicator") == [(20.0,)]
    capsys.readouterr()
    gone = place.reader.replace("/parity_readers_", "/gone_")
    setup.warehouse(Settings.from_env({**settings.environment, "PARITY_READER_URL": gone}))
    assert "Readers keep what they had; the next build copies again." in capsys.readouterr().out


def test_a_database_that_is_a_warehouse_is_refused(place):
    with psycopg.connect(place.warehouse) as connection:
        published(connection, 20, place)
        with pytest.raises(ReadersError, match="a database of their own"):
            bring_up_to_date(connection, Readers(place.warehouse, place.readers.role))


def test_the_role_of_an_old_version_loses_what_it_could_see(place, postgres):
    role, old = place.readers.role, place.warehouse.rpartition("/")[2]
    with psycopg.connect(postgres.url(old), autocommit=True) as admin:
        admin.execute(f'grant connect, temporary on database "{old}" to "{role}"')
    url = f"{place.reader.rpartition('/')[0]}/{old}"
    psycopg.connect(url).close()
    databases(place.settings)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(url)


def test_readers_may_have_another_server_with_the_same_owner():
    readers = Readers.of("postgresql://parity:a%40b@db:5432/parity", "postgresql://the%20reader:pw@elsewhere:6543/shown")
    assert readers == Readers("postgresql://parity:a%40b@elsewhere:6543/shown", "the reader")
    assert "a%40b" not in repr(readers)


def test_the_warehouse_itself_is_refused_as_the_readers_database(place):
    mixed = {**place.settings.environment, "PARITY_READER_URL": place.reader.replace("parity_readers_", "parity_")}
    with pytest.raises(SystemExit, match="readers need another, such as parity_readers"):
        databases(Settings.from_env(mixed))
    owner = {**place.settings.environment, "PARITY_READER_URL": place.readers.url}
    with pytest.raises(SystemExit, match="readers need one of their own"):
        databases(Settings.from_env(owner))
