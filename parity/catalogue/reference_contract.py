"""The contract of a table that others publish."""

from __future__ import annotations

from typing import Literal

from parity.catalogue.entry import Entry


class ReferenceContract(Entry):
    name: str
    """Name of the contract and of its folder below `drop/reference/`."""
    table: Literal["ref_victim", "ref_police_share", "ref_population"]
    """The table that it fills."""
    file_pattern: str
    """Pattern of the names of its files."""
    encoding: str = "utf-8"
    """Encoding of the files."""
    columns: dict[str, str]
    """The table's columns, each with its header in the file."""
    source: str
    """Who published the table."""
    names: dict[str, dict[str, str]] = {}
    """Spellings in the file, by the table's column, each with the name that counts. Spellings that are not listed count as they are."""
