"""Real files of the United States: equal to R's survey package, and to the independent script, figure by figure."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from psycopg import connect
from scipy import stats

from parity.catalogue import Catalogue, load_catalogue
from parity.catalogue.weights import Total
from parity.settings import REPOSITORY
from stack.postgres import Postgres
from tests.integration.dbt_project import build, build_models, database, deliver, prepare, query, respond

HR = (
    "select * from indicators.fct_indicator where indicator_code = %s and agency_code = %s"
    " and breakdown = 'none' and level <> 'agency_gender_grade'"
)
SCALE = ("Q42", "Q46", "Q47", "Q48", "Q49", "Q51")
LEFT_OUT = ("DJBP", "HS03", "HS05")  # R's alpha of the scale is of the other nine components
ITEMS = {"Q22": "PRO-06", "Q17": "HAR-03", "Q49": "CUL-03", "Q42": "WLC-04"}


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def month(text: str) -> dt.date | None:
    return dt.date(int(text[:4]), int(text[5:7]), 1) if text else None


def chicago(url: str, data: Path) -> None:
    deliver(
        url,
        "usa_cpd_staff_years",
        "USA-CPD",
        (
            {
                "period_date": dt.date(int(row["year"]), 12, 31),
                "person_key": row["person_key"],
                "sex_code": row["sex"],
                "rank_name": row["rank"],
                "salary": row["salary_usd"] or None,
            }
            for row in rows_of(data / "hr" / "chicago_staff_years.csv.gz")
        ),
    )
    deliver(
        url,
        "usa_cpd_roster",
        "USA-CPD",
        (
            {
                "person_key": row["person_key"],
                "sex_code": row["sex"],
                "rank_name": row["rank"],
                "hire_date": month(row["hire_ym"]),
                "separation_date": month(row["separation_ym"]),
                "active_code": row["active_2017"],
            }
            for row in rows_of(data / "hr" / "chicago_roster_2017.csv.gz")
        ),
    )


def with_a_scale(catalogue: Catalogue) -> Catalogue:
    """The catalogue with one more indicator, of the six items whose alpha R's psych gives."""
    of_one = next(indicator for indicator in catalogue.indicators if indicator.id == "CUL-03")
    of_six = of_one.model_copy(update={"id": "TST-01", "items": list(SCALE)})
    return catalogue.model_copy(
        update={
            "indicators": [*catalogue.indicators, of_six],
            "survey_items": catalogue.survey_items | {item: "" for item in SCALE},
        }
    )


def poststratified(catalogue: Catalogue, data: Path) -> Catalogue:
    """The catalogue with the invented margins of the golden file as totals of the survey."""
    contract = catalogue.kobo["fevs_2018"]
    agencies, gender = contract.value_maps["agency"], {"Female": "woman", "Male": "man"}
    with (data / "survey" / "fevs_2018_margins.csv").open(encoding="utf-8", newline="") as file:
        totals = [
            Total(agency=agencies[row["component"]], gender=gender[row["sex"]], n=float(row["count"]))
            for row in csv.DictReader(file)
        ]
    weight = contract.weight.model_copy(update={"poststratify": "totals", "totals": totals})
    return catalogue.model_copy(update={"kobo": {contract.name: contract.model_copy(update={"weight": weight})}})


def fevs_people(data: Path) -> list[dict[str, str]]:
    contract = load_catalogue(REPOSITORY / "catalogue").kobo["fevs_2018"]
    fields = {path.rsplit("/", 1)[-1]: canonical for path, canonical in contract.fields.items()}
    maps = contract.value_maps
    with gzip.open(data / "survey" / "fevs_2018_law_enforcement.csv.gz", "rt", encoding="utf-8") as file:
        return [
            {name: maps.get(name, {}).get(row[column], row[column]) for column, name in fields.items() if row[column]}
            | ({item: row[item] for item in SCALE} if row["component"] not in LEFT_OUT else {})
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def real(postgres: Postgres, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url, edit=with_a_scale)
        chicago(url, shared_data)
        respond(url, "fevs_2018", fevs_people(shared_data))
        build(url, tmp_path_factory.mktemp("dbt"))
        yield url


@pytest.fixture(scope="module")
def calibrated(postgres: Postgres, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url, edit=lambda catalogue: poststratified(catalogue, shared_data))
        respond(url, "fevs_2018", fevs_people(shared_data))
        build_models(url, tmp_path_factory.mktemp("dbt"), "--select", "+fct_indicator")
        yield url


def test_chicago_equals_the_independent_script(real: str, shared_data: Path) -> None:
    with (shared_data / "hr" / "chicago_expected.csv").open(encoding="utf-8", newline="") as file:
        expected = {(row["measure"], int(row["year"]), row["sex"]): row for row in csv.DictReader(file)}
    gender = {"woman": "F", "man": "M"}

    headcounts = query(
        real,
        "select extract(year from period_date)::int as year, gender, sum(n_staff)::int as n"
        " from core.fct_headcount group by 1, 2",
    )
    assert {("headcount", row["year"], gender[row["gender"]]): row["n"] for row in headcounts} == {
        key: float(row["value"]) for key, row in expected.items() if key[0] == "headcount" and key[2] != "all"
    }

    shares = [cell for cell in query(real, HR, "REP-01", "USA-CPD") if cell["grade_band"] == "all"]
    assert len(shares) == 16
    for cell in shares:
        row = expected["women_share_pct", cell["period_year"], "all"]
        assert (cell["numerator"], cell["denominator"]) == (float(row["numerator"]), float(row["denominator"]))
        assert math.isclose(cell["estimate"], float(row["value"]), rel_tol=1e-9)

    rates = [cell for cell in query(real, HR, "RET-01", "USA-CPD") if 2010 <= cell["period_year"] <= 2015]
    assert len(rates) == 12
    for cell in rates:
        row = expected["separation_rate_per_100py", cell["period_year"], gender[cell["gender"]]]
        assert cell["numerator"] == float(row["numerator"])
        assert math.isclose(cell["denominator"], float(row["denominator"]), rel_tol=1e-9)
        assert math.isclose(cell["estimate"], float(row["value"]), rel_tol=1e-9)
        assert cell["provenance"] == "real"


def chicago_expected(data: Path, measure: str) -> dict[tuple[int, str], dict[str, str]]:
    with (data / "hr" / "chicago_expected.csv").open(encoding="utf-8", newline="") as file:
        return {(int(row["year"]), row["sex"]): row for row in csv.DictReader(file) if row["measure"] == measure}


@pytest.mark.parametrize(
    ("measure", "indicator", "column", "n_years"),
    [
        ("mean_pay_gap_pct", "PRO-07", "estimate", 16),
        ("median_pay_gap_pct", "PRO-07", "reference_value", 16),
        ("separation_rate_ratio_f_m", "RET-02", "estimate", 6),
    ],
)
def test_structure_of_chicago_equals_the_independent_script(
    real: str, shared_data: Path, measure: str, indicator: str, column: str, n_years: int
) -> None:
    expected = chicago_expected(shared_data, measure)
    cells = {cell["period_year"]: cell for cell in query(real, HR, indicator, "USA-CPD") if cell["level"] == "agency"}
    assert len(expected) == n_years
    for (year, _), row in expected.items():
        assert math.isclose(cells[year][column], float(row["value"]), rel_tol=1e-9, abs_tol=1e-9), year


def test_promotions_of_chicago_equal_the_independent_script(real: str, shared_data: Path) -> None:
    expected = chicago_expected(shared_data, "promotion_rate_pct")
    rows = query(real, "select * from core.int_staff__promotion_year where agency_code = 'USA-CPD' and grade_from = 1")
    found = {(row["period_year"] - 1, {"woman": "F", "man": "M"}[row["gender"]]): row for row in rows}
    assert len(expected) == 30 and found.keys() == expected.keys()
    for key, row in expected.items():
        assert (found[key]["n_promoted"], found[key]["n_people"]) == (float(row["numerator"]), float(row["denominator"])), key


@pytest.mark.parametrize("year", [2008, 2015])
def test_retention_of_chicago_equals_a_count_of_recruits_month_by_month(real: str, shared_data: Path, year: int) -> None:
    def months(text: str) -> int:
        return 12 * int(text[:4]) + int(text[5:7])

    first: dict[str, dict[str, str]] = {}
    for row in sorted(rows_of(shared_data / "hr" / "chicago_roster_2017.csv.gz"), key=lambda row: row["hire_ym"] or "9999-99"):
        first.setdefault(row["person_key"], row)
    cells = {cell["gender"]: cell for cell in query(real, HR, "RET-04", "USA-CPD") if cell["period_year"] == year}
    for gender, sex in (("woman", "F"), ("man", "M")):
        served, left = [], []
        for row in first.values():
            if row["sex"] != sex or not f"{year - 3}-01" <= row["hire_ym"] <= f"{year}-12":
                continue
            if row["separation_ym"] and not row["hire_ym"] <= row["separation_ym"] <= "2017-04":
                continue
            if row["active_2017"] == "0" and not row["separation_ym"]:
                continue
            left.append(bool(row["separation_ym"]) and row["separation_ym"] <= f"{year}-12")
            end = months(row["separation_ym"]) if left[-1] else 12 * (year + 1) + 0.5
            served.append(end - months(row["hire_ym"]))
        survival = 1.0
        for moment in sorted({time for time, gone in zip(served, left, strict=True) if gone and time <= 36}):
            gone = sum(time == moment and is_gone for time, is_gone in zip(served, left, strict=True))
            survival *= 1 - gone / sum(time >= moment for time in served)
        assert cells[gender]["n"] == len(served) > 50
        assert math.isclose(cells[gender]["estimate"], 100 * survival, rel_tol=1e-12)


def test_rank_segregation_of_chicago_leaves_out_who_has_no_grade(real: str, shared_data: Path) -> None:
    """The independent script counts titles off the ladder as a level of their own: with them the counts behind the index are its, year by year."""
    expected = chicago_expected(shared_data, "duncan_level")
    rows = query(
        real,
        "select period_year, grade, coalesce(sum(n_staff) filter (where gender = 'woman'), 0)::int as women,"
        " coalesce(sum(n_staff) filter (where gender = 'man'), 0)::int as men"
        " from indicators.ind_hr__year_end_stock where agency_code = 'USA-CPD' group by 1, 2",
    )
    cells = {cell["period_year"]: cell["estimate"] for cell in query(real, HR, "REP-04", "USA-CPD") if cell["level"] == "agency"}
    assert len(expected) == 16
    for (year, _), told in expected.items():
        people = [(row["grade"], row["women"], row["men"]) for row in rows if row["period_year"] == year]
        assert math.isclose(dissimilarity(people), float(told["value"]), rel_tol=1e-9, abs_tol=1e-9), year
        on_the_ladder = [each for each in people if each[0] is not None]
        assert math.isclose(cells[year], dissimilarity(on_the_ladder), rel_tol=1e-9), year


def dissimilarity(people: list[tuple[int | None, int, int]]) -> float:
    """By hand, of (grade, women, men)."""
    all_women, all_men = sum(women for _, women, _ in people), sum(men for _, _, men in people)
    return sum(abs(women / all_women - men / all_men) for _, women, men in people) / 2


def test_dissimilarity_under_chance_equals_the_distribution_itself(real: str) -> None:
    """Against a sum over every possible number of women in each grade, with SciPy's hypergeometric probabilities."""
    counts = query(
        real,
        "select grade, sum(n_staff) filter (where gender = 'woman')::int as women, sum(n_staff)::int as n"
        " from indicators.ind_hr__year_end_stock where agency_code = 'USA-CPD' and period_year = 2010 and grade is not null group by 1",
    )
    n, women = sum(row["n"] for row in counts), sum(row["women"] or 0 for row in counts)
    expected = 0.0
    for row in counts:
        x = np.arange(row["n"] + 1)
        expected += (stats.hypergeom.pmf(x, n, women, row["n"]) * abs(x / women - (row["n"] - x) / (n - women))).sum() / 2
    [cell] = [cell for cell in query(real, HR, "REP-04", "USA-CPD") if cell["period_year"] == 2010]
    assert math.isclose(cell["reference_value"], expected, rel_tol=1e-8)
    assert cell["n_least"] == women


def domain_of(row: dict[str, str], agencies: dict[str, str]) -> tuple[str, str, str, str]:
    gender = {"Female": "woman", "Male": "man", "all": "all"}[row["sex"]]
    level = {
        "component": "agency",
        "component_x_sex": "agency_gender",
        "agency_type_x_sex": "agency_type_gender",
        "sex": "gender",
        "all": "all",
    }[row["domain_type"]]
    agency = agencies[row["component"]] if level in ("agency", "agency_gender") else "all"
    agency_type = row["agency_type"] if level == "agency_type_gender" else "all"
    return level, agency, agency_type, gender


def survey_cells(url: str) -> dict[tuple[str, ...], dict[str, Any]]:
    return {
        (
            cell["level"],
            cell["agency_code"],
            cell["agency_type"] if cell["level"] in ("agency_type_gender", "agency_type_gap") else "all",
            cell["gender"],
            cell["indicator_code"],
        ): cell
        for cell in query(url, "select * from indicators.fct_indicator where period_year = 2018 and unavailable_reason is null")
    }


def golden(data: Path, name: str) -> list[dict[str, str]]:
    with (data / "survey" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_survey_domain_equals_the_golden_file(real: str, shared_data: Path) -> None:
    agencies = load_catalogue(REPOSITORY / "catalogue").kobo["fevs_2018"].value_maps["agency"]
    cells, expected = survey_cells(real), golden(shared_data, "fevs_2018_expected.csv")
    assert len(expected) == 212
    for row in expected:
        cell = cells[(*domain_of(row, agencies), ITEMS[row["item"]])]
        assert [cell[name] for name in ("n", "n_positive", "df")] == [int(row[name]) for name in ("n", "n_positive", "df")]
        assert math.isclose(cell["estimate"] / 100, float(row["estimate"]), rel_tol=0, abs_tol=1e-9), row
        assert math.isclose(cell["se"] / 100, float(row["se"]), rel_tol=0, abs_tol=1e-9), row
        assert cell["sum_weight"] == pytest.approx(float(row["sum_weight"]), rel=1e-9)
        assert cell["provenance"] == "real"


def test_post_stratified_domains_equal_the_golden_file(calibrated: str, shared_data: Path) -> None:
    agencies = load_catalogue(REPOSITORY / "catalogue").kobo["fevs_2018"].value_maps["agency"]
    cells, expected = survey_cells(calibrated), golden(shared_data, "fevs_2018_poststratified_expected.csv")
    assert len(expected) == 212
    for row in expected:
        cell = cells[(*domain_of(row, agencies), ITEMS[row["item"]])]
        assert cell["n"] == int(row["n"])
        assert math.isclose(cell["estimate"] / 100, float(row["estimate"]), rel_tol=0, abs_tol=1e-9), row
        assert math.isclose(cell["se"] / 100, float(row["se"]), rel_tol=0, abs_tol=1e-9), row
        assert cell["sum_weight"] == pytest.approx(float(row["sum_weight"]), rel=1e-9)


@pytest.mark.parametrize("kind", ["real", "calibrated"])
def test_gaps_equal_a_linearisation_person_by_person(kind: str, shared_data: Path, request: pytest.FixtureRequest) -> None:
    """The oracle holds one number a respondent and knows nothing of sums by group."""
    cells = survey_cells(request.getfixturevalue(kind))
    people = fevs_people(shared_data)
    weight = np.array([float(person["weight"]) for person in people])
    is_woman = np.array([person["gender"] == "woman" for person in people])
    strata = np.unique([person["agency"] for person in people], return_inverse=True)[1]
    cell_of = strata * 2 + is_woman
    if kind == "calibrated":
        contract = poststratified(load_catalogue(REPOSITORY / "catalogue"), shared_data).kobo["fevs_2018"]
        order = sorted({person["agency"] for person in people})
        for total in contract.weight.totals:
            group = cell_of == order.index(total.agency) * 2 + (total.gender == "woman")
            weight[group] *= total.n / weight[group].sum()
    answered = np.array([person.get("respect", "") in ("1", "2", "3", "4", "5") for person in people])
    y = np.array([float(person.get("respect", 0) in ("4", "5")) for person in people])
    gap, z = 0.0, np.zeros(len(people))
    for sign, group in ((1, is_woman & answered), (-1, ~is_woman & answered)):
        p = np.average(y[group], weights=weight[group])
        gap += sign * p
        z[group] += sign * weight[group] * (y[group] - p) / weight[group].sum()
    if kind == "calibrated":
        for group in np.unique(cell_of):
            inside = cell_of == group
            z[inside] -= weight[inside] * z[inside].sum() / weight[inside].sum()
    variance = sum((z[strata == h]).var(ddof=1) * (strata == h).sum() for h in np.unique(strata))
    cell = cells["gap", "all", "all", "women minus men", "CUL-03"]
    assert math.isclose(cell["estimate"] / 100, gap, abs_tol=1e-9)
    assert math.isclose(cell["se"] / 100, math.sqrt(variance), abs_tol=1e-9)
    assert cell["df"] == answered.sum() - 12


def test_alpha_of_a_scale_equals_psych(real: str) -> None:
    [row] = query(
        real, "select * from indicators.ind_survey__reliability where indicator_code = 'TST-01' and agency_code = 'all'"
    )
    assert row["n_items"] == 6
    assert math.isclose(row["cronbach_alpha"], 0.9415862, abs_tol=5e-8)


def test_a_second_build_gives_the_same_figures_to_the_last_digit(real: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    figures = "select cell_id, numerator, denominator, estimate, se from indicators.fct_indicator order by cell_id"
    before = query(real, figures)
    with connect(real) as connection:  # the same rows in another order
        connection.execute("create table raw.shuffled as select * from raw.kobo_submission order by md5(submission_id::text)")
        connection.execute("truncate raw.kobo_submission")
        connection.execute("insert into raw.kobo_submission overriding system value select * from raw.shuffled")
        connection.execute("drop table raw.shuffled")
    build_models(real, tmp_path_factory.mktemp("dbt"), "--select", "+fct_indicator")
    assert query(real, figures) == before
