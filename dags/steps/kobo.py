"""KoboToolbox forms: which are on the server, and one form's submissions into raw."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from dags.hooks.connections import landing_place
from dags.hooks.kobotoolbox import KoboToolboxHook
from dags.steps.catalogue import read_catalogue, require_known
from dags.steps.refusal import no_retry_for
from dags.steps.warehouse import open_warehouse

log = logging.getLogger(__name__)


@contextmanager
def asking_the_server() -> Iterator[None]:
    """What the server or the contract refuses fails at once; where the server is silent, in trouble or asks for patience, waiting helps."""
    from ingestion.kobo.errors import KoboError

    with no_retry_for(KoboError, when=lambda error: not error.is_passing):
        yield


def list_forms(form: str | None = None) -> list[dict[str, Any]]:
    """Each contract's form that stands deployed on the server, or the one of that name; contracts without one are named in the log. Red where
    there is none. Raises UnknownName."""
    from ingestion.kobo.access import look

    catalogue = read_catalogue()
    require_known("form with a contract", form, catalogue.kobo)
    with asking_the_server():
        sight = look(KoboToolboxHook().get_conn(), catalogue)
        sight.require()
    if sight.absent:
        log.info("%s", sight)
    for twins in sight.doubled:
        log.warning("%s", twins)
    seen = [found.form for found in sight.forms]
    require_known("deployed form that the account sees for", form, seen)
    return [{"name": name} for name in seen if form in (None, name)]


def sync_form(name: str, *, scan: bool = False) -> dict[str, Any]:
    """Server to raw; `scan` reads every submission. Red where the form stopped, or is loaded without too many answers to a field."""
    from ingestion.kobo.sync import sync_form
    from ingestion.kobo.unread import require_read
    from ingestion.landing import Landing

    catalogue = read_catalogue()
    contract = catalogue.kobo[name]
    with asking_the_server(), open_warehouse("parity ingest_kobo") as connection:
        report = sync_form(
            KoboToolboxHook().get_conn(), contract, Landing.at(landing_place()), connection, scan=scan, progress=_log_progress
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


def reconcile_form(name: str, *, scan: bool = True) -> dict[str, Any]:
    """Compare one form with the server; where it differs, scan it and compare again. Red where it still differs, or differs and `scan` is off."""
    from ingestion.kobo.reconcile import reconcile_form, require_equal
    from ingestion.kobo.sync import sync_form
    from ingestion.landing import Landing

    contract = read_catalogue().kobo[name]
    with asking_the_server(), open_warehouse("parity reconcile_kobo") as connection:
        client = KoboToolboxHook().get_conn()
        found = reconcile_form(client, contract, connection)
        log.info("%s", found)
        n_differences = found.n_missing + found.n_surplus + found.n_differing
        if not scan:
            require_equal(found)
        if not found.is_equal:
            sync_form(client, contract, Landing.at(landing_place()), connection, scan=True, progress=_log_progress)
            found = reconcile_form(client, contract, connection)
            require_equal(found)
    return {"name": name, "n_submissions": found.n_server, "n_repaired": n_differences}


def _log_progress(n_read: int, n_total: int) -> None:
    log.info("%s of %s submissions read", f"{n_read:,}", f"{n_total:,}")
