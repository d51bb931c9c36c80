"""The synthetic source: the same bytes for the same seed, labelled as invented, and true to what truth.json says."""

import csv
import datetime as dt
import hashlib
import json
import shutil

import pytest

from parity.catalogue import load_catalogue
from sandbox.samples.__main__ import main
from sandbox.samples.any_form import SAMPLE_SIZE
from sandbox.samples.generate import generate
from sandbox.samples.people import PLANS, staff
from sandbox.samples.survey import REFERENCE_DAY
from tests.unit.sandbox.samples.conftest import CATALOGUE


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_same_seed_gives_the_same_bytes(make, samples):
    assert digests(make(7)) == digests(samples)


def test_other_seed_gives_other_people_in_the_same_files(make, samples):
    other = digests(make(8))
    assert other.keys() == digests(samples).keys()
    assert all(other[name] != digest for name, digest in digests(samples).items() if not name.endswith("asset.json"))


def test_every_source_says_that_it_is_synthetic(samples, asset, truth):
    assert truth["synthetic"] is True
    assert "(synthetic)" in asset["name"]
    for name in samples.rglob("drop/**/*.*"):
        assert any(word in name.name for word in ("synthetic", "sintetis", "gia-lap"))


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_women_are_few_slowly_more_and_rarer_in_command(plan):
    people = staff(plan, 7)

    def share(day, grades):
        women = [p.gender == "woman" for p in people if p.is_in_post(day) and p.grade_on(day) in grades]
        return sum(women) / len(women)

    start, end = dt.date(2022, 12, 31), dt.date(2025, 12, 31)
    assert 0.08 < share(start, range(1, 10)) < share(end, range(1, 10)) < 0.30
    assert share(end, range(7, 10)) < share(end, range(1, 10))


def test_stock_moves_by_hires_and_separations(truth):
    for years in truth["hr"].values():
        for year in ("2023", "2024", "2025"):
            for gender in ("woman", "man"):
                before, now = years[str(int(year) - 1)]["stock"][gender], years[year]["stock"][gender]
                assert now == before + years[year]["hires"].get(gender, 0) - years[year]["separations"].get(gender, 0)


def test_bands_and_grades_add_up_to_the_stock(truth):
    assert truth["hr"] and all(truth["hr"].values())
    for years in truth["hr"].values():
        for figures in years.values():
            for gender in ("woman", "man"):
                assert sum(figures["stock_by_grade"][gender].values()) == figures["stock"][gender]
                assert sum(figures["stock_by_band"][gender].values()) == figures["stock"][gender]


def test_person_years_lie_between_the_stocks_and_their_flows(truth):
    for years in truth["hr"].values():
        for year in ("2023", "2024", "2025"):
            for gender in ("woman", "man"):
                before = years[str(int(year) - 1)]["stock"][gender]
                low = before - years[year]["separations"].get(gender, 0)
                high = before + years[year]["hires"].get(gender, 0)
                assert low * 0.99 <= years[year]["person_years"][gender] <= high * 1.01


def test_frame_of_the_form_is_the_staff_that_the_default_seed_invents(catalogue):
    in_post = {plan.code: sum(person.is_in_post(REFERENCE_DAY) for person in staff(plan, 7)) for plan in PLANS}
    assert catalogue.kobo["workplace_culture"].weight.frame == in_post


@pytest.mark.parametrize("contract", ["unodc_glotip", "unsd_police", "undesa_population"])
def test_reference_samples_hold_the_columns_of_the_contract(samples, catalogue, contract):
    (path,) = (samples / "drop" / "reference" / contract).iterdir()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert catalogue.reference[contract].columns.keys() <= rows[0].keys()
    assert path.match(catalogue.reference[contract].file_pattern)
    assert len({row["iso3"] for row in rows}) == 11


def a_catalogue_with(tmp_path, relevant):
    """The catalogue with a form of two questions, the second asked where `relevant` holds; its survey has no column that can be left out."""
    folder = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE, folder)
    form = folder / "questionnaire" / "pulse"
    form.mkdir()
    (form / "survey.csv").write_text(
        "type,name,label::English (en),relevant\nselect_one agency,agency,Agency,\n"
        f'select_one yn,glad,Are you glad?,"{relevant}"\n',
        encoding="utf-8",
    )
    rows = "list_name,name,label::English (en)\nyn,yes,Yes\nyn,no,No\nagency,THA-POL,Thailand Police (synthetic)\n"
    (form / "choices.csv").write_text(rows, encoding="utf-8")
    contract = (
        "name: pulse\nasset_name: Pulse (synthetic)\nserves: []\nfields: {agency: agency, glad: glad}\nweight: {equal: true}\n"
    )
    (folder / "sources" / "kobo" / "pulse.yml").write_text(contract, encoding="utf-8")
    return load_catalogue(folder), folder


def test_a_form_that_somebody_adds_has_a_sample_without_code(tmp_path):
    known = generate(tmp_path / "out", *a_catalogue_with(tmp_path, "${agency} = 'THA-POL'"), seed=7, size=0.02)
    assert known["forms"].keys() == {"exit_interview", "pulse"}
    assert {year: found["n_submissions"] for year, found in known["forms"]["pulse"].items()} == dict.fromkeys(
        ("2024", "2025"), round(0.02 * SAMPLE_SIZE)
    )
    lines = (tmp_path / "out" / "kobo" / "pulse" / "submissions.jsonl").read_text(encoding="utf-8").splitlines()
    assert {record["agency"] for record in map(json.loads, lines) if "agency" in record} == {"THA-POL"}


def test_a_form_whose_conditions_are_not_known_has_no_sample_and_stops_nothing(tmp_path, capsys):
    known = generate(tmp_path / "out", *a_catalogue_with(tmp_path, "regex(${agency}, 'T.*')"), seed=7, size=0.02)
    assert "pulse: no sample is made. 'regex' with 2 values is not understood" in capsys.readouterr().err
    assert "no_sample" in known["forms"]["pulse"] and not (tmp_path / "out" / "kobo" / "pulse").exists()
    assert (tmp_path / "out" / "kobo" / "exit_interview" / "asset.json").is_file()


def test_command_replaces_the_folder_only_when_all_is_written(tmp_path):
    out = tmp_path / "sample"
    out.mkdir()
    (out / "old").touch()
    assert main(["--out", str(out), "--size", "0.02"]) == 0
    assert {path.name for path in out.iterdir()} == {"kobo", "drop", "truth.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["sample"]


def test_command_without_a_source_file_says_which_and_leaves_what_was_there(tmp_path, capsys):
    out = tmp_path / "sample"
    out.mkdir()
    (out / "old").touch()
    assert main(["--out", str(out), "--source", str(tmp_path / "nowhere")]) == 2
    said = capsys.readouterr().err
    assert "survey/fevs_2018_law_enforcement.csv.gz" in said
    assert "Give the folder" in said
    assert (out / "old").exists()
