"""Three years of releases of made-up agencies, with corrections and late lists, attacked as one. `make bench ONLY=release` has all fifteen agencies."""

import pytest

from benchmarks.made_up_years import joint_attack, least_left, moves, three_years, waiting
from tests.unit.publication.policy import POLICY

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
