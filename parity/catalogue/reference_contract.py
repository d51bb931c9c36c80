"""The contract of a table that others publish."""

from __future__ import annotations

from typing import Literal

from parity.catalogue.entry import Entry


class ReferenceContract(Entry):
    name: str
    table: Literal["ref_victim", "ref_police_share", "ref_population"]
    file_pattern: str
    encoding: str = "utf-8"
    columns: dict[str, str]
    source: str
