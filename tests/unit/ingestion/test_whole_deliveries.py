"""A delivery as a whole: its period by its name, whether it is final, how many rows may be bad, and a list whose day has not come."""

import datetime as dt
from types import SimpleNamespace

import pytest

from ingestion.hr import check as module
from ingestion.hr import findings as of_findings
from ingestion.hr.check import is_provisional, named_period
from ingestion.hr.errors import FileRefused
from ingestion.hr.findings import Finding, Findings
from ingestion.hr.table import Table
from tests.unit.ingestion.quirks import HEADER, OTHER, ROW, contract, got, refused, text, with_cell

COLUMNS = {name: {"header": header} for name, header in (("person_id", "id"), ("sex", "sex"), ("rank", "rank"), ("unit", "unit"))}
WITHOUT_PERIOD = {"columns": COLUMNS, "ignored": ["period", "hired"]}


def period(file, sheet=None, **said):
    table = Table(file, sheet, HEADER, [], [], iter(()))
    calendar = said.pop("calendar", "gregorian")
    found = named_period(table, contract(**WITHOUT_PERIOD, period=said, calendar=calendar))
    return found and found.isoformat()


@pytest.mark.parametrize(("file", "pattern", "more", "day"), [
    ("staff_2024-02.csv", r"staff_(?P<year>\d{4})-(?P<month>\d\d)\.csv", {}, "2024-02-29"),
    ("staff_2024.csv", r"staff_(?P<year>\d{4})\.csv", {"grain": "year"}, "2024-12-31"),
    ("staff_March 2024.csv", r"staff_(?P<month>\w+) (?P<year>\d{4})\.csv", {}, "2024-03-31"),
    ("a.zip/in/staff_2024-02.csv", r"staff_(?P<year>\d{4})-(?P<month>\d\d)\.csv", {}, "2024-02-29"),
    ("staff_2567-02.csv", r"staff_(?P<year>\d{4})-(?P<month>\d\d)\.csv", {"calendar": "buddhist"}, "2024-02-29"),
    ("staff_๒๐๒๔-๐๒.csv", r"staff_(?P<year>\d{4})-(?P<month>\d\d)\.csv", {}, "2024-02-29"),
])  # fmt: skip
def test_the_name_of_a_file_tells_the_last_day_of_its_month_or_year(file, pattern, more, day):
    assert period(file, name_pattern=pattern, **more) == day


def test_the_title_of_a_sheet_tells_its_period_and_without_a_pattern_a_column_does():
    assert period("x.xlsx", "Jan 2024", sheet_pattern=r"(?P<month>\w+) (?P<year>\d{4})") == "2024-01-31"
    assert named_period(Table("x.csv", None, HEADER, [], [], iter(())), contract()) is None


@pytest.mark.parametrize(("file", "sheet", "said", "why", "remedy"), [
    ("list.csv", None, {"name_pattern": r"staff_(?P<year>\d{4})\.csv"}, "the file's name tells no period: it does not match name_pattern", "expects."),
    ("x.xlsx", "Notes", {"sheet_pattern": r"(?P<year>\d{4})"}, "the sheet's name tells no period", "expects, or leave it out of `sheets`."),
    ("staff_2024-13.csv", None, {"name_pattern": r"staff_(?P<year>\d{4})-(?P<month>\d\d)\.csv"}, "not a month's name or number", "expects."),
    ("staff_0024.csv", None, {"name_pattern": r"staff_(?P<year>\d{4})\.csv"}, "year out of range", "expects."),
])  # fmt: skip
def test_a_name_that_tells_no_period_is_refused_with_its_place(file, sheet, said, why, remedy):
    with pytest.raises(FileRefused) as error:
        period(file, sheet, **said)
    assert why in str(error.value) and remedy in str(error.value) and error.value.sheet == sheet


@pytest.mark.parametrize(("maturity", "pattern", "file", "is_draft"), [
    ("final", None, "staff_prov.csv", False), ("provisional", None, "staff.csv", True), ("final", "*_prov*", "staff_prov.csv", True),
    ("final", "*_prov*", "staff.csv", False), ("provisional", "*_prov*", "staff.csv", True),
])  # fmt: skip
def test_a_file_is_provisional_by_its_contract_or_by_its_name(maturity, pattern, file, is_draft):
    assert is_provisional(file, contract(maturity=maturity, provisional_pattern=pattern)) is is_draft


BAD = with_cell("rank", "Admiral")


def bad_and_good(n_bad, n_good):
    return text(*[BAD] * n_bad, *[with_cell("id", f"B{n}") for n in range(n_good)])


@pytest.mark.parametrize(("n_bad", "n_good"), [(1, 3), (2, 6), (0, 1)])
def test_a_share_of_rows_may_be_bad(n_bad, n_good):
    assert len(got(bad_and_good(n_bad, n_good), max_bad_share=0.25).rows) == n_good


@pytest.mark.parametrize(("n_bad", "n_good"), [(1, 2), (1, 0), (3, 8)])
def test_a_file_with_more_bad_rows_than_its_share_is_refused(n_bad, n_good):
    told = refused(bad_and_good(n_bad, n_good), max_bad_share=0.25)
    assert f"{n_bad} of {n_bad + n_good} row" in told and "row 2" in told and "up to 25% are quarantined" in told


def test_a_refusal_names_the_most_frequent_fault_and_the_codes_that_many_share():
    rows = [*[with_cell("rank", "Sergeant")] * 5, with_cell("hired", "x")]
    told = refused(text(*rows), max_bad_share=0.1)
    assert "6 of 6 rows break the contract, most often (5 rows, here first): column 'rank'" in told
    assert "; 'Sergeant' in column 'rank' 5 times" in told


def test_a_file_without_a_row_is_refused_and_one_of_bad_rows_alone_is_told_as_bad():
    assert "holds no row of staff" in refused(text())
    assert "1 of 1 row breaks the contract" in refused(text(BAD))


class Today(dt.date):
    @classmethod
    def today(cls):
        return cls(2023, 12, 31)


@pytest.mark.parametrize(("month", "is_early"), [("11/2023", False), ("12/2023", False), ("01/2024", True)])
def test_a_list_of_today_has_come_and_one_of_the_next_month_has_not(month, is_early, monkeypatch):
    monkeypatch.setattr(module, "dt", SimpleNamespace(date=Today))
    notices = got(text(with_cell("period", month))).notices
    assert ["it holds a list of 2024-01-31, a day that has not come" in notice for notice in notices] == [True] * is_early


def test_rows_are_counted_by_list_and_those_that_were_taken_back_are_not():
    rows = [ROW, OTHER, with_cell("period", "11/2023"), with_cell("sex", "M")]
    delivery = got(text(*rows), max_bad_share=1).delivery
    assert dict(delivery.n_by_period) == {("ABC-POL", "2023-12-31"): 1, ("ABC-POL", "2023-11-30"): 1}
    assert (delivery.n_rows, delivery.findings.n_bad, delivery.n_people) == (2, 2, 2)


def test_so_many_bad_rows_are_kept_and_with_one_more_the_file_is_refused_at_the_first(monkeypatch):
    monkeypatch.setattr(of_findings, "MOST", 2)
    findings = Findings("staff.csv")
    for row in (5, 6):
        findings.add_row([Finding("staff.csv", "S", row, "rank", "unknown", "text")])
    assert findings.n_bad == 2
    with pytest.raises(FileRefused, match="more than 2 rows break the contract, here: column 'rank', unknown") as error:
        findings.add_row([Finding("staff.csv", "S", 7, "unit", "empty", "empty")])
    assert (error.value.row, error.value.sheet) == (5, "S")
