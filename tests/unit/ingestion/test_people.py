"""Who is on a list: people are counted, and a number that is not one person's is a finding."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from random import Random

import pytest

from ingestion.hr import findings as findings_module
from ingestion.hr import people as people_module
from ingestion.hr import people_rows
from ingestion.hr.check import Delivery, Keys, read_rows
from ingestion.hr.errors import FileRefused
from ingestion.hr.findings import Findings
from tests.staff import read
from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.contracts import contract, csv_file


def person(number, *, sex="F", rank="Officer", unit="North", hired="01/02/2010", period="12/2023"):
    return f"{period},{number},SOMCHAI JAIDEE,{sex},{rank},{unit},{hired},,"


def people(*rows, **changes):
    return read(csv_file(*rows), "staff.csv", contract(**changes))


def refused(*rows, **changes):
    with pytest.raises(FileRefused) as error:
        people(*rows, **changes)
    assert "SOMCHAI" not in str(error.value) and "1001" not in str(error.value)
    return str(error.value)


def test_people_are_counted_once_in_all_periods():
    found = people(person(1001), person(1002), person(1001, period="01/2024"))
    assert (found.delivery.n_rows, found.delivery.n_people, found.findings, found.notices) == (3, 2, [], [])


def test_the_first_repetition_is_a_notice_with_its_rows():
    found = people(person(1001), person(1002), person(1001, rank="", unit="South"))
    assert (len(found.rows), found.findings) == (3, [])
    [notice] = found.notices
    assert "1 of 3 rows repeats a staff number of their list (2 people; first: row 2 and row 4)" in notice


@pytest.mark.parametrize("other", [{"sex": "M"}, {"hired": "01/02/2011"}])
def test_both_rows_of_a_number_are_findings_where_sex_or_hire_differ(other):
    found = people(person(1001), person(1002), person(1001, **other))
    assert [(finding.row_no, finding.column) for finding in found.findings] == [(2, "id"), (4, "id")]
    assert len({finding.rule for finding in found.findings}) == 1 and "1001" not in found.findings[0].rule
    assert (len(found.rows), found.delivery.n_rows, found.delivery.n_people, sum(found.delivery.n_by_period.values())) == (
        1,
        1,
        1,
        1,
    )


def test_both_rows_of_a_number_are_findings_where_the_year_of_birth_differs():
    columns = contract().model_dump()["columns"] | {
        "birth_date": {"header": "pay"},
        "salary": {"header": "none", "required": False},
    }
    rows = [f"{person(1001)}{born}" for born in ("01/02/1980", "", "01/02/1981")]
    found = people(*rows, person(1002), columns=columns)
    assert [(finding.row_no, "birth" in finding.rule) for finding in found.findings] == [(2, True), (3, True), (4, True)]


def test_what_one_row_leaves_blank_is_no_difference():
    found = people(person(1001), person(1001, hired=""), person(1002))
    assert (found.findings, len(found.rows)) == ([], 3)


def test_the_same_number_in_two_periods_is_no_repetition_even_with_another_sex():
    assert people(person(1001), person(1001, sex="M", period="01/2024")).findings == []


def test_a_list_pasted_twice_is_refused():
    rows = [person(number) for number in range(1001, 1041)]
    words = refused(*rows, *rows, max_bad_share=0.05)
    assert "40 of 80 rows repeat a staff number of their list (40 people; first: row 2 and row 42)" in words
    assert "several_rows_per_person" in words


def test_sheets_of_one_list_count_together():
    rows = [["12/2023", str(n), "A", "F", "Officer", "N", "01/02/2010"] for n in range(1, 9)]
    header = ["period", "id", "name", "sex", "rank", "unit", "hired"]
    body = make.xlsx([header, *rows], sheet="One", more={"Two": [header, *rows], "Three": [header, *rows]})
    with pytest.raises(FileRefused, match=r"16 of 24 rows repeat .* first: sheet 'One', row 2 and sheet 'Two', row 2"):
        read(body, "staff.xlsx", contract(format="workbook", max_bad_share=0.1))


def test_several_rows_of_a_person_are_loaded_where_the_contract_says_so():
    rows = [person(number) for number in range(1001, 1011)]
    found = people(*rows, *rows, max_bad_share=0.05, several_rows_per_person=True)
    assert (len(found.rows), found.delivery.n_people, found.notices, found.findings) == (20, 10, [], [])
    assert len(people(*rows, person(1001, sex="M"), several_rows_per_person=True).findings) == 2


def test_a_number_of_many_rows_in_several_posts_is_no_number():
    found = people(*[person("GENERIC1", unit=f"Unit {n}") for n in range(5)], *[person(n) for n in range(20)])
    assert {finding.row_no for finding in found.findings if "5 rows" in finding.rule} == {2, 3, 4, 5, 6}


def test_a_column_of_hire_dates_taken_for_the_number_is_refused():
    columns = contract().model_dump()["columns"] | {
        "person_id": {"header": "hired"},
        "hire_date": {"header": "none", "required": False},
    }
    rows = [person(n, sex="FM"[n % 2], hired=f"0{n % 9 + 1}/02/2010") for n in range(100)]
    assert "another sex" in refused(*rows, columns=columns, ignored=["id"], max_bad_share=0.05)


@pytest.mark.parametrize("seed", range(20))
def test_any_list_gives_as_many_people_and_repetitions_as_counted_by_hand(seed, monkeypatch):
    monkeypatch.setattr(people_rows, "IN_MEMORY", (1 << 20, 100)[seed % 2])
    random = Random(seed)
    rows = [
        (random.randrange(1, 60), random.choice("FM"), random.choice(("12/2023", "01/2024")))
        for _ in range(random.randrange(2, 80))
    ]
    found = people(*[person(1000 + number, sex=sex, period=period) for number, sex, period in rows])
    by_list = Counter((number, period) for number, _, period in rows)
    conflicts = {key for key in by_list if len({sex for number, sex, period in rows if (number, period) == key}) > 1}
    assert found.delivery.n_people == len({number for number, period in by_list.keys() - conflicts})
    assert {finding.row_no for finding in found.findings} == {
        place for place, (number, _, period) in enumerate(rows, 2) if (number, period) in conflicts
    }
    assert len(found.rows) == sum(n for key, n in by_list.items() if key not in conflicts)
    places = {key: [row for row, (number, _, period) in enumerate(rows, 2) if (number, period) == key] for key in by_list}
    repeated = sorted(rows_of_one[:2] for rows_of_one in places.values() if len(rows_of_one) > 1)
    told = [f"first: row {first} and row {second})" for first, second in repeated[:1]]
    assert len(found.notices) == len(told) and all(words in notice for words, notice in zip(told, found.notices, strict=True))


def test_of_more_faulty_rows_than_a_file_may_have_the_first_are_told():
    rows = [person(1000 + n // 2, sex="FM"[n % 2], period=f"{n % 12 // 2 + 1:02}/2023") for n in range(600)]
    delivery = Delivery("staff.csv", contract(), Findings("staff.csv"))
    with pytest.MonkeyPatch.context() as patch:
        for module in (people_module, findings_module):
            patch.setattr(module, "MOST", 100)
        with pytest.raises(FileRefused, match=r"row 2: more than 100 rows break the contract, here: column 'id', .* another sex"):
            list(read_rows(delivery, io.BytesIO(csv_file(*rows)), Keys()))
    assert len(delivery.withdrawn) == 101 and [row.position[2] for row in delivery.withdrawn] == list(range(2, 103))


def test_a_list_of_a_day_that_has_not_come_is_told():
    coming = dt.date.today().replace(day=1) + dt.timedelta(45)
    found = people(person(1001), person(1002, period=f"{coming:%m/%Y}"))
    [notice] = found.notices
    assert f"{coming:%Y-%m}" in notice and "has not come" in notice and len(found.rows) == 2


def test_zeros_or_nines_alone_are_a_number_among_numbers_like_them():
    assert people(person("999999"), person("999998")).findings == []
    assert [finding.row_no for finding in people(person("999999"), person("1001")).findings] == [2]
    assert people(person("0000"), person("0001"), person("0002")).findings == []
    assert [finding.row_no for finding in people(person("0000"), person("1001"), person("00001")).findings] == [2]
