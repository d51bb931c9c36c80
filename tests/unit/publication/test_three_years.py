"""Three years of releases of made-up agencies, with corrections and late lists, attacked as one. `make bench ONLY=release` has all fifteen agencies."""

import pytest

from benchmarks.made_up_years import joint_attack, least_left, moves, three_years, waiting
from publication.attack_again import attacked_again
from publication.attacked import attacked
from publication.earlier import of_same_people
from tests.unit.publication.policy import POLICY

pytestmark = pytest.mark.slow

AGENCIES = 5


@pytest.fixture(scope="module")
def history():
    return three_years(16, POLICY, agencies=AGENCIES, years=range(2023, 2026))


def test_all_happens_that_is_to_be_tested(history):
    assert len(history.releases) == 9 and waiting(history) > 5
    assert any(history.releases[-1].is_whole_only.values()), "a year-end that is published without breakdowns"
    assert max(history.releases[-1].versions.values()) > 0, "a correction that is published"


@pytest.mark.parametrize("knows_sums", [True, False])
def test_no_suppressed_count_is_found_in_all_releases_together(history, knows_sums):
    report = joint_attack(history, POLICY, knows_sums=knows_sums)
    assert len(report.findings) > 80 and not report.fallen
    assert least_left(report) >= 3


def test_no_figure_moves_because_of_few_people_or_of_few_women(history):
    found = moves(history)
    assert found.n > 100 and (found.of_few_people, found.of_few_women) == (0, 0)


def test_figures_of_the_same_lists_are_the_same_in_every_release(history):
    seen = {}
    for release in history.releases:
        for row in release.rows:
            version = release.versions[row.agency_code, row.period_year]
            assert seen.setdefault((row.cell_id, version), row.is_suppressed) == row.is_suppressed
    assert 0 < len(seen) < sum(len(release.rows) for release in history.releases)  # some were compared


@pytest.mark.parametrize("number", [1, 4, 8])
def test_each_release_may_be_shown_again_with_what_readers_know_by_then(history, number):
    """Its own exact counts are not kept: of people who changed since, only what it told is known."""
    release, last = history.releases[number - 1], history.releases[-1]
    said = {each.cell_id: each for each in release.told}
    people = {cell_id: each.people for cell_id, each in said.items()}
    others = of_same_people((each for other in history.releases if other is not release for each in other.told), people)
    names = {str(found.key) for found in attacked(release.cells, release.rows, POLICY).findings}
    report, _ = attacked_again(release.rows, said, others, last.cells, [], POLICY, names)
    assert len(report.findings) > 20 and not report.fallen
