"""Start, watch and stop an instance from outside its supervisor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from parity.settings import REPOSITORY
from stack.instance import Instance
from stack.postgres import PostgresError
from stack.supervisor import created, status_file, terminate

UP_SECONDS = 420
LEAST_FREE_BYTES = 2 * 1024**3


class StackError(RuntimeError):
    """The stack cannot do what was asked; the message says why and what to do."""


def status(instance: Instance) -> dict[str, Any]:
    """The supervisor's last report, with `is_up` telling whether the supervisor still lives."""
    path = status_file(instance)
    report = json.loads(path.read_text()) if path.exists() else {"supervisor": {}, "services": {}}
    report["is_up"] = is_alive(report["supervisor"])
    for service in report["services"].values():
        if service["pid"] and not is_alive(service):
            service["pid"] = None
    return report


def is_alive(entry: dict[str, Any]) -> bool:
    """Whether the very process of that pid and creation time still runs."""
    if not entry.get("pid"):
        return False
    now = created(entry["pid"])
    return now is not None and abs(now - entry["created"]) < 1 and psutil.Process(entry["pid"]).status() != "zombie"


def up(instance: Instance, tell: Callable[[str], None]) -> None:
    """Bring every service up and wait until all are healthy. Raises StackError naming the service and its log."""
    REPOSITORY.joinpath(".parity").mkdir(exist_ok=True, mode=0o711)
    instance.prepare()
    if not status(instance)["is_up"]:
        _check_machine(instance)
        _stop_orphans(instance, tell)
        for sentence in instance.choose_ports():
            tell(sentence)
        _start(instance)
    _wait(instance, tell)


def _check_machine(instance: Instance) -> None:
    free = shutil.disk_usage(instance.home).free
    if free < LEAST_FREE_BYTES:
        raise StackError(
            f"Only {free / 1024**3:.1f} GiB are free on the disk of {instance.home}: Parity needs 2 GiB. "
            "Free some space, or set PARITY_HOME to a folder on another disk."
        )
    if not (REPOSITORY / "superset" / ".venv").is_dir():
        raise StackError("Superset's environment is not installed: run `uv sync --project superset`, or `make demo`.")


def _stop_orphans(instance: Instance, tell: Callable[[str], None]) -> None:
    """End services whose supervisor was killed, so that a new one can start them cleanly."""
    for name, service in status(instance)["services"].items():
        if is_alive(service):
            tell(f"{name} was left running by a start that was killed: stopping it first")
            terminate(service["pid"])


def _start(instance: Instance) -> None:
    try:
        instance.postgres.initialise()
    except PostgresError as error:
        raise StackError(str(error)) from None
    status_file(instance).unlink(missing_ok=True)
    with (instance.home / "logs" / "supervisor.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "stack.supervisor"],
            env={**os.environ, "PARITY_HOME": str(instance.home)},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            umask=0o077,
            cwd=REPOSITORY,
        )


def _wait(instance: Instance, tell: Callable[[str], None]) -> None:
    began, told = time.monotonic(), set()
    while True:
        services = status(instance)["services"]
        for name, service in services.items():
            if service["state"] in ("ready", "done") and name not in told:
                told.add(name)
                tell(f"{name} {'done' if service['is_step'] else 'ready'}")
            if service["state"] == "failed":
                raise StackError(f"{name} failed.\n{_tail(instance, name)}\nIts log: {instance.home / 'logs' / name}.log")
        if services and all(service["state"] in ("ready", "done") for service in services.values()):
            return
        if time.monotonic() - began > UP_SECONDS:
            waiting = [name for name, service in services.items() if service["state"] not in ("ready", "done")]
            raise StackError(
                f"Not ready after {UP_SECONDS} s: {', '.join(waiting) or 'the supervisor'}. Logs: {instance.home / 'logs'}"
            )
        if not services and time.monotonic() - began > 30:
            raise StackError(f"The supervisor did not start. Its log: {instance.home / 'logs' / 'supervisor.log'}")
        time.sleep(0.3)


def _tail(instance: Instance, name: str, lines: int = 8) -> str:
    path = instance.home / "logs" / f"{name}.log"
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""


def down(instance: Instance) -> int:
    """Stop the supervisor and every service it started; returns how many processes were running."""
    report = status(instance)
    alive = [entry for entry in (report["supervisor"], *report["services"].values()) if is_alive(entry)]
    if report["is_up"]:
        supervisor = psutil.Process(report["supervisor"]["pid"])
        supervisor.terminate()
        psutil.wait_procs([supervisor], timeout=120)
    for entry in alive:
        if is_alive(entry):
            terminate(entry["pid"])
    return len(alive)


def memory(instance: Instance) -> dict[str, int]:
    """Bytes resident a service, its children included, shared memory counted once (proportional set size)."""
    report = status(instance)["services"]
    return {name: _family_pss(service["pid"]) for name, service in report.items() if is_alive(service)}


def _family_pss(pid: int) -> int:
    total = 0
    try:
        process = psutil.Process(pid)
        for member in [process, *process.children(recursive=True)]:
            smaps = Path(f"/proc/{member.pid}/smaps_rollup").read_text()
            total += 1024 * sum(int(line.split()[1]) for line in smaps.splitlines() if line.startswith("Pss:"))
    except (psutil.NoSuchProcess, OSError):
        return total
    return total
