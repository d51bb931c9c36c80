"""What the DAGs share: the assets between them, the defaults of every task, and parameters that name something of the catalogue.

The asset names are the contract between the ingest DAGs and `build_warehouse`: change one here and both ends follow.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import Asset, Param

from dags.retries import BACKOFF
from parity.settings import Settings

OWNER = "data-engineering"
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

RAW_KOBO = Asset(name="raw_kobo", uri="parity://warehouse/raw/kobo")
RAW_HR = Asset(name="raw_hr", uri="parity://warehouse/raw/hr")
RAW_REFERENCE = Asset(name="raw_reference", uri="parity://warehouse/raw/reference")
PUBLISHED = Asset(name="published", uri="parity://warehouse/published")

# Requests in flight on one KoboToolbox server: it serves its respondents first.
AT_ONCE_ON_A_SERVER = 4

DEFAULT_ARGS: dict[str, Any] = {"owner": OWNER, "execution_timeout": dt.timedelta(hours=1), **BACKOFF}

INGEST: dict[str, Any] = {
    "schedule": "@daily",
    "start_date": START,
    "catchup": False,
    "max_active_runs": 1,
    "default_args": DEFAULT_ARGS,
}
# A source that knows only how it is now has no past to fill in: Airflow refuses a backfill and says so.
NO_BACKFILL: dict[str, Any] = {"allowed_run_types": ["scheduled", "manual", "operator_triggered"]}


def one_of_the_catalogue(kind: str, what: str) -> Param:
    """A parameter that names a contract in `catalogue/sources/<kind>/`, or nothing: then all of them. Names of files alone, as this is
    read with every parse of a DAG file; a new file is offered with the next one, within ten minutes."""
    names = sorted(path.stem for path in (Settings.from_env().catalogue / "sources" / kind).glob("*.yml"))
    return Param(None, type=["null", "string"], enum=[None, *names], description=what)
