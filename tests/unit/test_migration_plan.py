"""Which migrations are pending, and which databases are refused; no database is needed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from parity.migration_plan import Applied, Migration, MigrationRefused, migrations, plan

DAY = dt.datetime(2026, 11, 26, 9, 30, tzinfo=dt.UTC)
FILES = tuple(Migration(number, f"{number:04}_step.sql", f"hash {number}", "select 1") for number in (1, 2, 3))


def applied(*numbers: int, **changed: str) -> list[Applied]:
    return [
        Applied(number, f"{number:04}_step.sql", changed.get(f"n{number}", f"hash {number}"), DAY, "0.1.0+abc")
        for number in numbers
    ]


@pytest.mark.parametrize(("ran", "pending"), [((), [1, 2, 3]), ((1,), [2, 3]), ((2, 1), [3]), ((1, 2, 3), [])])
def test_what_did_not_run_is_pending_in_order(ran: tuple[int, ...], pending: list[int]) -> None:
    found = plan(FILES, applied(*ran))
    assert [migration.number for migration in found.pending] == pending
    assert (found.database, found.code) == (len(ran), 3)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (applied(1, 2, 3, 4, 5), "newer than this code: 0005_step.sql ran on 2026-11-26 09:30 UTC with Parity 0.1.0+abc"),
        (applied(1, 3), "migration 0002 never ran, but 0003_step.sql did on 2026-11-26"),
        (applied(1, 2, n2="other"), "0002_step.sql was edited after it ran here on 2026-11-26 09:30 UTC"),
        (applied(1, 2, n1="other"), "write a new migration, 0004_"),
    ],
)
def test_other_databases_are_refused_in_a_sentence(rows: list[Applied], sentence: str) -> None:
    with pytest.raises(MigrationRefused) as refused:
        plan(FILES, rows)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("0001_a.sql", "0003_c.sql"), "Migration 0002 is missing or there twice: 0003_c.sql"),
        (("0001_a.sql", "0001_b.sql", "0002_c.sql"), "Migration 0002 is missing or there twice: 0001_b.sql"),
        (("0001_a.sql", "2_b.sql"), "2_b.sql is no name of a migration"),
    ],
)
def test_files_that_are_not_numbered_one_by_one_are_refused(tmp_path: Path, names: tuple[str, ...], sentence: str) -> None:
    for name in names:
        (tmp_path / name).write_text("select 1")
    with pytest.raises(MigrationRefused) as refused:
        migrations(tmp_path)
    assert sentence in str(refused.value)


def test_our_own_migrations_are_numbered_and_each_says_its_purpose_first() -> None:
    assert len(migrations()) >= 13
    assert all(migration.text.startswith("-- ") for migration in migrations())


def test_nobody_but_migrations_makes_tables_outside_dbt() -> None:
    repository = Path(__file__).resolve().parents[2]
    assert not [
        path for room in ("ingestion", "publication", "expectations", "dags") for path in (repository / room).rglob("*.sql")
    ]
