"""The connections that set-up writes: each of a type of ours, with what Airflow's Test button needs to find the stored password."""

from __future__ import annotations

from parity.settings import Settings
from stack.airflow_setup import connections, digest

SAID = {
    "PARITY_ADMIN_PASSWORD": "a",
    "PARITY_WAREHOUSE_URL": "postgresql://parity:b@127.0.0.1:5433/parity",
    "PARITY_READER_URL": "postgresql://superset_reader:c@127.0.0.1:5433/parity_readers",
    "PARITY_SUPERSET_URL": "http://127.0.0.1:8088",
    "PARITY_KOBO_URL": "https://kf.example.org",
    "PARITY_KOBO_TOKEN": "d" * 40,
}
TYPES = {
    "warehouse": "parity_warehouse",
    "readers": "parity_readers",
    "landing": "parity_landing",
    "superset": "parity_superset",
    "kobo": "kobotoolbox",
}


def test_each_connection_has_its_own_type_and_the_port_that_airflows_form_sends_back():
    made = connections(Settings.from_env(SAID))
    assert {name: fields["conn_type"] for name, fields in made.items()} == TYPES
    assert {name: fields["port"] for name, fields in made.items()} == {
        "warehouse": 5433, "readers": 5433, "landing": 0, "superset": 0, "kobo": 0,
    }  # fmt: skip


def test_a_connection_of_the_version_before_is_another_and_is_written_again():
    made = connections(Settings.from_env(SAID))["landing"]
    assert digest(made) != digest({"conn_type": "generic", "host": made["host"]})
