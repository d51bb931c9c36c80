"""What an ingest DAG takes for news: whatever a build would see of its sources, and nothing else, sync after sync and file after file."""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
import pytest

from tests.integration.dbt_project import deliver
from tests.integration.kobo_pulse import later, pulse_site

KOBO, HR = ("raw.kobo_", "ops.kobo_"), ("raw.hr_", "quarantine.hr_")


@pytest.fixture
def state(warehouse, monkeypatch):
    from dags.steps import news

    @contextmanager
    def connected(name):
        with psycopg.connect(warehouse) as connection:
            yield connection

    monkeypatch.setattr(news, "open_warehouse", connected)
    return news.state


def test_a_sync_is_news_where_the_server_has_something_new_and_not_again_and_again(warehouse, tmp_path, state, monkeypatch):
    with pulse_site(tmp_path, warehouse) as pulse:
        pulse.submit(5)
        pulse.sync()
        told = [state(KOBO)]
        for change in (
            lambda: pulse.submit(1),
            lambda: pulse.edit(pulse.numbers()[0], "2"),
            lambda: pulse.delete(pulse.numbers()[1]),
        ):
            for scan in (False, True, False):
                later(monkeypatch, days=0.1)
                pulse.sync(scan=scan)
                assert state(KOBO) == told[-1], "nothing is new"
            change()
            pulse.sync()
            assert state(KOBO) not in told, "something is new"
            told.append(state(KOBO))


def test_each_list_is_news_once_and_none_of_surveys(warehouse, state):
    survey, told = state(KOBO), [state(HR)]
    for day in ("2024-12-31", "2025-12-31", "2026-01-31"):
        people = [{"period_date": day, "person_key": f"p{n}", "sex_code": "F"} for n in range(3)]
        deliver(warehouse, "tha_pol", "THA-POL", people, name=day)
        assert state(HR) not in told and state(HR) == state(HR)
        told.append(state(HR))
    assert state(KOBO) == survey


def test_a_kind_of_source_that_no_model_reads_is_a_fault(state):
    with pytest.raises(LookupError, match="No source of dbt begins with raw"):
        state(("raw.payroll_",))
