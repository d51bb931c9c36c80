"""Real files of the United States: equal to R's survey package, and to the independent script, figure by figure."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import connect

from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from stack.postgres import Postgres
from tests.integration.dbt_project import build, database, deliver, prepare, query, respond

HR = "select * from indicators.fct_indicator where indicator_code = %s and agency_code = %s"
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


def fevs_people(data: Path) -> list[dict[str, str]]:
    contract = load_catalogue(REPOSITORY / "catalogue").kobo["fevs_2018"]
    fields = {path.rsplit("/", 1)[-1]: canonical for path, canonical in contract.fields.items()}
    maps = contract.value_maps
    with gzip.open(data / "survey" / "fevs_2018_law_enforcement.csv.gz", "rt", encoding="utf-8") as file:
        return [
            {name: maps.get(name, {}).get(row[column], row[column]) for column, name in fields.items() if row[column]}
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def real(postgres: Postgres, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url)
        chicago(url, shared_data)
        respond(url, "fevs_2018", fevs_people(shared_data))
        build(url, tmp_path_factory.mktemp("dbt"))
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


def test_every_survey_domain_equals_the_golden_file(real: str, shared_data: Path) -> None:
    agencies = load_catalogue(REPOSITORY / "catalogue").kobo["fevs_2018"].value_maps["agency"]
    cells = {
        (
            cell["level"],
            cell["agency_code"],
            cell["agency_type"] if cell["level"] == "agency_type_gender" else "all",
            cell["gender"],
            cell["indicator_code"],
        ): cell
        for cell in query(real, "select * from indicators.fct_indicator where period_year = 2018")
    }
    with (shared_data / "survey" / "fevs_2018_expected.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    assert len(expected) == 212
    for row in expected:
        cell = cells[(*domain_of(row, agencies), ITEMS[row["item"]])]
        assert [cell[name] for name in ("n", "n_positive", "df")] == [int(row[name]) for name in ("n", "n_positive", "df")]
        assert math.isclose(cell["estimate"] / 100, float(row["estimate"]), rel_tol=0, abs_tol=1e-9), row
        assert math.isclose(cell["se"] / 100, float(row["se"]), rel_tol=0, abs_tol=1e-9), row
        assert cell["sum_weight"] == pytest.approx(float(row["sum_weight"]), rel=1e-9)
        assert cell["provenance"] == "real"


def test_a_second_build_gives_the_same_figures_to_the_last_digit(real: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    figures = "select cell_id, numerator, denominator, estimate, se from indicators.fct_indicator order by cell_id"
    before = query(real, figures)
    with connect(real) as connection:  # the same rows in another order
        connection.execute("create table raw.shuffled as select * from raw.kobo_submission order by md5(submission_id::text)")
        connection.execute("truncate raw.kobo_submission")
        connection.execute("insert into raw.kobo_submission overriding system value select * from raw.shuffled")
        connection.execute("drop table raw.shuffled")
    build(real, tmp_path_factory.mktemp("dbt"))
    assert query(real, figures) == before
