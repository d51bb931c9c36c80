"""Starts from outside: one supervisor however many start, what failed starts again, and each ends in a sentence."""

import json
import os
import socket
import sys
import threading
import time

import pytest

from parity.settings import REPOSITORY
from stack import control, supervisor
from stack.instance import Instance
from stack.lock import try_lock
from stack.postgres import Postgres

pytestmark = pytest.mark.slow

# A supervisor as the real one, over one service and one step that may fail.
SUPERVISOR = """
import pathlib, sys
sys.path.insert(0, {repository!r})
from stack import supervisor
from stack.services import Service
home = pathlib.Path({home!r})
wait = "import time; time.sleep(600)"
step = "import pathlib, sys; sys.exit('no disk' if pathlib.Path({home!r}, 'broken').exists() else 0)"
supervisor.services = lambda _: [
    Service("web", [sys.executable, "-c", wait], {{}}, is_healthy=lambda: not (home / "slow").exists()),
    Service("step", [sys.executable, "-c", step], {{}}, ("web",), is_step=True),
]
supervisor.main()
"""


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """An instance whose `up` starts real processes, though small ones; they end with the test."""
    home = tmp_path / "home"
    made = Instance(home)
    script = tmp_path / "supervise.py"
    script.write_text(SUPERVISOR.format(repository=str(REPOSITORY), home=str(home)))
    monkeypatch.setattr(control, "SUPERVISOR", [sys.executable, str(script)])
    monkeypatch.setattr(control, "_check_machine", lambda _: None)
    monkeypatch.setattr(control, "settle", lambda _: None)
    monkeypatch.setattr(Postgres, "initialise", lambda self: (home / "initialised").open("a").write("x"))
    yield made
    control.down(made)


def up_in_threads(instance, n, waiting):
    """`n` starts at once; what each said, and what each raised."""
    said, raised = [[] for _ in range(n)], [None] * n

    def hear(number, sentence):
        said[number].append(sentence)
        if sentence == control.WAITING:
            waiting.append(number)

    def go(number):
        try:
            control.up(Instance(instance.home), lambda sentence: hear(number, sentence))
        except control.StackError as error:
            raised[number] = str(error)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return said, raised


def test_three_starts_at_once_share_one_supervisor_and_each_time_again_after_a_stop(instance, monkeypatch):
    waiting = []

    def initialise(_):
        """The first start goes on when both others have said that they wait."""
        end = time.monotonic() + 30
        while len(waiting) < 2 and time.monotonic() < end:
            time.sleep(0.02)
        (instance.home / "initialised").open("a").write("x")

    monkeypatch.setattr(Postgres, "initialise", initialise)
    for turn in (1, 2):
        waiting.clear()
        said, raised = up_in_threads(instance, 3, waiting)
        assert raised == [None] * 3
        assert (instance.home / "initialised").read_text() == "x" * turn
        assert sum(control.WAITING in sentences for sentences in said) == 2
        assert all("web ready" in sentences and "step done" in sentences for sentences in said)
        assert try_lock(supervisor.lock_file(instance)) is None  # held for life
        assert control.down(instance) == 2
        lock = try_lock(supervisor.lock_file(instance))
        assert lock is not None
        os.close(lock)


def test_a_start_after_the_first_has_ended_waits_for_nobody(instance):
    control.up(instance, print)
    said = []
    control.up(instance, said.append)
    assert control.WAITING not in said and "web ready" in said


def test_a_second_supervisor_refuses_to_run(instance, capfd):
    import subprocess

    control.up(instance, print)
    second = subprocess.run(
        control.SUPERVISOR, env={**os.environ, "PARITY_HOME": str(instance.home)}, capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 1 and "Another supervisor of" in second.stderr
    assert control.status(instance)["is_up"]


def test_up_says_why_a_step_failed_and_starts_it_again_each_time(instance):
    instance.home.mkdir()
    (instance.home / "broken").touch()
    with pytest.raises(control.StackError, match="step failed: it ended with exit code 1: no disk"):
        control.up(instance, print)
    said = []
    with pytest.raises(control.StackError, match="step failed: it ended with exit code 1: no disk"):
        control.up(instance, said.append)
    (sentence,) = [sentence for sentence in said if "step had failed" in sentence]
    assert control.WAITING not in said
    assert "no disk" in sentence and "starting it again" in sentence
    assert "no disk" in json.loads(supervisor.status_file(instance).read_text())["services"]["step"]["why"]
    (instance.home / "broken").unlink()
    control.up(instance, said.append)
    assert said[-1] == "step done"


def test_a_port_that_was_taken_while_a_service_ran_is_named_with_the_remedy(instance):
    instance.prepare()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        sentence = control._why_failed(instance, "kobo", {"port": port, "why": "ended with exit code 3"})
    assert f"another program has taken its port {port}. Run `make down`, then `make demo`" in sentence
    assert "it ended with exit code 3" in control._why_failed(instance, "kobo", {"port": port, "why": "ended with exit code 3"})


def test_a_start_does_not_give_up_on_a_slow_service_but_on_one_that_never_comes(instance, monkeypatch):
    instance.home.mkdir()
    (instance.home / "slow").touch()
    monkeypatch.setattr(control, "PATIENCE_SECONDS", 2)
    with pytest.raises(control.StackError, match=r"no service has become ready; at work: web, step"):
        control.up(instance, print)
    control.wait(instance, print, but=("web", "step"))  # whoever does not need them goes on
    (instance.home / "slow").unlink()
    control.up(instance, print)


def test_a_start_while_the_instance_is_stopped_waits_and_starts_it_again(instance):
    control.up(instance, print)
    first = control.status(instance)["supervisor"]["pid"]
    stop = threading.Thread(target=control.down, args=(instance,))
    stop.start()
    while not control.status(instance)["supervisor"].get("is_stopping"):
        time.sleep(0.01)
    said = []
    control.up(Instance(instance.home), said.append)
    stop.join(timeout=60)
    report = control.status(instance)
    assert report["is_up"] and report["supervisor"]["pid"] != first


def test_a_folder_that_cannot_be_written_is_named_with_the_remedy():
    with pytest.raises(control.StackError, match=r"/proc/home and cannot write there .*Set PARITY_HOME"):
        control.up(Instance(control.Path("/proc/home")), print)
