"""The plan and the truth of `make long-run`: pure, so asked without a database."""

from __future__ import annotations

import dataclasses
import importlib
from collections import Counter

import pytest

from benchmarks.long_run import ledger, lists, survey, truth
from benchmarks.long_run.invariants import ALL, name_of
from benchmarks.long_run.killed import POINTS
from benchmarks.long_run.lists import RENUMBERED, SLIP, STALE, TORN, TRUE
from benchmarks.long_run.mutation import read_faults
from benchmarks.long_run.plan import LONG, SHORT, story
from benchmarks.long_run.steps import Begin, Delete, Deploy, Edit, Erase, Lists, Release, Rollback, Submit, Survey, Upgrade
from benchmarks.long_run.world import AGENCIES, true_rows
from parity.settings import REPOSITORY

SCALE = 0.02
LENGTHS = (SHORT, 7, LONG)


@pytest.mark.parametrize("months", LENGTHS)
def test_a_story_has_every_kind_of_trouble(months: int) -> None:
    steps = story(1, months, SCALE).steps
    kinds = Counter(type(step.kind) for step in steps)
    assert all(kinds[kind] for kind in (Begin, Upgrade, Lists, Survey, Release, Rollback))
    files = [file for step in steps if isinstance(step.kind, Lists) for file in step.kind.files]
    assert {file.edition for file in files} == {TRUE, SLIP, STALE, RENUMBERED, TORN}
    acts = [act for step in steps if isinstance(step.kind, Survey) for act in step.kind.acts]
    assert {type(act) for act in acts} == {Deploy, Submit, Edit, Delete, Erase}
    assert [act.version for act in acts if isinstance(act, Deploy)] == [1, 2, 3, 4]
    assert {act.wave for act in acts if isinstance(act, Submit)} == {survey.PILOT, 1, 2}
    assert any(isinstance(step.kind, Survey) and step.kind.has_outage for step in steps)
    killed = {point for step in steps for point in getattr(step.kind, "kills", ())}
    assert killed == set(POINTS)


def test_the_same_seed_plays_the_same_story_and_another_seed_another_one() -> None:
    assert story(3, LONG, SCALE) == story(3, LONG, SCALE)
    assert story(3, LONG, SCALE).steps != story(4, LONG, SCALE).steps
    day = story(3, SHORT, SCALE).world.ends[0]
    assert true_rows(story(3, SHORT, SCALE).world, "THA-POL", day) != true_rows(story(4, SHORT, SCALE).world, "THA-POL", day)


def test_the_long_story_is_of_two_years_and_its_agencies_have_sixty_to_twenty_thousand_staff() -> None:
    ends = story(1, LONG, 1.0).world.ends
    assert (ends[1] - ends[0]).days == 31 and (ends[-1] - ends[1]).days > 729
    assert (min(agency.staff for agency in AGENCIES), max(agency.staff for agency in AGENCIES)) == (60, 20_000)


def test_days_never_go_back() -> None:
    days = [step.today for step in story(1, LONG, SCALE).steps]
    assert days == sorted(days)


def test_a_story_of_fewer_months_is_refused() -> None:
    with pytest.raises(ValueError, match="4 months or more"):
        story(1, 3)


@pytest.mark.parametrize(("edition", "n_differ", "is_enough"), [(TRUE, 0, True), (SLIP, 1, False), (STALE, 24, True)])
def test_editions_differ_by_so_many_people(edition: str, n_differ: int, is_enough: bool) -> None:
    world = story(1, SHORT, SCALE).world
    found = truth.differ(world, ("IDN-IMM", world.ends[1], TRUE), ("IDN-IMM", world.ends[1], edition))
    assert (found.people, found.is_enough) == (n_differ, is_enough)


def test_a_correction_of_one_person_waits_and_one_of_twenty_four_counts() -> None:
    told = story(1, SHORT, SCALE)
    first, *_, last = [number for number, step in enumerate(told.steps, 1) if isinstance(step.kind, Release)]
    before, after = (truth.counting(told.world, told.steps[:number]) for number in (first, last))
    assert (before["VNM-CUS", 2024][2], after["VNM-CUS", 2024][2]) == (SLIP, SLIP)
    assert (before["IDN-IMM", 2024][2], after["IDN-IMM", 2024][2]) == (STALE, TRUE)
    assert before["THA-POL", 2024][2] == TRUE


def test_a_torn_list_is_held_until_it_comes_whole() -> None:
    told = story(1, SHORT, SCALE)
    torn = next(
        number
        for number, step in enumerate(told.steps, 1)
        if any(file.edition == TORN for file in getattr(step.kind, "files", ()))
    )
    assert ledger.after(told.world, told.steps[:torn]).held() == {("THA-POL", told.world.ends[1])}
    assert ledger.after(told.world, told.steps[: torn + 1]).held() == set()


def test_a_torn_file_ends_within_a_row() -> None:
    world = story(1, SHORT, SCALE).world
    body = lists.content(world, "THA-POL", world.ends[1], TORN)
    assert not body.endswith(b"\n") and lists.content(world, "THA-POL", world.ends[1], TRUE).startswith(body)


@pytest.mark.parametrize("point", [point for name, point in POINTS.items() if name != "dbt"], ids=lambda point: point.name)
def test_each_point_of_a_kill_is_in_the_code(point) -> None:
    found = importlib.import_module(point.module)
    for name in point.name.split("."):
        found = getattr(found, name)
    assert callable(found)


@pytest.mark.parametrize("fault", read_faults().values(), ids=lambda fault: fault.name)
def test_each_mutation_can_be_planted_once(fault) -> None:
    assert [(REPOSITORY / edit.file).read_text(encoding="utf-8").count(edit.old) for edit in fault.edits] == [1] * len(
        fault.edits
    )
    assert fault.until in {step.name for step in story(1, SHORT, SCALE).steps}


def test_each_invariant_has_a_mutation_that_it_notices() -> None:
    assert {fault.invariant for fault in read_faults().values()} == {name_of(invariant) for invariant in ALL}


def test_a_step_is_data() -> None:
    step = story(1, SHORT, SCALE).steps[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.name = "other"
