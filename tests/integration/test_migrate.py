"""Migrations on a real PostgreSQL: old and new databases end alike, nothing is lost or half done, and readers do not wait.

tests/integration/upgrades/ holds whole warehouses (<commit>.dump) and empty tables of older commits (tables/<commit>.sql).
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app, main
from parity import migrate
from parity.migrate import MigrationFailed, NotMigrated, migrate_warehouse, require_migrated
from parity.migration_plan import Migration, MigrationRefused, migrations
from parity.settings import REPOSITORY
from stack.postgres import Postgres
from tests.integration.dbt_project import database
from tests.integration.test_hr_load import Agency, person
from tests.integration.warehouse_copies import DUMPS, UPGRADES, restore, row_counts, shape

OLD_TABLES = sorted((UPGRADES / "tables").glob("*.sql"))


@pytest.fixture(scope="module")
def fresh(postgres: Postgres) -> Iterator[dict[str, set[tuple[str, ...]]]]:
    with database(postgres) as url:
        migrate_warehouse(url, backups=None)
        yield shape(url)


def further(*texts: str) -> tuple[Migration, ...]:
    """Today's migrations and more after them."""
    known = migrations()
    return known + tuple(
        Migration(number, f"{number:04}_more.sql", hashlib.sha256(text.encode()).hexdigest(), text)
        for number, text in enumerate(texts, len(known) + 1)
    )


def file(nth: int) -> str:
    """The name of the nth migration that `further` adds."""
    return f"{len(migrations()) + nth:04}_more.sql"


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement)


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()[0]


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_a_migrated_warehouse_has_the_tables_of_a_fresh_one(dump: Path, empty_database: str, fresh) -> None:
    restore(empty_database, dump)
    before = row_counts(empty_database)
    migrate_warehouse(empty_database, backups=None)
    assert len(fresh["columns"]) > 500
    for kind, expected in shape(empty_database).items():
        assert expected == fresh[kind], kind
    assert row_counts(empty_database).items() >= before.items()


@pytest.mark.parametrize("tables", OLD_TABLES, ids=lambda tables: tables.stem)
def test_older_tables_become_those_of_a_fresh_warehouse(tables: Path, empty_database: str, fresh) -> None:
    execute(empty_database, tables.read_text(encoding="utf-8"))
    migrate_warehouse(empty_database, backups=None)
    found = shape(empty_database)
    assert all(fresh.values()) and [kind for kind in fresh if found[kind] != fresh[kind]] == []


def test_deliveries_known_by_a_text_move_aside_with_their_rows(empty_database: str) -> None:
    execute(empty_database, (UPGRADES / "tables" / "92f3eab.sql").read_text(encoding="utf-8"))
    for number in (1, 2):
        execute(
            empty_database,
            f"insert into raw.hr_delivery values ('d{number}', 'abc', 'ABC', 'list.csv', 'x', 2, 0);"
            f"insert into raw.hr_staff (delivery_id, contract, agency_code, row_no, person_key, sex_code) values"
            f" ('d{number}', 'abc', 'ABC', 1, 'p', 'F'), ('d{number}', 'abc', 'ABC', 2, 'q', 'M')",
        )
    execute(
        empty_database,
        "insert into quarantine.hr_row (delivery_id, file_name, row_no, column_name, rule, value_class)"
        " values ('d1', 'list.csv', 3, 'sex', 'r', 'text')",
    )
    told: list[str] = []
    migrate_warehouse(empty_database, backups=None, tell=told.append)
    assert any("hr_staff (4 rows)" in sentence and "raw_old" in sentence for sentence in told)
    counts = row_counts(empty_database, ("raw_old", "raw", "quarantine"))
    assert [counts[f"raw_old.{table}"] for table in ("hr_staff", "hr_delivery", "hr_row")] == [4, 2, 1]
    assert [counts[table] for table in ("raw.hr_staff", "raw.hr_delivery", "quarantine.hr_row")] == [0, 0, 0]


def test_the_scores_of_answers_keep_their_values_under_their_new_name(empty_database: str) -> None:
    """A view of an older build that reads them stays, too, under the old name until the next build."""
    restore(empty_database, UPGRADES / "4fec853.dump")
    scores = "select array_agg((indicator_code, item, answer, {})::text order by indicator_code, item, answer) from {}"
    before = one(empty_database, scores.format("worth", "raw.catalogue_indicator_answer"))
    migrate_warehouse(empty_database, backups=None)
    assert len(before) > 100
    assert one(empty_database, scores.format("answer_score", "raw.catalogue_indicator_answer")) == before
    assert one(empty_database, scores.format("worth", "staging.stg_catalogue__indicator_answer")) == before


ANSWERS = """
insert into raw.kobo_submission (form, asset_uid, submission_id, is_deleted, content_hash) values
    ('f', 'a', 1, false, 'x'), ('f', 'a', 1, false, 'y'), ('f', 'a', 2, false, 'z');
insert into raw.kobo_answer values ('f', 'a', 1, 'x', 'q', '1'), ('f', 'a', 1, 'x', 'r', '2'), ('f', 'a', 1, 'y', 'q', '3');
"""


def test_answers_of_an_older_warehouse_move_to_their_submission(empty_database: str) -> None:
    execute(empty_database, (UPGRADES / "tables" / "88a4ef4.sql").read_text(encoding="utf-8") + ANSWERS)
    for _ in range(2):
        migrate_warehouse(empty_database, backups=None)
    with psycopg.connect(empty_database) as connection:
        found = connection.execute(
            "select submission_id, content_hash, field, value from raw.kobo_answer order by 1, 2, 3"
        ).fetchall()
    assert found == [(1, "x", "q", "1"), (1, "x", "r", "2"), (1, "y", "q", "3")]


def test_answers_that_belong_to_no_submission_stop_the_migration_and_stay(empty_database: str) -> None:
    tables = (UPGRADES / "tables" / "88a4ef4.sql").read_text(encoding="utf-8")
    execute(empty_database, tables + ANSWERS + "insert into raw.kobo_answer values ('f', 'a', 9, 'x', 'q', '1')")
    with pytest.raises(MigrationFailed, match=r"0006_kobo_answers\.sql: 1 rows of raw\.kobo_answer belong to no submission"):
        migrate_warehouse(empty_database, backups=None)
    assert one(empty_database, "select count(*) from raw.kobo_answer") == 4
    assert one(empty_database, "select max(number) from ops.migration") == 5


def test_a_second_run_does_nothing(warehouse: str, tmp_path: Path) -> None:
    before = one(warehouse, "select string_agg(migration::text, ' ' order by number) from ops.migration")
    again = migrate_warehouse(warehouse, backups=tmp_path)
    assert (again.applied, again.backup, again.after) == ((), None, len(migrations()))
    assert one(warehouse, "select string_agg(migration::text, ' ' order by number) from ops.migration") == before
    assert not list(tmp_path.iterdir())


def test_a_migration_that_was_edited_after_it_ran_is_refused_by_name_and_date(warehouse: str) -> None:
    for number in (1, 7):
        execute(warehouse, f"update ops.migration set sha256 = 'other' where number = {number}")
        with pytest.raises(
            MigrationRefused, match=rf"{migrations()[number - 1].name} was edited after it ran here on 20\d\d-\d\d-\d\d"
        ):
            migrate_warehouse(warehouse, backups=None)
        execute(warehouse, f"update ops.migration set sha256 = '{migrations()[number - 1].sha256}' where number = {number}")
    migrate_warehouse(warehouse, backups=None)


def test_a_database_newer_than_the_code_is_refused(warehouse: str) -> None:
    migrate_warehouse(
        warehouse, backups=None, known=further("create table ops.more (n int)", "create table ops.even_more (n int)")
    )
    with pytest.raises(MigrationRefused, match=rf"newer than this code: {file(2)} ran on 20"):
        migrate_warehouse(warehouse, backups=None)
    with psycopg.connect(warehouse) as connection, pytest.raises(NotMigrated, match="newer than this code"):
        require_migrated(connection)


def test_a_gap_is_refused(warehouse: str) -> None:
    execute(warehouse, "delete from ops.migration where number = 4")
    with pytest.raises(MigrationRefused, match="migration 0004 never ran"):
        migrate_warehouse(warehouse, backups=None)


def test_a_migration_that_fails_leaves_nothing_half_done_and_the_dump_is_there(warehouse: str, tmp_path: Path) -> None:
    execute(warehouse, "insert into raw.catalogue_grade values (1, 'junior', 'One')")
    known = further("create table ops.first (n int)", "create table ops.second (n int);\n\nselect 1 / 0;\n")
    with pytest.raises(
        MigrationFailed, match=rf"{file(2)}.*division by zero.*Nothing of this migration was kept.*dump from before"
    ):
        migrate_warehouse(warehouse, backups=tmp_path / "backups", known=known)
    assert one(warehouse, "select to_regclass('ops.first')") and one(warehouse, "select to_regclass('ops.second')") is None
    assert one(warehouse, "select max(number) from ops.migration") == len(migrations()) + 1
    [dump] = (tmp_path / "backups").iterdir()
    assert dump.stat().st_mode & 0o777 == 0o600 and dump.parent.stat().st_mode & 0o777 == 0o700
    # The cause mended, it goes on where it stopped, and the grade is in the dump.
    mended = further("create table ops.first (n int)", "create table ops.second (n int)")
    assert migrate_warehouse(warehouse, backups=None, known=mended).applied == (file(2),)


def test_the_dump_gives_back_what_was_there(warehouse: str, empty_database: str, postgres: Postgres, tmp_path: Path) -> None:
    execute(warehouse, "insert into raw.catalogue_grade values (1, 'junior', 'One'), (2, 'senior', 'Two')")
    backup = migrate_warehouse(warehouse, backups=tmp_path, known=further("delete from raw.catalogue_grade")).backup
    assert one(warehouse, "select count(*) from raw.catalogue_grade") == 0
    with database(postgres) as restored:
        restore(restored, backup)
        assert one(restored, "select count(*) from raw.catalogue_grade") == 2
        assert one(restored, "select max(number) from ops.migration") == len(migrations())


def test_a_database_without_rows_is_not_dumped(warehouse: str, tmp_path: Path) -> None:
    assert migrate_warehouse(warehouse, backups=tmp_path, known=further("select 1")).backup is None


def test_two_processes_at_once_migrate_once(empty_database: str) -> None:
    command = "import sys; from parity.migrate import migrate_warehouse as m; d = m(sys.argv[1], backups=None, tell=print); print(len(d.applied), d.after)"
    both = [
        subprocess.Popen([sys.executable, "-c", command, empty_database], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=120)[0].splitlines()[-1] for process in both]
    n = len(migrations())
    assert sorted(said) == sorted([f"{n} {n}", f"0 {n}", f"0 {n}"])
    assert one(empty_database, "select count(*) from ops.migration") == n


def test_a_second_process_says_that_it_waits(warehouse: str) -> None:
    told: list[str] = []
    with psycopg.connect(warehouse) as other:
        other.execute("select pg_advisory_lock(hashtext('parity.migrate'))")
        waiting = threading.Thread(target=migrate_warehouse, args=(warehouse,), kwargs={"backups": None, "tell": told.append})
        waiting.start()
        limit = time.monotonic() + 20
        while not told and time.monotonic() < limit:
            time.sleep(0.05)
        assert waiting.is_alive()
    waiting.join(timeout=20)
    assert not waiting.is_alive() and told == ["Another process migrates this database: waiting for it."]


def test_an_open_reader_makes_no_other_reader_wait_and_files_load_meanwhile(warehouse: str, tmp_path: Path, monkeypatch) -> None:
    """Waiting DDL gives up after LOCK_SECONDS, so that what queues behind it goes on; the migration names who is in its way."""
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 1)
    known = further("alter table raw.hr_delivery add column note text")
    told: list[str] = []
    with psycopg.connect(warehouse, application_name="a long look") as reader:
        reader.execute("select count(*) from raw.hr_delivery")  # ACCESS SHARE until its transaction ends
        migrating = threading.Thread(
            target=migrate_warehouse, args=(warehouse,), kwargs={"backups": None, "tell": told.append, "known": known}
        )
        migrating.start()
        slowest, loads, limit = 0.0, 0, time.monotonic() + 6
        with psycopg.connect(warehouse, autocommit=True) as another, psycopg.connect(warehouse) as loader:
            agency = Agency(loader, tmp_path)
            while time.monotonic() < limit:
                began = time.monotonic()
                another.execute("select count(*) from raw.hr_delivery")
                slowest = max(slowest, time.monotonic() - began)
                loads += 1
                agency.send(person(loads))
        assert migrating.is_alive() and slowest < 2.5 and loads >= 3
        assert any("waits for a lock held by a long look (pid " in sentence for sentence in told)
    migrating.join(timeout=30)
    assert not migrating.is_alive() and told[-1].startswith(f"{file(1)} done")


def test_a_reader_that_never_ends_is_named_when_the_migration_gives_up(warehouse: str, monkeypatch) -> None:
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 1)
    monkeypatch.setattr(migrate, "ATTEMPTS", 2)
    with psycopg.connect(warehouse, application_name="pg_dump") as reader:
        reader.execute("select count(*) from raw.hr_delivery")
        with pytest.raises(
            MigrationFailed, match=rf"{file(1)} did not get its lock in 2 attempts, held by pg_dump \(pid \d+, user"
        ):
            migrate_warehouse(warehouse, backups=None, known=further("alter table raw.hr_delivery add column note text"))
    assert one(warehouse, "select max(number) from ops.migration") == len(migrations())


def test_tasks_say_what_to_run_where_there_is_no_table_yet(empty_database: str) -> None:
    for connection in (psycopg.connect(empty_database), psycopg.connect(empty_database, autocommit=True)):
        with connection, pytest.raises(NotMigrated, match=r"at migration 0, this code needs \d+: run `parity migrate`"):
            require_migrated(connection)


def test_comparing_leaves_no_transaction_open(warehouse: str) -> None:
    with psycopg.connect(warehouse) as connection:
        require_migrated(connection)
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        connection.execute("create temp table kept (n int)")
        require_migrated(connection)
        assert connection.execute("select count(*) from kept").fetchone() == (0,)


def test_check_says_what_to_do_and_migrate_does_it(empty_database: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", empty_database)
    monkeypatch.setenv("PARITY_HOME", str(tmp_path))
    n = len(migrations())
    behind = CliRunner().invoke(app, ["migrate", "--check"])
    assert behind.exit_code == 1 and f"at migration 0, this code needs {n}: run `parity migrate`" in behind.output
    told = json.loads(CliRunner().invoke(app, ["migrate", "--check", "--json"]).output)
    assert (told["database"], told["code"], len(told["pending"])) == (0, n, n)
    done = CliRunner().invoke(app, ["migrate"])
    assert done.exit_code == 0 and f"{n} migrations ran: the database is at {n}." in done.output
    assert "0001_operations.sql done in" in done.output
    assert json.loads(CliRunner().invoke(app, ["migrate", "--json"]).output)["applied"] == []
    assert CliRunner().invoke(app, ["migrate", "--check"]).exit_code == 0
    execute(empty_database, "update ops.migration set sha256 = 'x' where number = 2")
    for arguments in (["migrate"], ["migrate", "--check"]):
        refused = CliRunner().invoke(app, arguments)
        assert refused.exit_code == 1 and "was edited after it ran here" in refused.output


def test_a_warehouse_that_is_down_is_told_in_a_sentence(monkeypatch) -> None:
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", "postgresql://nobody:secret@127.0.0.1:9/none")
    for arguments in (["migrate"], ["migrate", "--check"]):
        down = CliRunner().invoke(app, arguments)
        assert down.exit_code == 3 and "does not answer" in down.output and "secret" not in down.output


def test_every_command_ends_in_one_sentence_where_the_tables_are_missing(empty_database: str, monkeypatch, capsys) -> None:
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", empty_database)
    for arguments in (["release", "list"], ["gate", "raw"], ["explain", "REP-01"]):
        monkeypatch.setattr(sys, "argv", ["parity", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 3
        said = " ".join(capsys.readouterr().err.split())
        assert "run `parity migrate`" in said and "Traceback" not in said


def test_a_task_of_airflow_is_not_tried_again(empty_database: str, monkeypatch) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    from dags.steps import warehouse as step

    monkeypatch.setattr(step, "warehouse_url", lambda: empty_database)
    with pytest.raises(AirflowFailException, match="run `parity migrate`"):
        step.migrated_warehouse_url("parity dbt")
    migrate_warehouse(empty_database, backups=None)
    assert step.migrated_warehouse_url("parity dbt") == empty_database
