"""The short form of `make long-run`: four months through the real way in, and after each step every invariant holds. Then each invariant is shown what it
is there to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest

from benchmarks.long_run import of_attack, of_models, of_releases, of_sources
from benchmarks.long_run.invariants import ALL, name_of
from benchmarks.long_run.place import WAREHOUSE, Place, copy_database, drop_database
from benchmarks.long_run.plan import EARLIER, Story, story
from benchmarks.long_run.player import Player, is_known
from benchmarks.long_run.scene import Scene
from benchmarks.long_run.telling import play
from parity.catalogue.policy import load_policy
from publication import candidate
from stack.postgres import Postgres

pytestmark = pytest.mark.timeout(2700)  # the first test waits for the story, in which dbt builds everything five times
SCALE = 0.02
FIRST_DELIVERY = "(select min(delivery_no) from raw.hr_delivery)"
OF_A_WOMAN = "(select ctid from core.int_staff__person_period where is_stock and gender = 'woman' limit 1)"
AN_AGENCY = "indicator_code = 'REP-01' and level = 'agency' and agency_code = 'THA-POL' and period_year = 2024"


@dataclass(frozen=True)
class Told:
    story: Story
    place: Place
    results: list[dict[str, Any]]

    @property
    def scene(self) -> Scene:
        return Scene(self.place, self.story.world, self.story.steps)


@pytest.fixture(scope="module")
def told(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    if not is_known(EARLIER):
        pytest.skip(f"the commit {EARLIER}, whose code begins the story, is not here: git fetch --unshallow")
    four_months = story(1, 4, SCALE)
    place = Place(tmp_path_factory.mktemp("long_run"), postgres)
    place.make(four_months.world)
    results: list[dict[str, Any]] = []
    while len(results) < len(four_months.steps) and not (results and results[-1]["broken"]):
        results.append(play(Player(four_months, place), len(results)))
    yield Told(four_months, place, results)
    place.remove()


def test_every_invariant_holds_after_every_step_of_four_months(told: Told) -> None:
    assert {result["step"]: result["broken"] for result in told.results if result["broken"]} == {}
    assert [result["step"] for result in told.results] == [step.name for step in told.story.steps]
    assert {name for result in told.results for name in result["asked"]} == {name_of(invariant) for invariant in ALL}


@pytest.fixture
def changed(told: Told) -> Iterator[Told]:
    """The end of the story, for a test that changes it: what was is put back."""
    told.place.keep()
    yield told
    told.place.restore()


def change(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        assert connection.execute(statement).rowcount > 0


@pytest.mark.parametrize(
    ("invariant", "statement", "said"),
    [
        (of_sources.raw_equals_the_sources, f"delete from raw.hr_staff where row_no = 2 and delivery_no = {FIRST_DELIVERY}", "not once in raw"),
        (of_sources.raw_equals_the_sources, "update raw.hr_staff set sex_code = 'F' where row_no = (select min(row_no) from raw.hr_staff where sex_code = 'M')", "not once in raw"),
        (of_sources.raw_equals_the_sources, "update raw.kobo_submission set answers = answers || '{\"h1\": \"many\"}' where not is_deleted", "have other answers"),
        (of_sources.held_is_what_should_be_held, "update raw.hr_continuity set is_held = false where is_held", "is not held"),
        (of_sources.held_is_what_should_be_held, "update raw.hr_continuity set is_held = true where not is_held", "should not be"),
        (of_sources.nobody_is_lost_or_doubled, f"delete from core.int_staff__person_period where ctid = {OF_A_WOMAN}", "in core"),
        (of_sources.nobody_is_lost_or_doubled, "insert into core.int_survey__respondent select * from core.int_survey__respondent limit 1", "respondents by year"),
        (of_releases.no_figure_moved_because_of_a_few, f"update release.indicator set numerator = numerator + 5 where {AN_AGENCY} and release_id = (select min(release_id) from release.snapshot)", "stand behind it"),
    ],
)  # fmt: skip
def test_each_invariant_sees_a_change_in_the_warehouse(
    changed: Told, invariant: Callable[[Scene], list[str] | None], statement: str, said: str
) -> None:
    change(changed.place.url, statement)
    assert any(said in complaint for complaint in invariant(changed.scene) or ())


def test_published_is_neither_another_figure_nor_less_than_the_release(changed: Told) -> None:
    change(changed.place.readers_url_of_owner, f"update published.indicator set numerator = numerator + 5 where {AN_AGENCY}")
    found = of_releases.published_is_whole_and_true(changed.scene) or ()
    assert any("women's share of THA-POL 2024" in complaint for complaint in found)
    assert any("readers' database" in complaint for complaint in found)


def test_the_attacker_finds_counts_that_exact_figures_give_away(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a story of this size, rounding protects every count. Without it, what is suppressed for the sake of others does."""
    kept = of_attack.keep_newest(told.scene)
    assert not of_attack.joint_attack(kept, load_policy(told.place.catalogue)).fallen
    exact = load_policy(told.place.catalogue).model_copy(update={"rounding_base": 1})

    def released() -> list[of_attack.Kept]:
        return [replace(one, rows=candidate.release_rows(one.cells, exact)) for one in kept]

    assert not of_attack.joint_attack(released()[-1:], exact).fallen
    monkeypatch.setattr(candidate, "protect", lambda *facts, **options: ())
    assert of_attack.joint_attack(released(), exact).fallen


def test_a_row_that_a_full_refresh_would_not_make_is_named(changed: Told, postgres: Postgres) -> None:
    copy_database(postgres, WAREHOUSE, "long_run_other")
    try:
        assert of_models.compared(changed.place.url, postgres.url("long_run_other")) == []
        change(changed.place.url, f"update core.int_staff__person_period set grade = 9 where ctid = {OF_A_WOMAN}")
        [complaint] = of_models.compared(changed.place.url, postgres.url("long_run_other"))
        assert complaint.startswith("core.int_staff__person_period: 1 rows that a full refresh does not make")
    finally:
        drop_database(postgres, "long_run_other")
