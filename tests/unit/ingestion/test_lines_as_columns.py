"""Lines for COPY read back as columns: the same values, whatever a text holds."""

import datetime as dt

import pytest

from ingestion.hr.beside import read_lines, schema
from ingestion.hr.block import NULL
from ingestion.hr.values import copy_text


@pytest.mark.parametrize("unit", ["North", "a\tb", "a\nb", "a\rb", "a\\b", "a\\nb", '"quoted"', "", "ไทย"])
def test_a_text_comes_back_as_it_was(unit):
    names = schema("staff").names
    values = {
        "delivery_no": "7",
        "row_no": "3",
        "unit_name": copy_text(unit),
        "hire_date": "2010-02-01",
        "salary": "12.5",
        "rank_name": "Officer",
    }
    line = "\t".join(values.get(name, NULL) for name in names) + "\n"
    table = read_lines((line * 2).encode(), "staff")
    first, second = table.to_pylist()
    assert first == second and table.schema == schema("staff")
    assert {name: first[name] for name in values} == {
        "delivery_no": 7,
        "row_no": 3,
        "unit_name": unit,
        "hire_date": dt.date(2010, 2, 1),
        "salary": 12.5,
        "rank_name": "Officer",
    }
    assert first["sex_code"] is None and first["birth_year"] is None
