"""What every test may ask for: a fresh database on a real PostgreSQL, and the shared real data where it is there."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from parity.migrate import migrate_warehouse
from stack.postgres import Postgres
from stack.temporary_server import temporary_server
from tests.examples import SOME
from tests.integration.dbt_project import database

REPOSITORY = Path(__file__).resolve().parent.parent

settings.load_profile(SOME)

# A shell starts what runs in the background without Ctrl-C, and so would every process that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Great Expectations imports pyspark where it is installed, and pyspark ends a process whose main module has no file, as that of a parallel worker.
if "PYTEST_XDIST_WORKER" in os.environ and importlib.util.find_spec("pyspark"):
    main = sys.modules["__main__"]
    main.__file__ = __file__
    importlib.import_module("great_expectations")
    del main.__file__


# Files that take minutes, the longest first. They begin first, so that no worker is left alone with one at the end.
LONG = (
    *(
        "test_long_run.py",
        "test_dbt_spark.py",
        "test_dbt_incremental.py",
        "test_dbt_unchanged.py",
        "test_upgrade.py",
        "test_dbt_conventions.py",
    ),
    *("test_dbt_real.py", "test_setup.py", "test_dbt_partial.py", "test_effective_deliveries.py", "test_kobo_stateful.py"),
    *("test_mid_years.py", "test_dbt_layers.py", "test_survey_waves.py", "test_parity_build.py", "test_gate_expectations.py"),
    *("test_gate_comparisons.py", "test_dbt_samples.py", "test_dbt_sample_truth.py", "test_gate_pages.py"),
    *("test_told_stories.py", "test_build_state.py", "test_fact_finding.py", "test_dbt_fact_finding.py", "test_dbt_survival.py"),
)


# Nothing of a test run need outlive a crash of the machine.
NOT_DURABLE = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",  # the rows of a new table go into the table alone
    "max_wal_senders": "0",
    "jit": "off",
}


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        item.add_marker("random")


@pytest.hookimpl(trylast=True)  # after pytest-randomly
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for this test run, stopped and removed with it."""
    with temporary_server(*(f"-c{name}={value}" for name, value in NOT_DURABLE.items())) as server:
        with psycopg.connect(server.url(), autocommit=True) as admin:
            admin.execute("set scram_iterations = 1")  # dbt opens a connection for each node, and each spends them
            admin.execute(sql.SQL("alter role postgres password {}").format(server.password))
        yield server


@pytest.fixture(scope="session")
def today(postgres: Postgres) -> str:
    """The name of a database with today's tables and no row, to be copied."""
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute("create database today")
    migrate_warehouse(postgres.url("today"), backups=None)
    return "today"


@pytest.fixture
def warehouse(postgres: Postgres, today: str) -> Iterator[str]:
    """The URL of a database with today's tables and no row, dropped after the test."""
    with database(postgres, template=today) as url:
        yield url


@pytest.fixture
def empty_database(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty database, dropped after the test."""
    with database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("PARITY_SHARED_DATA") or REPOSITORY.parent / "shared" / "data").resolve()
    if not folder.is_dir():
        pytest.skip(f"real data is not here: {folder} (set PARITY_SHARED_DATA)")
    return folder
