"""A staff list against the list before: what does not continue is loaded and held, with its likeliest cause, until somebody accepts it."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli.main import app
from ingestion.hr.continuity.hold import NotAccepted, accept, held_lists
from ingestion.hr.errors import FileRefused
from ingestion.hr.files import DropFile, local_file
from ingestion.hr.load import load_file
from parity.catalogue import load_catalogue
from parity.catalogue.policy import load_policy
from publication.effective import decide_now
from tests.integration.force import HEADER, LAWFUL, UNLAWFUL, Force, force_contract

CATALOGUE = Path(__file__).parents[2] / "catalogue"
JANUARY = dt.date(2024, 1, 31)


@pytest.mark.parametrize("happened", UNLAWFUL)
def test_a_list_that_does_not_continue_is_held_with_its_cause(desk, happened):
    force = Force()
    assert desk.send(force, 1).held == []
    force.turnover(0.02)
    assert desk.send(force, 2).held == []
    getattr(force, happened)()
    report = desk.send(force, 3)
    assert report.status == "loaded" and len(report.held) == 1
    assert re.search(UNLAWFUL[happened], report.held[0]), report.held
    assert "parity hr accept 3" in report.held[0] and "NAME" not in report.held[0]


@pytest.mark.parametrize("seed", range(3))
def test_lists_of_bad_years_continue(desk, seed):
    force = Force(seed=seed)
    desk.send(force, 1)
    for month, happened in enumerate(("turnover", "sort", "reform", "turnover", "turnover"), start=2):
        getattr(force, happened)()
        report = desk.send(force, month)
        assert report.held == [] and len(report.lists) == 1
    assert desk.send(Force(seed=seed, n=4), 20).n_people == 4


def test_people_are_counted_by_sex_and_grade(desk):
    force = Force(n=100)
    desk.send(force, 1)
    women = [each for each in force.rows if each.sex == "F"]
    gone = women[0]
    force.rows.remove(gone)
    [found] = desk.send(force, 2).lists
    assert (found.n_before, found.n_after, found.n_kept, found.n_come, found.n_gone) == (100, 99, 99, 0, 1)
    assert found.groups["woman"] == {
        "n_before": len(women),
        "n_after": len(women) - 1,
        "n_kept": len(women) - 1,
        "n_come": 0,
        "n_gone": 1,
    }
    assert f"of women {len(women) - 1}, 0, 1" in str(found)


def test_a_held_list_is_not_what_the_next_one_is_compared_with(desk):
    force = Force()
    desk.send(force, 1)
    damaged = copy.deepcopy(force)
    damaged.lose_half()
    assert desk.send(damaged, 2).held
    force.turnover(0.02)
    report = desk.send(force, 3)
    assert report.held == [] and report.lists[0].before == str(JANUARY)


def test_a_corrected_list_makes_the_hold_of_the_first_version_moot(desk):
    force = Force()
    desk.send(force, 1)
    damaged = copy.deepcopy(force)
    damaged.lose_zeros()
    desk.send(damaged, 2)
    assert [each.delivery_no for each in held_lists(desk.connection)] == [2]
    assert desk.send(force, 2).held == []
    assert held_lists(desk.connection) == []


def test_a_correction_that_lost_its_half_is_held_against_the_version_before(desk):
    force = Force()
    desk.send(force, 1)
    desk.send(force, 2)
    force.lose_half()
    report = desk.send(force, 2)
    assert report.held and report.lists[0].is_correction and "version before" in report.held[0]


def test_an_accepted_list_releases_those_that_continue_it_and_no_others(desk):
    force, other = Force(), Force(seed=9)
    desk.send(force, 1)
    force.renumber()
    for month in (2, 3):
        assert desk.send(force, month).held
        force.turnover(0.02)
    other.next_no = 90_000
    other.become_another()
    assert desk.send(other, 4).held
    contracts = {desk.contract.name: desk.contract}
    with pytest.raises(NotAccepted, match="10 characters"):
        accept(desk.connection, contracts, 2, "ok", "somebody")
    with pytest.raises(NotAccepted, match="not held"):
        accept(desk.connection, contracts, 1, "because it is right", "somebody")
    with pytest.raises(NotAccepted, match="no delivery 77"):
        accept(desk.connection, contracts, 77, "because it is right", "somebody")
    done = accept(desk.connection, contracts, 2, "new numbers since the reform of 2024", "somebody")
    assert [(each.delivery_no, each.is_following) for each in done] == [(2, False), (3, True)]
    assert [each.delivery_no for each in held_lists(desk.connection)] == [4]
    who = "select accepted_by, accepted_because from raw.hr_continuity where accepted_at is not null order by delivery_no"
    assert desk.connection.execute(who).fetchall() == [
        ("somebody", "new numbers since the reform of 2024"),
        ("somebody", "continues delivery 2, which was accepted"),
    ]
    assert desk.send(force, 5).held == []


def test_the_commands_list_what_is_held_and_release_it_with_a_reason(desk, warehouse, monkeypatch):
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
    run = CliRunner().invoke
    assert "No list is held" in run(app, ["hr", "held"]).output
    force = Force()
    desk.send(force, 1)
    force.lose_zeros()
    desk.send(force, 2)
    assert "ABC-POL 2024-02-29 (abc2.csv, delivery 2): " in run(app, ["hr", "held"]).output
    [found] = json.loads(run(app, ["hr", "held", "--json"]).output)
    assert (found["delivery_no"], found["n_gone"]) == (2, 400) and "without their zeros" in found["cause"]
    assert run(app, ["hr", "accept", "2"]).exit_code == 2
    refused = run(app, ["hr", "accept", "1", "--reason", "it is right as it is"])
    assert refused.exit_code == 1 and "is not held" in refused.output
    done = run(app, ["hr", "accept", "2", "--reason", "the agency confirmed it by telephone"])
    assert done.exit_code == 0 and "ABC-POL 2024-02-29, delivery 2: accepted." in done.output
    assert json.loads(run(app, ["hr", "held", "--json"]).output) == []


def test_a_held_list_counts_for_no_figure_until_it_is_accepted(desk):
    force, policy = Force(), load_policy(CATALOGUE)

    def decided() -> dict[str, tuple[int | None, int | None, str]]:
        found = decide_now(desk.connection, policy)
        return {
            str(each.place.period_date): (each.delivery_no, each.newest_no, each.reason)
            for each in found
            if each.period == "year"
        }

    desk.send(force, 12)
    assert decided()["2024-12-31"][:2] == (1, 1)
    force.lose_units()
    desk.send(force, 24)
    held = decided()
    assert held["2024-12-31"][:2] == (1, 1) and held["2025-12-31"][:2] == (None, 2) and "held" in held["2025-12-31"][2]
    accept(desk.connection, {desk.contract.name: desk.contract}, 2, "two units were closed in 2025", "somebody")
    assert decided()["2025-12-31"][:2] == (2, 2)


def test_zeros_lost_from_a_few_numbers_are_found_within_the_bounds_of_turnover(desk):
    force = Force(n=400, width=3)
    desk.send(force, 1)
    force.lose_zeros()  # 99 of 400: fewer than may leave in half a year, with the slack of a small list
    report = desk.send(force, 12)
    assert len(report.held) == 1 and "99 of 400 numbers are the old ones without their zeros" in report.held[0]


def test_another_contract_of_the_agency_with_numbers_that_lost_their_zeros_is_held(desk):
    force = Force()
    desk.send(force, 1)
    second = force_contract(name="abc_v2")
    civilians = Force(seed=5, n=50)
    civilians.next_no = 60_000
    civilians.become_another()
    assert desk.send(civilians, 1, the_contract=force_contract(name="abc_civilians")).held == []
    force.lose_zeros()
    report = desk.send(force, 2, the_contract=second)
    assert len(report.held) == 1 and "without their zeros" in report.held[0]


def test_the_months_of_one_file_are_compared_with_each_other(desk):
    force = Force()
    rows = [each.row("01/2024") for each in force.rows]
    force.lose_half()
    rows += [each.row("02/2024") for each in force.rows]
    path = desk.folder / "months.csv"
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    file = DropFile("abc", str(path), path.name, dt.datetime(2024, 3, 1, tzinfo=dt.UTC), path.stat().st_size)
    report = load_file(desk.connection, desk.landing, desk.contract, file, desk.ring)
    assert [(each.period, each.is_held) for each in report.lists] == [("2024-02-29", True)]


def test_the_contract_says_how_much_may_differ(desk):
    force = Force()
    loose = force_contract(continuity={"gone_per_year": 0.95, "come_per_year": 9})
    desk.send(force, 1, the_contract=loose)
    force.lose_half()
    assert desk.send(force, 2, the_contract=loose).held == []


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lawful=st.lists(st.tuples(st.sampled_from(LAWFUL), st.integers(1, 3)), min_size=1, max_size=3),
    happened=st.sampled_from([*UNLAWFUL, "is pasted twice", None]),
    seed=st.integers(0, 1_000),
)
def test_of_any_sequence_of_lists_the_unlawful_are_held_and_no_other(desk, lawful, happened, seed):
    desk.begin_anew()
    force, month = Force(n=240, seed=seed), 1
    assert desk.send(force, month).held == []
    for change, months in lawful:
        month += months  # with two or three, months are skipped
        getattr(force, change)()
        assert desk.send(force, month).held == [], change
    damaged = copy.deepcopy(force)
    if happened == "is pasted twice":
        damaged.rows *= 2
        with pytest.raises(FileRefused, match="240 of 480 rows repeat a staff number"):
            desk.send(damaged, month + 1)
    else:
        getattr(damaged, happened or "sort")()
        assert bool(desk.send(damaged, month + 1).held) is bool(happened), happened
    force.turnover()
    assert desk.send(force, month + 2).held == [], f"after {happened}"


def test_sixteen_years_of_a_real_force_continue(desk, shared_data):
    the_contract = load_catalogue(CATALOGUE).hr["usa_cpd_staff_years"]
    file = local_file(the_contract, shared_data / "hr" / "chicago_staff_years.csv.gz")
    report = load_file(desk.connection, desk.landing, the_contract, file, desk.ring)
    assert [each.period[:4] for each in report.lists] == [str(year) for year in range(2003, 2018)]
    assert report.held == []


def test_what_is_lawful_and_what_is_not_has_a_test():
    changes = {name for name, value in vars(Force).items() if callable(value) and not name.startswith("_")}
    assert changes == {*LAWFUL, *UNLAWFUL}
