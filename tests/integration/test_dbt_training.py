"""Courses joined to the staff list: hours and valid courses on identifying victims, counted by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, deliver, prepare, query
from tests.integration.dbt_registers import deliver_register

END = dt.date(2024, 12, 31)
CONTRACT = load_catalogue(REPOSITORY / "catalogue").hr["tha_pol"]
SEX = {gender: code for code, gender in CONTRACT.sex_codes.items()}
FUNCTION = {common: name for name, common in CONTRACT.functions.items()}
SWORN = {value: code for code, value in CONTRACT.sworn_codes.items()}
VICTIMS, LEADERS = "การคัดแยกผู้เสียหาย", "ผู้นำ"
# who → (sex, function, sworn, unit, people)
GROUPS = {
    "wp": ("woman", "patrol", "sworn", "Division 1", 12),
    "mp": ("man", "patrol", "sworn", "Division 1", 20),
    "wt": ("woman", "training", "sworn", "Border Post 9", 8),
    "mt": ("man", "training", "sworn", "College", 15),
    "wc": ("woman", "patrol", "civilian", "Division 1", 6),
    "xp": ("missing", "patrol", "sworn", "Division 1", 4),
}


def listed(end: dt.date) -> Iterator[dict[str, Any]]:
    for who, (sex, function, sworn, unit, n) in GROUPS.items():
        for k in range(n):
            yield {
                "period_date": end,
                "person_key": f"{who}{k}",
                "sex_code": SEX[sex],
                "function_name": FUNCTION[function],
                "sworn_code": SWORN[sworn],
                "unit_name": unit,
            }


def course(person: str, day: str, code: str = VICTIMS, hours: float | None = 10) -> dict[str, Any]:
    return {"person_key": person, "course_code": code, "completed_date": dt.date.fromisoformat(day), "hours": hours}


COURSES = [
    *(course(f"wp{k}", "2024-05-01") for k in range(6)),  # women of the front line, valid
    *(course(f"wp{k}", "2024-05-01") for k in range(6)),  # the same courses once more in the register: they count once
    course("wp6", "2021-12-31"),  # 36 months ago to the day: no longer valid
    course("wp7", "2022-01-01"),  # a day later: valid, and no hours of 2024
    course("wp8", "2025-01-01"),  # after the list
    *(course(f"wt{k}", "2023-02-01") for k in range(5)),  # at a border post, whatever the function
    course("wc0", "2024-05-01"),  # a civilian: hours, and no front line
    *(course(f"mp{k}", "2024-06-01", hours=20) for k in range(9)),
    course("mp9", "2024-06-01", code=LEADERS, hours=40),  # another course
    course("mp10", "2024-06-01", hours=None),  # hours not said: trained, with no hour known
    *(course(f"mt{k}", "2024-07-01") for k in range(5)),  # no front line
    course("xp0", "2024-06-01"),  # of no known sex: in none of the three
    course("gone", "2024-06-01"),  # on no list
]


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url)
        deliver(url, "tha_pol", "THA-POL", [*listed(dt.date(2018, 12, 31)), *listed(dt.date(2020, 12, 31)), *listed(END)])
        deliver(url, "vnm_cus", "VNM-CUS", [{"period_date": END, "person_key": "v", "sex_code": "Nam"}])
        deliver_register(url, "tha_pol_training", "THA-POL", "training", COURSES)
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def cells(url: str, indicator: str, year: int = 2024) -> dict[tuple[str, str], dict[str, Any]]:
    rows = query(
        url,
        "select * from indicators.fct_indicator where indicator_code = %s and period_year = %s and country_code in ('THA', 'all')"
        " and breakdown = 'none' and grade_band = 'all'",
        *(indicator, year),
    )
    return {(row["level"], row["gender"]): row for row in rows}


def test_front_line_officers_with_a_valid_course_are_counted_on_the_list_of_the_day(built: str) -> None:
    found = {key: (row["numerator"], row["denominator"]) for key, row in cells(built, "DEP-04").items()}
    women, men, everybody = (6 + 1 + 5, 12 + 8), (9 + 1, 20), (12 + 10, 20 + 20)
    assert found == {
        (f"{level}{ending}", gender): counts
        for level in ("agency", "country", "agency_type")
        for ending, gender, counts in (("", "all", everybody), ("_gender", "woman", women), ("_gender", "man", men))
    }


def broken_down(url: str, indicator: str) -> dict[str, dict[str, Any]]:
    rows = query(
        url,
        "select * from indicators.fct_indicator where indicator_code = %s and period_year = 2024 and agency_code = 'THA-POL'"
        " and breakdown <> 'none'",
        indicator,
    )
    return {row["breakdown_value"]: row for row in rows}


def test_training_is_told_of_border_posts_and_others(built: str) -> None:
    found = {value: (row["numerator"], row["denominator"]) for value, row in broken_down(built, "DEP-04").items()}
    assert found == {"yes": (5, 8), "no": (6 + 1 + 10, 12 + 20)}


def test_hours_of_each_kind_of_course_are_means_over_everybody(built: str) -> None:
    found = broken_down(built, "DEP-03")
    women, men = (6 + 1) * 10 / 26, (9 * 20 + 5 * 10) / 35
    assert found["victim_identification"]["estimate"] == pytest.approx(women / men, rel=1e-12)
    assert found["leadership"]["estimate"] == 0 and found["leadership"]["count_least"] == 1


def test_hours_are_means_over_everybody_in_post_trained_or_not(built: str) -> None:
    cell = cells(built, "DEP-03")["agency", "all"]
    women, men = (6 + 1) * 10 / (12 + 8 + 6), (9 * 20 + 40 + 5 * 10) / (20 + 15)
    assert cell["estimate"] == pytest.approx(women / men, rel=1e-12)
    assert (cell["n"], cell["n_least"], cell["count_least"]) == (26 + 35, 26, 7)


def test_years_that_the_register_does_not_cover_have_no_figure(built: str) -> None:
    """The contract says that it begins in 2019: nothing of 2018, and no 36 months before the end of 2020."""
    assert cells(built, "DEP-03", 2018) == {} and cells(built, "DEP-04", 2020) == {}
    assert cells(built, "DEP-03", 2020)["agency", "all"]["unavailable_reason"].startswith("not defined")


def test_an_agency_without_a_register_is_told_what_it_lacks(built: str) -> None:
    [row] = query(built, "select * from indicators.fct_indicator where indicator_code = 'DEP-04' and agency_code = 'VNM-CUS'")
    assert row["unavailable_reason"].startswith("not available: needs a register of courses")
