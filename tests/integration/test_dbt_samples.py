"""The sample files all the way: drop folder, reader, pseudonyms, raw, dbt; what comes out is what truth.json knew of the people and cases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingestion.hr.files import list_drop
from ingestion.hr.keys import KeyRing
from ingestion.hr.load import load_file
from ingestion.landing import Landing
from ingestion.reference import load_reference
from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from sandbox.samples.generate import generate
from stack.postgres import Postgres
from tests.integration.dbt_project import build, database, prepare, query

YEARS = ("2023", "2024", "2025")
AGENCIES = ("THA-POL", "IDN-IMM", "VNM-CUS")


@pytest.fixture(scope="module")
def truth_and_url(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], str]]:
    folder = tmp_path_factory.mktemp("samples")
    catalogue = load_catalogue(REPOSITORY / "catalogue")
    generate(folder, catalogue, REPOSITORY / "catalogue", seed=11, size=0.1)
    with database(postgres) as url:
        prepare(url)
        landing, ring = Landing(str(folder / "landing")), KeyRing(folder / "keys")
        with psycopg.connect(url) as connection:
            for file in list_drop(folder / "drop", catalogue):
                load_file(connection, landing, catalogue.hr[file.contract], file, ring)
            for name, contract in catalogue.reference.items():
                [path] = (folder / "drop" / "reference" / name).iterdir()
                load_reference(connection, landing, contract, Path(path))
        build(url, tmp_path_factory.mktemp("dbt"))
        yield json.loads((folder / "truth.json").read_text(encoding="utf-8")), url


def cell(url: str, indicator: str, place: str, year: str, gender: str = "all") -> dict[str, Any]:
    level = "('agency', 'agency_gender')" if "-" in place else "('country', 'country_gender')"
    [row] = query(
        url,
        f"select * from indicators.fct_indicator where indicator_code = %s and %s in (agency_code, country_code) and level in {level}"
        " and period_year = %s and gender = %s and grade_band = 'all' and breakdown = 'none'",
        *(indicator, place, int(year), gender),
    )
    return row


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("agency", AGENCIES)
def test_posts_and_counter_trafficking_units(truth_and_url, agency: str, year: str) -> None:
    truth, url = truth_and_url
    for indicator, kind in (("REP-03", "stock_at_posts"), ("DEP-02", "stock_against_trafficking")):
        told = truth["hr"][agency][year][kind]
        found = cell(url, indicator, agency, year)
        assert (found["numerator"], found["denominator"]) == (told["woman"], told["woman"] + told["man"])


@pytest.mark.parametrize("agency", AGENCIES)
def test_stock_and_womens_share_broken_down(truth_and_url, agency: str) -> None:
    truth, url = truth_and_url
    stock = query(
        url,
        "select * from indicators.ind_hr__stock_by where agency_code = %s and breakdown not in ('grade_band', 'post_type')",
        agency,
    )
    told = {
        (int(year), name, value, gender): n
        for year, of_year in truth["hr"][agency].items()
        for name, values in of_year["stock_broken_down"].items()
        for value, counts in values.items()
        for gender, n in counts.items()
        if n
    }
    genders = ("woman", "man")
    found = {(row["period_year"], row["breakdown"], row["breakdown_value"], row["gender"]): row["n_staff"] for row in stock}
    assert {key: n for key, n in found.items() if key[3] in genders and str(key[0]) in truth["hr"][agency]} == told
    shares = query(
        url,
        "select * from indicators.fct_indicator where indicator_code = 'REP-01' and agency_code = %s and breakdown <> 'none'"
        " and period_year between 2022 and 2025",
        agency,
    )
    assert {row["breakdown"] for row in shares} == {"function", "sworn_civilian", "age_band", "border_post"}
    for row in shares:
        women, men = (told.get((row["period_year"], row["breakdown"], row["breakdown_value"], gender), 0) for gender in genders)
        assert (row["numerator"], row["n"]) == (women, women + men)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("agency", AGENCIES)
def test_hires_by_the_grade_band_that_they_begin_in(truth_and_url, agency: str, year: str) -> None:
    truth, url = truth_and_url
    told = {
        name: (n["woman"], n["woman"] + n["man"])
        for name, n in truth["hr"][agency][year]["hires_by_band"].items()
        if any(n.values())
    }
    rows = query(
        url,
        "select * from indicators.fct_indicator where indicator_code = 'REC-02' and agency_code = %s and period_year = %s"
        " and level = 'agency_grade'",
        *(agency, int(year)),
    )
    assert {row["grade_band"]: (row["numerator"], row["n"]) for row in rows} == told


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("agency", AGENCIES)
def test_separations_of_women_over_men_at_equal_ages(truth_and_url, agency: str, year: str) -> None:
    truth, url = truth_and_url
    told = truth["hr"][agency][year]["separation_ratio_at_equal_ages"]
    found = cell(url, "RET-02", agency, year)["reference_value"]
    assert found is told is None or found == pytest.approx(told, rel=1e-9)


@pytest.mark.parametrize("year", YEARS)
def test_reasons_of_separation_meet_the_staff_list(truth_and_url, year: str) -> None:
    truth, url = truth_and_url
    told = truth["hr_registers"]["idn_imm_separations"][year]
    rows = query(
        url,
        "select gender, reason, n_separations from indicators.ind_hr__separation_reason where agency_code = 'IDN-IMM' and period_year = %s",
        int(year),
    )
    found = {(row["gender"], row["reason"]): row["n_separations"] for row in rows if row["gender"] in told}
    assert found == {
        (gender, "not stated" if reason == "separation" else reason): n for gender, of in told.items() for reason, n in of.items()
    }
    for gender in ("woman", "man"):
        assert cell(url, "RET-03", "IDN-IMM", year, gender)["numerator"] == told[gender].get("resignation", 0)


@pytest.mark.parametrize("year", ["2022", *YEARS])
def test_courses_meet_the_staff_list(truth_and_url, year: str) -> None:
    truth, url = truth_and_url
    told = truth["hr_registers"]["tha_pol_training"][year]
    women, men = (told[gender]["hours"] / told[gender]["n"] for gender in ("woman", "man"))
    assert cell(url, "DEP-03", "THA-POL", year)["estimate"] == pytest.approx(women / men, rel=1e-12)
    for gender in ("woman", "man"):
        found = cell(url, "DEP-04", "THA-POL", year, gender)
        assert (found["numerator"], found["denominator"]) == (told[gender]["trained"], told[gender]["front_line"])


@pytest.mark.parametrize("year", YEARS)
def test_complaints(truth_and_url, year: str) -> None:
    truth, url = truth_and_url
    told = truth["hr_registers"]["idn_imm_complaints"][year]
    rate, closing = cell(url, "HAR-05", "IDN-IMM", year), cell(url, "HAR-06", "IDN-IMM", year)
    assert rate["numerator"] == told["opened_in_scope"]
    # Who left is just absent from the lists, so that time in post is known to half a month.
    person_years = sum(truth["hr"]["IDN-IMM"][year]["person_years"].values())
    assert rate["denominator"] == pytest.approx(person_years, rel=0.02)
    assert (closing["numerator"], closing["denominator"]) == (told["closed_in_time"], told["due"])


@pytest.mark.parametrize("year", YEARS)
def test_applicants(truth_and_url, year: str) -> None:
    truth, url = truth_and_url
    told = truth["hr_registers"]["vnm_cus_applicants"][year]
    women, men = (told[f"{gender}_hired"] / told[f"{gender}_applied"] for gender in ("woman", "man"))
    assert cell(url, "REC-03", "VNM-CUS", year)["estimate"] == pytest.approx(women / men, rel=1e-12)
    assert cell(url, "REC-01", "VNM-CUS", year)["numerator"] == told["woman_applied"]


@pytest.mark.parametrize("agency", AGENCIES)
def test_staff_beside_the_population(truth_and_url, agency: str) -> None:
    truth, url = truth_and_url
    people, stock = truth["reference"]["population"][agency[:3]]["2025"], truth["hr"][agency]["2025"]["stock"]
    share = people["Female 15-64"] / (people["Female 15-64"] + people["Male 15-64"])
    found = cell(url, "REP-02", agency, "2025")
    assert found["estimate"] == pytest.approx(stock["woman"] / (stock["woman"] + stock["man"]) / share, rel=1e-12)


@pytest.mark.parametrize("country", ["THA", "IDN", "VNM"])
def test_victims_beside_the_population(truth_and_url, country: str) -> None:
    truth, url = truth_and_url
    told, people = truth["reference"]["victims"][country]["2024"], truth["reference"]["population"][country]["2024"]
    for gender, sex in (("woman", "Female"), ("man", "Male")):
        found = cell(url, "VIC-02", country, "2024", gender)
        low, high = (found["bound_low"], found["bound_high"]) if told[sex] < 5 else (found["estimate"], found["estimate"])
        assert low - 1e-9 <= 1e5 * told[sex] / people[f"{sex} Total"] <= high + 1e-9
    known = cell(url, "VIC-05", country, "2024")
    low, high = (known[name] if known[name] is not None else known["estimate"] for name in ("bound_low", "bound_high"))
    assert low - 1e-9 <= 100 * told["known"] / told["total"] <= high + 1e-9


@pytest.mark.parametrize("country", ["THA", "TLS"])
def test_accused_and_forms_of_exploitation(truth_and_url, country: str) -> None:
    truth, url = truth_and_url
    rows = query(
        url, "select * from core.fct_trafficking where country_code = %s and period_year = 2024 and age_group = 'all'", country
    )
    found = {(row["measure"], row["breakdown_label"], row["gender"]): (row["n_low"], row["n_high"]) for row in rows}
    stages = truth["reference"]["accused"][country]["2024"]
    forms = truth["reference"]["forms"][country]["2024"]
    told = {
        ("persons_suspected", "All", "woman"): stages["Persons brought into formal contact"]["Female"],
        ("persons_prosecuted", "All", "man"): stages["Persons prosecuted"]["Male"],
        ("persons_convicted", "All", "all"): sum(stages["Persons convicted"].values()),
    } | {("victims_detected", form, "woman"): count for form, count in forms.items()}
    for key, count in told.items():
        low, high = found[key]
        assert low <= count <= high and high - low <= 8, key


@pytest.mark.parametrize("agency", AGENCIES)
def test_lists_of_the_samples_are_complete(truth_and_url, agency: str) -> None:
    found = cell(truth_and_url[1], "LDR-04", agency, "2025")
    assert (found["denominator"], found["estimate"]) == (12 * 4, 100)


def test_nothing_that_names_anybody_is_in_raw(truth_and_url) -> None:
    tables = ("hr_staff", "hr_training", "hr_complaint", "hr_applicant")
    rows = str([query(truth_and_url[1], f"select * from raw.{table} limit 2000") for table in tables])
    assert not any(word in rows for word in ("สมมติ", "Contoh", "CONTOH", "Ví Dụ", "7000000000"))
