"""Cells that nobody should write, in every column of every grain: the row loads or is a finding, and no finding says what stood there."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.hr.check import check_content
from tests.examples import examples
from tests.staff import read
from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.hostile import said, soon
from tests.unit.ingestion.hostile_cells import CONTRACTS, GOOD, HOSTILE, everything_hostile, file_of

pytestmark = pytest.mark.slow

GRAINS = sorted(CONTRACTS)
SECRET = "SOMCHAIJAIDEE"
LARGEST = {"row_no": 2**31, "n_low": 2**31, "n_high": 2**31, "birth_year": 2**15}


def loads(grain: str, rows: list[dict[str, str]]) -> int:
    """How many rows load; no value is one that a database refuses."""
    contract = CONTRACTS[grain]
    body = file_of(contract, rows)
    with soon():
        found = read(body, "staff.csv", contract)
    for row in found.rows:
        said_of = vars(row)
        assert all("\0" not in str(value) for value in said_of.values())
        assert all(value is None or abs(value) < LARGEST[name] for name, value in said_of.items() if name in LARGEST)
    assert found.delivery.n_rows + found.delivery.findings.n_bad == len(rows)
    assert SECRET not in f"{found.findings}{found.notices}"
    return found.delivery.n_rows


@pytest.mark.parametrize("grain", GRAINS)
def test_good_rows_load(grain):
    assert loads(grain, [{}, {}]) == 2


@pytest.mark.parametrize("grain", GRAINS)
def test_each_hostile_cell_in_each_column(grain):
    rows = everything_hostile(CONTRACTS[grain])
    assert 10 < loads(grain, [{}, *rows]) < len(rows)


@pytest.mark.parametrize("grain", GRAINS)
def test_no_finding_says_what_stood_in_the_cell(grain):
    names = [str(name) for name in CONTRACTS[grain].columns if name not in ("unit", "from_unit", "round", "person_id")]
    marks = ["", "\x1d", "\x1e", "\x1d2020-", "#", "<", "'", "01/02/", "\u200e"]
    assert loads(grain, [{name: mark + SECRET} for name in names for mark in marks]) == 0


@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    grain=st.sampled_from(GRAINS),
    cells=st.lists(
        st.tuples(
            st.sampled_from(sorted(GOOD)),
            st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)),
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_hostile_cells_beside_each_other(grain, cells):
    assert loads(grain, [dict(cells), {}]) in (1, 2)


TRUE = [
    *(float(n) for n in ("1e15", "-1e15", "1e300", "-40210", "0.5", "1e-9", "60", "61", "80001", "2147483648")), 0, True, False, "#REF!",
    "\x1dNGUYEN", "\x1eNGUYEN", "a\x1fb", "=1+1", "x" * 32_767, "😀", "\u202e1",
]  # fmt: skip
IN_XML = [
    cell for cell in TRUE if not isinstance(cell, bool) and not re.search("[\x1d-\x1f]", str(cell))
]  # it has no room for separators


@pytest.mark.parametrize(("kind", "cells"), [("xls", TRUE), ("ods", IN_XML), ("xlsb", TRUE)], ids=["xls", "ods", "xlsb"])
@pytest.mark.parametrize("grain", GRAINS)
def test_cells_of_workbooks_that_are_no_text(grain, kind, cells):
    contract = CONTRACTS[grain].model_copy(update={"format": "workbook"})
    header = [column.header for column in contract.columns.values()]
    good = [GOOD[name] for name in contract.columns]
    rows = [[value if place == at else cell for place, cell in enumerate(good)] for at in range(len(good)) for value in cells]
    body = getattr(make, kind)([header, good, *rows])
    found = said("staff", lambda: check_content(body, "staff", contract))
    assert not isinstance(found, str), found
    assert not re.search("NGUYEN", str(found.findings.all)) and found.n_rows + found.findings.n_bad == len(rows) + 1
