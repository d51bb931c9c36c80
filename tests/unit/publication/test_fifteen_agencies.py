"""Control and attack on made-up agencies of 60 to 20,000 staff over three years."""

from collections import Counter

import pytest

from benchmarks.made_up_agencies import made_up_cells
from publication.attack import attack
from publication.attacked import attacked
from publication.candidate import release_rows
from publication.facts import facts_of
from tests.unit.publication.policy import POLICY

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=[16, pytest.param(17, marks=pytest.mark.long)])
def release(request):
    cells = made_up_cells(request.param)
    return cells, release_rows(cells, POLICY)


def test_no_suppressed_count_can_be_worked_out(release):
    report = attacked(*release, POLICY)
    assert len(report.findings) > 300 and not report.fallen


def test_what_a_reader_is_said_to_know_is_true(release):
    counts = facts_of(*release, POLICY).counts
    assert len(counts) > 1000
    for count in counts:
        assert count.low <= count.size and (count.high is None or count.size <= count.high), str(count)


def test_without_knowing_that_bands_sum_to_the_whole_nothing_is_found_either(release):
    facts = facts_of(*release, POLICY)
    loose = [relation for relation in facts.relations if relation.name == "both sides" or relation.is_at_most]
    assert not attack(facts.counts, loose).fallen


def test_every_shown_count_is_within_two_and_no_suppressed_cell_has_a_number(release):
    pairs = list(zip(*release, strict=True))
    suppressed = [row for _, row in pairs if row.is_suppressed]
    counted = [(cell, row) for cell, row in pairs if not row.is_suppressed and row.numerator is not None]
    assert suppressed and counted
    for row in suppressed:
        assert row.numerator is row.estimate is row.n is None
    for cell, row in counted:
        assert abs(row.numerator - cell.numerator) <= 2 and row.numerator % 5 == 0


def test_agencies_of_a_thousand_and_more_show_nine_in_ten_of_their_cells(release):
    large = {cell.agency_code for cell in release[0] if cell.n and cell.n >= 1_000}
    states = Counter(
        row.status for cell, row in zip(*release, strict=True) if cell.agency_code in large and cell.estimate is not None
    )
    assert states["suppressed"] / states.total() < 0.1
