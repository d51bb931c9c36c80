"""For tests: what a staff file gives under a contract, as rows with names instead of lines for COPY."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from ingestion.hr.check import Delivery, Keys, read_rows
from ingestion.hr.findings import Finding, Findings
from ingestion.hr.rows import RAW_COLUMNS, START, TABLES
from parity.catalogue import HrContract


@dataclass(frozen=True)
class Read:
    rows: list[SimpleNamespace]
    findings: list[Finding]
    delivery: Delivery

    @property
    def notices(self) -> list[str]:
        return self.delivery.findings.notices


def read(source: bytes | Path, name: str, contract: HrContract, password: str | None = None) -> Read:
    """The whole file, rows as raw would have them: '\\N' is None, dates are dates. Raises FileRefused."""
    body = source.read_bytes() if isinstance(source, Path) else source
    delivery = Delivery(name, contract, Findings(name))
    names = [*START, *RAW_COLUMNS[TABLES[contract.grain]]]
    rows = [
        SimpleNamespace(**dict(zip(names, map(_value, names, line.split("\t")), strict=True)))
        for found in read_rows(delivery, io.BytesIO(body), Keys(), password)
        for line in bytes(found.lines).decode().split("\n")[:-1]
    ]
    withdrawn = {row.position for row in delivery.withdrawn}
    kept = [row for row in rows if (row.member, row.sheet, getattr(row, "row_no", None)) not in withdrawn]
    return Read(kept, delivery.findings.all, delivery)


def _value(name: str, text: str) -> object:
    if text == "\\N":
        return None
    if name.endswith("_date"):
        return dt.date.fromisoformat(text)
    return int(text) if name in ("row_no", "n_low", "n_high", "birth_year") else text
