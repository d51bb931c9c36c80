"""Where the landing is: from the settings, from Airflow's connection, and back; no secret is shown, and none stands in an address."""

from __future__ import annotations

import json

import pytest
import yaml

from parity.landing_place import landing_place
from parity.settings import REPOSITORY, BadSetting, Settings

SAID = {
    "PARITY_LANDING_URL": "s3://evidence/landing",
    "PARITY_LANDING_ENDPOINT": "https://objects.example.org",
    "PARITY_LANDING_REGION": "eu-central-1",
    "PARITY_LANDING_KEY": "a-key",
    "PARITY_LANDING_SECRET": "never-shown",
}
OPTIONS = {
    "endpoint_url": "https://objects.example.org",
    "key": "a-key",
    "secret": "never-shown",
    "client_kwargs": {"region_name": "eu-central-1"},
}


def test_a_bucket_is_reached_as_the_settings_say_and_the_secret_is_not_printed():
    place = landing_place(Settings.from_env(SAID))
    assert (place.url, place.options()) == ("s3://evidence/landing", OPTIONS)
    assert "never-shown" not in f"{place} {place!r}" and "a-key" not in repr(place)


def test_without_a_key_the_machine_s_own_role_is_used():
    place = landing_place(Settings.from_env({"PARITY_LANDING_URL": "s3://evidence/landing"}))
    assert place.options() == {}


def test_a_folder_needs_nothing_of_it(tmp_path):
    place = landing_place(Settings.from_env({"PARITY_HOME": str(tmp_path)}))
    assert (place.url, place.options(), place.is_objects) == (str(tmp_path / "landing"), {}, False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"PARITY_LANDING_URL": "s3://a-key:never-shown@evidence/x"}, "The address of the landing holds a login"),
        (
            {"PARITY_LANDING_ENDPOINT": "https://a-key:never-shown@objects.example.org"},
            "The endpoint of the landing holds a login",
        ),
        ({"PARITY_LANDING_SECRET": ""}, "key and secret belong together"),
        ({"PARITY_LANDING_KEY": ""}, "key and secret belong together"),
        ({"PARITY_LANDING_ENDPOINT": "objects.example.org"}, "write it with https://"),
    ],
)
def test_what_cannot_be_meant_is_refused_without_a_secret(change, words):
    with pytest.raises(BadSetting, match=words) as refused:
        landing_place(Settings.from_env(SAID | change))
    assert "never-shown" not in str(refused.value)


def test_the_connection_that_the_start_writes_gives_the_same_place_back(monkeypatch):
    from dags.hooks.connections import landing_place as of_connection
    from stack.airflow_setup import connections

    urls = ("WAREHOUSE_URL", "READER_URL")
    needed = {f"PARITY_{name}": "postgresql://parity:x@127.0.0.1:5432/parity" for name in urls}
    needed |= {"PARITY_SUPERSET_URL": "http://127.0.0.1:8088", "PARITY_ADMIN_PASSWORD": "x"}
    for said in (SAID, {"PARITY_LANDING_URL": "s3://evidence/landing"}, {"PARITY_LANDING_URL": "/var/lib/parity/landing"}):
        settings = Settings.from_env(needed | said)
        fields = {name: value for name, value in connections(settings)["landing"].items() if value is not None}
        monkeypatch.setenv("AIRFLOW_CONN_LANDING", json.dumps(fields))
        assert of_connection() == landing_place(settings)
        assert "never-shown" not in str({**fields, "password": ""}), "the secret is the password, which Airflow encrypts"


def test_what_an_engineer_typed_into_the_extra_of_a_connection_is_an_edit():
    from stack.airflow_setup import digest

    ours = {"conn_type": "generic", "host": "/var/lib/parity/landing"}
    assert digest(ours) == digest(ours | {"extra": None}) == digest(ours | {"extra": "{}"})
    assert digest(ours) != digest(ours | {"extra": '{"endpoint_url": "https://objects.example.org"}'})


def test_the_file_for_compose_gives_what_writes_the_connection_and_what_reads_the_landing_its_settings():
    said = yaml.safe_load((REPOSITORY / "deploy" / "object-storage.yml").read_text(encoding="utf-8"))
    assert said["services"].keys() == {"migrate", "parity"} and said["secrets"].keys() == {"landing_key", "landing_secret"}
    for service in said["services"].values():
        assert {name.removesuffix("_FILE") for name in service["environment"]} == SAID.keys()
        assert sorted(service["secrets"]) == ["landing_key", "landing_secret"]
