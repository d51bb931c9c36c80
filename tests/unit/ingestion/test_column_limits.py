"""Which column a header may promise, by its cells at each limit; and how much of a header must be known before it is one."""

import datetime as dt

import pytest

from ingestion.hr.cells import DAY, NUMBER
from ingestion.hr.errors import FileRefused
from ingestion.hr.header import LONGEST_NAME, MOST_SAID, unexpected
from ingestion.hr.plausible import MOST_CODES, MOST_RANKS, MOST_SEXES, SAMPLE, Content, doubt, is_date, is_month, is_year_column
from tests.staff import read
from tests.unit.ingestion.contracts import HEADER, ROW, contract, csv_file

TODAY = dt.date(2025, 6, 30)


def why(canonical, cells, meaning=None):
    return doubt(canonical, Content(cells), meaning, TODAY)


def mixed(of, n, other, n_other):
    """So many of one cell, and so many others."""
    return [of] * n + [other] * n_other


@pytest.mark.parametrize(("canonical", "said"), [
    ("hire_date", None), ("separation_date", None), ("sex", "it is empty"), ("person_id", "it is empty"), ("unit", "it is empty"),
])  # fmt: skip
def test_an_empty_column_may_be_one_of_days_and_no_other(canonical, said):
    assert why(canonical, ["", " "]) == said


# Days


@pytest.mark.parametrize(("n_days", "said"), [(8, None), (7, "only 70% of its cells are dates")])
def test_four_in_five_cells_of_a_column_of_days_are_days(n_days, said):
    assert why("hire_date", mixed("01/02/2010", n_days, "x", 10 - n_days)) == said


@pytest.mark.parametrize(("canonical", "years"), [
    ("hire_date", (1965, 2026)), ("birth_date", (1925, 2011)), ("separation_date", (1965, 2028)), ("event_date", (1965, 2026)),
])  # fmt: skip
def test_days_lie_where_days_of_their_kind_can(canonical, years):
    first, last = years
    for year in years:
        assert why(canonical, [f"01/02/{year}"] * 4) is None
    for year in (first - 1, last + 1):
        assert why(canonical, [f"01/02/{year}"] * 4) == f"100% of its dates lie before {first} or after {last}"


@pytest.mark.parametrize(("n_off", "is_doubtful"), [(5, False), (6, True)])
def test_half_of_the_days_may_lie_elsewhere(n_off, is_doubtful):
    assert (why("hire_date", mixed("01/02/1901", n_off, "01/02/2010", 10 - n_off)) is not None) is is_doubtful


@pytest.mark.parametrize(
    "cell",
    [
        "01/02/2010",
        "2010-02-01",
        "1 feb 2010",
        "01/02/2553",
        "20100201",
        "01/02/2010 00:00",
        f"{DAY}2010-02-01",
        f"{NUMBER}40210",
    ],
)
def test_days_are_known_in_every_form(cell):
    assert Content([cell] * 3).days == [dt.date(2010, 2, 1)] * 3


def test_days_of_cells_and_of_texts_count_together_in_a_sample():
    both = Content([f"{DAY}2010-02-01", "01/02/2011"] * 3)
    assert (len(both.days), both.date_share) == (6, 1)
    assert len(Content(["01/02/2010"] * (SAMPLE + 100)).days) == SAMPLE
    assert Content(["", *["01/02/2010"] * SAMPLE]).date_share == 1


# Numbers


def numbers(n, prefix="A"):
    return [f"{prefix}{1000 + 7 * number}" for number in range(n)]


@pytest.mark.parametrize(("cells", "said"), [
    (numbers(100), None),
    ([*numbers(99), "Axxx"], None),
    ([*numbers(90), *("x" * k for k in range(1, 11))], None),
    ([*numbers(89), *("x" * k for k in range(1, 12))], "few of its cells hold a digit"),
    ([*numbers(99), numbers(1)[0]], None),
    ([*numbers(98), *numbers(2)], "it holds 98 different values in 100 rows"),
    ([f"{1 + k % 28:02}/{1 + k // 28:02}/2010" for k in range(100)], "it holds dates"),
    ([str(k) for k in range(1, 6)], "it counts 1, 2, 3 …: that may be the row's number, and another person's in the next list"),
    ([str(k) for k in range(1, 5)], None),
    ([str(k) for k in range(2, 7)], None),
    (["๑", "๒", "๓", "๔", "๕"], "it counts 1, 2, 3 …: that may be the row's number, and another person's in the next list"),
])  # fmt: skip
def test_a_persons_number_has_digits_differs_and_counts_no_rows(cells, said):
    assert why("person_id", cells) == said


@pytest.mark.parametrize("canonical", ["salary", "hours"])
@pytest.mark.parametrize(("cells", "said"), [
    ([f"{k},000.50" for k in range(1, 11)], None),
    ([*(f"{k}" for k in range(1, 10)), "x"], None),
    ([*(f"{k}" for k in range(1, 9)), "x", "y"], "it holds other things than amounts"),
    (["$ 1,200"] * 4, None),
    (["$ 1,200"] * 5, "it is the same in every row"),
])  # fmt: skip
def test_amounts_are_numbers_that_are_not_all_alike(canonical, cells, said):
    assert why(canonical, cells) == said


@pytest.mark.parametrize("canonical", ["n_staff", "n_applied", "n_hired"])
@pytest.mark.parametrize(("n_other", "is_doubtful"), [(1, False), (2, True)])
def test_counts_are_counts_but_for_one_in_a_hundred(canonical, n_other, is_doubtful):
    counts = ["12", "<5", "1,234", "1 234", "-"] * 20
    assert (why(canonical, [*counts[n_other:], *["many"] * n_other]) is not None) is is_doubtful


@pytest.mark.parametrize(("cells", "said"), [
    (["2023", "2566", "1900", "2643"], None),
    (["2023", "1899"], "only 0% of its cells are months or years"), (["2023", "2644"], "only 0% of its cells are months or years"),
    (["06/2023", "2023-06", f"{DAY}2023-06-30", "Juni 2023"], None),
    (["06/2023"] * 99 + ["x"], None), (["06/2023"] * 98 + ["x"] * 2, "only 98% of its cells are months or years"),
])  # fmt: skip
def test_periods_are_months_or_years(cells, said):
    assert why("period", cells) == said


@pytest.mark.parametrize(
    ("text", "is_one"), [("06/2023", True), ("06/2566", True), ("13/2023", False), ("2023", False), ("06/1850", False)]
)
def test_a_month_is_one_in_either_calendar(text, is_one):
    assert is_month(text) is is_one


def test_a_date_of_a_form_is_told_from_others():
    assert is_date("01/02/2010", "%d/%m/%Y", "gregorian") and not is_date("31/31/2010", "%d/%m/%Y", "gregorian")
    assert is_date("01/02/2553", "%d/%m/%Y", "buddhist") and not is_date("01/02/2553", "%d/%m/%Y", "gregorian")
    assert is_year_column(Content(["2023"])) and not is_year_column(Content(["2023", "x"]))


# Places and codes


@pytest.mark.parametrize("canonical", ["unit", "from_unit", "round"])
@pytest.mark.parametrize(("cells", "said"), [
    ([f"Unit {k}" for k in range(20)], None),
    ([f"Unit {k}" for k in range(21)], "hardly any value stands there twice"),
    ([*(f"Unit {k}" for k in range(20)), *["Unit 1"] * 5], None),
    (["01/02/2010"] * 10, "it holds dates"),
    (["20100201"] * 10, "it holds dates"), (["40210"] * 10, None),
])  # fmt: skip
def test_places_repeat_and_are_no_days(canonical, cells, said):
    assert why(canonical, cells) == said


@pytest.mark.parametrize(
    ("canonical", "most"), [("sex", MOST_SEXES), ("rank", MOST_RANKS), ("grade", MOST_CODES), ("event_type", MOST_CODES)]
)
def test_a_column_of_codes_has_so_many_of_them_and_no_more(canonical, most):
    words = [f"w{k}" for k in range(most + 1)]
    meaning = dict.fromkeys(words, 1)
    assert why(canonical, words[:most], meaning) is None
    assert why(canonical, words, meaning) == f"it holds {most + 1:,} different values"


@pytest.mark.parametrize(("cells", "said"), [
    ([f"{NUMBER}{k}" for k in (1, 2, 9)], None), ([f"{NUMBER}{k}" for k in (1, 2, 8, 9)], "it holds numbers or dates"),
    (["1", "2", "8", "9"], None), ([f"{DAY}2023-06-0{k}" for k in (1, 2, 3, 4)], "it holds numbers or dates"),
])  # fmt: skip
def test_sexes_are_no_numbers_but_for_a_few(cells, said):
    assert why("sex", cells) == said


@pytest.mark.parametrize(("canonical", "needed"), [("sworn", 5), ("is_active", 5), ("function", 5), ("rank", 3), ("sex", 0)])
def test_so_many_of_ten_words_of_a_column_of_codes_are_known(canonical, needed):
    cells = ["Known"] * needed + ["other"] * (10 - needed)
    assert why(canonical, cells, {"known": 1}) is None
    fewer = ["Known"] * (needed - 1) + ["other"] * (11 - needed)
    assert (why(canonical, fewer, {"known": 1}) or "").startswith("Parity knows the words in only") is (needed > 0)


@pytest.mark.parametrize(("cells", "are_names"), [
    ([f"Name {'abcdefgh'[k]}" for k in range(5)], True), ([f"Name {'abcdefgh'[k]}" for k in range(4)], False),
    (["Maria", "Maria", "Maria", "Jose", "Jose", "Jose"], False), ([f"Name {k}" for k in range(5)], False), (["ab", "cd", "ef", "gh", "ij"], False),
])  # fmt: skip
def test_words_that_hardly_repeat_look_like_names(cells, are_names):
    assert Content(cells).looks_like_names is are_names


# Headers


def refusal(header, **changes):
    with pytest.raises(FileRefused) as refused:
        read(csv_file(ROW, header=header), "staff.csv", contract(**changes))
    return str(refused.value)


def test_a_row_that_names_half_of_the_columns_is_the_header_and_one_that_names_fewer_is_not():
    """Six columns are due."""
    assert "column 'hired' is missing" in refusal("period,id,sex,a,b,c")
    assert "this row is not the header: of 6 columns it names 2" in refusal("period,id,a,b,c,d")
    assert "this row is not the header: of 6 columns it names 0" in refusal("a,b,c,d,e,f")


def test_a_column_that_need_not_be_there_counts_where_it_is():
    assert "this row is not the header: of 7 columns it names 3" in refusal("period,id,left,a,b,c")


@pytest.mark.parametrize(("more", "said"), [
    ("1002", "this row holds values of staff next to the names of 8 columns"), ("01/02/2010", "this row holds values of staff"),
    ("F", "this row holds values of staff"), ("Officer", "this row holds values of staff"), ("2023", "column '2023' is not in the contract"),
    ("1799", "this row holds values of staff"), ("2700", "this row holds values of staff"), ("2566", "column '2566' is not in the contract"),
    ("x1", "column 'x1' is not in the contract"),
])  # fmt: skip
def test_a_value_of_a_person_in_the_header_is_never_quoted(more, said):
    assert said in refusal(f"{HEADER},{more}")


@pytest.mark.parametrize(("n", "is_more"), [(MOST_SAID, False), (MOST_SAID + 1, True)])
def test_so_many_differences_are_told_and_the_rest_counted(n, is_more):
    said = refusal(
        ",".join(
            [HEADER, *(f"col {'abcdefghijklmnopqrstuvwxyz'[k // 26]}{'abcdefghijklmnopqrstuvwxyz'[k % 26]}" for k in range(n))]
        )
    )
    assert said.count("is not in the contract") == MOST_SAID and ("and 1 column more" in said) is is_more


@pytest.mark.parametrize(
    ("n", "shown"), [(LONGEST_NAME, "x" * LONGEST_NAME + "'"), (LONGEST_NAME + 1, "x" * LONGEST_NAME + "…'")]
)
def test_a_long_name_is_cut_where_it_is_told(n, shown):
    assert f"column '{shown} is not in the contract" in refusal(f"{HEADER},{'x' * n}")


def test_places_of_what_the_contract_does_not_know_or_finds_twice():
    names = ["period", "gender", "sex", "", "name", "x", "id"]
    assert unexpected(names, contract()) == {1, 2, 5}
    assert unexpected(HEADER.split(","), contract()) == set()
    assert unexpected(["name", "name"], contract()) == set()  # left out however often
