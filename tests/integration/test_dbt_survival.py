"""Retention of recruits and time to promotion equal R's survfit (golden/survival.R and promotion.R made the files)."""

from __future__ import annotations

import csv
import datetime as dt
import math
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingestion.warehouse import copy_rows
from parity.catalogue import Catalogue, load_catalogue
from parity.settings import REPOSITORY
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, deliver, prepare, query

GOLDEN = Path(__file__).with_name("golden")
LISTS = [dt.date(year, 12, 31) for year in (2020, 2021, 2022, 2023, 2024)]


def rows(name: str) -> list[dict[str, str]]:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def to_the_day(catalogue: Catalogue) -> Catalogue:
    changes = {"date_precision": "day", "observed_from": dt.date(2013, 7, 1), "observed_to": dt.date(2015, 12, 31)}
    contract = catalogue.hr["usa_cpd_roster"].model_copy(update=changes)
    return catalogue.model_copy(update={"hr": catalogue.hr | {contract.name: contract}})


def invent(seed: int, n: int) -> list[dict[str, Any]]:
    """People with hire date, year of the first promotion and of leaving, and the grade that they began in."""
    rng = random.Random(seed)
    people = []
    for number in range(n):
        gender = "woman" if rng.random() < 0.4 else "man"
        hired = dt.date(2012, 1, 1) + dt.timedelta(days=rng.randrange(12 * 365))
        chance = 0.18 if gender == "woman" else 0.28
        promoted = next((year for year in range(2021, 2025) if year > hired.year and rng.random() < chance), None)
        left = next((year for year in range(2021, 2025) if year > hired.year and rng.random() < 0.06), None)
        grade = 1 if rng.random() < 0.8 else 2
        people.append({"key": f"p{number}", "gender": gender, "hired": hired, "promoted": promoted, "left": left, "grade": grade})
    return people


PEOPLE = invent(5, 900)


def on_list(person: dict[str, Any], day: dt.date) -> bool:
    return person["hired"] <= day and (person["left"] is None or day.year < person["left"])


def leavers() -> list[tuple[str, str, dt.date]]:
    """(reason as the file says it, gender, day); one in ten without a reason."""
    left = [row for row in rows("survival_people.csv") if row["left"]]
    codes = ["END" if n % 10 == 5 else ("OWN WISH", "AGE", "CAUSE")[n % 3] for n in range(len(left))]
    return [(code, row["gender"], dt.date.fromisoformat(row["left"])) for code, row in zip(codes, left, strict=True)]


def give_reasons(url: str) -> None:
    """An event file of the same agency that says why people left."""
    left = [row for row in rows("survival_people.csv") if row["left"]]
    codes = {"OWN WISH": "resignation", "AGE": "retirement", "CAUSE": "dismissal", "END": "separation"}
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into raw.catalogue_hr_contract (contract, agency_code, grain, date_precision, leavers)"
            " values ('events', 'USA-CPD', 'events', 'day', 'listed')"
        )
        columns = ("contract", "kind", "code", "value")
        copy_rows(connection, "raw.catalogue_hr_code", columns, [("events", "event", code, to) for code, to in codes.items()])
        (number,) = connection.execute(
            "insert into raw.hr_delivery (contract, file_name, content_sha256, landing_uri, grain, is_provisional, delivered_at,"
            " n_rows, n_quarantined, notices) values ('events', 'e', 'e', '', 'events', false, now(), %s, 0, '[]') returning delivery_no",
            (len(left),),
        ).fetchone()
        connection.execute("insert into raw.hr_delivery_period values (%s, 'USA-CPD', '1900-01-01', %s)", (number, len(left)))
        copy_rows(
            connection,
            "raw.hr_event",
            ("delivery_no", "row_no", "agency_code", "person_key", "event_code", "event_date"),
            [
                (number, n, "USA-CPD", row["person"], code, day)
                for n, (row, (code, _, day)) in enumerate(zip(left, leavers(), strict=True))
            ],
        )


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    hr = load_catalogue(REPOSITORY / "catalogue").hr
    rank = {r.grade: r.name for r in hr["tha_pol"].ranks}
    sex = {gender: code for code, gender in hr["tha_pol"].sex_codes.items()}
    with database(postgres) as url:
        prepare(url, edit=to_the_day)
        spells = (
            {
                "person_key": row["person"],
                "sex_code": {"woman": "F", "man": "M"}[row["gender"]],
                "rank_name": "POLICE OFFICER",
                "hire_date": row["hired"],
                "separation_date": row["left"] or None,
            }
            for row in rows("survival_people.csv")
        )
        deliver(url, "usa_cpd_roster", "USA-CPD", spells)
        give_reasons(url)
        lists = (
            {
                "period_date": day,
                "person_key": person["key"],
                "sex_code": sex[person["gender"]],
                "rank_name": rank[person["grade"] + (person["promoted"] is not None and day.year >= person["promoted"])],
                "hire_date": person["hired"],
            }
            for day in LISTS
            for person in PEOPLE
            if on_list(person, day)
        )
        deliver(url, "tha_pol", "THA-POL", lists)
        unchanged = (
            {
                "period_date": day,
                "person_key": f"v{number}",
                "sex_code": {"woman": "Nữ", "man": "Nam"}[("woman", "man")[number % 2]],
                "rank_name": next(r.name for r in hr["vnm_cus"].ranks if r.grade == 1),
                "hire_date": dt.date(2015, 1, 1),
            }
            for day in LISTS
            for number in range(40)
        )
        deliver(url, "vnm_cus", "VNM-CUS", unchanged)
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def cells(url: str, code: str, agency: str, year: int) -> dict[str, dict[str, Any]]:
    found = query(
        url,
        "select * from indicators.fct_indicator where indicator_code = %s and agency_code = %s and period_year = %s and breakdown = 'none'",
        *(code, agency, year),
    )
    return {cell["gender"]: cell for cell in found}


@pytest.mark.parametrize("gender", ["woman", "man"])
def test_retention_at_36_months_equals_survfit(built: str, gender: str) -> None:
    [expected] = [row for row in rows("survival_expected.csv") if row["gender"] == gender]
    cell = cells(built, "RET-04", "USA-CPD", 2015)[gender]
    assert cell["n"] == int(expected["n"])
    assert math.isclose(cell["estimate"] / 100, float(expected["survival"]), rel_tol=1e-12)
    assert math.isclose(cell["se"] / 100, float(expected["se"]), rel_tol=1e-9)
    factor = math.exp(1.959963984540054 * cell["se_log"])
    assert math.isclose(cell["estimate"] / 100 / factor, float(expected["low"]), rel_tol=1e-9)
    assert math.isclose(cell["estimate"] / 100 * factor, float(expected["high"]), rel_tol=1e-9)


def test_the_gap_of_retention_is_womens_less_mens_with_both_variances(built: str) -> None:
    women, men = ({row["gender"]: row for row in rows("survival_expected.csv")}[gender] for gender in ("woman", "man"))
    gap = cells(built, "RET-04", "USA-CPD", 2015)["women minus men"]
    assert gap["estimate"] == pytest.approx(100 * (float(women["survival"]) - float(men["survival"])), rel=1e-9)
    assert gap["se"] == pytest.approx(100 * math.hypot(float(women["se"]), float(men["se"])), rel=1e-9)


@pytest.mark.parametrize("gender", ["woman", "man"])
def test_resignations_are_counted_apart_from_other_reasons_over_the_same_person_years(built: str, gender: str) -> None:
    of_year = [code for code, who, day in leavers() if who == gender and day.year == 2015]
    cell, all_reasons = (cells(built, code, "USA-CPD", 2015)[gender] for code in ("RET-03", "RET-01"))
    assert cell["numerator"] == of_year.count("OWN WISH") > 0
    assert all_reasons["numerator"] == len(of_year)
    assert cell["denominator"] == pytest.approx(all_reasons["denominator"], rel=1e-12)
    assert cell["estimate"] == pytest.approx(100 * cell["numerator"] / cell["denominator"], rel=1e-12)


@pytest.mark.parametrize("gender", ["woman", "man"])
def test_each_reason_is_counted_over_the_same_person_years(built: str, gender: str) -> None:
    of_year = Counter(code for code, who, day in leavers() if who == gender and day.year == 2015)
    found = query(
        built,
        "select * from indicators.fct_indicator where indicator_code = 'RET-01' and agency_code = 'USA-CPD' and period_year = 2015"
        " and breakdown = 'reason_group' and gender = %s",
        gender,
    )
    words = {"OWN WISH": "resignation", "AGE": "retirement", "CAUSE": "dismissal", "END": "not stated"}
    assert {cell["breakdown_value"]: cell["numerator"] for cell in found} == {words[code]: n for code, n in of_year.items()}
    whole = cells(built, "RET-01", "USA-CPD", 2015)[gender]
    assert {cell["denominator"] for cell in found} == {whole["denominator"]}


def test_rates_of_women_over_men_are_told_of_each_reason_that_both_have(built: str) -> None:
    of_year = [(code, who) for code, who, day in leavers() if day.year == 2015]
    found = query(
        built,
        "select breakdown_value, estimate from indicators.fct_indicator where indicator_code = 'RET-02' and agency_code = 'USA-CPD'"
        " and period_year = 2015 and breakdown = 'reason_group'",
    )
    women, men = (cells(built, "RET-01", "USA-CPD", 2015)[gender]["denominator"] for gender in ("woman", "man"))
    ratio = of_year.count(("OWN WISH", "woman")) / women / (of_year.count(("OWN WISH", "man")) / men)
    assert {cell["breakdown_value"]: cell["estimate"] for cell in found}["resignation"] == pytest.approx(ratio, rel=1e-12)


def test_resignations_are_told_only_where_nine_in_ten_separations_have_a_reason(built: str) -> None:
    told = query(
        built, "select distinct agency_code, period_year from indicators.ind_hr__resignation_rate where agency_code <> 'all'"
    )
    for year in (2014, 2015):
        codes = [code for code, _, day in leavers() if day.year == year]
        is_told = sum(code != "END" for code in codes) >= 0.9 * len(codes)
        assert ({"agency_code": "USA-CPD", "period_year": year} in told) == is_told


def test_a_year_in_which_nobody_is_followed_for_36_months_has_no_retention(built: str) -> None:
    assert set(cells(built, "RET-04", "THA-POL", 2024)) == {"woman", "man", "women minus men"}
    assert not cells(built, "RET-04", "USA-CPD", 2012)


def test_country_and_type_of_agency_pool_the_recruits(built: str) -> None:
    found = query(
        built,
        "select level, gender, n, estimate from indicators.fct_indicator where indicator_code = 'RET-04' and period_year = 2015"
        " and country_code in ('USA', 'all') and gender = 'woman' order by level",
    )
    assert [row["level"] for row in found] == ["agency_gender", "agency_type_gender", "country_gender"]
    assert len({(row["n"], row["estimate"]) for row in found}) == 1


def lives(gender: str) -> list[tuple[int, int, bool]]:
    """(entry, exit, promoted) in days since appointment, over the lists of 2022 to 2024 for who began in grade 1."""
    found = []
    for person in PEOPLE:
        days = [day for day in LISTS if on_list(person, day)]
        if person["gender"] != gender or person["grade"] != 1 or not days:
            continue
        seen_promoted = [day for day in days if person["promoted"] is not None and day.year >= person["promoted"]]
        if days[0] in seen_promoted:
            continue
        start, end, event = max(days[0], dt.date(2022, 1, 1)), days[-1], False
        if seen_promoted:
            before = max(day for day in days if day < seen_promoted[0])
            end, event = before + (seen_promoted[0] - before) // 2, True
        entry, exit_ = (start - person["hired"]).days, (end - person["hired"]).days
        if exit_ > entry:
            found.append((entry, exit_, event))
    return found


def test_the_lives_that_r_was_given_are_those_of_the_lists() -> None:
    given = [
        (row["gender"], int(row["entry"]), int(row["exit"]), bool(int(row["promoted"]))) for row in rows("promotion_lives.csv")
    ]
    assert given == [(gender, *life) for gender in ("woman", "man") for life in lives(gender)]


def test_time_to_promotion_is_the_difference_of_the_medians_that_survfit_gives(built: str) -> None:
    women, men = lives("woman"), lives("man")
    cell = cells(built, "PRO-05", "THA-POL", 2024)["all"]
    years = {row["gender"]: float(row["median"]) / 365.25 for row in rows("promotion_expected.csv")}
    assert years["woman"] > years["man"]
    assert cell["estimate"] == pytest.approx(years["woman"] - years["man"], rel=1e-12)
    assert cell["reference_value"] == pytest.approx(years["man"], rel=1e-12)
    assert cell["n_least"] == min(len(women), len(men))
    assert cell["n"] == sum(event for side in (women, men) for *_, event in side)  # promotions, not all who wait for one
    assert cell["count_least"] == min(sum(event for *_, event in side) for side in (women, men))


def test_the_interval_of_time_to_promotion_comes_from_those_that_survfit_gives_of_the_medians(built: str) -> None:
    """MOVER (Donner and Zou 2012): each end lies as far from the difference as the ends that pull it there lie from their medians."""
    days = {
        row["gender"]: {name: float(row[name]) for name in ("low", "median", "high")} for row in rows("promotion_expected.csv")
    }
    women, men = days["woman"], days["man"]
    down = math.hypot(women["median"] - women["low"], men["high"] - men["median"])
    up = math.hypot(women["high"] - women["median"], men["median"] - men["low"])
    cell = cells(built, "PRO-05", "THA-POL", 2024)["all"]
    assert cell["method"] == "Kaplan-Meier medians; MOVER"
    assert cell["bound_low"] == pytest.approx((women["median"] - men["median"] - down) / 365.25, rel=1e-12)
    assert cell["bound_high"] == pytest.approx((women["median"] - men["median"] + up) / 365.25, rel=1e-12)


def test_a_median_that_is_not_reached_is_said(built: str) -> None:
    cell = cells(built, "PRO-05", "VNM-CUS", 2024)["all"]
    assert (cell["estimate"], cell["reference_value"]) == (None, None)
    assert cell["unavailable_reason"] == "not reached: fewer than half are promoted in the time observed"
