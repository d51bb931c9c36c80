"""Files beside the staff list: training by person, complaints of nobody, applicants as counts; and contracts that mix them up."""

import datetime as dt

import pytest
from pydantic import ValidationError

from ingestion.hr.check import CHECK_ONLY
from ingestion.hr.identity import pseudonym
from parity.catalogue import HrContract
from tests.staff import read

BASE = {"name": "abc", "agency": "ABC-POL", "file_pattern": "*", "format": "csv", "date_format": "%d/%m/%Y", "max_bad_share": 1}
TRAINING = BASE | {
    "grain": "training",
    "columns": {
        "person_id": {"header": "id"},
        "course": {"header": "course"},
        "completed_date": {"header": "done"},
        "hours": {"header": "hours", "required": False},
    },
    "identifying": ["name"],
    "course_codes": {"VI": "victim_identification", "L": "leadership"},
}
COMPLAINTS = BASE | {
    "grain": "complaints",
    "columns": {
        "complaint_type": {"header": "kind"},
        "opened_date": {"header": "opened"},
        "closed_date": {"header": "closed"},
        "sex": {"header": "sex", "required": False},
    },
    "identifying": ["case", "accused"],
    "sex_codes": {"F": "woman", "M": "man", "": "missing"},
    "complaint_codes": {"SH": "sexual_harassment", "D": "discrimination"},
}
APPLICANTS = BASE | {
    "grain": "applicants",
    "period": {"column": "year", "grain": "year"},
    "columns": {
        "period": {"header": "year"},
        "round": {"header": "round"},
        "sex": {"header": "sex"},
        "n_applied": {"header": "applied"},
        "n_hired": {"header": "hired"},
    },
    "sex_codes": {"F": "woman", "M": "man"},
}
WIDE = APPLICANTS | {
    "columns": {"period": {"header": "year"}},
    "sex_codes": {},
    "measures": [
        {"header": "F in", "gender": "woman", "stage": "applied"},
        {"header": "M in", "gender": "man", "stage": "applied"},
        {"header": "All in", "gender": "all", "stage": "applied"},
        {"header": "F out", "gender": "woman", "stage": "hired"},
        {"header": "M out", "gender": "man", "stage": "hired"},
    ],
}


def checked(contract, *lines):
    return read("\n".join(lines).encode(), "file.csv", HrContract.model_validate(contract))


def test_a_course_is_kept_under_the_pseudonym_of_the_staff_list():
    result = checked(TRAINING, "id,name,course,done,hours", "01 23,SOMCHAI,VI,05/03/2024,7.5", "124,SOMCHAI,L,06/03/2024,")
    first, second = result.rows
    assert first.person_key == pseudonym(CHECK_ONLY, "0123")
    assert (first.course_code, first.completed_date, first.hours) == ("VI", dt.date(2024, 3, 5), "7.5")
    assert second.hours is None and "SOMCHAI" not in str(result)


@pytest.mark.parametrize(
    ("line", "column", "rule"),
    [
        (",X,VI,05/03/2024,1", "id", "unusable identifier"),
        ("1,X,VJ,05/03/2024,1", "course", "code not in the contract"),
        ("1,X,,05/03/2024,1", "course", "code not in the contract"),
        ("1,X,VI,,1", "done", "a course without its date"),
        ("1,X,VI,31/02/2024,1", "done", "not a date"),
        ("1,X,VI,05/03/2024,-1", "hours", "less than no hour"),
        ("1,X,VI,05/03/2024,two", "hours", "not a number"),
    ],
)
def test_a_broken_row_of_training_is_a_finding(line, column, rule):
    result = checked(TRAINING, "id,name,course,done,hours", line)
    (finding,) = result.findings
    assert not result.rows and finding.column == column and rule in finding.rule


def test_a_complaint_is_of_nobody():
    result = checked(
        COMPLAINTS, "case,accused,kind,opened,closed,sex", "C-77,SOMCHAI,SH,01/02/2024,,F", "C-78,SUDA,D,01/02/2024,09/02/2024,"
    )
    first, second = result.rows
    assert vars(first).keys() == {
        "delivery_no", "member", "sheet", "row_no", "agency_code", "period_date", "complaint_code", "opened_date", "closed_date",
        "sex_code",
    }  # fmt: skip
    assert (first.complaint_code, first.opened_date, first.closed_date) == ("SH", dt.date(2024, 2, 1), None)
    assert second.closed_date == dt.date(2024, 2, 9)
    assert not {"C-77", "SOMCHAI", "SUDA"} & set(str(result).replace("'", " ").replace(",", " ").split())


@pytest.mark.parametrize(
    ("line", "column", "rule"),
    [
        ("1,X,,01/02/2024,,F", "kind", "code not in the contract"),
        ("1,X,SH,,,F", "opened", "a complaint without its date"),
        ("1,X,SH,02/02/2024,01/02/2024,F", "closed", "before the day on which it was opened"),
        ("1,X,SH,02/02/2024,,Q", "sex", "code not in the contract"),
    ],
)
def test_a_broken_row_of_complaints_is_a_finding(line, column, rule):
    result = checked(COMPLAINTS, "case,accused,kind,opened,closed,sex", line)
    (finding,) = result.findings
    assert not result.rows and finding.column == column and rule in finding.rule


def counts(result):
    return [(row.gender, row.stage, row.round_name, row.n_low, row.n_high) for row in result.rows]


def test_applicants_stay_counts_in_both_layouts():
    long = checked(APPLICANTS, "year,round,sex,applied,hired", "2024,spring,F,120,<5", "2024,spring,M,300,")
    assert counts(long) == [
        ("woman", "applied", "spring", 120, 120),
        ("woman", "hired", "spring", 1, 4),
        ("man", "applied", "spring", 300, 300),
    ]
    wide = checked(WIDE, "year,F in,M in,All in,F out,M out", "2024,120,300,420,6,30")
    assert counts(wide) == [
        ("woman", "applied", None, 120, 120),
        ("man", "applied", None, 300, 300),
        ("woman", "hired", None, 6, 6),
        ("man", "hired", None, 30, 30),
    ]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("2024,120,300,421,6,30", "do not add up"),
        ("2024,120,300,420,121,30", "more hired than applied"),
        ("2024,120,many,420,6,30", "not a number"),
    ],
)
def test_counts_of_applicants_that_contradict_each_other_are_findings(line, rule):
    result = checked(WIDE, "year,F in,M in,All in,F out,M out", line)
    (finding,) = result.findings
    assert not result.rows and rule in finding.rule


@pytest.mark.parametrize(
    ("contract", "changes", "said"),
    [
        (COMPLAINTS, {"columns": COMPLAINTS["columns"] | {"person_id": {"header": "who"}}}, "is not read for person_id"),
        (APPLICANTS, {"columns": APPLICANTS["columns"] | {"birth_date": {"header": "b"}}}, "is not read for birth_date"),
        (TRAINING, {"grain": "events"}, "must map event"),
        (TRAINING, {"course_codes": {}}, "course_codes must say"),
        (COMPLAINTS, {"complaint_codes": {}}, "complaint_codes must say"),
        (APPLICANTS, {"period": {}}, "period names one of"),
        (APPLICANTS, {"measures": WIDE["measures"]}, "either in the columns"),
        (WIDE, {"measures": [{"header": "F", "gender": "woman"}]}, "each measure of applicants has a stage"),
        (TRAINING, {"measures": WIDE["measures"]}, "measures belong to"),
        (TRAINING, {"units": [{"name": "Gate"}]}, "or counter_trafficking"),
    ],
)
def test_a_contract_that_mixes_things_up_says_what_to_mend(contract, changes, said):
    with pytest.raises(ValidationError, match=said):
        HrContract.model_validate(contract | changes)
