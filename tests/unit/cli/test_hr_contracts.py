"""A contract with a fault, or a draft, concerns its own files only: every other command goes on and names it once."""

from __future__ import annotations

import shutil

import pytest
from typer.testing import CliRunner

from cli.main import app
from parity.settings import REPOSITORY
from tests.unit.ingestion.contracts import ROW, contract, csv_file

FAULT = "name: phl_pnp\nagency: THA-POLL\ngrain: roster\n"


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    folder = tmp_path / "catalogue"
    shutil.copytree(REPOSITORY / "catalogue", folder)
    monkeypatch.setenv("PARITY_CATALOGUE", str(folder))
    sound = contract(agency="THA-POL", file_pattern="abc_*.csv").model_dump_json(exclude_defaults=True)
    (folder / "sources" / "hr" / "abc.yml").write_text(sound, encoding="utf-8")
    return folder


def checked(tmp_path, *more: str):
    file = tmp_path / "abc_2023.csv"
    file.write_bytes(csv_file(ROW))
    return CliRunner().invoke(app, ["hr", "check", str(file), *more])


def test_a_file_of_another_agency_is_checked_and_the_faulty_contract_is_named_in_one_line(tmp_path, catalogue):
    (catalogue / "sources" / "hr" / "phl_pnp.yml").write_text(FAULT, encoding="utf-8")
    done = checked(tmp_path)
    assert done.exit_code == 0, done.output
    [line] = done.stderr.splitlines()
    assert line.startswith("The contract phl_pnp is set aside") and "phl_pnp.yml:" in line and "take phl_pnp.yml away" in line


def test_a_file_of_the_faulty_contract_is_not_judged_and_all_faults_are_listed(tmp_path, catalogue):
    (catalogue / "sources" / "hr" / "phl_pnp.yml").write_text(FAULT, encoding="utf-8")
    done = checked(tmp_path, "--contract", "phl_pnp")
    assert done.exit_code == 2 and "The contract phl_pnp has faults, so abc_2023.csv was not judged" in done.stderr
    assert "file_pattern" in done.stderr and "format" in done.stderr


def test_a_draft_that_takes_every_file_does_not_compete_with_reviewed_contracts(tmp_path, catalogue):
    draft = contract(name="phl_pnp", agency="THA-POL", file_pattern="*.csv", needs_review=True)
    path = catalogue / "sources" / "hr" / "phl_pnp.yml"
    path.write_text(draft.model_dump_json(exclude_defaults=True), encoding="utf-8")
    done = checked(tmp_path)
    assert done.exit_code == 0 and "under abc:" in done.stdout
    named = checked(tmp_path, "--contract", "phl_pnp")
    assert named.exit_code == 0 and "phl_pnp is a draft: nothing loads under it" in named.stdout
