"""The tables raw.catalogue_*: each column stands beside what it says, and a row has a value for each."""

import re

import pytest

from ingestion.catalogue_tables import TABLES, Table
from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY

OF_NAME = {table.name: table for table in TABLES}


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(REPOSITORY / "catalogue")


def records(table, catalogue):
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows(catalogue)]


@pytest.mark.parametrize("name", OF_NAME)
def test_a_row_has_a_value_for_each_column(name, catalogue):
    table = OF_NAME[name]
    assert all(len(row) == len(table.columns) for row in table.rows(catalogue))


def test_no_table_is_listed_twice():
    assert len(OF_NAME) == len(TABLES)


def test_every_table_of_the_catalogue_is_read_by_dbt():
    sources = (REPOSITORY / "dbt/models/staging/_sources.yml").read_text()
    assert {f"catalogue_{name}" for name in OF_NAME} == set(re.findall(r"catalogue_\w+", sources))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("country", {"country_code": "THA", "name": "Thailand"}),
        ("gender", {"gender": "woman", "sort_order": 0}),
        ("grade", {"grade": 1, "grade_band": "junior"}),
        ("sex_code", {"contract": "tha_pol", "gender": "woman"}),
        ("hr_code", {"contract": "idn_imm", "kind": "function", "code": "Patroli", "value": "patrol"}),
        ("hr_contract", {"contract": "tha_pol", "agency_code": "THA-POL", "grain": "roster"}),
        ("survey_contract", {"form": "workplace_culture"}),
        ("indicator", {"indicator_code": "REP-01", "source": "hr"}),
    ],
)
def test_what_is_known_of_a_thing_stands_in_its_columns(name, expected, catalogue):
    assert any(expected.items() <= record.items() for record in records(OF_NAME[name], catalogue))


def test_what_an_indicator_lacks_is_among_its_breakdowns(catalogue):
    found = records(OF_NAME["indicator_breakdown"], catalogue)
    lacking = {(record["indicator_code"], record["breakdown"]) for record in found if record["is_lacking"]}
    assert lacking == {(indicator.id, name) for indicator in catalogue.indicators for name in indicator.lacks}


def test_units_of_a_contract_are_numbered_in_its_order_for_each_agency(catalogue):
    found = records(OF_NAME["unit"], catalogue)
    of_one = {}
    for record in found:
        of_one.setdefault((record["contract"], record["agency_code"]), []).append(record["place"])
    assert of_one and all(places == list(range(len(places))) for places in of_one.values())


def test_a_contract_under_other_bands_is_another(catalogue):
    moved = catalogue.model_copy(
        update={"grades": [catalogue.grades[0].model_copy(update={"band": "senior"}), *catalogue.grades[1:]]}
    )
    before, after = (
        {record["contract"]: record["mapping_hash"] for record in records(OF_NAME["hr_contract"], each)}
        for each in (catalogue, moved)
    )
    assert before.keys() == after.keys() and all(before[name] != after[name] for name in before)


def test_parts_of_a_thing_are_handed_over_one_by_one():
    table = Table("x", lambda _: [("a", 1), ("b", 2)], {"name": lambda name, _: name, "twice": lambda _, n: 2 * n})
    assert table.rows(None) == [("a", 2), ("b", 4)]
