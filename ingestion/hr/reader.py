"""Opens a delivery as its contract says and hands out its tables; nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ingestion.hr.container import parts
from ingestion.hr.delimited import csv_table
from ingestion.hr.errors import FileRefused
from ingestion.hr.table import Table
from ingestion.hr.workbook import workbook_tables
from parity.catalogue import HrContract

SPOKEN = {"csv": "CSV", "workbook": "a workbook (xlsx, xlsm, xlsb, xls, ods)"}


def read_tables(file: BinaryIO, name: str, contract: HrContract, password: str | None = None) -> Iterator[Table]:
    """The tables of an open, seekable file of that name. Raises FileRefused, also while rows are read."""
    for part in parts(file, name, member_pattern=contract.member_pattern, password=password):
        if part.kind != contract.format:
            raise FileRefused(
                part.name,
                f"is {part.what} where {contract.name} expects {SPOKEN[contract.format]}, whatever its name says",
                f"Export it as {SPOKEN[contract.format]}, or correct `format` in {contract.name}.yml.",
            )
        if part.kind == "csv":
            yield csv_table(part.file, part.name, contract)
        else:
            yield from workbook_tables(part.file, part.name, contract)
