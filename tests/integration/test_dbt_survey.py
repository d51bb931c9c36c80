"""The survey estimator on real microdata equals R's survey package (FEVS 2018, United States, not ASEAN)."""

from __future__ import annotations

import csv
import gzip
import math
from pathlib import Path

import pytest
from tests.integration.dbt_project import build, prepare, query, respond

from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY

ITEMS = {"Q22": "PRO-06", "Q17": "HAR-03", "Q49": "CUL-03", "Q42": "WLC-04"}


def fevs_people(data: Path) -> list[dict[str, str]]:
    contract = load_catalogue(REPOSITORY / "catalogue").kobo["fevs_2018"]
    fields = {path.rsplit("/", 1)[-1]: canonical for path, canonical in contract.fields.items()}
    maps = contract.value_maps
    with gzip.open(data / "survey" / "fevs_2018_law_enforcement.csv.gz", "rt", encoding="utf-8") as file:
        return [
            {name: maps.get(name, {}).get(row[column], row[column]) for column, name in fields.items() if row[column]}
            for row in csv.DictReader(file)
        ]


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


def test_every_domain_equals_the_golden_file(warehouse: str, shared_data: Path, tmp_path: Path) -> None:
    prepare(warehouse)
    respond(warehouse, "fevs_2018", fevs_people(shared_data))
    build(warehouse, tmp_path)
    agencies = load_catalogue(REPOSITORY / "catalogue").kobo["fevs_2018"].value_maps["agency"]
    cells = {
        (
            cell["level"],
            cell["agency_code"],
            cell["agency_type"] if cell["level"] == "agency_type_gender" else "all",
            cell["gender"],
            cell["indicator_code"],
        ): cell
        for cell in query(warehouse, "select * from indicators.fct_indicator where period_year = 2018")
    }
    with (shared_data / "survey" / "fevs_2018_expected.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    assert len(expected) == 212
    for row in expected:
        cell = cells[(*domain_of(row, agencies), ITEMS[row["item"]])]
        assert (cell["n"], cell["n_positive"], cell["df"]) == (int(row["n"]), int(row["n_positive"]), int(row["df"])), row
        assert math.isclose(cell["estimate"] / 100, float(row["estimate"]), rel_tol=0, abs_tol=1e-9), row
        assert math.isclose(cell["se"] / 100, float(row["se"]), rel_tol=0, abs_tol=1e-9), row
        assert cell["sum_weight"] == pytest.approx(float(row["sum_weight"]), rel=1e-9)
        assert cell["provenance"] == "real"


def survey_catalogue(warehouse: str) -> None:
    """Two synthetic agencies in the frame of the workplace survey: 100 and 30 people."""
    prepare(warehouse)
    from psycopg import connect

    with connect(warehouse) as connection:
        connection.execute("delete from raw.catalogue_survey_frame")
        connection.execute(
            "insert into raw.catalogue_survey_frame values ('workplace_culture', 'THA-POL', 100), ('workplace_culture', 'IDN-IMM', 30)"
        )


def test_frame_weights_partial_scales_and_silent_answers(warehouse: str, tmp_path: Path) -> None:
    survey_catalogue(warehouse)
    people = [
        {"consent": "yes", "agency": "THA-POL", "gender": "woman", "grade_band": "junior", "respect": 5, "included": 2},  # ½
        {"consent": "yes", "agency": "THA-POL", "gender": "woman", "grade_band": "junior", "respect": 4, "included": 88},  # 1
        {"consent": "yes", "agency": "THA-POL", "gender": "man", "grade_band": "senior", "respect": 1},  # 0
        {"consent": "yes", "agency": "THA-POL", "gender": "not_stated", "respect": 99},  # no valid answer
        {"consent": "yes", "agency": "IDN-IMM", "gender": "man", "grade_band": "junior", "respect": 3, "included": 4},  # ½
        {"consent": "yes", "agency": "IDN-IMM", "gender": "man", "grade_band": "junior", "respect": 4, "included": 4},  # 1
        {"consent": "yes", "agency": "NOWHERE", "gender": "man", "respect": 4},
    ]
    respond(warehouse, "workplace_culture", people)
    build(warehouse, tmp_path)
    cells = {
        (cell["level"], cell["agency_code"], cell["gender"]): cell
        for cell in query(warehouse, "select * from indicators.fct_indicator where indicator_code = 'CUL-03'")
    }
    police = cells["agency", "THA-POL", "all"]
    assert police["n"] == 3
    assert police["estimate"] == pytest.approx(50)
    # z = w(y − p)/Σw with w = 25: (0, ⅓·½, −⅓·½, and 0 for the silent one); variance 4/3 · 2 · (1/6)²
    assert police["se"] == pytest.approx(100 * math.sqrt(4 / 3 * 2 / 36))
    assert police["df"] == 2
    everybody = cells["all", "all", "all"]
    assert everybody["estimate"] == pytest.approx(100 * (25 * 1.5 + 15 * 1.5) / (75 + 30))
    assert everybody["df"] == 3
    unusable = query(warehouse, "select exclusion_reason from core.int_survey__profile where exclusion_reason is not null")
    assert unusable == [{"exclusion_reason": "agency not in the catalogue"}]


def test_a_stratum_of_one_has_no_standard_error(warehouse: str, tmp_path: Path) -> None:
    survey_catalogue(warehouse)
    respond(warehouse, "workplace_culture", [{"agency": "IDN-IMM", "gender": "woman", "respect": 5}])
    build(warehouse, tmp_path)
    [cell] = query(warehouse, "select * from indicators.fct_indicator where level = 'agency' and indicator_code = 'CUL-03'")
    assert cell["estimate"] == 100
    assert cell["se"] is None


def test_edits_deletions_and_double_sendings_count_once(warehouse: str, tmp_path: Path) -> None:
    survey_catalogue(warehouse)
    person = {"agency": "IDN-IMM", "gender": "woman", "respect": 1}
    respond(warehouse, "workplace_culture", [person, person, person, person])
    from psycopg import connect

    with connect(warehouse) as connection:
        edited = "select form, asset_uid, submission_id, root_uuid, uuid, submitted_at, validation_status, {}, {}, {} from raw.kobo_submission where submission_id = {}"
        connection.execute(
            "insert into raw.kobo_submission (form, asset_uid, submission_id, root_uuid, uuid, submitted_at, validation_status,"
            " is_deleted, content_hash, loaded_at) "
            + edited.format("false", "'edited'", "loaded_at + interval '1 day'", 1)
            + " union all "
            + edited.format("true", "content_hash", "loaded_at + interval '1 day'", 2)
        )
        connection.execute(
            "insert into raw.kobo_answer select form, asset_uid, submission_id, 'edited', field,"
            " case field when 'respect' then '5' else value end from raw.kobo_answer where submission_id = 1"
        )
        connection.execute("update raw.kobo_submission set root_uuid = 'workplace_culture-3' where submission_id = 4")
    build(warehouse, tmp_path)
    standing = query(warehouse, "select submission_id, answer_value from core.fct_survey_response order by submission_id")
    assert standing == [{"submission_id": 1, "answer_value": 5}, {"submission_id": 4, "answer_value": 1}]
