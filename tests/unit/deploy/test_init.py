"""deploy/init: secrets are made once and kept, settings change by name, and what it makes fits docker-compose.yml."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from cryptography.fernet import Fernet
from psycopg.conninfo import conninfo_to_dict

from parity.settings import REPOSITORY
from stack.environment import READERS, url_secret

pytestmark = pytest.mark.slow


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "deploy").mkdir()
    shutil.copy2(REPOSITORY / "deploy" / "init", tmp_path / "deploy" / "init")
    return tmp_path


def run(checkout: Path, *options: str, expect: int = 0, given: str = "") -> str:
    done = subprocess.run(
        ["sh", checkout / "deploy" / "init", *options], input=given, capture_output=True, text=True, cwd="/", check=False
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


def settings(checkout: Path) -> dict[str, str]:
    lines = (checkout / ".env").read_text().splitlines()
    found = [line.split("=", 1) for line in lines if not line.startswith("#")]
    assert len({name for name, _ in found}) == len(found), "a setting stands twice in .env"
    return dict(found)


def secrets(checkout: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (checkout / "deploy" / "secrets").iterdir()}


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_secrets_are_those_of_the_compose_file_and_only_their_owner_reaches_them(checkout: Path):
    run(checkout)
    wanted = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["secrets"]
    assert {name: entry["file"] for name, entry in wanted.items()} == {
        name: f"deploy/secrets/{name}" for name in secrets(checkout)
    }
    assert mode(checkout / "deploy" / "secrets") == 0o700 and mode(checkout / ".env") == 0o600
    assert {mode(path) for path in (checkout / "deploy" / "secrets").iterdir()} == {0o444}
    assert mode(checkout / "drop") == 0o2770


def test_secrets_work_where_they_are_used_and_no_two_are_alike(checkout: Path):
    run(checkout)
    made = secrets(checkout)
    Fernet(made["airflow_fernet"])
    assert conninfo_to_dict(made["postgres_url"])["password"] == made["postgres_password"]
    assert made["celery_broker_url"] == f"redis://:{made['redis_password']}@redis:6379/0"
    assert conninfo_to_dict(made["warehouse_url"])["user"] == "parity"
    for login, setting in READERS.values():
        address = conninfo_to_dict(made[url_secret(setting)])
        assert (address["user"], address["dbname"]) == (login, "parity_readers")
    assert len(set(made.values())) == len(made) and min(map(len, made.values())) >= 32


def test_again_and_again_it_keeps_every_secret_and_changes_only_what_is_named(checkout: Path):
    run(checkout, "--domain", "parity.example.org", "--email", "me@example.org", "--port", "8443")
    first, before = settings(checkout), secrets(checkout)
    assert first["PARITY_DOMAIN"] == "parity.example.org" and first["PARITY_TLS"] == "me@example.org"
    assert first["PARITY_BIND"] == "0.0.0.0"
    for options in ((), ("--kobo-url", "https://kf.example.org"), ("--celery",)):
        run(checkout, *options)
        assert secrets(checkout) == before
    assert settings(checkout) == first | {
        "PARITY_KOBO_URL": "https://kf.example.org",
        "PARITY_EXECUTOR": "CeleryExecutor",
        "COMPOSE_PROFILES": "celery",
    }
    run(checkout, "--local")
    assert settings(checkout)["PARITY_EXECUTOR"] == settings(checkout)["COMPOSE_PROFILES"] == ""


def test_a_secret_that_is_lost_is_made_again_and_fits_the_others(checkout: Path):
    run(checkout)
    before = secrets(checkout)
    for name in ("postgres_url", "superset_key"):
        (checkout / "deploy" / "secrets" / name).unlink()
    run(checkout)
    after = secrets(checkout)
    assert after["postgres_url"] == before["postgres_url"] and after["superset_key"] != before["superset_key"]
    assert {name for name in after if after[name] != before[name]} == {"superset_key"}


def test_without_options_it_listens_on_this_machine_only(checkout: Path):
    said = run(checkout)
    assert settings(checkout)["PARITY_BIND"] == "127.0.0.1" and settings(checkout)["PARITY_TLS"] == "internal"
    assert "docker compose build && docker compose up -d --wait" in said and "deploy/secrets/admin_password" in said
    assert not [value for value in secrets(checkout).values() if value in said]


def test_a_token_is_read_from_a_file_and_replaces_the_one_that_is_there(checkout: Path):
    run(checkout)
    before = secrets(checkout)
    run(checkout, "--kobo-token-file", "-", given="a1b2c3\n")
    assert secrets(checkout) == before | {"kobo_token": "a1b2c3"}
    token = checkout / "token.txt"
    token.write_text("d4e5f6\n")
    run(checkout, "--kobo-token-file", str(token))
    assert secrets(checkout)["kobo_token"] == "d4e5f6"


def test_the_demonstration_goes_when_a_real_server_comes(checkout: Path):
    run(checkout, "--demo")
    assert (settings(checkout)["COMPOSE_PROFILES"], settings(checkout)["PARITY_KOBO_URL"]) == ("demo", "http://kobo:8000")
    run(checkout, "--celery")
    assert settings(checkout)["COMPOSE_PROFILES"] == "demo,celery"
    run(checkout, "--kobo-url", "https://kf.example.org")
    assert settings(checkout)["COMPOSE_PROFILES"] == "celery"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--domain", "https://parity.example.org"], "without https://"),
        (["--domain", "parity.example.org:8443"], "without a port"),
        (["--email", "me"], "e-mail address"),
        (["--email", "me@example.org"], "needs --domain"),
        (["--port", "https"], "a port is a number"),
        (["--kobo-url", "kf.example.org"], "starts with https://"),
        (["--demo", "--kobo-url", "https://kf.example.org"], "leave --kobo-url out"),
        (["--domain"], "needs a value"),
        (["--domian", "x"], "there is no option"),
    ],
)
def test_a_faulty_option_is_refused_before_anything_is_made(checkout: Path, options: list[str], sentence: str):
    assert sentence in run(checkout, *options, expect=2)
    assert sorted(path.name for path in checkout.iterdir()) == ["deploy"]
    assert [path.name for path in (checkout / "deploy").iterdir()] == ["init"]


def test_the_help_names_every_option(checkout: Path):
    known = set(re.findall(r"--[a-z-]+", (checkout / "deploy" / "init").read_text().split("while [")[1].split("esac")[0]))
    assert known <= set(re.findall(r"--[a-z-]+", run(checkout, "--help")))
