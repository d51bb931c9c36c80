"""Registers into a real PostgreSQL: people meet their staff list under one key, also under a new one; cases and counts hold nobody."""

from __future__ import annotations

import json

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
from ingestion.hr.errors import FileRefused
from ingestion.hr.rotate import rotate
from parity.catalogue import HrContract, load_catalogue
from parity.settings import REPOSITORY
from sandbox.samples.generate import generate
from tests.integration.test_hr_load import ABC, Agency, person
from tests.unit.ingestion import test_hr_registers as registers

TRAINING, COMPLAINTS, APPLICANTS = (
    HrContract.model_validate(fields | {"name": f"abc_{fields['grain']}", "max_bad_share": 0.5})
    for fields in (registers.TRAINING, registers.COMPLAINTS, registers.WIDE)
)


@pytest.fixture
def agency(warehouse, tmp_path):
    with psycopg.connect(warehouse) as connection:
        yield Agency(connection, tmp_path)


def lines(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def trained(agency) -> list[tuple]:
    return agency.ask(
        "select staff.sex_code, training.hours::float from raw.hr_staff as staff join raw.hr_training as training using (agency_code, person_key)"
    )


def test_courses_meet_the_staff_list_before_and_after_a_new_key(agency):
    agency.send(person(1), person(2, sex="M"))
    body = lines(
        "id,name,course,done,hours", "1001,NAME1,VI,01/02/2023,8", "4711,GUEST,L,01/02/2023,3", "1002,NAME2,??,01/02/2023,1"
    )
    report = agency.send(the_contract=TRAINING, body=body)
    assert (report.n_rows, report.n_quarantined) == (2, 1)
    assert trained(agency) == [("F", 8.0)]
    [(before,)] = agency.ask("select person_key from raw.hr_training where course_code = 'VI'")
    done = rotate(
        agency.connection, agency.landing, {ABC.name: ABC, TRAINING.name: TRAINING}, agency.ring, "ABC-POL", say=lambda _: None
    )
    assert done.n_deliveries == 2 and trained(agency) == [("F", 8.0)]
    [(after,)] = agency.ask("select person_key from raw.hr_training where course_code = 'VI'")
    assert before != after


def test_a_register_of_cases_or_counts_holds_nobody_and_is_not_rekeyed(agency):
    agency.send(person(1))
    cases = lines("case,accused,kind,opened,closed,sex", "C-77,SOMCHAI,SH,01/02/2024,,F", "C-78,SUDA,D,01/02/2024,09/02/2024,")
    assert agency.send(the_contract=COMPLAINTS, body=cases).n_rows == 2
    applied = lines("year,F in,M in,All in,F out,M out", "2024,120,300,420,6,30")
    assert agency.send(the_contract=APPLICANTS, body=applied).n_rows == 1
    assert agency.ask("select gender, stage, n_low, n_high from raw.hr_applicant order by 1, 2") == [
        ("man", "applied", 300, 300),
        ("man", "hired", 30, 30),
        ("woman", "applied", 120, 120),
        ("woman", "hired", 6, 6),
    ]
    everything = str([agency.ask(f"select * from raw.hr_{table}") for table in ("complaint", "applicant")])
    assert not any(word in everything for word in ("C-77", "SOMCHAI", "SUDA"))
    assert (
        rotate(agency.connection, agency.landing, {ABC.name: ABC}, agency.ring, "ABC-POL", say=lambda _: None).n_deliveries == 1
    )


def test_a_header_that_is_not_the_registers_is_refused_with_a_suggestion(agency):
    with pytest.raises(FileRefused, match=r"column 'done' is missing \(is it 'don'\?\)"):
        agency.send(the_contract=TRAINING, body=lines("id,name,course,don,hours", "1001,NAME1,VI,01/02/2023,8"))
    assert agency.ask("select count(*) from raw.hr_delivery") == [(0,)]


def test_the_check_of_a_register_says_what_is_wrong_without_loading(tmp_path):
    folder = REPOSITORY / "catalogue"
    generate(tmp_path, load_catalogue(folder), folder, seed=3, size=0.1)
    said = {}
    for name in ("tha_pol_training", "idn_imm_complaints", "vnm_cus_applicants"):
        [path] = (tmp_path / "drop" / "hr" / name).iterdir()
        done = CliRunner().invoke(app, ["hr", "check", str(path), "--json"])  # found by its folder
        said[name] = (done.exit_code, json.loads(done.stdout)["contract"])
    assert said == {
        "tha_pol_training": (1, "tha_pol_training"),
        "idn_imm_complaints": (1, "idn_imm_complaints"),
        "vnm_cus_applicants": (0, "vnm_cus_applicants"),
    }


@pytest.mark.parametrize("name", ["[tha_pol].csv", "red].csv"])
def test_the_summary_of_a_load_names_the_file_as_it_is_called(name, warehouse, tmp_path, monkeypatch):
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
    monkeypatch.setenv("PARITY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PARITY_LANDING_URL", raising=False)
    catalogue = load_catalogue(REPOSITORY / "catalogue")
    generate(tmp_path / "made", catalogue, REPOSITORY / "catalogue", seed=1, size=0.05)
    [made] = (tmp_path / "made" / "drop" / "hr" / "vnm_cus_applicants").iterdir()
    file = tmp_path / "x[" / name
    file.parent.mkdir()
    file.write_bytes(made.read_bytes())
    for command in ("check", "load"):
        done = CliRunner().invoke(app, ["hr", command, str(file), "--contract", "vnm_cus_applicants"])
        assert done.exit_code == 0 and done.stdout.startswith(name), (done.output, done.exception)
