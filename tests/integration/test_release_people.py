"""`parity release diff` inside: how many people differ between the lists of two releases, over several deliveries of one date."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cli.main import app
from ingestion.reference import load_catalogue
from parity.catalogue import load_catalogue as read_catalogue
from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY
from publication.effective import decide_now, store
from publication.releases import build_candidate, decide, publish
from tests.integration import made_cells
from tests.integration.dbt_project import deliver
from tests.integration.made_cells import fill

connection = made_cells.connection
CATALOGUE = REPOSITORY / "catalogue"


def people(sex: str, numbers: range, **other) -> list[dict]:
    return [
        {"person_key": f"{sex}{n}", "sex_code": sex, "period_date": "2024-12-31", "hire_date": "2010-01-01", **other}
        for n in numbers
    ]


@pytest.fixture
def publish_lists(connection, warehouse, monkeypatch):
    """Deliver these rows as the list of December, build, and publish; returns the number of the release."""
    load_catalogue(connection, read_catalogue(CATALOGUE))
    connection.commit()
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
    monkeypatch.setenv("PARITY_CATALOGUE", str(CATALOGUE))
    women = iter(range(20, 90, 5))

    def run(name: str, rows: list[dict] | None = None) -> int:
        if rows:
            deliver(warehouse, "idn_imm", "IDN-IMM", rows, name=name)
        store(connection, decide_now(connection, load_policy(CATALOGUE)))
        fill(connection, next(women))
        number = build_candidate(connection, CATALOGUE)
        decide(connection, passed=True)
        publish(connection, number)
        connection.commit()
        return number

    return run


def told(*words) -> list[dict] | None:
    found = CliRunner().invoke(app, ["release", "diff", *map(str, words), "--json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)["revised_lists"]


def test_people_who_differ_are_counted_over_three_versions_of_one_list(connection, publish_lists):
    whole = [*people("L", range(60)), *people("P", range(40))]
    first = publish_lists("first", whole)
    second = publish_lists("second", [*people("L", range(52)), *people("P", range(34))])
    # Two women came back: too few to count, so the third release is made of the list before.
    third = publish_lists("third", [*people("L", range(52)), *people("P", range(36))])
    record = {"agency_code": "IDN-IMM", "contract": "idn_imm", "date": "2024-12-31", "people": 14, "women": 6, "men": 8}
    assert told(first, second) == told(first, third) == told(second, first) == [record]
    assert told(second, third) == told() == []
    text = CliRunner().invoke(app, ["release", "diff", str(first), str(second)], env={"COLUMNS": "160"}).stdout
    assert "For insiders only" in text and "14" in text
    connection.execute("update raw.hr_delivery set content_sha256 = 'other' where file_name = 'first'")
    connection.commit()
    assert told(first, second) == [record | {"people": None, "women": None, "men": None}]
    text = CliRunner().invoke(app, ["release", "diff", str(first), str(second)], env={"COLUMNS": "160"}).stdout
    assert "not loaded any more" in text


def test_a_release_of_which_it_was_not_kept_what_it_is_made_of_says_so(connection, publish_lists):
    first = publish_lists("first", people("L", range(60)))
    second = publish_lists("second")
    connection.execute("delete from release.snapshot where release_id = %s", (first,))
    connection.commit()
    assert told(first, second) is None
    assert "was not kept" in CliRunner().invoke(app, ["release", "diff", str(first), str(second)]).stdout
