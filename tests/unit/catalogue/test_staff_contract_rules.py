"""What a contract of staff files may say, and what it may not: each rule with a contract that keeps it and one that does not."""

import datetime as dt

import pytest
from pydantic import ValidationError

from parity.catalogue import HrContract
from parity.catalogue.hr_parts import Column, Period, Unit
from parity.catalogue.hr_terms import GRAINS, NEEDED, OWN, read_by

BASE = {"name": "abc", "agency": "ABC-POL", "file_pattern": "*", "format": "csv", "sex_codes": {"F": "woman"}}
OF_GRAIN = {
    "roster": {"columns": ["person_id", "sex", "period"], "period": {"column": "period"}},
    "spells": {"columns": ["person_id", "sex"]},
    "events": {"columns": ["person_id", "event", "event_date"]},
    "aggregate": {"columns": ["sex", "n_staff", "period"], "period": {"column": "period"}},
    "training": {"columns": ["person_id", "course", "completed_date"], "course_codes": {"L": "leadership"}},
    "complaints": {"columns": ["complaint_type", "opened_date"], "complaint_codes": {"D": "discrimination"}},
    "applicants": {"columns": ["sex", "n_applied", "period"], "period": {"column": "period"}},
}
MEASURE = {"header": "Women", "gender": "woman"}


def made(grain="roster", *, more=(), without=(), **changes):
    """A contract of the grain, with more columns or without some."""
    own = OF_GRAIN[grain]
    names = [name for name in (*own["columns"], *more) if name not in without]
    return HrContract.model_validate(
        BASE | own | {"grain": grain, "columns": {name: {"header": name} for name in names}} | changes
    )


def why(grain="roster", **changes):
    with pytest.raises(ValidationError) as error:
        made(grain, **changes)
    return str(error.value)


@pytest.mark.parametrize("grain", GRAINS)
def test_a_contract_of_each_grain_has_the_columns_that_it_needs(grain):
    assert made(grain).grain == grain
    for name in NEEDED[grain]:
        assert f"columns of a file of {grain} must map {name}" in why(grain, without=[name])


@pytest.mark.parametrize("grain", GRAINS)
def test_a_column_of_another_grain_is_refused(grain):
    for name in sorted({"hours", "closed_date", "round"} - (OWN.get(grain) or set())):
        assert f"a file of {grain} is not read for {name}" in why(grain, more=[name])
    assert read_by(grain) >= {"period", "month", "agency"}


@pytest.mark.parametrize(("grain", "column", "codes"), [
    ("roster", "sex", "sex_codes"), ("training", "course", "course_codes"), ("complaints", "complaint_type", "complaint_codes"),
])  # fmt: skip
def test_codes_say_what_each_of_them_means_unless_the_contract_is_a_draft(grain, column, codes):
    assert f"{codes} must say what each code in the column" in why(grain, **{codes: {}})
    assert column in made(grain, **{codes: {}}, needs_review=True).columns


@pytest.mark.parametrize(("measures", "without", "said"), [
    ([], [], None), ([MEASURE], ["n_staff"], None), ([MEASURE], [], "either in the column n_staff or in measures"),
    ([], ["n_staff"], "either in the column n_staff or in measures"),
])  # fmt: skip
def test_an_aggregate_has_its_counts_in_one_of_two_ways(measures, without, said):
    if said is None:
        made("aggregate", measures=measures, without=without)
    else:
        why("aggregate", measures=measures, without=without).index(said)


@pytest.mark.parametrize("column", ["person_id", "birth_date", "birth_year", "hire_date", "separation_date", "salary"])
def test_an_aggregate_holds_no_people(column):
    assert f"an aggregate table holds no people: remove {column}" in why("aggregate", more=[column])


@pytest.mark.parametrize("grain", ["roster", "events"])
def test_measures_are_of_counts_alone(grain):
    assert "measures belong to the grains aggregate and applicants" in why(grain, measures=[MEASURE])


HIRED = {**MEASURE, "stage": "hired"}


def test_applicants_are_counted_in_one_of_two_ways():
    assert made("applicants", more=["n_hired"]) and made("applicants", without=["sex", "n_applied"], measures=[HIRED])
    assert "either in the columns n_applied and n_hired or in measures" in why("applicants", measures=[HIRED])
    assert "either in the columns n_applied and n_hired or in measures" in why("applicants", without=["n_applied"])
    assert "must map sex and n_applied" in why("applicants", without=["sex"])
    assert "must map sex and n_applied" in why("applicants", without=["n_applied"], more=["n_hired"])


def test_a_measure_has_a_stage_where_it_is_of_applicants_and_nowhere_else():
    assert "each measure of applicants has a stage" in why("applicants", without=["sex", "n_applied"], measures=[HIRED, MEASURE])
    assert "each measure of applicants has a stage" in why("aggregate", without=["n_staff"], measures=[HIRED])


def test_a_column_of_agencies_needs_their_codes():
    assert "agency_codes must say which agency" in why(more=["agency"])
    contract = made(more=["agency"], agency_codes={"2": "XYZ-POL", "1": "ABC-POL", "3": "ABC-POL"})
    assert contract.agencies == ["ABC-POL", "XYZ-POL"] and made().agencies == ["ABC-POL"]


@pytest.mark.parametrize(("date_format", "form", "since", "is_refused"), [
    ("%d/%m/%y", None, None, True), ("%d/%m/%y", None, 1961, False), ("%d/%m/%Y", None, None, False),
    ("%d/%m/%Y", "%m/%y", None, True), ("%d/%m/%Y", "%m/%y", 1961, False), ("%d/%m/%Y", "%m/%Y", None, False),
])  # fmt: skip
def test_a_year_of_two_digits_needs_the_first_year_that_it_can_mean(date_format, form, since, is_refused):
    changes = {"date_format": date_format, "two_digit_years_from": since, "period": {"column": "period", "format": form}}
    refused = []
    try:
        made(**changes)
    except ValidationError as error:
        refused.append(str(error))
    assert ["two_digit_years_from must say" in each for each in refused] == [True] * is_refused


def test_a_year_of_birth_stands_in_one_column():
    assert made(more=["birth_date"]) and made(more=["birth_year"])
    assert "columns map birth_date or birth_year" in why(more=["birth_date", "birth_year"])


@pytest.mark.parametrize(
    ("names", "is_refused"), [(["a", "b"], False), (["a"], True), (["a", "a"], True), (["a", "b", "a"], True)]
)
def test_a_repeated_header_has_a_name_for_each_of_its_columns(names, is_refused):
    refused = []
    try:
        made(repeated_headers={"Rank": names})
    except ValidationError as error:
        refused.append(str(error))
    assert ["two names or more, all different" in each for each in refused] == [True] * is_refused


@pytest.mark.parametrize("mark", [".", ","])
def test_marks_of_decimals_and_thousands_differ(mark):
    assert "decimal_mark and thousands_mark must differ" in why(decimal_mark=mark, thousands_mark=mark)
    assert made(decimal_mark=mark, thousands_mark=" ").decimal_mark == mark


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%m/%Y", "%Y-%b", "%d.%b.%Y"])
def test_a_form_of_dates_has_a_month_and_a_year_once_each(form):
    assert made(date_format=form).date_format == form


@pytest.mark.parametrize("form", ["%d/%Y", "%d/%m", "%d", "%d/%m/%Y/%m", "%d/%m/%Y %H", "%m/%m/%Y", ""])
def test_a_form_of_dates_that_names_no_day_or_month_is_refused(form):
    assert "must hold a month (%m, or %b as a word), a year" in why(date_format=form)


# ---- the period


@pytest.mark.parametrize(("form", "grain"), [
    ("%m/%Y", "month"), ("%b %Y", "month"), ("%YQ%q", "month"), ("%Y", "year"), ("%y", "year"), ("%Y-%m-%d", "month"), ("%m/%Y", "year"),
])  # fmt: skip
def test_a_form_of_periods_names_a_year_and_a_month_or_quarter(form, grain):
    assert Period(column="p", format=form, grain=grain).format == form


@pytest.mark.parametrize(("form", "grain"), [
    ("%Y", "month"), ("%m", "month"), ("%m %q %Y", "month"), ("%m %b %Y", "month"), ("%Y %y %m", "month"), ("%Y %Y", "year"),
    ("%m/%Y %H", "month"), ("%m", "year"), ("%m/%m/%Y", "month"), ("%q %b %Y", "year"),
])  # fmt: skip
def test_a_form_of_periods_that_names_none_or_two_is_refused(form, grain):
    with pytest.raises(ValidationError, match="must hold a year"):
        Period(column="p", format=form, grain=grain)


def test_a_form_of_periods_is_that_of_a_column():
    with pytest.raises(ValidationError, match="column must name it"):
        Period(format="%m/%Y", name_pattern=r".*(?P<year>\d{4})")


@pytest.mark.parametrize("field", ["sheet_pattern", "name_pattern"])
def test_a_pattern_of_names_finds_a_year(field):
    assert getattr(Period(**{field: r"staff (?P<year>\d{4})"}), field)
    with pytest.raises(ValidationError, match=r"must hold the group \(\?P<year>"):
        Period(**{field: r"staff (\d{4})"})
    with pytest.raises(ValidationError, match="no regular expression"):
        Period(**{field: r"(?P<year>\d{4}"})


NAMED = {"name_pattern": r".*(?P<year>\d{4})"}


@pytest.mark.parametrize("period", [{"column": "period"}, NAMED, {"sheet_pattern": r"(?P<year>\d{4})"}])
def test_a_list_tells_its_period_in_one_way(period):
    without = [] if "column" in period else ["period"]
    assert made(period=period, without=without).period == Period(**period)
    assert "period names one of column, sheet_pattern and name_pattern" in why(
        period={**period, **NAMED, "sheet_pattern": "(?P<year>x)"}
    )


def test_a_list_that_tells_no_period_is_refused_and_a_register_may_do_without_one():
    assert "period names one of" in why(period={}, without=["period"])
    assert made("events").period == Period() and made("training").period == Period() and made("complaints").period == Period()
    assert "period names one of" in why("events", period=NAMED | {"sheet_pattern": "(?P<year>x)"})


def test_a_column_of_periods_is_mapped_under_its_own_header():
    assert "columns must map period to the header 'month'" in why(period={"column": "month"})
    assert "columns must map period to the header 'period'" in why(without=["period"])


@pytest.mark.parametrize("period", [{"column": "x"}, NAMED])
def test_spells_have_no_period(period):
    assert "a file of spells has no period" in why("spells", period=period)


@pytest.mark.parametrize(("period", "is_refused"), [
    ({"column": "period"}, False), ({"column": "period", "grain": "year"}, True), ({"column": "period", "format": "%m/%Y"}, True), (NAMED, True),
])  # fmt: skip
def test_a_month_stands_beside_a_column_of_years_that_has_no_form(period, is_refused):
    refused = []
    try:
        made(more=["month"], period=period)
    except ValidationError as error:
        refused.append(str(error))
    assert ["a column of months and a column of years" in each for each in refused] == [True] * is_refused


# ---- columns, units, ranks and what is promised


def test_a_column_is_due_from_its_first_period_to_its_last_unless_it_need_not_be_there():
    column = Column(header="x", valid_from=dt.date(2022, 1, 31), valid_to=dt.date(2023, 12, 31))
    due = {day: column.is_due(dt.date(*day)) for day in ((2022, 1, 30), (2022, 1, 31), (2023, 12, 31), (2024, 1, 1))}
    assert [*due.values()] == [False, True, True, False] and column.is_due(None)
    assert not Column(header="x", required=False).is_due(dt.date(2023, 1, 1)) and not Column(header="x", required=False).is_due(
        None
    )
    assert Column(header="x", old_names=["y", "z"]).names == ("x", "y", "z")


def test_a_pattern_of_a_column_finds_a_value():
    assert Column(header="x", pattern=r"(?P<value>\d+)").pattern and Column(header="x").pattern is None
    with pytest.raises(ValidationError, match=r"must hold the group \(\?P<value>"):
        Column(header="x", pattern=r"(\d+)")


def test_a_unit_is_listed_for_what_it_is_and_its_star_stands_for_anything():
    assert Unit(name="Post *", post="border").like == "Post %" and Unit(name="X", counter_trafficking=True).post is None
    assert Unit(name="50%_\\*", post="rail").like == "50\\%\\_\\\\%"
    with pytest.raises(ValidationError, match="else leave it out"):
        Unit(name="Post 1")


@pytest.mark.parametrize(
    ("rank", "is_dated"), [({}, False), ({"valid_from": "2020-01-01"}, True), ({"valid_to": "2020-01-01"}, True)]
)
def test_ranks_are_dated_where_one_of_them_does_not_hold_for_ever(rank, is_dated):
    assert made(ranks=[{"name": "Captain", "grade": 5}, {"name": "Officer", "grade": 1, **rank}]).has_dated_ranks is is_dated


def test_a_list_promises_what_its_contract_requires_of_people():
    everything = made(more=["rank", "unit", "hire_date", "salary"])
    assert everything.promised == ["sex", "grade", "unit", "event"] and made().promised == ["sex"]
    assert made("spells", more=["rank"]).promised == [] and made("aggregate", more=["rank"]).promised == []
    columns = {
        "person_id": {"header": "a"},
        "sex": {"header": "b"},
        "rank": {"header": "c", "required": False},
        "period": {"header": "period"},
    }
    assert made(columns=columns).promised == ["sex"]


def test_an_encoding_is_one_that_python_knows():
    assert made(encoding="cp874").encoding == "cp874"
    assert "'cp8740' is no encoding" in why(encoding="cp8740")
