"""KoboToolbox forms: which are on the server, and one form's submissions into raw."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from dags.hooks.connections import landing_place
from dags.hooks.kobotoolbox import KoboToolboxHook
from dags.steps.catalogue import read_catalogue
from dags.steps.refusal import no_retry_for
from dags.steps.warehouse import open_warehouse

log = logging.getLogger(__name__)


def is_final(error: Any) -> bool:
    """Whether the server or the contract said no, rather than nothing or that the server is in trouble."""
    from ingestion.kobo.asking import MappingError
    from ingestion.kobo.errors import KoboSetting, NoForms
    from ingestion.kobo.unread import UnreadAnswers

    if isinstance(error, MappingError | UnreadAnswers | KoboSetting | NoForms):
        return True
    return error.status is not None and error.status < 500


@contextmanager
def asking_the_server() -> Iterator[None]:
    from ingestion.kobo.errors import KoboError

    with no_retry_for(KoboError, when=is_final):
        yield


def list_forms() -> list[dict[str, Any]]:
    """Each contract's form that stands deployed on the server; contracts without one are named in the log. Red where there is none."""
    from ingestion.kobo.access import look

    with asking_the_server():
        sight = look(KoboToolboxHook().get_conn(), read_catalogue())
        sight.require()
    if sight.absent:
        log.info("%s", sight)
    for twins in sight.doubled:
        log.warning("%s", twins)
    return [{"name": found.form} for found in sight.forms]


def sync_form(name: str) -> dict[str, Any]:
    """Server to raw. Red where the form stopped, or is loaded without too many answers to a field."""
    from ingestion.kobo.sync import sync_form
    from ingestion.kobo.unread import require_read
    from ingestion.landing import Landing

    catalogue = read_catalogue()
    contract = catalogue.kobo[name]
    with asking_the_server(), open_warehouse("parity ingest_kobo") as connection:
        report = sync_form(
            KoboToolboxHook().get_conn(), contract, Landing.at(landing_place()), connection, progress=_log_progress
        )
    if report.held:
        log.warning("%s: %s", name, report.held)
    elif report.n_unexplained:
        log.warning("%s submissions were not sent and are not provably deleted; they stay.", report.n_unexplained)
    if report.n_unknown_codes:
        log.warning("%s answers stayed in the landing: no version of the form offers their code.", report.n_unknown_codes)
    for notice in (*report.unread, *report.notices):
        log.info("%s: %s", name, notice)
    with asking_the_server():
        require_read(name, report.unread, catalogue.fieldwork.max_unread_pct)
    return {"name": name, **asdict(report), "held": [str(report.held)] if report.held else []}


def reconcile_form(name: str) -> dict[str, Any]:
    """Compare one form with the server; where it differs, scan it and compare again. Red where it still differs."""
    from ingestion.kobo.reconcile import reconcile_form, require_equal
    from ingestion.kobo.sync import sync_form
    from ingestion.landing import Landing

    contract = read_catalogue().kobo[name]
    with asking_the_server(), open_warehouse("parity reconcile_kobo") as connection:
        client = KoboToolboxHook().get_conn()
        found = reconcile_form(client, contract, connection)
        log.info("%s", found)
        n_differences = found.n_missing + found.n_surplus + found.n_differing
        if not found.is_equal:
            sync_form(client, contract, Landing.at(landing_place()), connection, scan=True, progress=_log_progress)
            found = reconcile_form(client, contract, connection)
            require_equal(found)
    return {"name": name, "n_submissions": found.n_server, "n_repaired": n_differences}


def _log_progress(n_read: int, n_total: int) -> None:
    log.info("%s of %s submissions read", f"{n_read:,}", f"{n_total:,}")
