"""Start, watch and stop an instance from outside its supervisor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import psutil

from parity.settings import REPOSITORY
from stack.instance import Instance, is_free
from stack.lock import try_lock
from stack.postgres_place import PostgresError, settle
from stack.supervisor import LOCK_VARIABLE, again_file, lock_file, status_file, terminate

PATIENCE_SECONDS = 600  # for the next service to become ready, or for another start to end
ANSWER_SECONDS = 60
WAITING = "another start of this instance is under way: waiting with it"
SUPERVISOR = [sys.executable, "-m", "stack.supervisor"]
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
    try:
        process = psutil.Process(entry["pid"])
        return abs(process.create_time() - entry["created"]) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it may end between two questions
        return False


def up(instance: Instance, tell: Callable[[str], None]) -> None:
    """Bring every service up and wait until all are healthy. Raises StackError naming the service and its log."""
    start(instance, tell)
    wait(instance, tell)


def start(instance: Instance, tell: Callable[[str], None]) -> None:
    """Make sure that a supervisor lives, and that it tries again what failed. Two starts at once share one. Raises StackError."""
    prepare(instance)
    end, told = time.monotonic() + PATIENCE_SECONDS, ""
    while True:
        report = status(instance)
        is_stopping = report["is_up"] and report["supervisor"].get("is_stopping")
        if report["is_up"] and not is_stopping:
            if not told and {"waiting", "starting"} & _states(report) and "failed" not in _states(report):
                tell(WAITING)
            _start_again_what_failed(instance, report, tell)
            return
        lock = try_lock(lock_file(instance))
        if lock is not None:
            try:
                _start(instance, lock, tell)
            finally:
                os.close(lock)
            return
        sentence = "this instance is being stopped: it starts again afterwards" if is_stopping else WAITING
        if sentence != told:
            tell(sentence)
            told = sentence
        if time.monotonic() > end:
            raise StackError(
                f"Another start of {instance.home} has not ended after {PATIENCE_SECONDS} s. Stop it, then try again."
            )
        time.sleep(0.3)


def prepare(instance: Instance) -> None:
    """Make the instance's folder. Raises StackError where it cannot be written."""
    try:
        REPOSITORY.joinpath(".parity").mkdir(exist_ok=True, mode=0o711)
        instance.prepare()
    except OSError as error:
        raise StackError(
            f"Parity keeps its data in {instance.home} and cannot write there ({error.strerror}). "
            "Set PARITY_HOME to a folder of yours on a disk with 2 GiB free."
        ) from None


def _states(report: dict[str, Any]) -> set[str]:
    return {service["state"] for service in report["services"].values()}


def _start_again_what_failed(instance: Instance, report: dict[str, Any], tell: Callable[[str], None]) -> None:
    failed = {name: service for name, service in report["services"].items() if service["state"] == "failed"}
    if not failed:
        return
    for name, service in failed.items():
        tell(f"{name} had failed ({service.get('why') or 'see its log'}): starting it again")
    request, end = again_file(instance), time.monotonic() + ANSWER_SECONDS
    request.touch()
    while request.exists():
        if time.monotonic() > end:
            request.unlink(missing_ok=True)
            raise StackError("The supervisor does not answer. Run `make down`, then `make demo`.")
        time.sleep(0.1)


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
    """End services whose supervisor was killed, so that a new one can start them cleanly; each before what it needs."""
    for name, service in reversed(status(instance)["services"].items()):
        if is_alive(service):
            tell(f"{name} was left running by a start that was killed: stopping it first")
            terminate(service["pid"])


def _start(instance: Instance, lock: int, tell: Callable[[str], None]) -> None:
    """Start the supervisor and hand the lock over to it, so that it is never free in between."""
    _check_machine(instance)
    _stop_orphans(instance, tell)
    for sentence in instance.choose_ports():
        tell(sentence)
    try:
        if moved := settle(instance.home):
            tell(moved)
        instance.postgres.initialise()
    except PostgresError as error:
        raise StackError(str(error)) from None
    for path in (status_file(instance), again_file(instance)):
        path.unlink(missing_ok=True)
    with (instance.home / "logs" / "supervisor.log").open("ab") as log:
        supervisor = subprocess.Popen(
            SUPERVISOR,
            env={**os.environ, "PARITY_HOME": str(instance.home), LOCK_VARIABLE: str(lock)},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            umask=0o077,
            cwd=REPOSITORY,
            pass_fds=(lock,),
        )
    while not status(instance)["is_up"]:
        if supervisor.poll() is not None:
            raise StackError(f"The supervisor did not start.\n{_tail(instance, 'supervisor')}")
        time.sleep(0.1)


def wait(instance: Instance, tell: Callable[[str], None], but: Collection[str] = ()) -> None:
    """Wait until every service is ready but those named. Raises StackError when one fails, or none becomes ready for ten minutes."""
    moved_at, told = time.monotonic(), set()
    while True:
        report = status(instance)
        wanted = {name: service for name, service in report["services"].items() if name not in but}
        for name, service in wanted.items():
            if service["state"] in ("ready", "done") and name not in told:
                told.add(name)
                moved_at = time.monotonic()
                tell(f"{name} {'done' if service['is_step'] else 'ready'}")
            if service["state"] == "restarting" and (restart := f"{name} {service['restarts']}") not in told:
                told.add(restart)
                tell(f"{name} {service.get('why')}: starting it again")
            if service["state"] == "failed":
                raise StackError(_why_failed(instance, name, service))
        if report["services"] and all(service["state"] in ("ready", "done") for service in wanted.values()):
            return
        if not report["is_up"] or report["supervisor"].get("is_stopping"):
            raise StackError(f"The services were stopped before all were ready. {_log(instance, 'supervisor')}")
        if time.monotonic() - moved_at > PATIENCE_SECONDS:
            late = ", ".join(name for name, service in wanted.items() if service["state"] not in ("ready", "done"))
            raise StackError(
                f"For {PATIENCE_SECONDS / 60:.0f} minutes no service has become ready; at work: {late}. They go on: look with "
                f"`parity status`, and run `make demo` again. Logs: {instance.home / 'logs'}"
            )
        time.sleep(0.3)


def _why_failed(instance: Instance, name: str, service: dict[str, Any]) -> str:
    port = service.get("port")
    if port and not is_free(port):
        return (
            f"{name} failed, as another program has taken its port {port}. Run `make down`, then `make demo`: it chooses another port. "
            f"{_log(instance, name)}"
        )
    return f"{name} failed: it {service.get('why')}.\n{_tail(instance, name)}\n{_log(instance, name)}"


def _log(instance: Instance, name: str) -> str:
    return f"Its log: {instance.home / 'logs' / name}.log"


def _tail(instance: Instance, name: str, lines: int = 8) -> str:
    path = instance.home / "logs" / f"{name}.log"
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""


def down(instance: Instance) -> int:
    """Stop the supervisor and every service it started; returns how many processes were running."""
    _let_a_start_end(instance)
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


def _let_a_start_end(instance: Instance) -> None:
    """A start under way has no supervisor yet that could be stopped: wait until it has one, or is over."""
    if not lock_file(instance).exists():
        return
    end = time.monotonic() + ANSWER_SECONDS
    while not status(instance)["is_up"] and time.monotonic() < end:
        lock = try_lock(lock_file(instance))
        if lock is not None:
            os.close(lock)
            return
        time.sleep(0.1)


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
