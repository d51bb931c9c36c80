"""`list_forms` in Airflow: red with server, account, connection and remedy where there is nothing to sync; tried again where waiting helps."""

from __future__ import annotations

import json
import logging

import pytest

from parity.catalogue import load_catalogue
from parity.landing_place import LandingPlace
from parity.settings import REPOSITORY
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

TOKEN = "a" * 40
CONTENT = {"survey": [{"type": "integer", "name": "a"}], "choices": [], "translations": [None]}


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The store of an empty server, to which the connection `kobo` leads; its address is `url`."""
    app = create_app(tmp_path / "kobo.sqlite", TOKEN)
    with serve(app) as url:
        connect(monkeypatch, url, TOKEN)
        app.state.store.url = url
        yield app.state.store


def connect(monkeypatch, url, token):
    fields = {"conn_type": "kobotoolbox", "host": url, "password": token}
    monkeypatch.setenv("AIRFLOW_CONN_KOBO", json.dumps(fields))


def test_where_no_form_is_seen_the_task_is_red_for_good_with_server_account_and_connection(server):
    from airflow.sdk.exceptions import AirflowFailException

    from dags.steps.kobo import list_forms

    with pytest.raises(AirflowFailException, match=f"The account 'owner' on {server.url} sees 0 projects") as red:
        list_forms()
    assert "the Airflow connection `kobo` (Server URL)" in str(red.value) and "PARITY_" not in str(red.value)


def test_a_form_that_is_not_there_is_named_in_the_log_and_the_others_are_listed(server, caplog):
    from dags.steps.kobo import list_forms

    caplog.set_level(logging.INFO)
    contracts = load_catalogue(REPOSITORY / "catalogue").kobo
    uid = server.add_asset(contracts["workplace_culture"].asset_name)
    server.deploy(uid, server.add_version(uid, CONTENT))
    assert list_forms() == [{"name": "workplace_culture"}]
    assert f"sees 1 project on {server.url}" in caplog.text
    assert [name for name in contracts if f"({name})" not in caplog.text] == ["workplace_culture"]


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("b" * 40, r"wrong or revoked.*into the Airflow connection `kobo` \(API token\)"),
        ("a\n" * 20, r"The API token in the Airflow connection `kobo` \(API token\) holds a line break"),
    ],
)
def test_a_token_that_is_wrong_is_not_tried_again(token, words, server, monkeypatch):
    from airflow.sdk.exceptions import AirflowFailException

    from dags.steps.kobo import list_forms

    connect(monkeypatch, server.url, token)
    with pytest.raises(AirflowFailException, match=words):
        list_forms()


def test_a_server_that_does_not_answer_is_tried_again(monkeypatch):
    from dags.steps.kobo import list_forms
    from ingestion.kobo.errors import KoboDown

    monkeypatch.setattr("urllib3.util.retry.Retry.sleep", lambda *_: None)
    connect(monkeypatch, "http://127.0.0.1:9", TOKEN)
    with pytest.raises(KoboDown, match=r"nothing listens there.*the Airflow connection `kobo`"):
        list_forms()


@pytest.mark.parametrize(("n_unread", "is_red"), [(4, False), (5, False), (6, True)])
def test_a_form_that_is_loaded_without_too_many_answers_is_red_for_good_and_named(n_unread, is_red, server, monkeypatch):
    from contextlib import nullcontext

    from airflow.sdk.exceptions import AirflowFailException

    from dags.steps import kobo
    from ingestion.kobo.sync import SyncReport
    from ingestion.kobo.unread import Unread

    loaded = SyncReport("workplace_culture", "scan", 100, 0, 0, 100, unread=(Unread("gender", n_unread, 100, ("f", "m")),))
    monkeypatch.setattr("ingestion.kobo.sync.sync_form", lambda *args, **options: loaded)
    monkeypatch.setattr(kobo, "open_warehouse", lambda name: nullcontext())
    monkeypatch.setattr(kobo, "landing_place", lambda: LandingPlace("memory://landing"))
    why = rf"gender: {n_unread} of 100 answers \({n_unread} %\) stayed in the landing.*the form offers f, m\. More than 5 % is an error"
    with pytest.raises(AirflowFailException, match=why) if is_red else nullcontext():
        assert json.loads(json.dumps(kobo.sync_form("workplace_culture")))["unread"][0]["n_unread"] == n_unread
