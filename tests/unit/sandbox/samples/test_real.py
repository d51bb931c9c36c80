"""Real extracts laid out as a source: nothing added, nothing rounded, nothing else let out."""

import csv
import gzip
import json
from collections import Counter

import pytest

from ingestion.kobo.asking import MappingError
from ingestion.kobo.form import read_form
from ingestion.kobo.mapping import plan
from ingestion.kobo.records import Reader
from sandbox.samples.real import SourceMissing, prepare


def test_copies_are_the_files_themselves(real, shared_data):
    for name, place in {
        "hr/chicago_staff_years.csv.gz": "hr/usa_cpd_staff_years",
        "hr/chicago_roster_2017.csv.gz": "hr/usa_cpd_roster",
        "reference/glotip_asean.csv": "reference/unodc_glotip",
        "reference/un_women_police.csv": "reference/unsd_police",
    }.items():
        copied = real / "drop" / place / name.split("/")[1]
        assert copied.read_bytes() == (shared_data / name).read_bytes()


def test_each_file_matches_the_pattern_of_its_contract(real, catalogue):
    files = [(kind, path) for kind in ("hr", "reference") for path in (real / "drop" / kind).glob("*/*")]
    assert {kind for kind, _ in files} == {"hr", "reference"}
    for kind, path in files:
        assert path.match(getattr(catalogue, kind)[path.parent.name].file_pattern)


def test_survey_record_carries_the_text_of_its_row(real, shared_data, catalogue):
    with gzip.open(shared_data / "survey" / "fevs_2018_law_enforcement.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (real / "kobo" / "fevs_2018" / "submissions.jsonl").open(encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    assert len(records) == len(rows) == 15694
    assert [record["_id"] for record in records] == sorted(record["_id"] for record in records)
    by_id = {record["_id"]: record for record in records}
    paths = catalogue.kobo["fevs_2018"].fields
    for row in rows:
        record = by_id[int(row["respondent_no"])]
        assert {path: record.get(path, "") for path in paths} == {path: row[path.split("/")[1]] for path in paths}


def test_form_is_labelled_real_and_found_by_its_contract(real, catalogue):
    asset = json.loads((real / "kobo" / "fevs_2018" / "asset.json").read_text(encoding="utf-8"))
    assert asset["name"] == catalogue.kobo["fevs_2018"].asset_name
    assert "United States, real" in asset["name"]
    paths = {row["$xpath"] for row in asset["versions"][-1]["content"]["survey"] if "$xpath" in row}
    assert catalogue.kobo["fevs_2018"].fields.keys() <= paths


def test_missing_file_is_named_before_anything_is_written(tmp_path, catalogue):
    source, out = tmp_path / "source", tmp_path / "out"
    (source / "hr").mkdir(parents=True)
    (source / "hr" / "chicago_staff_years.csv.gz").touch()
    with pytest.raises(SourceMissing, match=r"chicago_roster_2017\.csv\.gz"):
        prepare(source, out, catalogue)
    assert not out.exists()


def read_grades(folder, agreement):
    """The grades of every respondent as the contract reads them, and the plan's notices."""
    content = json.loads((folder / "asset.json").read_text(encoding="utf-8"))["versions"][-1]["content"]
    reader = Reader(agreement, plan(agreement, [read_form("v", content)]))
    with (folder / "submissions.jsonl").open(encoding="utf-8") as file:
        grades = Counter(reader.answers(json.loads(line)).get("grade_band") for line in file)
    return grades, +reader.unknown, reader.plan.notices


def test_the_grade_of_every_real_respondent_leaves_the_landing(real, shared_data, catalogue):
    with gzip.open(shared_data / "survey" / "fevs_2018_law_enforcement.csv.gz", "rt", encoding="utf-8") as file:
        grades = Counter(row["supervisory_status"] for row in csv.DictReader(file))
    said = catalogue.kobo["fevs_2018"].value_maps["grade_band"]
    found, unknown, notices = read_grades(real / "kobo" / "fevs_2018", catalogue.kobo["fevs_2018"])
    assert found == {said[status]: n for status, n in grades.items()} and found.total() == 15694
    assert (unknown, notices) == ({}, ())


def test_a_form_without_lists_stops_as_nothing_says_which_answers_are_codes(real, catalogue):
    content = json.loads((real / "kobo" / "fevs_2018" / "asset.json").read_text(encoding="utf-8"))["versions"][-1]["content"]
    with pytest.raises(
        MappingError, match="profile/supervisory_status takes its choices from 'supervisory_status', not from a list"
    ):
        plan(catalogue.kobo["fevs_2018"], [read_form("v", content | {"choices": []})])
