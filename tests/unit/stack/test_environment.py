"""The environment of a service: the same variables on a laptop and on a server, and only the secrets that the service uses."""

from __future__ import annotations

import configparser
import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from parity.settings import REPOSITORY, MissingSetting, Settings
from stack.environment import FAB, LOOPBACK_ONLY, SERVICES, Secret, environment, from_files, inline, secret_names
from stack.server import SERVER

COMPOSE = REPOSITORY / "docker-compose.yml"
LAPTOP = dataclasses.replace(
    SERVER,
    home=Path("/home/me/.parity/sample"),
    airflow_host="127.0.0.1",
    auth="simple",
    is_behind_tls=False,
    is_in_containers=False,
)
EVERY_SECRET = {name for service in SERVICES for name in secret_names(environment(SERVER, service))}


@pytest.mark.parametrize("service", SERVICES)
def test_a_secret_stands_in_no_variable_of_a_container(service):
    secrets = {name: f"<<{name}>>" for name in EVERY_SECRET}
    on_laptop, on_server = inline(environment(LAPTOP, service), secrets), from_files(environment(SERVER, service))
    assert not any("<<" in value for value in on_server.values())
    shown = {value.strip("<>") for value in on_laptop.values() if value.startswith("<<")}
    assert shown == secret_names(environment(SERVER, service)) - {"celery_broker_url"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_laptop_and_a_server_get_the_same_variables(service):
    on_laptop = from_files(environment(LAPTOP, service)).keys()
    on_server = from_files(environment(SERVER, service)).keys()
    simple = {name for name in on_laptop if "SIMPLE_AUTH" in name}
    containers = {name for name in on_server if "ENABLE_HEALTH_CHECK" in name or "BROKER_URL" in name}
    assert on_laptop - simple == on_server - containers


def test_services_get_only_the_secrets_that_they_use():
    superset = secret_names(environment(SERVER, "superset"))
    assert superset == {"superset_key", "superset_database_url"}
    assert secret_names(environment(SERVER, "kobo")) == {"kobo_token"}
    for service, more in (("airflow-scheduler", {"celery_broker_url"}), ("airflow-triggerer", set())):
        used = secret_names(environment(SERVER, service))
        assert used == {"airflow_fernet", "airflow_api", "airflow_jwt", "airflow_database_url"} | more, service
    assert secret_names(environment(SERVER, "airflow-worker")) == secret_names(environment(SERVER, "airflow-scheduler"))
    assert "postgres_url" in secret_names(environment(SERVER, "migrate"))


def test_airflow_reads_secrets_by_command_and_others_by_file():
    assert from_files({"AIRFLOW__CORE__FERNET_KEY": Secret("f"), "SUPERSET_SECRET_KEY": Secret("s"), "PLAIN": "1"}) == {
        "AIRFLOW__CORE__FERNET_KEY_CMD": "cat /run/secrets/f",
        "SUPERSET_SECRET_KEY_FILE": "/run/secrets/s",
        "PLAIN": "1",
    }


def test_a_server_has_an_auth_manager_for_many_and_a_laptop_one_for_loopback():
    assert environment(SERVER, "airflow-api-server")["AIRFLOW__CORE__AUTH_MANAGER"] == FAB
    assert environment(LAPTOP, "airflow-api-server")["AIRFLOW__CORE__AUTH_MANAGER"] == LOOPBACK_ONLY


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_calls_out(service):
    variables = environment(SERVER, service)
    assert (variables["SCARF_ANALYTICS"], variables["DO_NOT_TRACK"], variables["GX_ANALYTICS_ENABLED"]) == ("false", "1", "false")


@pytest.mark.parametrize("service", [name for name in SERVICES])
def test_the_compose_file_gives_each_service_its_variables_and_secrets(service):
    entry = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"][service]
    expected = environment(SERVER, service)
    assert entry["environment"] == from_files(expected)
    assert set(entry.get("secrets", ())) == secret_names(expected)


def test_a_setting_may_stand_in_a_file(tmp_path):
    secret = tmp_path / "warehouse_url"
    secret.write_text("postgresql://a:b@c/d\n")
    assert Settings.from_env({"PARITY_WAREHOUSE_URL_FILE": str(secret)}).warehouse_url == "postgresql://a:b@c/d"
    both = {"PARITY_WAREHOUSE_URL_FILE": str(secret), "PARITY_WAREHOUSE_URL": "postgresql://plain/x"}
    assert Settings.from_env(both).warehouse_url == "postgresql://plain/x"
    secret.write_text("\n")
    with pytest.raises(MissingSetting, match="PARITY_WAREHOUSE_URL"):
        Settings.from_env({"PARITY_WAREHOUSE_URL_FILE": str(secret)}).require("PARITY_WAREHOUSE_URL")


@pytest.mark.slow
def test_airflow_keeps_no_path_of_the_place_where_an_instance_was_first_started(tmp_path):
    """airflow.cfg is written once, with absolute paths: each of them is overridden by a variable."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "airflow", "config", "get-value", "core", "dags_folder"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AIRFLOW_HOME": str(tmp_path / "airflow")},
        capture_output=True,
        text=True,
        check=False,
    )
    file = tmp_path / "airflow" / "airflow.cfg"
    assert file.exists(), done.stderr
    written = configparser.ConfigParser(interpolation=None)
    written.read(file)
    remembered = {
        f"AIRFLOW__{section}__{option}".upper()
        for section in written.sections()
        for option, value in written[section].items()
        if str(tmp_path) in value
    }
    assert len(remembered) >= 4 and remembered <= environment(LAPTOP, "airflow-scheduler").keys()
