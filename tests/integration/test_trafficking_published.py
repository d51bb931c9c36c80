"""The UN's real files as readers get them: at least 60 figures in at least eight countries, each equal to a count that knows nothing of ours."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ingestion.landing import Landing
from ingestion.reference import load_reference
from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from publication.releases import build_candidate, decide, publish
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, prepare, query
from tests.integration.test_trafficking_real import FILE, MEASURES, Bounds, totals

POLICE = "reference/un_women_police.csv"


@pytest.fixture(scope="module")
def published(postgres: Postgres, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    catalogue = load_catalogue(REPOSITORY / "catalogue")
    landing = Landing(str(tmp_path_factory.mktemp("landing")))
    with database(postgres) as url:
        prepare(url)
        with psycopg.connect(url) as connection:
            for contract, file in (("unodc_glotip", FILE), ("unsd_police", POLICE)):
                load_reference(connection, landing, catalogue.reference[contract], shared_data / file)
        build_models(url, tmp_path_factory.mktemp("dbt"))
        with psycopg.connect(url) as connection:
            number = build_candidate(connection, REPOSITORY / "catalogue")
            decide(connection, passed=True)
            publish(connection, number)
        yield url


def test_every_total_of_the_file_is_published_with_its_bounds(published: str, shared_data: Path) -> None:
    names = ("country_code", "period_year", "measure", "gender", "age_group")
    rows = query(published, "select * from published.trafficking where breakdown = 'none' and basis = 'line of the source'")
    found: Bounds = {tuple(str(row[name]) for name in names): (row["count_low"], row["count_high"]) for row in rows}
    assert found == totals(shared_data / FILE)
    assert {(row["provenance"], row["source"]) for row in rows} == {("real", "UNODC Global Report on Trafficking in Persons")}


def test_at_least_sixty_figures_of_eight_countries_are_published_of_each_kind(published: str) -> None:
    rows = query(published, "select country_code, measure, count(*) as n from published.trafficking group by 1, 2")
    figures, countries = Counter[str](), Counter[str]()
    for row in rows:
        figures[row["measure"]] += row["n"]
        countries[row["measure"]] += 1
    assert figures.keys() == set(MEASURES.values())
    assert all(figures[kind] >= 60 for kind in MEASURES.values())
    assert all(countries[kind] >= 8 for kind in ("victims_detected", "persons_prosecuted", "persons_convicted"))
    assert len({row["country_code"] for row in rows}) == 11


def test_the_trends_say_how_complete_each_series_is(published: str, shared_data: Path) -> None:
    years: dict[tuple[str, ...], set[int]] = {}
    for (country, year, *series), _ in totals(shared_data / FILE).items():
        years.setdefault((country, *series), set()).add(int(year))
    rows = query(
        published,
        "select trend.* from published.trafficking_trend as trend where breakdown = 'none' and not exists ("
        " select from published.trafficking as c where c.basis = 'children and adults' and c.breakdown = 'none'"
        " and (c.country_code, c.measure, c.gender) = (trend.country_code, trend.measure, trend.gender))",
    )
    assert len(rows) > 60
    for row in rows:
        counted = years[row["country_code"], row["measure"], row["gender"], row["age_group"]]
        assert (row["first_year"], row["last_year"], row["n_years"]) == (min(counted), max(counted), len(counted))
        assert row["complete_pct"] == pytest.approx(100 * len(counted) / (max(counted) - min(counted) + 1))
    shown = [row for row in rows if row["change_pct"] is not None]
    assert len({row["country_code"] for row in shown}) >= 8
    assert all(row["change_low_pct"] <= row["change_pct"] <= row["change_high_pct"] for row in shown)


def test_victims_of_known_sex_and_age_are_published_of_countries_without_an_agency(published: str) -> None:
    rows = query(published, "select distinct country_code, status from published.indicator where indicator_code = 'VIC-05'")
    assert len(rows) >= 5 and {row["status"] for row in rows} == {"exact"}


def test_every_share_of_police_is_published_with_its_years(published: str, shared_data: Path) -> None:
    with (shared_data / POLICE).open(encoding="utf-8", newline="") as file:
        told = {
            (row["iso3"], int(row["year"])): (float(row["value_pct"]), int(row["source_year"])) for row in csv.DictReader(file)
        }
    rows = query(published, "select * from published.police_share")
    assert {(row["country_code"], row["period_year"]): (row["women_pct"], row["source_year"]) for row in rows} == told
    assert sum(row["is_newest"] for row in rows) == len({country for country, _ in told}) == 104
