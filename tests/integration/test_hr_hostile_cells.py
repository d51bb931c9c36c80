"""Hostile cells into a real PostgreSQL: what is handed out for COPY is taken, and every other row is in quarantine."""

from __future__ import annotations

import psycopg
import pytest

from ingestion.hr.errors import FileRefused
from tests.integration.test_hr_load import Agency, person
from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.contracts import HEADER, contract
from tests.unit.ingestion.hostile_cells import CONTRACTS, everything_hostile, file_of


@pytest.fixture
def agency(warehouse, tmp_path):
    with psycopg.connect(warehouse) as connection:
        yield Agency(connection, tmp_path)


@pytest.mark.parametrize("grain", sorted(CONTRACTS))
def test_every_hostile_cell_in_every_column_loads_or_is_in_quarantine(agency, grain):
    the_contract = CONTRACTS[grain]
    rows = everything_hostile(the_contract)
    report = agency.send(body=file_of(the_contract, [{}, *rows]), the_contract=the_contract)
    assert report.status == "loaded" and report.n_rows > 10
    [(n_bad,)] = agency.ask("select count(distinct row_no) from quarantine.hr_row")
    assert n_bad == report.n_quarantined > 100


@pytest.mark.parametrize(
    "unit", ["\\N", "\\.", "\\x41", "a\\", "=1+1", "\x7f\x1b", "\U0010ffff", "'; drop table raw.hr_staff; --"]
)
def test_a_unit_is_in_the_database_as_it_was_in_the_file(agency, unit):
    agency.send(person(1).replace("North", unit))
    assert agency.ask("select unit_name from raw.hr_staff") == [(unit,)]


def test_a_count_beyond_an_integer_is_in_quarantine(agency):
    rows = [{"n_staff": "999999999999"}, {"n_staff": "2147483648"}, {"n_staff": "5"}]
    agency.send(body=file_of(CONTRACTS["aggregate"], rows), the_contract=CONTRACTS["aggregate"])
    assert agency.ask("select n_low, n_high from raw.hr_aggregate") == [(5, 5)]
    assert agency.ask("select distinct rule from quarantine.hr_row") == [("more than 100,000,000 people",)]


def test_a_file_whose_name_is_no_text_is_refused_and_nothing_of_it_is_loaded(agency):
    with pytest.raises(FileRefused, match=r"staff\\udcff\.csv: its name is not written in UTF-8"):
        agency.send(person(1), name="staff\udcff.csv")
    assert agency.ask("select count(*) from raw.hr_delivery") == [(0,)]


def test_a_sheet_whose_title_holds_a_nul_is_refused(agency):
    book = make.xlsb([HEADER.split(","), person(1).split(",")])
    part = make.part(book, "xl/workbook.bin")
    body = make.with_part(book, "xl/workbook.bin", part.replace("S".encode("utf-16-le") + b"\x90\x01", b"\0\0\x90\x01"))
    assert body != book
    with pytest.raises(FileRefused, match="damaged"):
        agency.send(body=body, the_contract=contract(format="workbook"), name="staff.xlsb")
