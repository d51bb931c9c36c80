"""A server for the tests: a copy of the checkout, prepared by deploy/init, as a project of its own, removed to the last volume.

`PARITY_COMPOSE` names the compose command; without it, `docker compose` is taken where it is there, then `podman-compose`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from parity.settings import REPOSITORY

PROFILES = "demo,celery,tools"
NAME = "parity-test"
UP_SECONDS, DEMO_SECONDS, BACK_SECONDS = 1500, 1200, 300


class NoEngine(RuntimeError):
    """Neither Docker nor Podman with its compose command is here."""


def compose_command() -> list[str]:
    """The compose command of this machine. Raises NoEngine."""
    if named := os.environ.get("PARITY_COMPOSE"):
        return named.split()
    if (
        shutil.which("docker")
        and subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0
    ):
        return ["docker", "compose"]
    if shutil.which("podman-compose"):
        return ["podman-compose"]
    raise NoEngine("There is no `docker compose` and no `podman-compose`: install one, or name yours in PARITY_COMPOSE.")


@dataclass
class Server:
    """A project of containers in `folder`."""

    folder: Path
    compose: list[str]
    https: int
    http: int
    seconds_to_healthy: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def engine(self) -> str:
        return "docker" if Path(self.compose[0]).name == "docker" else "podman"

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https}"

    def secret(self, name: str) -> str:
        return (self.folder / "deploy" / "secrets" / name).read_text()

    def init(self, *options: str) -> str:
        return self._run([str(self.folder / "deploy" / "init"), *options]).stdout

    def run(self, *arguments: str, profiles: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """One compose command; `profiles` in place of those in .env."""
        more = {} if profiles is None else {"COMPOSE_PROFILES": profiles}
        return self._run([*self.compose, *arguments], check=check, **more)

    def _run(self, command: list[str], check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, "COMPOSE_PROJECT_NAME": NAME, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=UP_SECONDS,
        )
        if check:
            assert done.returncode == 0, (
                f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
            )
        return done

    def ask_engine(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run([self.engine, *arguments], capture_output=True, text=True, check=False, timeout=300)
        assert not check or done.returncode == 0, f"{self.engine} {' '.join(arguments)}: {done.stderr[-2000:]}"
        return done.stdout

    def log(self, container: str, *options: str) -> str:
        """All that a container wrote, to either of its streams."""
        done = subprocess.run(
            [self.engine, "logs", *options, container], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return done.stdout

    def containers(self) -> dict[str, dict[str, Any]]:
        """What the engine knows of each container, by its name within the project (`postgres`, `airflow-worker-1`)."""
        ids = self._labelled("ps", "-a").split()
        found = json.loads(self.ask_engine("inspect", *ids, check=False)) if ids else []
        named = {re.sub(rf"^/?{NAME}[-_]", "", entry["Name"]): entry for entry in found}
        return {re.sub(r"^((?!airflow-worker).+?)[-_]1$", r"\1", name): entry for name, entry in named.items()}

    def _labelled(self, *what: str) -> str:
        return self.ask_engine(*what, "-q", "--filter", f"label=com.docker.compose.project={NAME}")

    def execute(self, service: str, *command: str, check: bool = True) -> str:
        """The output of a command within a service's (first) container."""
        entry = next(entry for name, entry in self.containers().items() if name.startswith(service))
        return self.ask_engine("exec", entry["Id"], *command, check=check)

    def query(self, sql: str, secret: str = "warehouse_url") -> list[list[str]]:
        address = self.secret(secret).replace("@postgres:", "@127.0.0.1:")
        answer = self.execute("postgres", "psql", address, "-At", "-F", "|", "-c", sql)
        return [line.split("|") for line in answer.splitlines()]

    def up(self, what: str, *services: str) -> None:
        """`up -d --wait`, timed; how long each service took from its start until it was healthy is noted meanwhile."""
        began = time.monotonic()
        with self._watching():
            self.run("up", "-d", "--wait", *services)
        self.seconds[what] = time.monotonic() - began

    @contextmanager
    def _watching(self) -> Iterator[None]:
        over = threading.Event()

        def watch() -> None:
            while not over.wait(2):
                for name, entry in self.containers().items():
                    state = entry["State"]
                    if (state.get("Health") or {}).get("Status") == "healthy" and name not in self.seconds_to_healthy:
                        self.seconds_to_healthy[name] = time.time() - moment(state["StartedAt"])

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join(timeout=60)

    def until(self, what: str, seconds: float, reached: Callable[[], bool]) -> float:
        """Wait; how long it took."""
        began = time.monotonic()
        while not reached():
            assert time.monotonic() - began < seconds, f"{what}: not after {seconds:.0f} s\n{self.logs()}"
            time.sleep(2)
        return time.monotonic() - began

    def is_healthy(self, name: str) -> bool:
        """Whether the container runs and its own check, asked now, says yes (an engine without timers never asks by itself)."""
        entry = self.containers().get(name)
        if entry is None or entry["State"]["Status"] != "running":
            return False
        if self.engine == "docker":
            return entry["State"]["Health"]["Status"] == "healthy"
        return subprocess.run(["podman", "healthcheck", "run", entry["Id"]], capture_output=True, check=False).returncode == 0

    def logs(self, lines: int = 8) -> str:
        said = [
            f"--- {name}: {entry['State']['Status']} ({entry['State']['ExitCode']})\n"
            + self.log(entry["Id"], "--tail", str(lines))
            for name, entry in self.containers().items()
            if entry["State"]["Status"] != "running" or name == "demo"
        ]
        return "\n".join(said)

    def remove(self) -> list[str]:
        """Containers, volumes and networks; returns the names of what could not be removed."""
        for _ in range(2):  # a network whose container restarts meanwhile stays the first time
            self.run("down", "-v", "--remove-orphans", profiles=PROFILES, check=False)
        for kind, also in (("ps", ["-a"]), ("volume", []), ("network", [])):
            left = self._labelled(*(["ps", *also] if kind == "ps" else [kind, "ls"])).split()
            if left:
                self.ask_engine(*(["rm", "-f"] if kind == "ps" else [kind, "rm", "-f"]), *left, check=False)
        return [name for kind in (["ps", "-a"], ["volume", "ls"], ["network", "ls"]) for name in self._labelled(*kind).split()]


def moment(stamp: str) -> float:
    """Seconds since 1970 of an engine's time stamp, which may have nanoseconds."""
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", stamp).replace("Z", "+00:00")).timestamp()


def copy_checkout(folder: Path) -> None:
    """The files that git knows or would add, with their times, so that the engine's cache of layers holds."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=REPOSITORY, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        source = REPOSITORY / name
        if name and source.is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
