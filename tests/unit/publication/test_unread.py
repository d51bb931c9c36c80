"""Figures of surveys that are made without some answers say so; all others, and those that are final, stay as they are."""

import pytest

from publication.candidate import release_rows
from publication.cell import GAP
from publication.context import Context
from publication.unread import NOTE
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY
from tests.unit.publication.test_release_rows import cell

CELLS = [
    a_cell(**cell(gender, code, cell_id=f"{code} {gender}", **changes))
    for code in ("CUL-01", "CUL-03")
    for gender, changes in (("woman", {}), ("man", {"n": 4, "n_positive": 2}), (GAP, {}))
]


def flags(context):
    return {row.cell_id: row.quality_flag for row in release_rows(CELLS, POLICY, context)}


@pytest.mark.parametrize("unread", [{"CUL-01"}, {"CUL-03"}, {"CUL-01", "CUL-03"}])
def test_a_figure_that_is_shown_says_that_answers_are_missing_from_it(unread):
    before, after = flags(Context()), flags(Context(unread=unread))
    assert {name for name in after if after[name] != before[name]} == {f"{code} woman" for code in unread}
    assert {after[f"{code} woman"].removeprefix(f"{before[f'{code} woman']}; ") for code in unread} == {NOTE}


def test_a_figure_that_is_suppressed_or_not_available_says_nothing_of_it():
    after = flags(Context(unread={"CUL-01", "CUL-03"}))
    assert [after[f"{code} {gender}"] for code in ("CUL-01", "CUL-03") for gender in ("man", GAP)] == [None] * 4
