"""Keeps an instance's services running: starts them in order, asks their health, restarts what dies, stops what it started.

One process an instance, `python -m stack.supervisor`. Its state stands in `run/status.json`, written anew at every change; each
process is named by pid and creation time, so that nothing else is ever stopped. Ends on SIGTERM, stopping everything in reverse.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from parity.settings import Settings
from stack.instance import Instance
from stack.services import WORKING_DIRECTORY, Service, services

START_SECONDS = 240  # after which a service that is not healthy counts as failed
STOP_SECONDS = 20
ORPHAN_SECONDS = 3  # children of a process that has ended end with it, or are ended
RESTARTS_IN_A_ROW = 5
CALM_SECONDS = 60  # a service that ran so long has recovered; its restarts are forgiven


@dataclass
class Running:
    """A service as the supervisor sees it. States: waiting, starting, ready, done, restarting, failed."""

    service: Service
    state: str = "waiting"
    process: subprocess.Popen | None = None
    since: float = 0.0
    restarts: int = 0
    in_a_row: int = 0
    exit_code: int | None = None

    def start(self, logs: Path) -> None:
        with (logs / f"{self.service.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.service.command,
                env=self.service.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                umask=0o077,  # what a service writes is its owner's alone
                cwd="/" if self.service.run_as else WORKING_DIRECTORY,
                **self.service.run_as,
            )
        self.state, self.since = "starting", time.monotonic()

    def report(self) -> dict[str, Any]:
        pid = self.process.pid if self.process and self.process.poll() is None else None
        return {
            "state": self.state,
            "pid": pid,
            "created": created(pid),
            "port": self.service.port,
            "restarts": self.restarts,
            "exit_code": self.exit_code,
            "is_step": self.service.is_step,
        }


def created(pid: int | None) -> float | None:
    try:
        return psutil.Process(pid).create_time() if pid else None
    except psutil.NoSuchProcess:
        return None


class Supervisor:
    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.logs = instance.home / "logs"
        self.running = {service.name: Running(service) for service in services(instance)}
        self.stopping = False
        self.written: str = ""

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        signal.signal(signal.SIGINT, self._ask_to_stop)
        try:
            while not self.stopping:
                for entry in self.running.values():
                    self._advance(entry)
                self._write()
                time.sleep(0.3)
        finally:
            self._stop_all()
            self._write()

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _advance(self, entry: Running) -> None:
        if entry.state == "waiting":
            if all(self.running[name].state in ("ready", "done") for name in entry.service.after):
                entry.start(self.logs)
        elif entry.state in ("starting", "ready"):
            entry.exit_code = entry.process.poll()
            if entry.exit_code is not None:
                self._ended(entry)
            elif entry.state == "starting" and not entry.service.is_step:
                self._await_health(entry)
            elif time.monotonic() - entry.since > CALM_SECONDS:
                entry.in_a_row = 0
        elif entry.state == "restarting" and time.monotonic() > entry.since:
            entry.start(self.logs)

    def _await_health(self, entry: Running) -> None:
        if entry.service.is_healthy():
            entry.state, entry.since = "ready", time.monotonic()
        elif time.monotonic() - entry.since > START_SECONDS:
            terminate(entry.process.pid, entry.service.stop_signal)

    def _ended(self, entry: Running) -> None:
        if entry.service.is_step:
            entry.state = "done" if entry.exit_code == 0 else "failed"
            return
        entry.restarts += 1
        entry.in_a_row += 1
        print(f"{time.strftime('%F %T')} {entry.service.name} ended with exit code {entry.exit_code}", flush=True)
        if entry.in_a_row > RESTARTS_IN_A_ROW:
            entry.state = "failed"
        else:
            entry.state, entry.since = "restarting", time.monotonic() + 2 ** (entry.in_a_row - 1)

    def _stop_all(self) -> None:
        for entry in reversed(self.running.values()):
            if entry.process and entry.process.poll() is None:
                terminate(entry.process.pid, entry.service.stop_signal)
            entry.state = "stopped"

    def _write(self) -> None:
        content = json.dumps(
            {
                "supervisor": {"pid": os.getpid(), "created": created(os.getpid())},
                "services": {name: entry.report() for name, entry in self.running.items()},
            }
        )
        if content != self.written:
            unfinished = self.instance.home / "run" / "status.new"
            unfinished.write_text(content)
            unfinished.rename(status_file(self.instance))
            self.written = content


def status_file(instance: Instance) -> Path:
    return instance.home / "run" / "status.json"


def terminate(pid: int, how: int = signal.SIGTERM) -> None:
    """Ask the process to end, then end what is left of it and its children."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        process.send_signal(how)
    except psutil.NoSuchProcess:
        return
    psutil.wait_procs([process], timeout=STOP_SECONDS)
    _, left = psutil.wait_procs(family, timeout=ORPHAN_SECONDS)
    for member in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(left, timeout=ORPHAN_SECONDS)


if __name__ == "__main__":
    sys.exit(Supervisor(Instance(Settings.from_env().home)).run())
