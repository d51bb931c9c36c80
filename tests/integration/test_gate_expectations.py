"""Each expectation of each gate fails where its rule is broken by one step, and passes at the limit: none is there for show."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from expectations import GateFailed, run_gate
from expectations.great import validate
from expectations.suites import GATES, suites
from parity.catalogue.gate_limits import load_limits
from parity.catalogue.policy import load_policy
from parity.migrate import migrate_warehouse
from stack.postgres import Postgres
from tests.integration.dbt_project import database
from tests.integration.gate_faults import FAULTS, sound
from tests.integration.gate_sources import CATALOGUE, execute

ALL = {
    gate: {suite.name: suite for suite in of_gate}
    for gate, of_gate in suites(load_policy(CATALOGUE), load_limits(CATALOGUE)).items()
}
CHECKS = [(suite.name, number) for of_gate in ALL.values() for suite in of_gate.values() for number in range(len(suite.checks))]
TRIED = [(name, number, fault) for (name, number), faults in FAULTS.items() for fault in range(len(faults))]


def test_every_expectation_of_every_gate_has_a_fault_here():
    assert CHECKS and sorted(FAULTS) == sorted(CHECKS)
    assert all(FAULTS.values())


@pytest.fixture(scope="module")
def warehouse_that_passes(postgres: Postgres) -> Iterator[str]:
    with database(postgres) as url:
        migrate_warehouse(url, backups=None)
        sound(url)
        yield url


@pytest.fixture
def url(postgres: Postgres, warehouse_that_passes: str) -> Iterator[str]:
    """A copy to break."""
    name = psycopg.conninfo.conninfo_to_dict(warehouse_that_passes)["dbname"]
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(f'create database broken template "{name}" strategy file_copy')
        yield postgres.url("broken")
        admin.execute("drop database broken with (force)")


@pytest.mark.parametrize("gate", GATES)
def test_where_all_is_sound_every_expectation_passes_at_its_limit(url: str, gate: str) -> None:
    result = run_gate(gate, url)
    assert [str(failure) for failure in result.failures] == []


@pytest.mark.parametrize(("name", "number", "fault"), TRIED, ids=[f"{name}-{number}-{fault}" for name, number, fault in TRIED])
def test_one_step_beyond_the_limit_it_fails(url: str, name: str, number: int, fault: int) -> None:
    gate, suite = next((gate, of_gate[name]) for gate, of_gate in ALL.items() if name in of_gate)
    execute(url, FAULTS[name, number][fault])
    (outcomes,) = validate(gate, [suite], url).outcomes
    assert not outcomes[number].success


@pytest.mark.parametrize(
    ("gate", "check"),
    [("raw", ("sex codes", 0)), ("indicators", ("shares", 1)), ("candidate", ("no small survey base", 0))],
)
def test_a_gate_whose_critical_expectation_fails_stops_the_way_and_names_the_suite(
    url: str, gate: str, check: tuple[str, int]
) -> None:
    execute(url, FAULTS[check][0])
    with pytest.raises(GateFailed) as failed:
        run_gate(gate, url)
    assert check[0] in str(failed.value)


@pytest.mark.parametrize(
    ("gate", "check"), [("raw", ("age of the last sync", 0)), ("indicators", ("jumps", 0)), ("candidate", ("every indicator", 0))]
)
def test_a_gate_whose_warning_fails_goes_on_and_says_so(url: str, gate: str, check: tuple[str, int]) -> None:
    execute(url, FAULTS[check][0])
    result = run_gate(gate, url)
    assert result.passed and [found.suite for found in result.of_state("warning")] == [check[0]]
