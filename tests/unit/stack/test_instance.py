"""An instance keeps its secrets to its owner and its ports to itself."""

import json
import socket
import stat

import pytest

from stack.environment import SERVICES
from stack.instance import PORTS, SECRETS, Instance


@pytest.fixture
def instance(tmp_path):
    made = Instance(tmp_path / "sample")
    made.prepare()
    return made


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_enters_the_secrets(instance):
    assert mode(instance.home / "secrets") == 0o700
    assert mode(instance.home / "secrets" / "secrets.json") == 0o600
    assert mode(instance.home) in (0o700, 0o711)


def test_secrets_are_made_once_and_differ_between_instances(instance, tmp_path):
    before = dict(instance.secrets)
    instance.prepare()
    other = Instance(tmp_path / "other")
    other.prepare()
    assert Instance(instance.home).secrets == before and set(before) == set(SECRETS)
    assert not set(before.values()) & set(other.secrets.values())


def test_a_secret_that_a_later_version_needs_is_added_and_the_others_stay(instance):
    path = instance.home / "secrets" / "secrets.json"
    older = {name: value for name, value in instance.secrets.items() if name != "admin"}
    path.write_text(json.dumps(older))
    instance.prepare()
    now = Instance(instance.home).secrets
    assert now["admin"] and {name: now[name] for name in older} == older


def test_ports_are_free_distinct_and_remembered(instance):
    assert instance.choose_ports() == []
    first = instance.ports
    assert set(first) == set(PORTS) and len(set(first.values())) == len(PORTS)
    assert instance.choose_ports() == [] and instance.ports == first


def test_a_port_that_somebody_took_is_chosen_anew_and_said(instance):
    instance.choose_ports()
    taken = instance.ports["superset"]
    with socket.socket() as other:
        other.bind(("127.0.0.1", taken))
        other.listen()
        (sentence,) = instance.choose_ports()
    moved = instance.ports["superset"]
    assert sentence == f"port {taken} of superset is taken by another program: using {moved}"
    assert moved != taken


def test_no_secret_of_the_warehouse_reaches_superset(instance):
    instance.choose_ports()
    given = json.dumps(instance.environment("superset"))
    assert instance.secrets["superset_database"] in given
    assert not any(instance.secrets[name] in given for name in ("warehouse", "admin", "kobo_token", "postgres"))


def test_nothing_listens_beyond_loopback(instance):
    instance.choose_ports()
    for name in SERVICES:
        given = instance.environment(name)
        assert all(
            "//127.0.0.1:" in url for key, url in given.items() if key.endswith("_URL") and "://" in url and "@" not in url
        )
    assert instance.environment("airflow-api-server")["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_what_an_older_version_left_readable_is_closed(instance):
    (instance.home / "samples").mkdir()
    (instance.home / "samples").chmod(0o755)
    (instance.home / "kobo.sqlite").touch()
    (instance.home / "kobo.sqlite").chmod(0o644)
    instance.prepare()
    assert mode(instance.home / "samples") == 0o700 and mode(instance.home / "kobo.sqlite") == 0o600
