"""A figure holds where its ratio to the reference keeps the bound, on the side that the bound names."""

import pytest

from benchmarks.figures import compared, figure, shown


@pytest.mark.parametrize(
    ("value", "reference", "bound", "sense", "ratio", "holds"),
    [
        (90, 180, 1, "at most", 0.5, True),
        (181, 180, 1, "at most", 1.006, False),
        (20_000, 1_000, 8, "at least", 20, True),
        (7_900, 1_000, 8, "at least", 7.9, False),
    ],
)
def test_a_ratio_is_held_against_its_bound(value, reference, bound, sense, ratio, holds):
    entry = figure("rate", value, "rows/s", reference, bound, sense)
    assert (entry["ratio"], entry["bound"], entry["holds"]) == (ratio, f"{sense} {bound}", holds)


def test_what_is_only_shown_has_no_bound():
    entry = shown("rows got", 100, "rows")
    assert (entry["value"], entry["reference"], entry["bound"], entry["holds"]) == (100, None, "", True)


def test_a_value_beside_another_has_a_ratio_and_no_bound():
    entry = compared("build", 50, "s", 100)
    assert (entry["reference"], entry["ratio"], entry["bound"], entry["holds"]) == (100, 0.5, "", True)


def test_every_figure_has_the_same_columns_in_the_same_order():
    assert list(figure("a", 1, "s", 2)) == list(shown("a", 1, "s")) == list(compared("a", 1, "s", 2))
