"""The set-up steps against a real PostgreSQL: run again they change nothing, and what an engineer edited in Airflow stays."""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from parity.settings import REPOSITORY
from stack import marks
from stack.environment import environment, inline
from stack.postgres import Postgres
from stack.server import SERVER

READ = """
import json
from airflow.models import Connection
from airflow.utils.session import create_session
with create_session() as session:
    print(json.dumps({c.conn_id: [c.host, c.login, c.password, c.extra] for c in session.query(Connection)}))
"""
EDIT = """
from airflow.models import Connection
from airflow.utils.session import create_session
with create_session() as session:
    connection = session.query(Connection).filter_by(conn_id="kobo").one()
    connection.host, connection.password = "https://kobo.ministry.example", "theirs"
"""


@dataclasses.dataclass(frozen=True)
class Setup:
    """The environment of the set-up for a server of its own, on the test's PostgreSQL."""

    variables: dict[str, str]

    def run(self, *steps: str, **changed: str) -> str:
        return self._python(["-m", "cli.setup", *steps], changed)

    def connections(self) -> dict[str, list]:
        return json.loads(self._python(["-c", READ], {}).strip().splitlines()[-1])

    def edit_kobo(self) -> None:
        self._python(["-c", EDIT], {})

    def _python(self, arguments: list[str], changed: dict[str, str]) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=REPOSITORY,
            env={**os.environ, **self.variables, **changed},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout


@pytest.fixture(scope="module")
def setup(postgres: Postgres, tmp_path_factory) -> Iterator[Setup]:
    home, tag = tmp_path_factory.mktemp("server"), secrets.token_hex(4)
    (home / "secrets").mkdir()
    names = {part: f"{part}_{tag}" for part in ("parity", "airflow", "superset", "reader", "teams", "clerks", "readers")}

    def url(owner: str, database: str, scheme: str = "postgresql") -> str:
        return postgres.url(names[database], names[owner], f"of:{owner}/{tag}%").replace("postgresql", scheme, 1)

    values = {
        "postgres_url": postgres.url(),
        "warehouse_url": url("parity", "parity"),
        "reader_url": url("reader", "readers"),
        "fieldwork_reader_url": url("teams", "readers"),
        "quality_reader_url": url("clerks", "readers"),
        "airflow_database_url": url("airflow", "airflow", "postgresql+psycopg2"),
        "superset_database_url": url("superset", "superset"),
        "admin_password": f"admin-{tag}",
        "kobo_token": f"token-{tag}",
        "airflow_fernet": "cFhZQnlUb3BTZWNyZXRUb3BTZWNyZXRUb3BTZWNyZXQ=",
        "airflow_jwt": "jwt-of-a-test-that-is-long-enough-to-sign-with",
        "airflow_api": "api",
        "celery_broker_url": "redis://localhost/0",
    }
    site = dataclasses.replace(
        SERVER, home=home, airflow_home=home / "airflow", landing=str(home / "landing"), kobo_url="http://kobo:8000",
        airflow_public_url="https://parity.example/airflow", executor="LocalExecutor", repository=REPOSITORY,
    )  # fmt: skip
    yield Setup(inline(environment(site, "migrate"), values))
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        for name in ("parity", "airflow", "superset", "readers"):
            admin.execute(f'drop database if exists "{names[name]}" with (force)')
        for name in names.values():
            admin.execute(f'drop role if exists "{name}"')


def test_the_steps_make_all_once_and_leave_what_was_edited(setup):
    airflow = setup.variables["PARITY_AIRFLOW_DATABASE_URL"]
    for _ in range(2):
        setup.run("databases", "warehouse", "airflow")
    assert {"airflow", "admin", "connection kobo"} <= marks.read(airflow).keys()

    moved = setup.run("airflow", PARITY_LANDING_URL="s3://bucket/landing")
    made = setup.connections()
    assert set(made) >= {"warehouse", "readers", "landing", "superset", "kobo"}
    assert made["kobo"][0] == "http://kobo:8000" and made["superset"][3] in (None, "")
    assert "edited" not in moved and made["landing"][0] == "s3://bucket/landing"

    setup.edit_kobo()
    for _ in range(2):  # theirs stays, however often ours changes
        said = setup.run("airflow", PARITY_KOBO_URL="http://other:8000", PARITY_LANDING_URL="s3://bucket/landing")
        assert "The connection `kobo` was edited in Airflow, and is left as it is." in said
    after = setup.connections()
    assert after["kobo"][:1] + after["kobo"][2:3] == ["https://kobo.ministry.example", "theirs"]
    assert after["landing"][0] == "s3://bucket/landing"
