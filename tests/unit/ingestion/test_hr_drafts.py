"""A draft is a valid contract or a clear error, says what it guessed, and never holds a name that the file holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.hr.check import check
from ingestion.hr.draft.period import by_name
from ingestion.hr.errors import FileRefused
from ingestion.hr.scaffold import Draft, draft
from parity.catalogue import HrContract, load_catalogue
from parity.settings import REPOSITORY
from tests.examples import examples
from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.layouts import GIVEN, LAYOUTS, NAMES, N

pytestmark = pytest.mark.slow

CATALOGUE = load_catalogue(REPOSITORY / "catalogue")
EDITS = {"codes_of_sex": {"sex_codes": {"1": "man", "2": "woman"}}, "movements": {}}
MOST_EDITS = 3


def drafted(path: Path, **more: object) -> tuple[Draft, HrContract]:
    made = draft(path, "new", "NEW-POL", CATALOGUE.hr_words, CATALOGUE.hr, **more)  # type: ignore[arg-type]  # grain, password
    return made, HrContract.model_validate(yaml.safe_load(made.text()))


def written(tmp_path: Path, body: str | bytes, name: str = "staff_2024-03.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    return path


def table(header: str, row, n: int = 60) -> str:
    return "\n".join([header, *(row(number) for number in range(n))]) + "\n"


def holds(text: str, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name.casefold() in text.casefold()]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_of_real_files_loads_under_its_draft_with_few_edits(tmp_path, layout):
    name, body = LAYOUTS[layout]()
    made, contract = drafted(written(tmp_path, body, name))
    edits = EDITS.get(layout, {})
    assert contract.needs_review and len(edits) + 1 <= MOST_EDITS
    reviewed = HrContract.model_validate(contract.model_dump() | edits | {"needs_review": False})
    delivery = check(tmp_path / name, reviewed)
    assert delivery.findings.n_bad <= 1 and delivery.n_rows >= (2 if contract.grain == "aggregate" else N)
    assert not holds(made.text(), NAMES + GIVEN)


def test_content_decides_where_a_header_misleads(tmp_path):
    name, body = LAYOUTS["payroll"]()
    _, contract = drafted(written(tmp_path, body, name))
    assert contract.grain == "roster" and contract.period.grain == "month"
    assert {key: column.header for key, column in contract.columns.items()} == {
        "person_id": "Employee Number",
        "sex": "Gender",
        "rank": "Job Title",
        "unit": "Department",
        "hire_date": "Service Date",
        "salary": "Base Pay",
    }
    assert {"Veteran Status", "GL Pay Type", "Pay Code"} <= {*contract.ignored}


def test_people_with_pay_are_no_table_of_counts(tmp_path):
    name, body = LAYOUTS["total_pay"]()
    _, contract = drafted(written(tmp_path, body, name))
    assert contract.grain == "roster" and not contract.measures and "n_staff" not in contract.columns


def test_a_match_that_is_not_exact_is_marked_with_its_reason_and_the_runner_up(tmp_path):
    body = table("Ref,Gender,Current Station,Home Station", lambda n: f"K{100 + n},{'FM'[n % 2]},North {n % 3},South {n % 4}")
    made, contract = drafted(written(tmp_path, body))
    text = made.text()
    assert contract.columns["unit"].header == "Current Station" and contract.columns["person_id"].header == "Ref"
    assert "unit is 'Current Station': its header only holds a word for it. Runner-up: 'Home Station'" in text
    assert "person_id is guessed to be 'Ref': no header is a name of a staff number" in text


def test_a_day_of_hire_is_never_taken_for_a_staff_number(tmp_path):
    body = table("Sex,Hire Date,Rank", lambda n: f"F,{n % 28 + 1:02}/{n % 12 + 1:02}/{1990 + n % 30},Sergeant")
    with pytest.raises(FileRefused, match="must map person_id"):
        drafted(written(tmp_path, body))


def test_a_column_that_counts_the_rows_is_no_staff_number(tmp_path):
    with pytest.raises(FileRefused, match="must map person_id"):
        drafted(written(tmp_path, table("Line,Sex", lambda n: f"{n + 1},F")))
    made, _ = drafted(written(tmp_path, table("ID,Sex", lambda n: f"{n + 1},F")))
    assert "person_id is 'ID': its header is a known name of it, but it counts 1, 2, 3" in made.text()


def test_a_staff_number_that_people_share_is_marked(tmp_path):
    made, _ = drafted(written(tmp_path, table("ID,Sex", lambda n: f"{500 + n % 20},F")))
    assert "it holds 20 different values in 60 rows" in made.text()


@pytest.mark.parametrize("header", ["", "Staff of the agency,,,,\n", "Prepared by,NAKAMURA,,,\n"])
def test_a_list_without_a_header_gives_a_clear_error_and_no_name(tmp_path, header):
    body = header + table("", lambda n: f"{900 + n},{NAMES[n % 8]} {GIVEN[n % 5]},F,Sergeant,Office").lstrip("\n")
    with pytest.raises(FileRefused, match="no row of the first 30 names the columns") as refused:
        drafted(written(tmp_path, body))
    assert not holds(str(refused.value), NAMES + GIVEN)


def test_codes_of_women_and_men_in_the_first_row_of_staff_make_it_no_header(tmp_path):
    with pytest.raises(FileRefused, match="no row of the first 30 names the columns"):
        drafted(written(tmp_path, "F,M,NAKAMURA Kenji\n1,2,3\n"))


def test_a_list_whose_columns_have_moved_gives_no_name_away(tmp_path):
    body = table("ID,Name,Sex,Rank,Unit", lambda n: f"{800 + n},x,{NAMES[n % 3]},{NAMES[n % 4]},F")
    made, contract = drafted(written(tmp_path, body))
    assert not holds(made.text(), NAMES) and "rank" not in contract.columns
    assert "60 rows) is not understood: 3 different values, each perhaps somebody's name" in made.text()


def test_a_name_in_a_column_of_ranks_is_not_copied(tmp_path):
    body = table("ID,Name,Sex,Rank", lambda n: f"{800 + n},{NAMES[n % 8]},F,{'Sergeant' if n % 30 else 'NAKAMURA'}")
    made, contract = drafted(written(tmp_path, body))
    assert [rank.name for rank in contract.ranks] == ["Sergeant"] and "NAKAMURA" not in made.text()


@pytest.mark.parametrize("title", ["Officer", "Sgt.", "Police Sergeant"])
def test_a_rank_with_a_name_behind_it_is_not_copied(tmp_path, title):
    made, _ = drafted(written(tmp_path, table("ID,Sex,Rank", lambda n: f"{800 + n},F,{title} {NAMES[n % 4]}")))
    assert not holds(made.text(), NAMES)


def test_a_sheet_with_the_name_of_a_person_is_not_copied(tmp_path):
    rows: list[list[object]] = [["ID", "Name", "Sex"], *[[f"S{n}", f"{NAMES[n % 8]} x", "F"] for n in range(30)]]
    body = make.xlsx(rows, sheet=NAMES[0].title(), more={"Notes": [["nothing"]]})
    made, contract = drafted(written(tmp_path, body, "staff_2024-03.xlsx"))
    assert contract.sheets == "*" and not holds(made.text(), NAMES)


def test_a_day_that_a_workbook_keeps_as_a_number_is_a_day(tmp_path):
    rows: list[list[object]] = [["ID", "Sex", "Date Hired"], *[[f"S{n}", "F", 40_000 + n] for n in range(30)]]
    _, contract = drafted(written(tmp_path, make.xlsx(rows), "staff_2024-03.xlsx"))
    assert contract.columns["hire_date"].header == "Date Hired"


def test_a_column_of_names_under_an_unknown_header_is_said_to_identify(tmp_path):
    body = table("ID,Sex,Agente", lambda n: f"{800 + n},F,{NAMES[n % 8]} {GIVEN[n // 8]}")
    _, contract = drafted(written(tmp_path, body))
    assert contract.identifying == ["Agente"]


def test_every_sheet_is_looked_at_and_those_with_staff_are_named(tmp_path):
    name, body = LAYOUTS["several_sheets"]()
    made, contract = drafted(written(tmp_path, body, name))
    assert contract.sheets == ["Staff"] and contract.header_row == 4 and "1 other sheet has" in made.text()


def test_header_rows_are_proposed_where_one_row_does_not_name_every_column(tmp_path):
    name, body = LAYOUTS["two_header_rows"]()
    made, contract = drafted(written(tmp_path, body, name))
    assert contract.header_rows == 2 and {measure.header for measure in contract.measures} >= {"2023 / F", "2024 / M"}
    assert "they count several years" in made.text()


def test_a_row_of_staff_is_never_joined_to_the_header(tmp_path):
    body = make.xlsx([["Name", "Sex", "Rank", "ID", ""], [NAMES[0], "F", "Sergeant", "A77", "x"]])
    try:
        made, contract = drafted(written(tmp_path, body, "staff_2024-03.xlsx"))
    except FileRefused as error:
        assert not holds(str(error), NAMES)
    else:
        assert contract.header_rows == 1 and not holds(made.text(), NAMES)


def test_a_header_that_stands_twice_is_left_out_and_said(tmp_path):
    made, contract = drafted(written(tmp_path, table("ID,Sex,Unit,Unit", lambda n: f"{700 + n},F,a,b")))
    assert "unit" not in contract.columns and "'Unit' stands there more than once" in made.text()


def test_a_column_that_would_stop_the_file_is_left_out_with_the_reason(tmp_path):
    body = table("ID,Sex,Hire Date", lambda n: f"{700 + n},F,{'31/02/2010' if n % 6 == 0 else '13/02/2010'}")
    made, contract = drafted(written(tmp_path, body))
    assert "hire_date" not in contract.columns and "'Hire Date' may be hire_date, but in 10 of 60 rows" in made.text()


@pytest.mark.parametrize(
    ("name", "year", "month"),
    [
        ("payroll_20240315.csv", "2024", "03"),
        ("staff 2024-03-15 final.xlsx", "2024", "03"),
        ("staff_15.03.2024.csv", "2024", "03"),
        ("staff_03152024.csv", "2024", "03"),
        ("staff_2024-03.csv", "2024", "03"),
        ("staff_202403_v2.csv", "2024", "03"),
        ("staff_03-2024.csv", "2024", "03"),
        ("Staff March 2024.xlsx", "2024", "March"),
        ("unit1234567_2024_03.csv", "2024", "03"),
        ("staff_2024.csv", "2024", None),
        ("staff.csv", None, None),
        ("staff_99999999.csv", None, None),
    ],
)
def test_the_period_is_the_most_exact_that_a_files_name_tells(name, year, month):
    pattern, remark = by_name(name)
    found = re.fullmatch(pattern, name)
    assert (found and found["year"]) == year
    assert (found and found.groupdict().get("month")) == month
    assert remark or month


CELLS = st.one_of(
    st.sampled_from(
        ["F", "M", "1", "2", "", "Sergeant", "Captain", "2010-03-15", "15/03/2010", "Office", "Active", "12000", "7"]
    ),
    st.sampled_from([f"{name} {given}" for name, given in zip(NAMES, GIVEN, strict=True)]),
    st.sampled_from(NAMES),
    st.integers(1, 99_999).map(str),
)
HEADERS = st.sampled_from(
    [
        "ID",
        "Sex",
        "Gender",
        "Rank",
        "Unit",
        "Hire Date",
        "Name",
        "Status",
        "Pay",
        "Total",
        "Male",
        "Female",
        "Year",
        "Other",
        "",
        "x\ny",
        "a: b # c",
    ]
)


@settings(
    max_examples=examples(150), deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_draft_of_any_table_is_a_contract_or_a_clear_error_and_holds_no_name(tmp_path, data):
    width = data.draw(st.integers(1, 7))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=40))
    if data.draw(st.booleans()):
        rows.insert(0, data.draw(st.lists(HEADERS, min_size=width, max_size=width)))
    if data.draw(st.booleans()):
        rows.insert(0, [NAMES[0], *[""] * (width - 1)])
    body = "\n".join(";".join(f'"{cell}"' for cell in row) for row in rows)
    try:
        made, contract = drafted(written(tmp_path, body, "list_2024-03.csv"))
    except FileRefused as error:
        said = str(error)
        assert error.remedy
    else:
        said = made.text()
        assert contract.needs_review
    assert not holds(said, NAMES)


@pytest.mark.parametrize("name", ["chicago_roster_2017", "chicago_separations", "chicago_staff_years"])
def test_a_real_file_drafts_to_a_contract_that_loads(shared_data, name):
    made, contract = drafted(shared_data / "hr" / f"{name}.csv.gz")
    assert {"person_id", "sex", "rank"} <= contract.columns.keys()
    assert "rows of the example load" in made.text()
