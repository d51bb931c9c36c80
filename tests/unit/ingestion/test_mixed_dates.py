"""True dates beside dates as text: when a column looks as Excel leaves it, and when it does not."""

import pyarrow as pa
import pytest

from ingestion.hr.cells import DAY, NUMBER
from ingestion.hr.mixed_dates import PLENTY, MixedDates


def seen(*cells, form="%d/%m/%Y"):
    """(true dates, dates as text, whether it is as Excel leaves it) of a suspect column; None where it is none."""
    dates = MixedDates(form)
    dates.look_at("hire_date", pa.array(cells, pa.string()))
    found = dates.suspects()
    assert all(name == "hire_date" for name, *_ in found)
    return found[0][1:] if found else None


def days(n, day=3):
    return [f"{DAY}2010-02-{day:02}"] * n


def texts(n, first=15, second=2):
    return [f"{first:02}/{second:02}/2010"] * n


def test_days_that_could_be_months_beside_texts_that_could_not_are_as_excel_leaves_them():
    assert seen(*days(3), *texts(2)) == (3, 2, True)


@pytest.mark.parametrize(("cells", "found"), [
    ([*days(2), *texts(2)], (2, 2, False)), ([*days(1), *texts(9)], None), ([*days(9), *texts(1)], None), ([*days(2), *texts(3)], (2, 3, True)),
    ([*days(9)], None), ([*texts(9)], None), ([], None),
])  # fmt: skip
def test_one_cell_of_a_kind_proves_nothing_and_fewer_than_five_prove_no_exchange(cells, found):
    assert seen(*cells) == found


@pytest.mark.parametrize(("day", "found"), [(12, (3, 3, True)), (13, None)])
def test_a_true_date_with_a_day_beyond_the_months_was_never_exchanged(day, found):
    assert seen(*days(3, day), *texts(3)) == found


@pytest.mark.parametrize(("first", "is_swapped"), [(12, False), (13, True)])
def test_a_text_whose_day_could_be_a_month_would_have_become_a_date(first, is_swapped):
    assert seen(*days(3), *texts(3, first)) == (3, 3, is_swapped)


@pytest.mark.parametrize(("n_beyond", "found"), [(1, (10, 10, True)), (2, None)])
def test_one_in_ten_true_dates_may_have_been_mended_since(n_beyond, found):
    assert seen(*days(10 - n_beyond), *days(n_beyond, 20), *texts(10)) == found


@pytest.mark.parametrize(("n_within", "is_swapped"), [(1, True), (2, False)])
def test_one_in_ten_texts_may_have_been_typed_since(n_within, is_swapped):
    assert seen(*days(10), *texts(10 - n_within), *texts(n_within, 3)) == (10, 10, is_swapped)


def test_the_day_stands_where_the_form_has_it():
    assert seen(*days(3), *texts(3, 2, 15), form="%m/%d/%Y") == (3, 3, True)
    assert seen(*days(3), *texts(3, 15, 2), form="%m/%d/%Y") == (3, 3, False)


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d %b %Y", "%b/%d/%Y", "%m/%Y", "%Y%m%d"])
def test_a_form_in_which_day_and_month_cannot_be_exchanged_is_not_looked_at(form):
    assert seen(*days(9), *texts(9), form=form) is None


@pytest.mark.parametrize(("cell", "n_texts"), [
    ("15/02/2010", 5), ("'15/02/2010", 5), ("15-2-10", 5), ("๑๕/๐๒/๒๕๕๓", 5), ("2010-02-15", 4), (f"{NUMBER}40210", 4), ("", 4), ("15/2", 4),
    ("15/2/2010 10:30", 5), ("unknown", 4),
])  # fmt: skip
def test_only_dates_count_among_the_texts(cell, n_texts):
    assert seen(*days(4), *texts(4), cell) == (4, n_texts, True)


def test_columns_are_looked_at_apart_and_batches_together():
    dates = MixedDates("%d/%m/%Y")
    for cells in (days(2), texts(1), [*days(1), *texts(1)]):
        dates.look_at("hire_date", pa.array(cells, pa.string()))
        dates.look_at("birth_date", pa.array(days(2), pa.string()))
    assert dates.suspects() == [("hire_date", 3, 2, True)]


def test_beyond_plenty_of_texts_only_batches_with_dates_are_read():
    dates = MixedDates("%d/%m/%Y")
    for cells in (texts(PLENTY), texts(5), [*days(2), *texts(5)]):
        dates.look_at("hire_date", pa.array(cells, pa.string()))
    assert dates.suspects() == [("hire_date", 2, PLENTY + 5, True)]
    dates = MixedDates("%d/%m/%Y")
    for cells in (texts(PLENTY - 1), texts(5), days(2)):
        dates.look_at("hire_date", pa.array(cells, pa.string()))
    assert dates.suspects() == [("hire_date", 2, PLENTY + 4, True)]
