"""Which cells are parts of one survey figure, and which of them goes next: whatever stands before, between or behind them."""

from dataclasses import replace
from itertools import permutations

import pytest

from publication.cell import GAP
from publication.disclosure import WITH_ANOTHER, families, further_parts, parts_withheld_together
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY

PLACE = {
    "indicator_code": "CUL-03",
    "country_code": "THA",
    "agency_code": "THA-POL",
    "agency_type": "police",
    "period_year": 2025,
    "provenance": "real",
    "source": "survey",
}
FEW = "fewer than 10 respondents"


def respondents(cell_id, n=60, **changes):
    return a_cell(**{**PLACE, "cell_id": cell_id, "level": "agency", "numerator": n / 2, "n": n, "n_positive": n // 2, **changes})


NO_PARTS = {
    "a comparison": respondents("gap", gender=GAP),
    "a figure of staff": respondents("staff", source="hr"),
    "a figure of an institution": respondents("rules", source="fact_finding"),
    "what is not available": respondents("none", n=0, numerator=None, breakdown="function", breakdown_value="all"),
}
SEXES = [respondents("woman", 9, gender="woman"), respondents("man", gender="man"), respondents("all", 69)]
BANDS = [respondents(f"band {band}", n, grade_band=band) for band, n in (("junior", 9), ("middle", 60), ("senior", 40))]
FUNCTIONS = [respondents(f"function {name}", n, breakdown="function", breakdown_value=name) for name, n in (("a", 8), ("b", 30))]
AGENCIES = [
    respondents("A", 9, agency_code="A"),
    respondents("B", agency_code="B"),
    respondents("THA", 69, agency_code="all", agency_type="all"),
]


def withheld(cells):
    """Why each cell is withheld by itself: the few, and nothing else."""
    return [FEW if 0 < cell.n < 10 else None for cell in cells]


def named(cells, numbers):
    return sorted(cells[number].cell_id for number in numbers)


@pytest.mark.parametrize("before", NO_PARTS)
@pytest.mark.parametrize("parts", [SEXES, BANDS, FUNCTIONS, AGENCIES], ids=["sexes", "bands", "functions", "agencies"])
def test_parts_are_found_whatever_stands_before_them(before, parts):
    cells = [NO_PARTS[before], *parts, NO_PARTS[before]]
    alone = [named(parts, family) for family in families(parts, withheld(parts))]
    assert alone and [named(cells, family) for family in families(cells, withheld(cells))] == alone


@pytest.mark.parametrize("parts", [SEXES, BANDS, FUNCTIONS, AGENCIES], ids=["sexes", "bands", "functions", "agencies"])
def test_a_part_withheld_alone_takes_the_smallest_other_in_every_order_of_cells(parts):
    smallest = min((cell for cell in parts if 10 <= cell.n < 69), key=lambda cell: cell.n)
    for cells in permutations([*parts, NO_PARTS["a comparison"], NO_PARTS["what is not available"]]):
        assert named(cells, further_parts(cells, withheld(cells), POLICY)) == [smallest.cell_id]


def test_what_is_not_available_hides_nobody_and_is_never_taken_as_the_other_part():
    nothing = respondents("band none", n=0, numerator=None, n_positive=None, grade_band="none")
    cells = [*BANDS, nothing]
    assert named(cells, further_parts(cells, withheld(cells), POLICY)) == ["band senior"]


def test_several_families_of_one_list_are_all_looked_at():
    cells = [*SEXES, *BANDS, *FUNCTIONS]
    assert named(cells, further_parts(cells, withheld(cells), POLICY)) == ["band senior", "function b", "man"]


def test_parts_of_other_years_agencies_and_indicators_hide_nobody():
    others = [
        replace(BANDS[1], cell_id="other", **{name: value})
        for name, value in (("period_year", 2024), ("agency_code", "THA-IMM"), ("indicator_code", "CUL-01"), ("gender", "woman"))
    ]
    for other in others:
        cells = [BANDS[0], other]
        assert further_parts(cells, withheld(cells), POLICY) == []


def test_two_few_parts_that_would_pass_as_one_cell_take_no_third():
    enough = [
        respondents("a", 9, grade_band="junior"),
        respondents("b", 8, grade_band="middle"),
        respondents("c", grade_band="senior"),
    ]
    too_few = [replace(enough[0], n=4, n_positive=2), replace(enough[1], n=4, n_positive=2), enough[2]]
    assert further_parts(enough, withheld(enough), POLICY) == []
    assert named(too_few, further_parts(too_few, withheld(too_few), POLICY)) == ["c"]


def test_what_was_published_before_stays_and_the_next_smallest_goes():
    assert named(BANDS, further_parts(BANDS, withheld(BANDS), POLICY, fixed={2})) == ["band middle"]
    assert further_parts(BANDS, withheld(BANDS), POLICY, fixed={1, 2}) == []


def test_parts_withheld_with_another_give_one_reason_and_a_part_alone_keeps_its_own():
    why = [FEW, WITH_ANOTHER, None]
    assert parts_withheld_together(BANDS, why) == [0, 1]
    assert parts_withheld_together(BANDS, [FEW, None, None]) == []
