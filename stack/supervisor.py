"""Keeps an instance's services running: starts them in order, asks their health, restarts what dies, stops what it started.

One process an instance, `python -m stack.supervisor`, which holds the lock on `run/supervisor.lock` as long as it lives. Its state stands
in `run/status.json`, written anew at every change. Each process is named by pid and creation time, so that nothing else is ever stopped. A
service that is not healthy yet is given up when it makes no progress, or after ten minutes. A step is given up only when it makes no progress:
a migration of large tables may take hours. What failed starts again when the file `run/again` appears. Ends on SIGTERM, stopping everything in
reverse.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from parity.settings import Settings
from stack.instance import Instance
from stack.lock import try_lock
from stack.patience import Patience, sample
from stack.services import WORKING_DIRECTORY, Service, services

START_SECONDS = 600  # after which a service that is not healthy is stopped, whatever it does
STILL_SECONDS = 180  # without CPU time and log, and it is stopped earlier
STEP_STILL_SECONDS = 600  # the same for a step, which may wait for the database
SAMPLE_SECONDS = 2
STOP_SECONDS = 20
ORPHAN_SECONDS = 3  # children of a process that has ended end with it, or are ended
RESTARTS_IN_A_ROW = 5
LOCK_VARIABLE = "PARITY_SUPERVISOR_LOCK"
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
    why: str = ""  # it ended last, or is given up
    patience: Patience | None = None
    sampled_at: float = 0.0

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

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
        self.state, self.since, self.patience = "starting", time.monotonic(), None

    def report(self) -> dict[str, Any]:
        pid = self.pid
        return {
            "state": self.state,
            "pid": pid,
            "created": created(pid),
            "port": self.service.port,
            "restarts": self.restarts,
            "exit_code": self.exit_code,
            "why": self.why,
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
                self._try_again()
                for entry in self.running.values():
                    self._advance(entry)
                self._write()
                time.sleep(0.3)
        finally:
            self._stop_all()
            self._write()

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _try_again(self) -> None:
        """Where `run/again` asks for it, forget what failed; what waits for it follows by itself."""
        request = again_file(self.instance)
        if request.exists():
            for entry in self.running.values():
                if entry.state == "failed":
                    entry.state, entry.in_a_row = "waiting", 0
            self._write()
            request.unlink()

    def _advance(self, entry: Running) -> None:
        if entry.state == "waiting":
            is_due = all(self.running[name].state in ("ready", "done") for name in entry.service.after)
            if is_due and not any(self._may_still_start(self.running[name]) for name in entry.service.yields_to):
                entry.start(self.logs)
        elif entry.process and entry.state in ("starting", "ready"):
            entry.exit_code = entry.process.poll()
            if entry.exit_code is not None:
                self._ended(entry)
            elif entry.state == "starting":
                self._await(entry, entry.process.pid)
            elif time.monotonic() - entry.since > CALM_SECONDS:
                entry.in_a_row = 0
        elif entry.state == "restarting" and time.monotonic() > entry.since:
            entry.start(self.logs)

    def _may_still_start(self, entry: Running) -> bool:
        """Whether it is on its first start, or waits for others of which none has failed."""
        needs = self._needs(entry)
        return entry.state == "starting" or (entry.state == "waiting" and all(one.state != "failed" for one in needs))

    def _await(self, entry: Running, pid: int) -> None:
        if not entry.service.is_step and entry.service.is_healthy():
            entry.state, entry.since, entry.why = "ready", time.monotonic(), ""
        elif why := self._verdict(entry, time.monotonic()):
            terminate(pid, entry.service.stop_signal)
            self._ended(entry, f"{why}, and was stopped")

    def _verdict(self, entry: Running, now: float) -> str | None:
        if entry.patience and now - entry.sampled_at < SAMPLE_SECONDS:
            return None
        entry.sampled_at = now
        pids = [one.pid for one in (entry, *(self._needs(entry) if entry.service.is_step else ())) if one.pid]
        seen = sample(self.logs / f"{entry.service.name}.log", *pids)
        if entry.patience is None:
            still, most = (STEP_STILL_SECONDS, math.inf) if entry.service.is_step else (STILL_SECONDS, START_SECONDS)
            entry.patience = Patience.begin(still, most, seen, now)
        entry.patience = entry.patience.look(seen, now)
        return entry.patience.verdict(now)

    def _needs(self, entry: Running) -> list[Running]:
        """What a step works with: its database computes while the step itself only waits."""
        direct = [self.running[name] for name in entry.service.after]
        return direct + [further for one in direct for further in self._needs(one)]

    def _ended(self, entry: Running, given_up: str | None = None) -> None:
        entry.why = given_up or f"ended with exit code {entry.exit_code}: {last_line(self.logs / f'{entry.service.name}.log')}"
        if entry.service.is_step:
            is_done = entry.exit_code == 0 and not given_up
            entry.state, entry.why = ("done", "") if is_done else ("failed", entry.why)
            return
        entry.restarts += 1
        entry.in_a_row += 1
        print(f"{time.strftime('%F %T')} {entry.service.name} {entry.why}", flush=True)
        if entry.in_a_row > RESTARTS_IN_A_ROW:
            entry.state = "failed"
        else:
            entry.state, entry.since = "restarting", time.monotonic() + 2 ** (entry.in_a_row - 1)

    def _stop_all(self) -> None:
        self.stopping = True
        self._write()
        for entry in reversed(self.running.values()):
            if entry.process and entry.process.poll() is None:
                terminate(entry.process.pid, entry.service.stop_signal)
            entry.state = "stopped"

    def _write(self) -> None:
        content = json.dumps(
            {
                "supervisor": {"pid": os.getpid(), "created": created(os.getpid()), "is_stopping": self.stopping},
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


def again_file(instance: Instance) -> Path:
    """Made by `up` to ask the supervisor to start again what failed; the supervisor removes it when it has."""
    return instance.home / "run" / "again"


def lock_file(instance: Instance) -> Path:
    return instance.home / "run" / "supervisor.lock"


def last_line(log: Path) -> str:
    """The last line of a log that says something, cut to a readable length."""
    if not log.exists():
        return "it has no log"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "its log is empty"


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


def main() -> None:
    """Run with the lock that `up` took and handed over as an open file; without one, take it."""
    instance = Instance(Settings.from_env().home)
    inherited = os.environ.pop(LOCK_VARIABLE, None)
    lock = int(inherited) if inherited else try_lock(lock_file(instance))
    if lock is None:
        raise SystemExit(f"Another supervisor of {instance.home} is running.")
    os.set_inheritable(lock, False)  # the lock ends with the supervisor, not with a service
    Supervisor(instance).run()


if __name__ == "__main__":
    main()
