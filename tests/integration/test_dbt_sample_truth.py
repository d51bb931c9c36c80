"""Every survey figure of the synthetic source, harassment too, rests on the very answers that its generator says it wrote."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from publication.releases import build_candidate
from sandbox.samples.generate import FORM, generate
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, prepare, query, respond

CATALOGUE = REPOSITORY / "catalogue"


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    generate(folder, load_catalogue(CATALOGUE), CATALOGUE, seed=7, size=0.3)
    return folder


@pytest.fixture(scope="module")
def built(postgres: Postgres, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    contract = load_catalogue(CATALOGUE).kobo[FORM]
    lines = (samples / "kobo" / FORM / "submissions.jsonl").read_text(encoding="utf-8").splitlines()
    records = [record for record in map(json.loads, lines) if record["consent"] == "yes"]
    people = [
        {
            (name := contract.fields[path]): contract.value_maps.get(name, {}).get(value, value)
            for path, value in record.items()
            if path in contract.fields
        }
        for record in records
    ]
    with database(postgres) as url:
        prepare(url)
        respond(url, FORM, people)
        build_models(url, tmp_path_factory.mktemp("dbt"))
        with psycopg.connect(url) as connection:
            build_candidate(connection, CATALOGUE)
        yield url


def test_counts_of_every_indicator_and_gender_are_those_of_the_generator(built: str, samples: Path) -> None:
    catalogue = load_catalogue(CATALOGUE)
    country = {agency.code: agency.country for agency in catalogue.agencies}
    sensitive = {indicator.id for indicator in catalogue.indicators if indicator.sensitive}
    truth = json.loads((samples / "truth.json").read_text(encoding="utf-8"))["survey"]["sample"]
    cells: dict[tuple[str, ...], dict[str, Any]] = {
        (cell["indicator_code"], cell["country_code"], cell["agency_code"], cell["gender"]): cell
        for cell in query(
            built,
            "select * from indicators.ind_survey__estimate where level in ('agency_gender', 'country_gender') and gender in ('woman', 'man')",
        )
    }
    known = [
        (agency, code, gender, figures)
        for agency, of_agency in truth.items()
        for code, by_gender in of_agency["indicators"].items()
        for gender, figures in by_gender.items()
        if gender in ("woman", "man")
    ]
    assert {code for _, code, *_ in known} > sensitive
    in_country: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for agency, code, gender, figures in known:
        if code in sensitive:
            in_country[code, country[agency], gender].update(n=figures["n"], n_positive=figures["n_positive"])
        else:
            assert cells[code, country[agency], agency, gender]["n"] == figures["n"], (agency, code, gender)
    assert len(in_country) >= 16
    for (code, place, gender), figures in in_country.items():
        cell = cells[code, place, "all", gender]
        assert (cell["n"], cell["n_positive"]) == (figures["n"], figures["n_positive"]), (code, place, gender)


CARING = {"none": "no", "children": "yes", "adult": "yes", "both": "yes"}
TENURE = ("lt2", "2-5", "6-10", "11-20", "gt20")


@pytest.mark.parametrize(
    ("indicator", "question", "said_in", "named"),
    [
        ("WLC-04", "worklife/sup_balance", "profile/caring", CARING),
        ("RET-05", "team/leave_int", "profile/tenure_band", dict(zip(TENURE, TENURE, strict=True))),
        ("INF-04", "facilities_kit/facilities", "profile/border_post", {"yes": "yes", "no": "no"}),
    ],
)
def test_an_agencys_figure_is_broken_down_by_what_respondents_say_of_themselves(
    built: str, samples: Path, indicator: str, question: str, said_in: str, named: dict[str, str]
) -> None:
    lines = (samples / "kobo" / FORM / "submissions.jsonl").read_text(encoding="utf-8").splitlines()
    answered = Counter(
        (record["profile/agency"], named[record[said_in]])
        for record in map(json.loads, lines)
        if record.get(question) in ("1", "2", "3", "4", "5") and record.get(said_in) in named
    )
    cells = query(
        built, "select * from indicators.ind_survey__estimate where indicator_code = %s and breakdown <> 'none'", indicator
    )
    assert {(cell["agency_code"], cell["breakdown_value"]): cell["n"] for cell in cells} == answered
    assert {cell["level"] for cell in cells} == {"agency_breakdown"}


def test_what_is_published_of_harassment_rests_on_thirty_answers_and_names_no_agency(built: str) -> None:
    cells = query(
        built,
        "select * from release.indicator where indicator_code in ('HAR-01', 'HAR-02', 'HAR-04') and unavailable_reason is null",
    )
    shown = [cell for cell in cells if not cell["is_suppressed"]]
    assert {cell["indicator_code"] for cell in shown} >= {"HAR-01", "HAR-02"}
    assert all(cell["n"] >= 30 and cell["agency_code"] == "all" and cell["grade_band"] == "all" for cell in shown)
    assert all(60 < cell["opt_in_pct"] < 90 for cell in shown if cell["gender"] in ("woman", "man"))
    assert any(cell["is_suppressed"] for cell in cells)


def test_labels_of_the_sample_are_one_for_each_cell_and_name_its_wave(built: str) -> None:
    cells = query(built, "select label, wave, status, period_year, is_newest from release.indicator where source = 'survey'")
    assert len({cell["label"] for cell in cells}) == len(cells) > 100
    assert all(cell["wave"] in cell["label"] for cell in cells)
    assert all(cell["label"].endswith("(suppressed)") for cell in cells if cell["status"] == "suppressed")
    assert {cell["period_year"] for cell in cells if cell["is_newest"]} == {max(cell["period_year"] for cell in cells)}


def test_a_bounded_figure_has_the_ends_of_its_bound_as_numbers(built: str) -> None:
    bounds = query(built, "select estimate, ci_low, ci_high, label from release.indicator where status = 'bounded'")
    for cell in bounds:
        assert (
            cell["estimate"] is None
            and 0 <= cell["ci_low"] < cell["ci_high"] <= 100
            and 0 in (cell["ci_low"], 100 - cell["ci_high"])
        )
    assert bounds
