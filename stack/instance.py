"""One instance of Parity on this machine: its folder, its ports, its passwords and keys.

Everything it owns stands below one ignored folder. Secrets are made once into `secrets/`, which only the owner may enter. Ports are
chosen free at first start and remembered; one that somebody else has taken since is chosen anew.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import socket
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from parity.durable import put_in_place
from parity.settings import REPOSITORY, Settings
from stack.environment import ADMIN, PRELOADING, READERS, ReaderRole, Site, environment, inline, url_secret
from stack.lock import locked
from stack.postgres import Postgres
from stack.postgres_place import data_folder

PORTS = ("postgres", "kobo", "airflow", "superset")
SECRETS = {
    "postgres": lambda: secrets.token_urlsafe(18),
    "warehouse": lambda: secrets.token_urlsafe(18),
    "airflow_database": lambda: secrets.token_urlsafe(18),
    "superset_database": lambda: secrets.token_urlsafe(18),
    **{login: lambda: secrets.token_urlsafe(18) for login, _ in READERS.values()},
    "admin": lambda: secrets.token_urlsafe(9),
    "kobo_token": lambda: secrets.token_hex(20),
    "kobo_webhook": lambda: secrets.token_urlsafe(32),
    "airflow_fernet": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "airflow_jwt": lambda: secrets.token_urlsafe(48),
    "airflow_api": lambda: secrets.token_urlsafe(32),
    "superset_key": lambda: secrets.token_urlsafe(42),
}
__all__ = ["ADMIN", "Instance", "free_port", "instances", "is_free"]


def instances() -> list[Path]:
    """Folders of the instances that exist: the one that PARITY_HOME names, or all below `.parity/`."""
    settings = Settings.from_env()
    if settings.is_set("PARITY_HOME"):
        return [settings.home]
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
        for path in self.home.iterdir():
            if not path.name.startswith("postgres"):
                with contextlib.suppress(FileNotFoundError):  # a journal that a service has just removed
                    path.chmod(0o700 if path.is_dir() else 0o600)
        path = self.home / "secrets" / "secrets.json"
        with locked(path.with_suffix(".lock")):  # two starts at once must agree on the secrets
            known = json.loads(path.read_text()) if path.exists() else {}
            wanted = {name: known.get(name) or make() for name, make in SECRETS.items()}
            if wanted != known:
                unfinished = path.with_suffix(".new")
                unfinished.touch(mode=0o600)
                unfinished.write_text(json.dumps(wanted, indent=1))
                put_in_place(unfinished, path)

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
        return self.reader_urls["reader"]

    @property
    def reader_urls(self) -> dict[ReaderRole, str]:
        """The address of the readers' database for each role; a role that is younger than the last start has none yet."""
        return {
            role: self.postgres.url("parity_readers", login, self.secrets[login])
            for role, (login, _) in READERS.items()
            if login in self.secrets
        }

    @property
    def site(self) -> Site:
        """Where this instance's services stand: everything below `home`, everything on loopback."""
        return Site(
            repository=REPOSITORY,
            home=self.home,
            landing=str(self.home / "landing"),
            drop=self.home / "drop",
            keys=self.home / "secrets" / "hr",
            airflow_home=self.home / "airflow",
            superset_home=self.home / "superset",
            airflow_url=self.url("airflow"),
            airflow_public_url=self.url("airflow"),
            airflow_host="127.0.0.1",
            airflow_port=self.ports["airflow"],
            superset_url=self.url("superset"),
            kobo_url=self.url("kobo"),
            auth="simple",
            executor=PRELOADING,
            is_behind_tls=False,
            is_in_containers=False,
            hosts=("127.0.0.1", "localhost"),
        )

    @property
    def secret_values(self) -> dict[str, str]:
        """The secrets by the names that `stack.environment` uses."""
        own = ("kobo_token", "kobo_webhook", "airflow_fernet", "airflow_jwt", "airflow_api", "superset_key")
        airflow = self.postgres.url("airflow", "airflow", self.secrets["airflow_database"])
        return {name: self.secrets[name] for name in own} | {
            "admin_password": self.secrets["admin"],
            "postgres_url": self.postgres.url(),
            "warehouse_url": self.warehouse_url,
            **{url_secret(setting): self.reader_urls[role] for role, (_, setting) in READERS.items()},
            "airflow_database_url": airflow.replace("postgresql://", "postgresql+psycopg2://", 1),
            "superset_database_url": self.postgres.url("superset", "superset", self.secrets["superset_database"]),
        }

    def environment(self, service: str) -> dict[str, str]:
        """The variables of the service of that name (`stack.environment`), secrets included."""
        return inline(environment(self.site, service), self.secret_values)
