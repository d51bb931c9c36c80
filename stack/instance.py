"""One instance of Parity on this machine: its folder, its ports, its passwords and keys.

Everything it owns stands below one ignored folder. Secrets are made once into `secrets/`, which only the owner may enter. Ports are
chosen free at first start and remembered; one that somebody else has taken since is chosen anew.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from parity.settings import REPOSITORY, Settings
from stack.lock import locked
from stack.postgres import Postgres
from stack.postgres_place import data_folder

PORTS = ("postgres", "kobo", "airflow", "superset")
SECRETS = {
    "postgres": lambda: secrets.token_urlsafe(18),
    "warehouse": lambda: secrets.token_urlsafe(18),
    "airflow_database": lambda: secrets.token_urlsafe(18),
    "superset_database": lambda: secrets.token_urlsafe(18),
    "superset_reader": lambda: secrets.token_urlsafe(18),
    "admin": lambda: secrets.token_urlsafe(9),
    "kobo_token": lambda: secrets.token_hex(20),
    "kobo_webhook": lambda: secrets.token_urlsafe(32),
    "airflow_fernet": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "airflow_jwt": lambda: secrets.token_urlsafe(48),
    "airflow_api": lambda: secrets.token_urlsafe(32),
    "superset_key": lambda: secrets.token_urlsafe(42),
}
ADMIN = "admin"


def instances() -> list[Path]:
    """Folders of the instances that exist: the one that PARITY_HOME names, or all below `.parity/`."""
    if os.environ.get("PARITY_HOME"):
        return [Settings.from_env().home]
    return sorted(path.parent for path in (REPOSITORY / ".parity").glob("*/secrets"))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(frozen=True)
class Instance:
    """An instance below `home`; call `prepare` before its first use."""

    home: Path

    def prepare(self) -> None:
        """Make the folders and secrets that are not there yet."""
        # PostgreSQL, started by root, runs as another user and must be able to pass; it can list nothing.
        outer = 0o711 if os.geteuid() == 0 else 0o700
        for folder in (self.home.parent, self.home):
            folder.mkdir(parents=True, exist_ok=True)
            if folder.name.startswith(".parity") or folder == self.home:
                folder.chmod(outer)
        for name in ("secrets", "logs", "run", "drop", "airflow", "superset", "landing"):
            (self.home / name).mkdir(exist_ok=True, mode=0o700)
        path = self.home / "secrets" / "secrets.json"
        with locked(path.with_suffix(".lock")):  # two starts at once must agree on the secrets
            known = json.loads(path.read_text()) if path.exists() else {}
            wanted = {name: known.get(name) or make() for name, make in SECRETS.items()}
            if wanted != known:
                unfinished = path.with_suffix(".new")
                unfinished.touch(mode=0o600)
                unfinished.write_text(json.dumps(wanted, indent=1))
                unfinished.rename(path)

    @cached_property
    def secrets(self) -> dict[str, str]:
        return json.loads((self.home / "secrets" / "secrets.json").read_text())

    @property
    def ports(self) -> dict[str, int]:
        path = self.home / "run" / "ports.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def choose_ports(self) -> list[str]:
        """Choose ports for services that have none or whose port is taken; returns a sentence about each that moved."""
        known, moved = self.ports, []
        chosen: dict[str, int] = {}
        for name in PORTS:
            port = known.get(name)
            if port is not None and not is_free(port):
                moved.append(f"port {port} of {name} is taken by another program")
                port = None
            while port is None or port in chosen.values():
                port = free_port()
            chosen[name] = port
        (self.home / "run" / "ports.json").write_text(json.dumps(chosen))
        return [f"{sentence}: using {chosen[sentence.split(' of ')[1].split(' ')[0]]}" for sentence in moved]

    @property
    def postgres(self) -> Postgres:
        return Postgres(data_folder(self.home), self.ports["postgres"], self.secrets["postgres"])

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    @property
    def warehouse_url(self) -> str:
        return self.postgres.url("parity", "parity", self.secrets["warehouse"])

    @property
    def reader_url(self) -> str:
        return self.postgres.url("parity", "superset_reader", self.secrets["superset_reader"])

    def environment(self) -> dict[str, str]:
        """The PARITY_* variables and switches that every service and task gets; nothing calls out."""
        return {
            "PARITY_HOME": str(self.home),
            "PARITY_WAREHOUSE_URL": self.warehouse_url,
            "PARITY_LANDING_URL": str(self.home / "landing"),
            "PARITY_DROP": str(self.home / "drop"),
            "PARITY_KOBO_URL": self.url("kobo"),
            "PARITY_KOBO_TOKEN": self.secrets["kobo_token"],
            "PARITY_HR_KEYS": str(self.home / "secrets" / "hr"),
            "PARITY_SUPERSET_URL": self.url("superset"),
            "PARITY_SUPERSET_USER": ADMIN,
            "PARITY_SUPERSET_PASSWORD": self.secrets["admin"],
            "PARITY_SUPERSET_WAREHOUSE_URL": self.reader_url,
            "SCARF_ANALYTICS": "false",
            "DO_NOT_TRACK": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "GX_ANALYTICS_ENABLED": "false",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def airflow_environment(self) -> dict[str, str]:
        metadata = self.postgres.url("airflow", "airflow", self.secrets["airflow_database"])
        options = {
            "CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
            "CORE__LOAD_EXAMPLES": "False",
            "CORE__EXECUTOR": "LocalExecutor",
            "CORE__PARALLELISM": "4",
            "CORE__FERNET_KEY": self.secrets["airflow_fernet"],
            "CORE__TEST_CONNECTION": "Enabled",
            "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
            "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.home / "secrets" / "airflow_passwords.json"),
            "CORE__EXECUTION_API_SERVER_URL": f"{self.url('airflow')}/execution/",
            "API__BASE_URL": self.url("airflow"),
            "API__HOST": "127.0.0.1",
            "API__PORT": str(self.ports["airflow"]),
            "API__WORKERS": "1",
            "API__SECRET_KEY": self.secrets["airflow_api"],
            "API_AUTH__JWT_SECRET": self.secrets["airflow_jwt"],
            "DATABASE__SQL_ALCHEMY_CONN": metadata.replace("postgresql://", "postgresql+psycopg2://", 1),
            "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
            "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "2",
            "USAGE_DATA_COLLECTION__ENABLED": "False",
            "COSMOS__ENABLE_TELEMETRY": "False",
            "LOGGING__LOGGING_LEVEL": "INFO",
        }
        return {"AIRFLOW_HOME": str(self.home / "airflow")} | {f"AIRFLOW__{name}": value for name, value in options.items()}

    def superset_environment(self) -> dict[str, str]:
        return {
            "SUPERSET_CONFIG_PATH": str(REPOSITORY / "superset" / "superset_config.py"),
            "SUPERSET_SECRET_KEY": self.secrets["superset_key"],
            "SUPERSET_METADATA_URL": self.postgres.url("superset", "superset", self.secrets["superset_database"]),
            "SUPERSET_HOME": str(self.home / "superset"),
            "FLASK_APP": "superset.app:create_app()",
        }
