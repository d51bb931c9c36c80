"""The real way in and out, step by step, as the tasks of the DAGs and the commands of `parity` call it; all of it in the environment's instance.

Each function can be run by itself in a process that is killed (killed.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from cli.context import here
from cli.dbt_build import Outcome
from cli.dbt_build import build as build_models
from expectations import run_gate
from ingestion import reference
from ingestion.hr.errors import FileRefused
from ingestion.hr.files import DropFile, list_drop
from ingestion.hr.load import LoadReport, load_file
from ingestion.kobo.client import KoboClient
from ingestion.kobo.erasure import erase as erase_respondent
from ingestion.kobo.report import SyncReport
from ingestion.kobo.sync import sync_form
from parity.build_state import read_inputs
from parity.catalogue.policy import load_policy
from parity.database import connect
from publication import releases
from publication.effective import decide_and_store
from publication.review import record_verdict

APPLICATION = "parity long-run"
PAGE_SIZE = 60  # so that a first pull has several pages


class BuildFailed(RuntimeError):
    """dbt failed; the message has its words."""


@contextmanager
def warehouse() -> Iterator[psycopg.Connection]:
    with connect(here().warehouse_url, application=APPLICATION) as connection:
        yield connection


def load_catalogue() -> None:
    context = here()
    with context.warehouse(APPLICATION) as connection:
        reference.load_catalogue(connection, context.catalogue)


def waiting_files() -> list[DropFile]:
    context = here()
    return list_drop(context.settings.drop, context.catalogue)


def load_drop() -> dict[str, LoadReport | FileRefused]:
    """Every file in the drop folder, as `ingest_hr` does; what is loaded already is found out by its content."""
    context = here()
    found: dict[str, LoadReport | FileRefused] = {}
    for file in waiting_files():
        with context.warehouse(APPLICATION) as connection:
            try:
                found[file.name] = load_file(connection, context.landing, context.catalogue.hr[file.contract], file, context.keys)
            except FileRefused as refused:
                found[file.name] = refused
    return found


def sync(form: str, *, retries: int = 2) -> SyncReport:
    context = here()
    url, token = (context.settings.require(f"PARITY_KOBO_{name}") for name in ("URL", "TOKEN"))
    client = KoboClient(url, token, page_size=PAGE_SIZE, retries=retries)
    with context.warehouse(APPLICATION) as connection:
        return sync_form(client, context.catalogue.kobo[form], context.landing, connection)


def erase(form: str, root: str) -> None:
    context = here()
    with context.warehouse(APPLICATION) as connection:
        erase_respondent(connection, context.landing, form, root)


def decide() -> None:
    context = here()
    with context.warehouse(APPLICATION) as connection:
        decide_and_store(connection, load_policy(context.catalogue_folder))


def gate(name: str) -> None:
    """Raises GateFailed."""
    run_gate(name, here().warehouse_url, record_verdict)


def build(*, full_refresh: bool = False, url: str = "") -> Outcome:
    """`parity build`. Raises BuildFailed."""
    context = here()
    told: list[str] = []
    done = build_models(
        url or context.warehouse_url,
        context.settings.home,
        context.settings.dbt_dir,
        full_refresh=full_refresh,
        tell=told.append,
    )
    if done.failures:
        raise BuildFailed("dbt failed: " + " | ".join(done.failures[:5]))
    return done


def candidate(today: str) -> int:
    context = here()
    with context.warehouse(APPLICATION) as connection:
        inputs = read_inputs(connection, catalogue=context.catalogue_folder)
        return releases.build_candidate(connection, context.catalogue_folder, inputs, dt.date.fromisoformat(today))


def state_of(release_id: int) -> str:
    with warehouse() as connection:
        return next(one.state for one in releases.list_releases(connection) if one.release_id == release_id)


def publish(release_id: int) -> None:
    context = here()
    with context.warehouse(APPLICATION) as connection:
        releases.publish(connection, release_id, context.readers(), context.catalogue_folder)


def rollback() -> int:
    context = here()
    with context.warehouse(APPLICATION) as connection:
        return releases.rollback(connection, context.readers(), context.catalogue_folder)
