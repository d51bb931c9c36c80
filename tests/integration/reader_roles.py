"""For tests: a warehouse and a readers' database with its three roles, as `make demo` makes them, and layers made by hand."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from cli.setup import databases, warehouse
from parity.migrate import migrate_warehouse
from parity.settings import REPOSITORY, Settings
from publication.layers import copy_layer
from publication.readers import Readers
from stack.environment import READERS
from stack.postgres import Postgres

LAYERS = ("fieldwork", "quality")
# As dbt makes them.
TABLES = """
create schema fieldwork;
create schema quality;
create table fieldwork.fieldwork__response (form text, period_year integer, agency_code text, gender text, staff_date date, is_masked boolean,
    n_staff integer, n_respondents integer, response_pct double precision);
create table fieldwork.fieldwork__pace (form text, period_year integer, agency_code text, day date, n_to_date integer);
create table fieldwork.fieldwork__completion (form text, period_year integer, agency_code text, n_timed integer, p10_seconds double precision,
    median_seconds double precision, p90_seconds double precision);
create table fieldwork.fieldwork__item_missing (form text, period_year integer, item text, n_respondents integer, absent_pct double precision,
    dont_know_pct double precision, prefer_not_pct double precision);
create table fieldwork.fieldwork__version (form text, version_uid text, version_no integer, n_submissions integer, first_day date, last_day date);
create table fieldwork.fieldwork__state (form text, n_present integer, n_deleted integer, n_resent integer, n_undecided integer,
    n_on_hold integer, n_approved integer, n_not_approved integer, n_speeders integer, n_straight_lines integer, n_duplicates integer, n_set_aside integer,
    last_submitted_at timestamptz);
create view fieldwork.fieldwork__sync as select 'culture' as form, timestamptz '2025-07-01 03:00Z' as last_synced_at;
create table fieldwork.fieldwork__flag (form text, asset_uid text, submission_id bigint, rule text, validation_status text);
create table fieldwork.int_fieldwork__person (form text, submission_id bigint, fingerprint text);
create table quality.quality__fix (fix_id text, agency_code text, contract text, delivery_no bigint, file_name text, delivered_at timestamptz,
    first_period date, last_period date, place integer, issue text, column_name text, detail text, n_rows integer, indicator_code text,
    effect_points double precision, remedy text);
"""


@dataclass(frozen=True)
class Place:
    """A warehouse with its readers' database, and the addresses of its roles."""

    settings: Settings
    urls: dict[str, str]

    @property
    def warehouse(self) -> str:
        return self.settings.warehouse_url

    @property
    def readers(self) -> Readers:
        return Readers.of(self.warehouse, self.urls["reader"])

    def inside(self, *statements: str) -> None:
        with psycopg.connect(self.warehouse) as connection:
            for statement in statements:
                connection.execute(statement)

    def ask(self, role: str, query: str) -> list[tuple]:
        with psycopg.connect(self.urls[role]) as connection:
            return connection.execute(query).fetchall()

    def copy(self, layer: str, catalogue=REPOSITORY / "catalogue") -> dict[str, int]:
        return copy_layer(self.warehouse, self.readers, layer, catalogue)

    def start(self, *roles: str) -> None:
        """The steps of a start of an instance that knows these roles; without any, of all."""
        known = {READERS[role][1] for role in roles or READERS}
        every = {setting for _, setting in READERS.values()}
        variables = {name: value for name, value in self.settings.environment.items() if name not in every - known}
        databases(Settings.from_env(variables))
        warehouse(Settings.from_env(variables))


@contextmanager
def place_of(postgres: Postgres, home, *, roles: tuple[str, ...] = ()) -> Iterator[Place]:
    """A place whose first start knows `roles`; without any, all of them."""
    tag = secrets.token_hex(4)

    def url(database: str, role: str) -> str:
        return postgres.url(f"{database}_{tag}", f"{role}_{tag}", f"of {role}")

    urls = {role: url("parity_readers", login) for role, (login, _) in READERS.items()}
    settings = Settings.from_env(
        {
            "PARITY_HOME": str(home),
            "PARITY_POSTGRES_URL": postgres.url(),
            "PARITY_WAREHOUSE_URL": url("parity", "parity"),
            "PARITY_AIRFLOW_DATABASE_URL": url("airflow", "airflow"),
            "PARITY_SUPERSET_DATABASE_URL": url("superset", "superset"),
            **{READERS[role][1]: address for role, address in urls.items()},
        }
    )
    place = Place(settings, urls)
    place.start(*roles)
    migrate_warehouse(settings.warehouse_url, backups=None)
    place.inside(TABLES)
    yield place
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        for name in ("parity", "parity_readers", "airflow", "superset"):
            admin.execute(f'drop database "{name}_{tag}" with (force)')
        for name in ("parity", "airflow", "superset", *(login for login, _ in READERS.values())):
            admin.execute(f'drop role if exists "{name}_{tag}"')
