"""Failures that somebody answers for, before, on and after their last day, on a real PostgreSQL."""

import datetime as dt

import pytest

from expectations import GateFailed, run_gate
from parity.catalogue import CatalogueError
from tests.integration.gate_sources import build, catalogue_with, entry, execute, fill, query, said

VANISHED = ("staff files against the build before", "ExpectColumnValuesToBeBetween")
LAST = dt.date(2026, 12, 31)


@pytest.fixture
def url(warehouse):
    """An agency has vanished since the last build."""
    fill(warehouse)
    build(warehouse)
    execute(warehouse, "delete from raw.hr_staff where agency_code = 'VNM-CUS'")
    return warehouse


def accepted(folder, part="hr_staff VNM-CUS"):
    return catalogue_with(folder, entry(*VANISHED, "2026-12-31", column="n_now", part=part))


def test_an_accepted_failure_stops_nothing_until_the_end_of_its_last_day(url, tmp_path):
    catalogue = accepted(tmp_path)
    for day in (dt.date(2026, 6, 1), LAST):
        result = run_gate("raw", url, catalogue=catalogue, today=day)
        [sentence] = said(result, "accepted")
        assert result.passed and "Accepted until 2026-12-31 by A. Reyes: They withdrew their lists." in sentence
    kept = query(url, "select accepted_by, accepted_until, success, severity from ops.gate_result where accepted_by is not null")
    assert kept == [("A. Reyes", LAST, False, "critical")] * 2


def test_the_day_after_it_stops_the_build_and_names_entry_and_remedy(url, tmp_path):
    ended = r"A\. Reyes answered for it until 2026-12-31, in accepted\.yml; that day is over\. Mend the cause, or agree on a new `until`"
    with pytest.raises(GateFailed, match=ended):
        run_gate("raw", url, catalogue=accepted(tmp_path), today=LAST + dt.timedelta(days=1))


def test_an_accepted_agency_does_not_cover_another_one(url, tmp_path):
    execute(url, "delete from raw.hr_staff where agency_code = 'THA-POL'")
    with pytest.raises(GateFailed, match="hr_staff THA-POL: 0 rows, 40"):
        run_gate("raw", url, catalogue=accepted(tmp_path), today=LAST)
    both = catalogue_with(
        tmp_path,
        entry(*VANISHED, "2026-12-31", column="n_now", part="hr_staff VNM-CUS"),
        entry(*VANISHED, "2027-01-31", column="n_now", part="hr_staff THA-POL"),
    )
    assert run_gate("raw", url, catalogue=both, today=LAST).passed
    with pytest.raises(GateFailed, match="until 2026-12-31"):
        run_gate("raw", url, catalogue=both, today=dt.date(2027, 1, 15))


def test_what_was_accepted_once_is_not_missed_by_the_build_after(url, tmp_path):
    build(url, catalogue=accepted(tmp_path), today=LAST)
    assert not said(build(url), "accepted")


def test_an_entry_for_a_check_that_passes_changes_nothing(url, tmp_path):
    catalogue = catalogue_with(tmp_path, entry("sex codes", "ExpectTableRowCountToEqual", "2026-12-31"))
    with pytest.raises(GateFailed, match="hr_staff VNM-CUS"):
        run_gate("raw", url, catalogue=catalogue, today=LAST)


def test_a_failure_without_parts_is_accepted_as_a_whole(url, tmp_path):
    execute(url, "update raw.hr_staff set sex_code = 'new' where row_no = 1")
    catalogue = catalogue_with(
        tmp_path,
        entry("sex codes", "ExpectTableRowCountToEqual", "2026-12-31"),
        entry(*VANISHED, "2026-12-31", column="n_now", part="hr_staff VNM-CUS"),
    )
    assert len(run_gate("raw", url, catalogue=catalogue, today=LAST).of_state("accepted")) == 2


def test_a_wrong_entry_stops_every_gate_before_it_looks(url, tmp_path):
    catalogue = catalogue_with(tmp_path, entry("no small count of staff", "ExpectTableRowCountToEqual", "2026-12-31"))
    with pytest.raises(CatalogueError, match=r"accepted\.yml:2: accepted\.0\.suite: 'no small count of staff' keeps people from"):
        run_gate("raw", url, catalogue=catalogue)
