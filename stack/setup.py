"""The one-time steps between the services: databases and roles, Airflow's and Superset's own tables, the connections.

Run by the supervisor as `python -m stack.setup STEP`. Each step may be repeated; the long ones leave a mark when done, and a step that
was killed has left none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from parity.migrate import MigrationFailed, MigrationRefused, migrate_warehouse
from parity.settings import REPOSITORY, Settings
from stack.instance import ADMIN, Instance

SUPERSET_BIN = REPOSITORY / "superset" / ".venv" / "bin"


def databases(instance: Instance) -> None:
    """Roles and databases; superset_reader may connect, and sees only what publication grants to it."""
    roles = {
        "parity": instance.secrets["warehouse"],
        "airflow": instance.secrets["airflow_database"],
        "superset": instance.secrets["superset_database"],
        "superset_reader": instance.secrets["superset_reader"],
    }
    with psycopg.connect(instance.postgres.url(), autocommit=True) as admin:
        for role, password in roles.items():
            known = admin.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
            verb = "alter" if known else "create"
            admin.execute(sql.SQL(f"{verb} role {{}} login password {{}}").format(sql.Identifier(role), sql.Literal(password)))
        for name in ("parity", "airflow", "superset"):
            if not admin.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
                admin.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(name)))
            admin.execute(sql.SQL("revoke connect on database {} from public").format(sql.Identifier(name)))
        admin.execute("grant connect on database parity to superset_reader")


def warehouse(instance: Instance) -> None:
    """Parity's own tables, brought to this code's migration."""
    try:
        migrate_warehouse(instance.warehouse_url, backups=instance.home / "backups", tell=print)
    except (MigrationRefused, MigrationFailed) as error:
        raise SystemExit(str(error)) from None


def airflow(instance: Instance) -> None:
    """Airflow's tables, the admin's password, and the four connections."""
    (instance.home / "secrets" / "airflow_passwords.json").write_text(json.dumps({ADMIN: instance.secrets["admin"]}))
    _once(instance, f"airflow-{version('apache-airflow')}", lambda: _run([_bin("airflow"), "db", "migrate"]))
    path = instance.home / "secrets" / "connections.json"
    content = json.dumps(connections(instance))
    if not path.exists() or path.read_text() != content:
        path.unlink(missing_ok=True)
        unfinished = path.with_name("connections.new.json")
        unfinished.touch(mode=0o600)
        unfinished.write_text(content)
        _run([_bin("airflow"), "connections", "import", "--overwrite", str(unfinished)])
        unfinished.rename(path)


def connections(instance: Instance) -> dict[str, dict[str, object]]:
    """What `airflow connections import` reads."""
    return {
        "warehouse": {
            "conn_type": "postgres",
            "host": "127.0.0.1",
            "port": instance.ports["postgres"],
            "login": "parity",
            "password": instance.secrets["warehouse"],
            "schema": "parity",
        },
        "kobo": {
            "conn_type": "kobotoolbox",
            "host": instance.url("kobo"),
            "password": instance.secrets["kobo_token"],
        },
        "landing": {"conn_type": "generic", "host": str(instance.home / "landing")},
        "superset": {
            "conn_type": "http",
            "host": instance.url("superset"),
            "login": ADMIN,
            "password": instance.secrets["admin"],
            "extra": json.dumps({"warehouse_url": instance.reader_url}),
        },
    }


def superset(instance: Instance) -> None:
    """Superset's tables, its roles, and the admin."""
    command = str(SUPERSET_BIN / "superset")

    def initialise() -> None:
        _run([command, "db", "upgrade"])
        _run(
            [
                command,
                "fab",
                "create-admin",
                "--username",
                ADMIN,
                "--firstname",
                "Parity",
                "--lastname",
                "Admin",
                "--email",
                "admin@example.invalid",
                "--password",
                instance.secrets["admin"],
            ]
        )
        _run([command, "init"])

    _once(instance, "superset-6.1.0", initialise)


def _once(instance: Instance, name: str, step: Callable[[], None]) -> None:
    mark = instance.home / "run" / f"{name}.done"
    if not mark.exists():
        step()
        mark.touch()


def _bin(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise SystemExit(f"`{Path(command[0]).name} {' '.join(command[1:3])}` failed with exit code {done.returncode}.")


STEPS = {"databases": databases, "warehouse": warehouse, "airflow": airflow, "superset": superset}

if __name__ == "__main__":
    STEPS[sys.argv[1]](Instance(Settings.from_env().home))
