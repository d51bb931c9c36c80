"""For tests: registers of training, complaints and events, straight into raw."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

from ingestion.hr.rows import RAW_COLUMNS
from ingestion.warehouse import copy_rows


def deliver_register(
    url: str, contract: str, agency: str, table: str, rows: Iterable[Mapping[str, Any]], *, name: str = "register"
) -> None:
    """One delivery of rows of raw.hr_<table>; columns that a row does not name are null."""
    grain = {"event": "events", "training": "training", "complaint": "complaints", "applicant": "applicants"}[table]
    columns, rows = ("delivery_no", *RAW_COLUMNS[table]), list(rows)
    with psycopg.connect(url) as connection:
        (number,) = connection.execute(
            "insert into raw.hr_delivery (contract, file_name, content_sha256, landing_uri, grain, is_provisional, delivered_at, n_rows,"
            " n_quarantined, notices) values (%s, %s, %s, '', %s, false, clock_timestamp(), %s, 0, '[]') returning delivery_no",
            (contract, name, hashlib.sha256(f"{contract}/{name}".encode()).hexdigest(), grain, len(rows)),
        ).fetchone()
        copy_rows(
            connection,
            "raw.hr_delivery_period",
            ("delivery_no", "agency_code", "period_date", "n_rows"),
            ((number, agency, day, n) for day, n in Counter(row.get("period_date") or "1900-01-01" for row in rows).items()),
        )
        fixed = {"delivery_no": number, "agency_code": agency}
        copy_rows(
            connection,
            f"raw.hr_{table}",
            columns,
            (tuple({**row, **fixed, "row_no": n}.get(column) for column in columns) for n, row in enumerate(rows, 1)),
        )
