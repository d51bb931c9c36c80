"""A person's name in any wrong place of a staff file: no message, draft, quarantine, notice or log ever says it.

Left out: a name in place of one header among right ones. Messages and drafts name headers, as nobody could mend them otherwise.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import asdict

import psycopg
import pytest

from ingestion.hr.check import check
from ingestion.hr.errors import FileRefused
from ingestion.hr.files import DropFile
from ingestion.hr.keys import KeyRing
from ingestion.hr.load import load_file
from ingestion.hr.scaffold import draft
from ingestion.landing import Landing
from parity.catalogue.hr_words import HrWords
from parity.catalogue.loader import read_file
from parity.settings import REPOSITORY
from tests.integration.force import HEADER, Force, force_contract

NAME = "ZEBULON QUIRKWELL"
PLACES = ("period", "id", "sex", "rank", "unit", "born", "hired", "pay")


def planted(place: str, n: int = 40, n_planted: int = 40) -> list[str]:
    """A list of n people, of whom the first have the name in the column `place`, the same name or one that differs in a letter."""
    columns = HEADER.split(",")
    rows = []
    for number, officer in enumerate(Force(n=n).rows):
        cells = officer.row("01/2024").split(",")
        if number < n_planted:
            cells[columns.index(place)] = NAME if number % 2 else f"{NAME}{chr(65 + number % 26)}"
        rows.append(",".join(cells))
    return [HEADER, *rows]


def shifted() -> list[str]:
    """Names stand where sex and rank should: an export lost two columns."""
    rows = [row.split(",") for row in planted("pay", n_planted=0)[1:]]
    return [HEADER, *(",".join([*cells[:3], NAME, NAME, *cells[5:]]) for cells in rows)]


FILES = {
    **{f"in {place}, once": planted(place, n_planted=1) for place in PLACES},
    **{f"in {place}, in all rows": planted(place) for place in PLACES},
    "columns shifted": shifted(),
    "no header": planted("pay", n_planted=0)[1:],
    "above the header": [f"{NAME},,,,,,,,", *planted("rank", n_planted=0)],
    "below the list": [*planted("rank", n_planted=0), f"signed: {NAME},,,,,,,,"],
    "in rows that are too long": [HEADER, *(f"{row},{NAME}" for row in planted("rank", n_planted=0)[1:])],
}


@pytest.mark.parametrize("where", FILES)
def test_a_planted_name_is_said_nowhere(warehouse, tmp_path, caplog, capfd, where):
    caplog.set_level(logging.DEBUG)
    said = []
    path = tmp_path / "list_2024-01.csv"
    words = read_file(REPOSITORY / "catalogue" / "hr_words.yml", HrWords)
    the_contract = force_contract(max_bad_share=1)
    with psycopg.connect(warehouse, autocommit=True) as connection:
        for number, rows in enumerate((planted("pay", n_planted=0), FILES[where], planted("pay", n=8, n_planted=0))):
            path.write_text("\n".join(rows), encoding="utf-8")
            file = DropFile("abc", str(path), path.name, dt.datetime(2024, 2, 1 + number, tzinfo=dt.UTC), path.stat().st_size)
            try:
                delivery = check(path, the_contract)
                said += [
                    str([asdict(each) for each in delivery.findings.all]),
                    str(delivery.findings.notices),
                    str(delivery.findings.unknown_codes()),
                ]
                report = load_file(connection, Landing(str(tmp_path / "landing")), the_contract, file, KeyRing(tmp_path / "keys"))
                said += [str(asdict(report)), *map(str, report.lists), *report.held]
            except FileRefused as error:
                said += [str(error), str(error.as_dict())]
            try:
                said.append(draft(path, "abc", "ABC-POL", words, {}).text())
            except FileRefused as error:
                said.append(str(error))
        for table in (
            "quarantine.hr_row",
            "quarantine.hr_unknown_code",
            "raw.hr_delivery",
            "raw.hr_continuity",
            "raw.hr_revision",
        ):
            said += [str(row) for row in connection.execute(f"select * from {table}").fetchall()]
    said += [caplog.text, *capfd.readouterr()]
    assert len(said) > 20 and not [text for text in said if "zebulon" in text.lower() or "quirkwell" in text.lower()]


def test_the_test_would_see_a_name():
    """The planted rows do hold it."""
    assert all(any(NAME in row for row in rows) for where, rows in FILES.items() if where != "no header")
