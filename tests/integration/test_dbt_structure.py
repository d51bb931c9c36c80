"""Structure, promotion, pay, victims and projection, each against its definition worked out from the people themselves."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, deliver, prepare, query

BEFORE, NOW = dt.date(2023, 12, 31), dt.date(2024, 12, 31)
OPERATIONAL = {"patrol", "investigation", "intelligence", "border"}
VICTIMS = {"THA": ("120", "40"), "VNM": ("<5", "1,010")}  # women, men


def invent(seed: int, n: int, women: float, top_women: bool = True) -> list[dict[str, Any]]:
    """People with grade before and now (None: not there), sex, function and pay now."""
    rng = random.Random(seed)
    people = []
    for number in range(n):
        gender = "missing" if rng.random() < 0.02 else "woman" if rng.random() < women else "man"
        grade = rng.choices(range(1, 10), [30, 22, 16, 11, 8, 6, 4, 2, 1])[0]
        if gender == "woman" and not top_women:
            grade = min(grade, 6)
        came = rng.random() < 0.07
        left = not came and rng.random() < 0.05
        promoted = not came and not left and grade < 9 and rng.random() < (0.08 if gender == "woman" else 0.12)
        if gender == "woman" and not top_women:
            promoted = promoted and grade < 6
        people.append(
            {
                "key": f"{seed}-{number}",
                "gender": gender,
                "before": None if came else grade,
                "now": None if left else grade + promoted,
                "function": rng.choice(["patrol", "investigation", "forensic", "administration"]),
                "salary": round(1000 * 1.2**grade * (0.96 if gender == "woman" else 1) * rng.uniform(0.9, 1.1), 2),
            }
        )
    return people


PEOPLE = {"THA-POL": invent(1, 1500, 0.15), "VNM-CUS": invent(2, 600, 0.22, top_women=False)}
CONTRACTS = {"THA-POL": "tha_pol", "VNM-CUS": "vnm_cus"}


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    catalogue = load_catalogue(REPOSITORY / "catalogue")
    with database(postgres) as url:
        prepare(url)
        for agency, people in PEOPLE.items():
            contract = catalogue.hr[CONTRACTS[agency]]
            rank = {r.grade: r.name for r in contract.ranks}
            sex = {gender: code for code, gender in contract.sex_codes.items()}
            function = {common: name for name, common in contract.functions.items()}
            deliver(
                url,
                contract.name,
                agency,
                (
                    {
                        "period_date": day,
                        "person_key": person["key"],
                        "sex_code": sex[person["gender"]],
                        "rank_name": rank[person[when]],
                        "function_name": function[person["function"]],
                        "salary": person["salary"],
                    }
                    for when, day in (("before", BEFORE), ("now", NOW))
                    for person in people
                    if person[when] is not None
                ),
            )
        with psycopg.connect(url) as connection:
            for country, counts in VICTIMS.items():
                for sex_name, text in zip(("Female", "Male"), counts, strict=True):
                    for row in (1, 2):  # the source repeats some rows
                        connection.execute(
                            "insert into raw.ref_victim (source_row, iso3, indicator, dimension, category, sex, age, year, value_text)"
                            " values (%s, %s, 'Detected trafficking victims', 'Total', 'Total', %s, 'Total', 2024, %s)",
                            (row, country, sex_name, text),
                        )
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def cell(
    url: str, indicator: str, agency: str, level: str = "agency", year: int = 2024, grade_band: str = "all"
) -> dict[str, Any]:
    [found] = query(
        url,
        "select * from indicators.fct_indicator where indicator_code = %s and agency_code = %s and level = %s and period_year = %s"
        " and grade_band = %s and gender = 'all'",
        *(indicator, agency, level, year, grade_band),
    )
    return found


def in_post(agency: str, gender: str | None = None) -> list[dict[str, Any]]:
    return [p for p in PEOPLE[agency] if p["now"] and gender in (None, p["gender"])]


def share_of_women(people: list[dict[str, Any]]) -> float:
    count = Counter(p["gender"] for p in people)
    return 100 * count["woman"] / (count["woman"] + count["man"])


@pytest.mark.parametrize("agency", PEOPLE)
def test_shares_of_unknown_sex_and_of_middle_command(built: str, agency: str) -> None:
    unknown = cell(built, "REP-06", agency)
    assert unknown["numerator"] == len(in_post(agency, "missing")) and unknown["denominator"] == len(in_post(agency))
    middle = [p for p in in_post(agency) if 4 <= p["now"] <= 6]
    assert cell(built, "PRO-02", agency)["estimate"] == pytest.approx(share_of_women(middle), abs=1e-9)


def test_the_glass_ceiling_is_a_ratio_of_shares_and_not_defined_without_women_above(built: str) -> None:
    top = [p for p in in_post("THA-POL") if p["now"] >= 7]
    found = cell(built, "PRO-03", "THA-POL")
    assert found["estimate"] == pytest.approx(share_of_women(in_post("THA-POL")) / share_of_women(top), rel=1e-12)
    assert found["count_least"] == sum(p["gender"] == "woman" for p in top)
    none = cell(built, "PRO-03", "VNM-CUS")
    assert none["estimate"] is None and none["unavailable_reason"] == "not defined: no women at this level"


@pytest.mark.parametrize("agency", PEOPLE)
def test_promotion_is_pooled_over_grades_as_mantel_and_haenszel_do(built: str, agency: str) -> None:
    r = s = v = 0.0
    for grade in range(1, 9):
        sides = {}
        for gender in ("woman", "man"):
            at_risk = [p for p in PEOPLE[agency] if p["before"] == grade and p["now"] and p["gender"] == gender]
            sides[gender] = (sum(p["now"] > grade for p in at_risk), len(at_risk))
        (a, n1), (c, n0) = sides["woman"], sides["man"]
        if n1 + n0:
            r += a * n0 / (n1 + n0)
            s += c * n1 / (n1 + n0)
            v += ((a + c) * n1 * n0 - a * c * (n1 + n0)) / (n1 + n0) ** 2
    found = cell(built, "PRO-04", agency)
    assert found["estimate"] == pytest.approx(r / s, rel=1e-12)
    assert found["se_log"] == pytest.approx(math.sqrt(v / (r * s)), rel=1e-12)


@pytest.mark.parametrize("agency", PEOPLE)
def test_operational_posts_functions_and_pay(built: str, agency: str) -> None:
    women, men = in_post(agency, "woman"), in_post(agency, "man")
    operational = [sum(p["function"] in OPERATIONAL for p in side) / len(side) for side in (women, men)]
    assert cell(built, "DEP-01", agency)["estimate"] == pytest.approx(operational[0] / operational[1], rel=1e-12)

    shares = [Counter(p["function"] for p in side) for side in (women, men)]
    distance = sum(abs(shares[0][f] / len(women) - shares[1][f] / len(men)) for f in shares[0] | shares[1]) / 2
    assert cell(built, "REP-05", agency)["estimate"] == pytest.approx(distance, rel=1e-12)

    means = [sum(p["salary"] for p in side) / len(side) for side in (women, men)]
    assert cell(built, "PRO-07", agency)["estimate"] == pytest.approx(100 * (1 - means[0] / means[1]), rel=1e-9)

    difference = weight = 0.0
    for grade in range(1, 10):
        logs = [[math.log(p["salary"]) for p in side if p["now"] == grade] for side in (women, men)]
        if all(logs):
            difference += len(logs[0]) * (sum(logs[1]) / len(logs[1]) - sum(logs[0]) / len(logs[0]))
            weight += len(logs[0])
    assert cell(built, "PRO-08", agency)["estimate"] == pytest.approx(100 * (1 - math.exp(-difference / weight)), rel=1e-9)


def wilson(count: float, base: float, side: int) -> float:
    """An end of the score interval: the share whose distance to the observed one is 1.96 of its own standard errors. Found by bisection."""
    observed, (inside, outside) = count / base, (count / base, float(side > 0))
    for _ in range(200):
        share = (inside + outside) / 2
        is_in = abs(observed - share) <= 1.959963984540054 * math.sqrt(share * (1 - share) / base)
        inside, outside = (share, outside) if is_in else (inside, share)
    return 100 * inside


def test_victims_are_set_against_officers_with_the_bounds_of_suppressed_counts(built: str) -> None:
    [known] = query(
        built,
        "select * from indicators.fct_indicator where indicator_code = 'VIC-01' and country_code = 'THA' and period_year = 2024",
    )
    officers = share_of_women(in_post("THA-POL"))
    assert known["estimate"] == pytest.approx(75 - officers, abs=1e-9)
    women, both = (float(known[name]) for name in ("numerator", "denominator"))
    assert 100 * women / both == 75 and known["n"] == min(both, known["first_base"])
    assert (known["bound_low"], known["bound_high"]) == pytest.approx(
        (wilson(women, both, -1) - officers, wilson(women, both, 1) - officers), abs=1e-9
    )


def test_a_count_below_five_gives_bounds_and_repeated_rows_count_once(built: str) -> None:
    rows = query(built, "select * from indicators.ind_victim__gap where country_code = 'VNM' and period_year = 2024")
    [found] = rows
    officers = share_of_women(in_post("VNM-CUS"))
    assert found["bound_low"] == pytest.approx(wilson(0, 1010, -1) - officers, abs=1e-9)
    assert found["bound_high"] == pytest.approx(wilson(4, 1014, 1) - officers, abs=1e-9)
    assert found["estimate"] == pytest.approx(100 * 2 / 1012 - officers, abs=1e-9)


@pytest.mark.parametrize("agency", PEOPLE)
def test_years_to_target_equal_a_projection_year_by_year(built: str, agency: str) -> None:
    rates = {
        row["gender"]: row["estimate"] / 100
        for row in query(
            built,
            "select gender, estimate from indicators.fct_indicator where indicator_code = 'RET-01' and level = 'agency_gender'"
            " and agency_code = %s and period_year = 2024",
            agency,
        )
    }
    stock = {gender: float(len(in_post(agency, gender))) for gender in ("woman", "man")}
    hired = {gender: sum(p["before"] is None and p["gender"] == gender for p in PEOPLE[agency]) for gender in ("woman", "man")}
    found, years = cell(built, "VIC-04", agency), 0
    while stock["woman"] < 0.3 * (stock["woman"] + stock["man"]) and years <= 100:
        stock = {gender: n * (1 - rates[gender]) + hired[gender] for gender, n in stock.items()}
        years += 1
    steady = {gender: hired[gender] / rates[gender] for gender in stock}
    share = 100 * steady["woman"] / (steady["woman"] + steady["man"])
    assert found["reference_value"] == pytest.approx(share, rel=1e-9)
    if years <= 100:
        assert found["estimate"] == years and found["unavailable_reason"] is None
    else:
        assert found["estimate"] is None
        assert found["unavailable_reason"] == f"not reached: at current flows the share levels off at {share:.1f} %"


def test_what_no_source_carries_says_what_it_needs(built: str) -> None:
    rows = query(
        built,
        "select indicator_code, breakdown, unavailable_reason from indicators.fct_indicator where agency_code = 'THA-POL' and period_year = 2024"
        " and unavailable_reason like 'not available%%'",
    )
    said = {row["indicator_code"]: row["unavailable_reason"] for row in rows if row["breakdown"] == "none"}
    parts = {(row["indicator_code"], row["breakdown"]): row["unavailable_reason"] for row in rows}
    assert parts["RET-01", "reason_group"] == "not available: needs event files with reasons of nine in ten separations"
    assert said["HAR-05"] == "not available: needs complaint records (grain complaints) that cover the year, and staff lists"
    assert not said.keys() & {"REP-01", "REP-04", "PRO-07", "VIC-01", "RET-02"}
    catalogue = {indicator.id for indicator in load_catalogue(REPOSITORY / "catalogue").indicators}
    cells = query(built, "select distinct indicator_code from indicators.fct_indicator where country_code = 'THA'")
    assert {row["indicator_code"] for row in cells} == catalogue


def promises(url: str, target: str) -> dict[str, dict[str, Any]]:
    return {
        row["scenario"]: row for row in query(url, "select * from indicators.ind_roadmap__progress where target = %s", target)
    }


def test_a_promise_about_staff_is_projected_under_each_scenario_year_by_year(built: str) -> None:
    road_map = load_catalogue(REPOSITORY / "catalogue").road_map
    promise = next(target for target in road_map.targets if target.name == "tha_30_by_30")
    rate = {
        row["gender"]: row["estimate"] / 100
        for row in query(
            built,
            "select gender, estimate from indicators.fct_indicator where indicator_code = 'RET-01' and level = 'agency_gender'"
            " and agency_code = 'THA-POL' and period_year = 2024",
        )
    }
    hired = {gender: sum(p["before"] is None and p["gender"] == gender for p in PEOPLE["THA-POL"]) for gender in ("woman", "man")}
    found = promises(built, promise.name)
    assert found.keys() == {scenario.name for scenario in road_map.scenarios}
    for scenario in road_map.scenarios:
        hires = sum(hired.values()) * scenario.hires_factor
        share = hired["woman"] / sum(hired.values()) if scenario.women_share_of_hires is None else scenario.women_share_of_hires
        women_leave = rate["man"] if scenario.women_leave == "as_men" else rate["woman"]

        def year_by_year(share: float, hires: float = hires, women_leave: float = women_leave) -> list[float]:
            women, men = (float(len(in_post("THA-POL", gender))) for gender in ("woman", "man"))
            shares = []
            for _ in range(101):
                shares.append(100 * women / (women + men))
                women, men = women * (1 - women_leave) + hires * share, men * (1 - rate["man"]) + hires * (1 - share)
            return shares

        shares = year_by_year(share)
        row = found[scenario.name]
        assert row["value_at_due"] == pytest.approx(shares[promise.due - 2024], rel=1e-9)
        assert row["years_to_target"] == next((n for n, value in enumerate(shares) if value >= promise.value), None)
        assert row["women_share_of_hires"] == pytest.approx(100 * share, rel=1e-12)
        needed = row["women_share_of_hires_needed"] / 100
        assert year_by_year(needed)[promise.due - 2024] == pytest.approx(promise.value, rel=1e-9)
        line = query(
            built,
            "select value from indicators.ind_roadmap__path where target = %s and scenario = %s order by period_year",
            promise.name,
            scenario.name,
        )
        assert [point["value"] for point in line] == pytest.approx(shares[:16], rel=1e-9)


def test_the_line_of_a_promise_begins_with_what_was_observed(built: str) -> None:
    seen = query(
        built,
        "select path.period_year, path.value, cell.estimate from indicators.ind_roadmap__path as path"
        " inner join indicators.fct_indicator as cell using (cell_id) where target = 'tha_30_by_30' order by 1",
    )
    assert [row["period_year"] for row in seen] == [2023, 2024]
    assert all(row["value"] == row["estimate"] for row in seen)


def test_other_promises_go_by_the_trend_of_their_years(built: str) -> None:
    [row] = promises(built, "tha_command").values()
    top = {
        year: [p | {"now": p[when]} for p in PEOPLE["THA-POL"] if p[when] and p[when] >= 7]
        for year, when in ((2023, "before"), (2024, "now"))
    }
    then, now = (share_of_women(top[year]) for year in (2023, 2024))
    assert row["scenario"] == "trend" and row["current_value"] == pytest.approx(now, abs=1e-9)
    assert row["change_per_year"] == pytest.approx(now - then, abs=1e-9)
    assert row["needed_per_year"] == pytest.approx((20 - now) / (2032 - 2024), abs=1e-9)
    assert row["value_at_due"] == pytest.approx(max(0, min(100, now + (now - then) * 8)), abs=1e-9)
    years = (20 - now) / (now - then)
    assert row["years_to_target"] == (0 if now >= 20 else math.ceil(years) if 0 < years <= 100 else None)


def test_a_promise_about_what_nobody_measured_is_kept_as_such(built: str) -> None:
    [row] = promises(built, "tha_complaints").values()
    assert row["scenario"] == "none" and row["current_value"] is None and row["country_code"] == "THA"
