"""KoboToolbox forms: which are on the server, and one form's submissions into raw."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dags.hooks.connections import landing_url, warehouse_url
from dags.hooks.kobotoolbox import KoboToolboxHook
from dags.steps.refusal import no_retry_for


def list_forms() -> list[dict[str, Any]]:
    """Each contract's form as it stands on the server."""
    from ingestion.kobo.client import KoboError
    from ingestion.kobo.sync import list_forms
    from parity.catalogue import load_catalogue
    from parity.settings import Settings

    catalogue = load_catalogue(Settings.from_env().catalogue)
    with no_retry_for(KoboError):
        forms = list_forms(KoboToolboxHook().get_conn(), catalogue)
    return [{"name": form.form} for form in forms]


def sync_form(name: str) -> dict[str, Any]:
    from ingestion.kobo.sync import sync_form
    from ingestion.landing import Landing
    from parity.catalogue import load_catalogue
    from parity.database import connect
    from parity.settings import Settings

    contract = load_catalogue(Settings.from_env().catalogue).kobo[name]
    with connect(warehouse_url(), application="parity ingest_kobo") as connection:
        report = sync_form(KoboToolboxHook().get_conn(), contract, Landing(landing_url()), connection)
    return {"name": name, **asdict(report)}
