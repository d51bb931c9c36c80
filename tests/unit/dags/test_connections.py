"""Connections as an operator may type them, and the values that steps take from them."""

from __future__ import annotations

import pytest
from psycopg.conninfo import conninfo_to_dict

from parity.landing_place import LandingPlace


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("https://kf.kobotoolbox.org/", None, "https://kf.kobotoolbox.org"),
        ("kf.kobotoolbox.org", None, "https://kf.kobotoolbox.org"),
        ("http://127.0.0.1:8001", None, "http://127.0.0.1:8001"),
        ("http://127.0.0.1", 8001, "http://127.0.0.1:8001"),
        ("http://127.0.0.1:8001", 8001, "http://127.0.0.1:8001"),
        ("https://example.org/kobo/", 8443, "https://example.org:8443/kobo"),
    ],
)
def test_server_url__from_host_with_or_without_scheme_and_port(host, port, expected):
    from dags.hooks.connections import server_url

    assert server_url(host, port) == expected


def test_postgres_url__keeps_signs_in_the_password():
    from airflow.sdk import Connection

    from dags.hooks.connections import postgres_url

    connection = Connection(conn_id="w", conn_type="postgres", login="parity", password="a:b/c@d%", schema="parity")
    assert conninfo_to_dict(postgres_url(connection)) == {
        "user": "parity",
        "password": "a:b/c@d%",
        "host": "127.0.0.1",
        "port": "5432",
        "dbname": "parity",
    }


def test_postgres_url__names_the_missing_field():
    from airflow.sdk import Connection

    from dags.hooks.connections import IncompleteConnection, postgres_url

    with pytest.raises(IncompleteConnection, match="`w` has no database"):
        postgres_url(Connection(conn_id="w", conn_type="postgres", login="parity"))


def test_landing_and_superset__from_the_connections(monkeypatch):
    from dags.hooks.connections import IncompleteConnection, landing_place, superset_target

    monkeypatch.setenv("AIRFLOW_CONN_LANDING", '{"conn_type": "generic", "host": "s3://bucket/landing"}')
    assert landing_place() == LandingPlace("s3://bucket/landing")
    monkeypatch.setenv("AIRFLOW_CONN_LANDING", '{"conn_type": "generic", "login": "key", "password": "s3cret"}')
    with pytest.raises(IncompleteConnection, match="`landing` has no host"):
        landing_place()
    monkeypatch.setenv(
        "AIRFLOW_CONN_SUPERSET",
        '{"conn_type": "generic", "host": "http://127.0.0.1:8088", "login": "admin", "password": "s3cret"}',
    )
    monkeypatch.setenv(
        "AIRFLOW_CONN_READERS",
        '{"conn_type": "postgres", "host": "127.0.0.1", "login": "reader", "password": "pw", "schema": "parity"}',
    )
    target = superset_target()
    assert (target.url, target.user) == ("http://127.0.0.1:8088", "admin")
    assert target.readers_url == "postgresql://reader:pw@127.0.0.1:5432/parity"
    assert "s3cret" not in repr(target) and "pw" not in repr(target)
    monkeypatch.setenv("AIRFLOW_CONN_SUPERSET", '{"conn_type": "generic", "host": "x", "login": "a"}')
    with pytest.raises(IncompleteConnection, match="`superset` has no password"):
        superset_target()


def test_kobotoolbox_is_a_connection_type_of_airflow():
    from airflow.providers_manager import ProvidersManager

    manager = ProvidersManager()
    assert manager.hooks["kobotoolbox"].hook_class_name == "dags.hooks.kobotoolbox.KoboToolboxHook"
    behaviour = manager.field_behaviours["kobotoolbox"]
    assert behaviour["relabeling"] == {"host": "Server URL", "password": "API token"}
    assert set(behaviour["hidden_fields"]) == {"login", "schema", "port", "extra"}
