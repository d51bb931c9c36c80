"""The query that reads the cells: each column comes from the model that describes it, and none of a cell is left out."""

from __future__ import annotations

import re
from dataclasses import fields

from parity.settings import REPOSITORY
from publication.captions import descriptions
from publication.cell import CELLS, NUMBERS, PUBLISHED, Cell, PublishedCell
from tests.unit.publication.cells import a_cell

MODEL = {"cell": "fct_indicator", "indicator": "dim_indicator", "country": "dim_country", "agency": "dim_agency"}


def selected() -> dict[str, tuple[str, str]]:
    """By the name of a column of the query: the table that it is read from, and the column there."""
    [listed] = re.findall(r"select (.*?)\nfrom", CELLS, re.DOTALL)
    found = {}
    for item in re.split(r", (?![^(]*\))", listed):
        table, column = re.search(r"(\w+)\.(\w+)", item).groups()
        found[item.split(" as ")[-1].split(".")[-1]] = table, column
    return found


def test_every_column_of_a_cell_is_read_from_the_model_that_describes_it():
    assert list(selected()) == [each.name for each in fields(Cell)]
    known = descriptions(REPOSITORY / "dbt")
    assert {
        name: (table, column)
        for name, (table, column) in selected().items()
        if column not in known[MODEL[table]] or name != column
    } == {}


def test_a_place_that_is_no_country_or_agency_has_a_name_and_an_indicator_without_a_word_is_not_sensitive():
    for part in (
        "coalesce(country.country_name, 'All') as country_name",
        "coalesce(agency.agency_name, 'All') as agency_name",
        "coalesce(indicator.is_sensitive, false) as is_sensitive",
    ):
        assert part in CELLS


def test_every_number_of_a_published_cell_may_be_withheld():
    kinds = {each.name: each.type for each in fields(PublishedCell)}
    assert set(NUMBERS) == {name for name, kind in kinds.items() if kind in ("float | None", "int | None")}
    assert {"numerator", "denominator", "n", "estimate", "se", "ci_low", "ci_high", "p_value"} <= set(NUMBERS) < set(PUBLISHED)
    row = PublishedCell.of(a_cell(**{name: 3 for name in NUMBERS if name in {each.name for each in fields(Cell)}}))
    assert {getattr(row.suppress("few"), name) for name in NUMBERS} == {None}
