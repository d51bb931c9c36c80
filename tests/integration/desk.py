"""A desk at which the lists of a made-up force arrive."""

from __future__ import annotations

import datetime as dt

import psycopg

from ingestion.hr.files import DropFile
from ingestion.hr.keys import KeyRing
from ingestion.hr.load import load_file
from ingestion.landing import Landing
from tests.integration.force import HEADER, Force, force_contract


class Desk:
    """Where the lists of a force arrive, a month or more apart."""

    def __init__(self, connection: psycopg.Connection, folder) -> None:
        self.connection, self.folder, self.sent = connection, folder, 0
        self.landing, self.ring, self.contract = Landing(str(folder / "landing")), KeyRing(folder / "keys"), force_contract()
        self.n_agencies = 0

    def begin_anew(self) -> None:
        """Another agency, of which nothing is loaded."""
        self.n_agencies += 1
        self.contract = force_contract(name=f"abc{self.n_agencies}", agency=f"ABC-{self.n_agencies}")

    def send(self, force: Force, month: int, *, the_contract=None):
        """The list of a month of 2024 (13 is January 2025)."""
        the_contract = the_contract or self.contract
        self.sent += 1
        period = f"{(month - 1) % 12 + 1:02}/{2024 + (month - 1) // 12}"
        path = self.folder / f"{the_contract.name}{self.sent}.csv"
        path.write_text("\n".join([HEADER, *(each.row(period) for each in force.rows)]), encoding="utf-8")
        delivered = dt.datetime(2024, 2, 1, tzinfo=dt.UTC) + dt.timedelta(days=31 * month + self.sent)
        file = DropFile(the_contract.name, str(path), path.name, delivered, path.stat().st_size)
        return load_file(self.connection, self.landing, the_contract, file, self.ring)
