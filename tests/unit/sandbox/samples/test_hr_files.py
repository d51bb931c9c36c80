"""Each agency's files hold their own mess, and under the contract they give back the people that they were made from."""

import datetime as dt
from collections import Counter
from fnmatch import fnmatch

import pytest
from python_calamine import CalamineWorkbook

from tests.staff import read

CONTRACTS = {"tha_pol": "THA-POL", "idn_imm": "IDN-IMM", "vnm_cus": "VNM-CUS"}


def files(samples, contract):
    return sorted((samples / "drop" / "hr" / contract).iterdir())


@pytest.fixture(scope="module")
def checked(samples, catalogue):
    return {name: [(path, read(path, path.name, catalogue.hr[name])) for path in files(samples, name)] for name in CONTRACTS}


@pytest.mark.parametrize("contract", CONTRACTS)
def test_exactly_the_rows_told_in_the_truth_are_bad(checked, truth, contract):
    found = [
        {"file": path.name, "sheet": finding.sheet, "row_no": finding.row_no, "column": finding.column}
        for path, result in checked[contract]
        for finding in result.findings
    ]
    assert found == truth["hr_dirty_rows"][contract]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_rows_of_december_give_the_true_stock(checked, truth, catalogue, contract):
    genders = catalogue.hr[contract].sex_codes
    assert truth["hr"][CONTRACTS[contract]]
    for year, figures in truth["hr"][CONTRACTS[contract]].items():
        end = dt.date(int(year), 12, 31)
        stock = Counter(
            genders[row.sex_code]
            for _, result in checked[contract]
            for row in result.rows
            if row.period_date == end and (row.separation_date is None or row.separation_date > end)
        )
        assert stock == figures["stock"]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_units_that_the_contract_marks_give_the_true_staff_of_posts(checked, truth, catalogue, contract):
    genders, end = catalogue.hr[contract].sex_codes, dt.date(2025, 12, 31)
    for kind, is_meant in (
        ("stock_at_posts", lambda unit: unit.post),
        ("stock_against_trafficking", lambda unit: unit.counter_trafficking),
    ):
        names = [unit.name for unit in catalogue.hr[contract].units if is_meant(unit)]
        stock = Counter(
            genders[row.sex_code]
            for _, result in checked[contract]
            for row in result.rows
            if row.period_date == end
            and (row.separation_date is None or row.separation_date > end)
            and any(fnmatch(row.unit_name, name) for name in names)
        )
        found = truth["hr"][CONTRACTS[contract]]["2025"][kind]
        assert found == {gender: stock[gender] for gender in ("woman", "man")} and sum(found.values()) > 0


@pytest.mark.parametrize("contract", CONTRACTS)
def test_hire_dates_give_the_true_hires(checked, truth, catalogue, contract):
    genders = catalogue.hr[contract].sex_codes
    people = {row.person_key: row for _, result in checked[contract] for row in result.rows}.values()
    for year in ("2023", "2024", "2025"):
        hires = Counter(genders[row.sex_code] for row in people if row.hire_date.year == int(year))
        assert hires == truth["hr"][CONTRACTS[contract]][year]["hires"]


@pytest.mark.parametrize("contract", ["tha_pol", "vnm_cus"])
def test_listed_leavers_give_the_true_separations(checked, truth, catalogue, contract):
    genders = catalogue.hr[contract].sex_codes
    leavers = {row.person_key: row for _, result in checked[contract] for row in result.rows if row.separation_date}
    for year in ("2023", "2024", "2025"):
        left = Counter(genders[row.sex_code] for row in leavers.values() if row.separation_date.year == int(year))
        assert left == truth["hr"][CONTRACTS[contract]][year]["separations"]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_files_cover_every_month_from_december_2022_to_december_2025(checked, contract):
    periods = {row.period_date for _, result in checked[contract] for row in result.rows}
    assert (len(periods), min(periods), max(periods)) == (37, dt.date(2022, 12, 31), dt.date(2025, 12, 31))


def test_thai_file_is_cp874_with_buddhist_years_and_some_thai_digits(samples):
    body = files(samples, "tha_pol")[1].read_bytes()
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    text = body.decode("cp874")
    assert "/2566" in text
    assert "๐๙/" in text
    assert "\r\nรวม," in text


def test_indonesian_workbook_has_a_sheet_a_month_titles_and_dates_of_both_kinds(samples):
    book = CalamineWorkbook.from_path(str(files(samples, "idn_imm")[1]))
    assert len(book.sheet_names) == 12
    assert book.sheet_names[0] == "Januari 2023"
    rows = book.get_sheet_by_name("Januari 2023").to_python(skip_empty_area=False)
    assert rows[3][1] == "NIP"
    assert {type(row[9]) for row in rows[4:20]} == {dt.date, str}
    assert {row[3] for row in rows[4:]} >= {"L", "P"}
    assert rows[-1][0] == "Jumlah"


def test_vietnamese_file_is_utf16_with_a_mark_and_semicolons(samples):
    body = files(samples, "vnm_cus")[1].read_bytes()
    assert body.startswith(b"\xff\xfe")
    assert ";Nữ;" in body.decode("utf-16")


@pytest.mark.parametrize("contract", CONTRACTS)
def test_people_are_obviously_invented(samples, contract):
    invented = {"tha_pol": "สมมติ", "idn_imm": "Contoh", "vnm_cus": "Ví Dụ"}[contract]
    path = files(samples, contract)[0]
    if path.suffix == ".xlsx":
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)[4:-1]
        assert all(row[2].startswith(invented) for row in rows)
    else:
        text = path.read_bytes().decode({"tha_pol": "cp874", "vnm_cus": "utf-16"}[contract])
        people = [line for line in text.splitlines() if line.startswith("12/2")]
        assert people
        assert all(invented in line for line in people)
