"""What the DAGs share: the assets between them and the defaults of every task.

The asset names are the contract between the ingest DAGs and `build_warehouse`: change one here and both ends follow.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import Asset

OWNER = "data-engineering"
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

RAW_KOBO = Asset(name="raw_kobo", uri="parity://warehouse/raw/kobo")
RAW_HR = Asset(name="raw_hr", uri="parity://warehouse/raw/hr")
RAW_REFERENCE = Asset(name="raw_reference", uri="parity://warehouse/raw/reference")
PUBLISHED = Asset(name="published", uri="parity://warehouse/published")

# Requests in flight on one KoboToolbox server: it serves its respondents first.
AT_ONCE_ON_A_SERVER = 4

# Networks fail for seconds; wrong data fails for good, and the steps raise AirflowFailException for it: no retry.
DEFAULT_ARGS: dict[str, Any] = {
    "owner": OWNER,
    "retries": 2,
    "retry_delay": dt.timedelta(seconds=10),
    "execution_timeout": dt.timedelta(hours=1),
}

INGEST: dict[str, Any] = {
    "schedule": "@daily",
    "start_date": START,
    "catchup": False,
    "max_active_runs": 1,
    "default_args": DEFAULT_ARGS,
}
