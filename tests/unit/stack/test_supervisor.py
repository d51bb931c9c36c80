"""The supervisor over small real processes: order, health, restarts, and an end that leaves nothing."""

import sys
import time

import psutil
import pytest

from stack import control, patience, supervisor
from stack.instance import Instance
from stack.services import Service, services

pytestmark = pytest.mark.slow

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def supervise(tmp_path, monkeypatch):
    """A supervisor of the given services; whatever it started is ended after the test."""
    made = []

    def make(*services):
        instance = Instance(tmp_path)
        for name in ("logs", "run"):
            (tmp_path / name).mkdir(exist_ok=True)
        monkeypatch.setattr(supervisor, "services", lambda _: list(services))
        made.append(supervisor.Supervisor(instance))
        return made[-1]

    yield make
    for each in made:
        each._stop_all()


def turn(watch, until, seconds=10):
    """Let the supervisor look around until something holds."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, {name: entry.state for name, entry in watch.running.items()}
        for entry in watch.running.values():
            watch._advance(entry)
        time.sleep(0.02)


def service(name, command=FOREVER, **more):
    return Service(name, command, {}, **more)


def test_a_service_waits_for_those_it_needs_until_they_are_healthy(supervise):
    healthy = []
    watch = supervise(service("database", is_healthy=lambda: bool(healthy)), service("web", after=("database",)))
    turn(watch, lambda: watch.running["database"].state == "starting")
    watch._advance(watch.running["web"])
    assert watch.running["web"].state == "waiting"
    healthy.append(True)
    turn(watch, lambda: watch.running["web"].state == "ready")


def test_a_service_gives_way_to_the_first_start_of_another_and_never_waits_for_one_that_failed(supervise, monkeypatch):
    monkeypatch.setattr(supervisor, "RESTARTS_IN_A_ROW", 0)
    fails_at_last = [sys.executable, "-c", "import time; time.sleep(1); raise SystemExit(1)"]
    watch = supervise(service("api", fails_at_last, is_healthy=lambda: False), service("web", yields_to=("api",)))
    turn(watch, lambda: watch.running["api"].state == "starting")
    watch._advance(watch.running["web"])
    assert watch.running["web"].state == "waiting"
    turn(watch, lambda: watch.running["api"].state == "failed")
    turn(watch, lambda: watch.running["web"].state == "ready")


def test_a_service_gives_way_to_none_that_can_never_start(supervise):
    watch = supervise(
        service("step", [sys.executable, "-c", "raise SystemExit(1)"], is_step=True),
        service("api", after=("step",)),
        service("web", yields_to=("api",)),
    )
    turn(watch, lambda: watch.running["step"].state == "failed")
    turn(watch, lambda: watch.running["web"].state == "ready")
    assert watch.running["api"].state == "waiting"


def test_a_service_that_dies_is_named_and_started_again(supervise, capsys):
    watch = supervise(service("web"))
    web = watch.running["web"]
    turn(watch, lambda: web.state == "ready")
    first = web.process.pid
    psutil.Process(first).kill()
    turn(watch, lambda: web.state == "ready" and web.process.pid != first)
    assert web.restarts == 1 and "web ended with exit code -9" in capsys.readouterr().out


def test_a_service_that_never_comes_up_is_given_up(supervise, monkeypatch):
    watch = supervise(service("web", [sys.executable, "-c", "raise SystemExit(3)"]))
    monkeypatch.setattr(supervisor, "RESTARTS_IN_A_ROW", 0)
    turn(watch, lambda: watch.running["web"].state == "failed")
    assert watch.running["web"].exit_code == 3


def test_a_step_runs_once_and_what_needs_it_does_not_start_where_it_failed(supervise):
    watch = supervise(
        service("good", [sys.executable, "-c", ""], is_step=True),
        service("bad", [sys.executable, "-c", "raise SystemExit(1)"], is_step=True),
        service("after-good", after=("good",)),
        service("after-bad", after=("bad",)),
    )
    turn(watch, lambda: watch.running["after-good"].state == "ready" and watch.running["bad"].state == "failed")
    assert watch.running["good"].state == "done" and watch.running["after-bad"].state == "waiting"


def test_stopping_ends_children_and_leaves_other_processes_alone(supervise):
    parent = (
        "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); time.sleep(600)"
    )
    watch = supervise(service("web", [sys.executable, "-c", parent]))
    turn(watch, lambda: watch.running["web"].state == "ready")
    process = psutil.Process(watch.running["web"].process.pid)
    turn(watch, lambda: process.children())
    family = [process, *process.children()]
    stranger = psutil.Popen(FOREVER)
    try:
        watch._stop_all()
        assert not any(member.is_running() and member.status() != "zombie" for member in family)
        assert stranger.is_running()
    finally:
        stranger.kill()


def test_a_process_is_known_by_its_start_as_pids_come_again(supervise):
    watch = supervise(service("web"))
    turn(watch, lambda: watch.running["web"].state == "ready")
    entry = watch.running["web"].report()
    assert control.is_alive(entry)
    assert not control.is_alive(entry | {"created": entry["created"] - 100})
    assert not control.is_alive({"pid": None, "created": None})


def test_a_process_that_ends_while_it_is_asked_is_not_alive(supervise, monkeypatch):
    watch = supervise(service("web"))
    turn(watch, lambda: watch.running["web"].state == "ready")
    entry = watch.running["web"].report()

    class Ends(psutil.Process):
        def status(self):
            raise psutil.NoSuchProcess(self.pid)

    monkeypatch.setattr(control.psutil, "Process", Ends)
    assert not control.is_alive(entry)


def test_status_and_down_work_where_nothing_ever_ran(tmp_path):
    instance = Instance(tmp_path)
    assert control.status(instance)["is_up"] is False
    assert control.down(instance) == 0


def test_a_full_disk_is_said_before_anything_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(control, "LEAST_FREE_BYTES", 2**63)
    with pytest.raises(control.StackError, match="PARITY_HOME to a folder on another disk"):
        control.up(Instance(tmp_path / "home"), print)
    assert not (tmp_path / "home" / "postgres").exists()


BUSY = "import time\nwhile True: sum(range(1000))"
HANGING = "import time; time.sleep(600)"
LOGGING = "import time\nwhile True: print('a line', flush=True); time.sleep(0.1)"


@pytest.fixture
def impatient(monkeypatch):
    """Deadlines of seconds in place of minutes, one start in place of six."""
    monkeypatch.setattr(supervisor, "STILL_SECONDS", 3)
    monkeypatch.setattr(supervisor, "STEP_STILL_SECONDS", 3)
    monkeypatch.setattr(patience, "LEAST_CPU_SECONDS", 0.02)  # what a crowded machine gives to a busy process within seconds
    monkeypatch.setattr(supervisor, "SAMPLE_SECONDS", 0.1)
    monkeypatch.setattr(supervisor, "RESTARTS_IN_A_ROW", 0)


def test_a_service_that_hangs_is_stopped_and_one_that_computes_or_logs_is_waited_for(supervise, impatient):
    healthy = []
    watch = supervise(
        service("hanging", [sys.executable, "-c", HANGING], is_healthy=lambda: False),
        service("busy", [sys.executable, "-c", BUSY], is_healthy=lambda: bool(healthy)),
        service("logging", [sys.executable, "-c", LOGGING], is_healthy=lambda: bool(healthy)),
    )
    began = time.monotonic()
    turn(watch, lambda: watch.running["hanging"].state == "failed" and time.monotonic() - began > 8, 30)
    assert "made no progress for 3 s" in watch.running["hanging"].why
    assert {watch.running[name].state for name in ("busy", "logging")} == {"starting"}
    healthy.append(True)
    turn(watch, lambda: {watch.running[name].state for name in ("busy", "logging")} == {"ready"})


def test_a_service_that_only_keeps_busy_is_stopped_at_the_limit(supervise, impatient, monkeypatch):
    monkeypatch.setattr(supervisor, "START_SECONDS", 2)
    monkeypatch.setattr(supervisor, "STILL_SECONDS", 60)
    watch = supervise(service("busy", [sys.executable, "-c", BUSY], is_healthy=lambda: False))
    turn(watch, lambda: watch.running["busy"].state == "failed")
    assert "was not ready after 2 s, and was stopped" in watch.running["busy"].why


def test_a_step_that_hangs_fails_and_one_whose_database_computes_does_not(supervise, impatient):
    watch = supervise(
        service("idle-database", [sys.executable, "-c", HANGING]),
        service("busy-database", [sys.executable, "-c", BUSY]),
        service("hanging", [sys.executable, "-c", HANGING], after=("idle-database",), is_step=True),
        service("waiting", [sys.executable, "-c", HANGING], after=("busy-database",), is_step=True),
    )
    turn(watch, lambda: watch.running["hanging"].state == "failed")
    assert watch.running["waiting"].state == "starting"


def test_what_failed_starts_again_when_asked_each_time_and_what_waits_for_it_follows(supervise, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "RESTARTS_IN_A_ROW", 0)
    step, web = tmp_path / "step-may", tmp_path / "web-may"
    needs = "import pathlib, sys, time\nif not pathlib.Path({path!r}).exists(): sys.exit('{path} is missing')\n{then}"
    watch = supervise(
        service("step", [sys.executable, "-c", needs.format(path=str(step), then="")], is_step=True),
        service("web", [sys.executable, "-c", needs.format(path=str(web), then="time.sleep(600)")], after=("step",)),
    )
    step_entry, web_entry = watch.running["step"], watch.running["web"]
    turn(watch, lambda: step_entry.state == "failed")
    assert f"ended with exit code 1: {step} is missing" in step_entry.why and web_entry.state == "waiting"
    step.touch()
    supervisor.again_file(watch.instance).touch()
    watch._try_again()
    turn(watch, lambda: step_entry.state == "done" and web_entry.state in ("failed", "ready") and web_entry.exit_code is not None)
    for _ in range(2):
        turn(watch, lambda: web_entry.state == "failed")
        supervisor.again_file(watch.instance).touch()
        watch._try_again()
        assert not supervisor.again_file(watch.instance).exists() and web_entry.state == "waiting"
    web.touch()
    turn(watch, lambda: web_entry.state == "failed" or web_entry.state == "ready")
    if web_entry.state == "failed":
        supervisor.again_file(watch.instance).touch()
        watch._try_again()
    turn(watch, lambda: web_entry.state == "ready" and web_entry.process.poll() is None)


def test_services_keep_bytecode_though_the_shell_writes_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PARITY_TEST_MARK", "inherited")
    instance = Instance(tmp_path)
    instance.prepare()
    instance.choose_ports()
    python = [service for service in services(instance) if service.name != "postgres"]
    assert all(
        service.environment["PARITY_TEST_MARK"] == "inherited" for service in python if not service.name.startswith("superset")
    )
    assert not any("PYTHONDONTWRITEBYTECODE" in service.environment for service in python)
