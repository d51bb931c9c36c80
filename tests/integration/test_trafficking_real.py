"""The UN's file of trafficking in ASEAN: every bound equal to a count by the csv module alone, which knows nothing of ours."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ingestion.landing import Landing
from ingestion.reference import load_reference
from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, prepare, query

FILE = "reference/glotip_asean.csv"
MEASURES = {
    "Detected trafficking victims": "victims_detected",
    "Persons brought into formal contact": "persons_suspected",
    "Persons prosecuted": "persons_prosecuted",
    "Persons convicted": "persons_convicted",
    "Offences of trafficking in persons": "offences_recorded",
}
SEXES = {"Female": "woman", "Male": "man", "Other": "other", "Unknown": "missing", "Total": "all"}
AGES = {"0 to 17 years": "child", "18 years or over": "adult", "Unknown": "missing", "Total": "all"}
Key = tuple[str, ...]  # country, year, measure, gender and age group
Bounds = dict[Key, tuple[int, int]]


def lines(file: Path) -> Iterator[tuple[dict[str, str], int, int]]:
    with file.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            text = row["value_text"].replace(",", "")
            yield row, 0 if text == "<5" else int(text), 4 if text == "<5" else int(text)


def totals(file: Path) -> Bounds:
    """The source's own totals, none of which stands there twice with two values."""
    return {
        (row["iso3"], row["year"], MEASURES[row["indicator"]], SEXES[row["sex"]], AGES[row["age"]]): (low, high)
        for row, low, high in lines(file)
        if row["dimension"] == "Total"
    }


def other_forms(file: Path) -> Bounds:
    """Victims and convicted persons of other forms of exploitation: from the greatest line to the sum of all."""
    found = defaultdict(list)
    for row, low, high in lines(file):
        if row["category"] == "Other forms of exploitation":
            key = (row["iso3"], row["year"], MEASURES[row["indicator"]], SEXES[row["sex"]], AGES[row["age"]])
            found[key].append((low, high))
    return {key: (max(low for low, _ in parts), sum(high for _, high in parts)) for key, parts in found.items()}


@pytest.fixture(scope="module")
def built(postgres: Postgres, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    contract = load_catalogue(REPOSITORY / "catalogue").reference["unodc_glotip"]
    with database(postgres) as url:
        prepare(url)
        with psycopg.connect(url) as connection:
            load_reference(connection, Landing(str(tmp_path_factory.mktemp("landing"))), contract, shared_data / FILE)
        build_models(url, tmp_path_factory.mktemp("dbt"), "--select", "+fct_trafficking")
        yield url


def bounds(url: str, where: str) -> Bounds:
    names = ("country_code", "period_year", "measure", "gender", "age_group")
    rows = query(url, f"select * from core.fct_trafficking where {where}")
    return {tuple(str(row[name]) for name in names): (row["n_low"], row["n_high"]) for row in rows}


def test_less_than_five_may_be_nobody_as_totals_of_the_file_say(shared_data: Path) -> None:
    """No 0 is written anywhere, and where the counts that are written add up to the total, nobody is left for those that read `<5`."""
    rows = list(lines(shared_data / FILE))
    assert not any(row["value_text"] == "0" for row, _, _ in rows)
    parts: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    whole: Bounds = {}
    for row, low, high in rows:
        key = (row["iso3"], row["year"], row["indicator"])
        if row["dimension"] == "Total" and (row["sex"], row["age"]) == ("Total", "Total"):
            whole[key] = (low, high)
        elif row["dimension"] == "Total" and "Total" not in (row["sex"], row["age"]):
            parts[key].append((low, high))
    exact = {key: low for key, (low, high) in whole.items() if low == high}
    nobody = [
        key
        for key, total in exact.items()
        if (0, 4) in parts[key] and sum(low for low, high in parts[key] if low == high) == total
    ]
    assert len(nobody) == 29


def test_every_total_of_the_file_is_a_fact(built: str, shared_data: Path) -> None:
    found = bounds(built, "breakdown = 'none' and basis = 'line of the source'")
    assert found == totals(shared_data / FILE)
    assert len(found) == 1516 and len({key[0] for key in found}) == 11


def test_other_forms_of_exploitation_have_the_bounds_of_persons_who_may_be_in_several(built: str, shared_data: Path) -> None:
    found = bounds(built, "breakdown_value = 'other_forms_of_exploitation' and basis <> 'children and adults'")
    assert found == other_forms(shared_data / FILE)


def test_citizenships_have_one_name_each(built: str) -> None:
    rows = query(
        built,
        "select sum(n_low) as low from core.fct_trafficking where breakdown = 'citizenship' and breakdown_value = 'myanmar'"
        " and country_code = 'MMR' and measure = 'victims_detected' and period_year between 2017 and 2018",
    )
    assert rows == [{"low": 353 + 317}]  # Nationals in 2017, Myanmar in 2018
    burmese = query(
        built, "select count(*) as n from core.fct_trafficking where breakdown_label in ('Burmese', 'Myanmar Nation', 'MYANMAR')"
    )
    assert burmese == [{"n": 0}]
