"""Applicants and hires by sex, summed over rounds; counts that are bounds give no figure."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

import pytest

from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, prepare, query
from tests.integration.dbt_registers import deliver_register


def count(year: int, round_name: str, gender: str, stage: str, low: int, high: int | None = None) -> dict[str, Any]:
    place = {"period_date": dt.date(year, 12, 31), "round_name": round_name, "gender": gender, "stage": stage}
    return place | {"n_low": low, "n_high": low if high is None else high}


def rounds(year: int, *counted: tuple[int, int, int, int]) -> list[dict[str, Any]]:
    """A tuple a round: women applied and hired, men applied and hired."""
    return [
        count(year, str(number), gender, stage, n)
        for number, ns in enumerate(counted)
        for (gender, stage), n in zip(
            [("woman", "applied"), ("woman", "hired"), ("man", "applied"), ("man", "hired")], ns, strict=True
        )
    ]


COUNTS = [
    *rounds(2022, (50, 0, 100, 12)),
    *rounds(2023, (120, 9, 300, 40), (80, 6, 200, 35)),
    count(2023, "0", "missing", "applied", 7),
    *rounds(2024, (90, 8, 100, 12)),
    count(2024, "1", "woman", "hired", 1, 4),
    *rounds(2025, (90, 8, 100, 0)),
]


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url)
        deliver_register(url, "vnm_cus_applicants", "VNM-CUS", "applicant", COUNTS)
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def cell(url: str, indicator: str, year: int, level: str = "agency") -> dict[str, Any]:
    [row] = query(
        url,
        "select * from indicators.fct_indicator where indicator_code = %s and period_year = %s and level = %s",
        *(indicator, year, level),
    )
    return row


@pytest.mark.parametrize("level", ["agency", "country", "agency_type"])
def test_rounds_of_a_year_are_summed(built: str, level: str) -> None:
    found = cell(built, "REC-03", 2023, level)
    assert found["estimate"] == pytest.approx((15 / 200) / (75 / 500), rel=1e-12)
    assert found["se_log"] == pytest.approx(math.sqrt(1 / 15 - 1 / 200 + 1 / 75 - 1 / 500), rel=1e-12)
    assert [found[name] for name in ("first_count", "first_base", "second_count", "second_base")] == [15, 200, 75, 500]
    assert (found["n"], found["n_least"], found["count_least"]) == (700, 200, 15)
    share = cell(built, "REC-01", 2023, level)
    assert (share["numerator"], share["denominator"], share["estimate"]) == (200, 700, pytest.approx(100 * 200 / 700))


def test_no_woman_hired_is_a_ratio_of_nought_and_no_man_hired_is_none(built: str) -> None:
    none = cell(built, "REC-03", 2022)
    assert none["estimate"] == 0 and none["se_log"] is None and none["first_count"] == 0
    undefined = cell(built, "REC-03", 2025)
    assert undefined["estimate"] is None and undefined["unavailable_reason"] == "not defined: no man hired, or no woman applied"


def test_counts_that_the_file_tells_within_bounds_give_no_ratio(built: str) -> None:
    found = cell(built, "REC-03", 2024)
    assert found["estimate"] is None and found["unavailable_reason"].endswith("only within bounds")
    assert cell(built, "REC-01", 2024)["numerator"] == 90
