"""What an ingest run says about itself."""

from __future__ import annotations

import pytest

from dags.steps.summary import failure_message, summarise


def test_a_listed_source_without_a_result_failed():
    summary = summarise([{"name": "a"}, {"name": "b"}], [{"name": "a", "n_rows": 3, "status": "loaded"}])
    assert summary["failed"] == ["b"]
    assert summary["n_loaded"] == 1
    assert "1 of 2 sources failed: b." in failure_message(summary)


def test_figures_are_summed_and_words_and_flags_are_not():
    summary = summarise(
        [{"name": "a"}, {"name": "b"}],
        [{"name": "a", "n_rows": 3, "status": "loaded", "is_new": True}, {"name": "b", "n_rows": 4}],
    )
    assert summary["totals"] == {"n_rows": 7}
    assert failure_message(summary) is None


@pytest.mark.parametrize("results", [None, []])
def test_nothing_to_load_is_no_failure(results):
    summary = summarise([], results)
    assert (summary["n_sources"], summary["failed"], failure_message(summary)) == (0, [], None)


def test_a_listing_that_failed_is_a_failure():
    summary = summarise(None, None)
    assert not summary["is_listed"]
    assert "could not be listed" in failure_message(summary)
