"""Calls of Airflow's API, held against what it was asked."""

import pytest

from stack.airflow_api import AirflowApi


@pytest.fixture
def asked(monkeypatch):
    """Every call but GET; the DAG `paused` is paused."""
    calls = []

    def call(self, method, path, **arguments):
        if method != "GET":
            calls.append((method, path))
        return {"is_paused": path == "/dags/paused", "file_token": "abc"}

    monkeypatch.setattr(AirflowApi, "_call", call)
    return calls


def test_a_dag_that_is_unpaused_is_read_again_so_that_its_watches_begin(asked):
    assert AirflowApi.__new__(AirflowApi).unpause("paused") is True
    assert asked == [("PATCH", "/dags/paused"), ("PUT", "/parseDagFile/abc")]


def test_a_dag_that_runs_already_is_left_alone(asked):
    assert AirflowApi.__new__(AirflowApi).unpause("going") is False
    assert asked == []
