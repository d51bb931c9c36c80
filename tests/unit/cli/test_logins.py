"""The logins that the set-up makes roles and databases for."""

from __future__ import annotations

import pytest

from cli.logins import Login, owner_logins, reader_logins
from parity.settings import Settings

READER, FIELDWORK = "postgresql://dash:d@db:5432/readers", "postgresql://field:f@db:5432/readers"


def settings(**urls: str) -> Settings:
    return Settings.from_env({f"PARITY_{name.upper()}_URL": url for name, url in urls.items()})


def test_an_owner_is_the_user_of_its_address() -> None:
    every = {
        f"{name}": f"postgresql://{name}:secret@db/{name}_data" for name in ("warehouse", "airflow_database", "superset_database")
    }
    assert [(login.user, login.database) for login in owner_logins(settings(**every))] == [
        (name, f"{name}_data") for name in every
    ]


def test_a_role_of_readers_without_a_setting_has_no_login() -> None:
    found = reader_logins(settings(reader=READER, fieldwork_reader=FIELDWORK))
    assert found == {"reader": Login("dash", "d", "db", 5432, "readers"), "fieldwork": Login("field", "f", "db", 5432, "readers")}


@pytest.mark.parametrize(
    ("url", "lacking"), [("postgresql://db:5432/readers", "user"), ("postgresql://dash:d@db:5432", "database")]
)
def test_an_address_without_user_or_database_is_refused_by_its_setting(url: str, lacking: str) -> None:
    with pytest.raises(SystemExit, match=f"PARITY_READER_URL lacks the {lacking}"):
        reader_logins(settings(reader=url))


def test_two_roles_of_readers_need_one_database_and_a_login_each() -> None:
    with pytest.raises(SystemExit, match="PARITY_FIELDWORK_READER_URL names another database"):
        reader_logins(settings(reader=READER, fieldwork_reader=FIELDWORK.replace("/readers", "/others")))
    with pytest.raises(SystemExit, match="PARITY_FIELDWORK_READER_URL has the login of PARITY_READER_URL"):
        reader_logins(settings(reader=READER, fieldwork_reader=READER))


def test_a_password_is_not_shown() -> None:
    assert "hush" not in repr(Login.of("PARITY_READER_URL", "postgresql://dash:hush@db/readers"))
