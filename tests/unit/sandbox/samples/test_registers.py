"""Registers beside the staff lists: their bad rows are those told, and their rows give back the truth, counted here once more."""

import datetime as dt
from collections import Counter

import pytest

from tests.staff import read

REGISTERS = ("tha_pol_training", "idn_imm_complaints", "idn_imm_separations", "vnm_cus_applicants")
END = dt.date(2025, 12, 31)


@pytest.fixture(scope="module")
def checked(samples, catalogue):
    return {
        name: [(path, read(path, path.name, catalogue.hr[name])) for path in sorted((samples / "drop" / "hr" / name).iterdir())]
        for name in REGISTERS
    }


def rows(checked, name):
    return [row for _, result in checked[name] for row in result.rows]


@pytest.mark.parametrize("name", REGISTERS)
def test_exactly_the_rows_told_in_the_truth_are_bad(checked, truth, name):
    found = [
        {"file": path.name, "sheet": finding.sheet, "row_no": finding.row_no, "column": finding.column}
        for path, result in checked[name]
        for finding in result.findings
    ]
    assert found == truth["hr_dirty_rows"][name]


def test_complaints_give_their_truth(checked, truth, catalogue):
    codes = catalogue.hr["idn_imm_complaints"].complaint_codes
    assert truth["hr_registers"]["idn_imm_complaints"]
    for year, told in truth["hr_registers"]["idn_imm_complaints"].items():
        cases = [row for row in rows(checked, "idn_imm_complaints") if row.opened_date.year == int(year)]
        due = [row for row in cases if (END - row.opened_date).days >= 90]
        assert told == {
            "opened": len(cases),
            "opened_in_scope": sum(codes[row.complaint_code] != "other" for row in cases),
            "due": len(due),
            "closed_in_time": sum(bool(row.closed_date) and (row.closed_date - row.opened_date).days <= 90 for row in due),
        }


def test_separations_give_their_truth(checked, truth, catalogue):
    codes = catalogue.hr["idn_imm_separations"].event_codes
    assert truth["hr_registers"]["idn_imm_separations"]
    for year, told in truth["hr_registers"]["idn_imm_separations"].items():
        found = Counter(codes[row.event_code] for row in rows(checked, "idn_imm_separations") if row.event_date.year == int(year))
        # A row names no sex, and some have none on the staff list.
        both = Counter(told["woman"]) + Counter(told["man"])
        assert not both - found and (found - both).total() <= 2


def test_applicants_give_their_truth(checked, truth):
    assert truth["hr_registers"]["vnm_cus_applicants"]
    for year, told in truth["hr_registers"]["vnm_cus_applicants"].items():
        found = Counter()
        of_year = [row for row in rows(checked, "vnm_cus_applicants") if row.period_date.year == int(year)]
        for row in of_year:
            assert row.n_low == row.n_high
            found[f"{row.gender}_{row.stage}"] += row.n_low
        assert found == told and told["woman_hired"] < told["woman_applied"]


def test_trained_people_are_those_of_the_staff_list(samples, checked, truth, catalogue):
    """The same number under the same key is the same person: hours of a year by sex, joined as the warehouse joins them."""
    contract = catalogue.hr["tha_pol"]
    path = max((samples / "drop" / "hr" / "tha_pol").iterdir())
    listed = {
        row.person_key: contract.sex_codes[row.sex_code]
        for row in read(path, path.name, contract).rows
        if row.period_date == END and (row.separation_date is None or row.separation_date > END)
    }
    hours = Counter()
    for row in rows(checked, "tha_pol_training"):
        if row.completed_date.year == 2025 and row.person_key in listed:
            hours[listed[row.person_key]] += int(row.hours)
    told = truth["hr_registers"]["tha_pol_training"]["2025"]
    assert {gender: hours[gender] for gender in told} == {gender: figures["hours"] for gender, figures in told.items()}
    assert all(0 < figures["trained"] < figures["front_line"] for figures in told.values())
