"""Two demonstrations at once are one, and Ctrl-C ends each stage in a sentence."""

import io
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from rich.console import Console

from cli import demo
from parity.settings import REPOSITORY
from stack.control import WAITING, StackError
from stack.instance import Instance

pytestmark = pytest.mark.slow


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs demonstrations whose steps are the given function, at once; what each printed and raised."""
    monkeypatch.setattr(demo, "summary", lambda _, console, problems: console.print(f"summary {problems}", markup=False))

    def at_once(steps, n=2):
        monkeypatch.setattr(demo, "_steps", steps)
        printed, raised = [io.StringIO() for _ in range(n)], [None] * n

        def go(number):
            try:
                demo.demo(Instance(tmp_path / "home"), None, Console(file=printed[number], width=200))
            except StackError as error:
                raised[number] = str(error)

        threads = [threading.Thread(target=go, args=(number,)) for number in range(n)]
        for thread in threads:
            thread.start()
            time.sleep(0.3)
        for thread in threads:
            thread.join(timeout=30)
            assert not thread.is_alive()
        return [text.getvalue() for text in printed], raised

    return at_once


def test_two_at_once_run_once_and_end_alike_and_again(run):
    ran = []

    def steps(instance, source, progress):
        with progress.step("Ingest") as tell:
            ran.append(1)
            time.sleep(1)
            tell("ingest_hr succeeded")
        return {"problems": ["one file was refused"], "error": None}

    for turn in (1, 2):
        (first, second), raised = run(steps)
        assert len(ran) == turn and raised == [None, None]
        assert WAITING in second and WAITING not in first
        assert all("ingest_hr succeeded" in text and "summary ['one file was refused']" in text for text in (first, second))


def test_the_second_fails_as_the_first_does(run):
    def steps(instance, source, progress):
        time.sleep(1)
        return {"problems": ["build failed"], "error": "build failed. What was published before stays published."}

    _, raised = run(steps)
    assert raised == ["build failed. What was published before stays published."] * 2


def test_the_second_takes_over_where_the_first_came_to_no_end(run):
    ran = []

    def steps(instance, source, progress):
        ran.append(1)
        time.sleep(1)
        if len(ran) == 1:
            raise StackError("postgres failed")
        return {"problems": [], "error": None}

    (_, second), raised = run(steps)
    assert raised == ["postgres failed", None] and "summary []" in second and len(ran) == 2


STAGES = """
import sys, time
from cli import demo
def steps(instance, source, progress):
    with progress.step({title!r}):
        print("READY", flush=True)
        time.sleep(60)
demo._steps = steps
from cli.__main__ import main
sys.argv = ["parity", "demo"]
main()
"""


@pytest.mark.parametrize("title", ["Sources", "Services", "Ingest", "Superset", "Build"])
def test_ctrl_c_ends_each_stage_in_a_sentence(tmp_path, title):
    process = subprocess.Popen(
        [sys.executable, "-c", STAGES.format(title=title)],
        env={**os.environ, "PARITY_HOME": str(tmp_path / "home")},
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.stdout.readline().strip() != "READY":
        assert process.poll() is None, process.stderr.read()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.strip() == f"Stopped during “{title}”. `make demo` resumes; `make down` stops what runs in the background."


def test_a_file_is_never_half_in_the_drop_folder(tmp_path, monkeypatch):
    instance = Instance(tmp_path / "home")
    instance.prepare()
    sample = instance.home / "samples" / "drop" / "hr" / "tha_pol" / "staff.csv"
    sample.parent.mkdir(parents=True)
    sample.write_text("whole")

    def cut_off(source, target):
        target.write_text("ha")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(demo.shutil, "copyfile", cut_off)
        demo.make_sources(instance, None, print)
    assert [path for path in (instance.home / "drop").rglob("*") if path.is_file()] == []
    assert demo.make_sources(instance, None, print) is True
    assert (instance.home / "drop" / "hr" / "tha_pol" / "staff.csv").read_text() == "whole"
    assert demo.make_sources(instance, None, print) is False


class Api:
    """Airflow as `build` and `ingest` see it: runs that end at once, and the build that the ingest DAGs asked for, if they did."""

    def __init__(self, asked=(), **runs):
        self.asked, self.unpaused = list(asked), []
        self.all = {dag: list(queued) for dag, queued in runs.items()}

    def runs(self, dag, since):
        return [{"dag_run_id": at, "state": "success", "queued_at": at} for at in self.all.get(dag, []) if at >= since]

    def unfinished_runs(self, dag):
        return [{"queued_at": at} for at in self.all.get(dag, []) if at == "09:30"]

    def task_states(self, dag, run_id):
        return []

    def trigger(self, dag):
        self.all.setdefault(dag, []).append("10:30")

    def unpause(self, dag):
        self.unpaused.append(dag)
        return False

    def is_asked(self, dag):
        """Whether news wait for a run, which then comes at once."""
        if self.asked:
            self.all.setdefault(dag, []).append(self.asked.pop(0))
            return True
        return False


def test_a_build_that_was_asked_for_before_the_start_was_killed_is_the_one_waited_for(tmp_path):
    api = Api(ingest_reference=["09:30"], ingest_kobo=["09:30"], ingest_hr=["09:30"], build_warehouse=["09:40"])
    since, problems = demo.ingest(api, "10:00", False, tmp_path, print)
    assert (since, problems) == ("09:30", [])
    assert demo.build(api, since, tmp_path, print) is None
    assert api.all["build_warehouse"] == ["09:40"]


def test_a_build_that_nobody_asked_for_is_started(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "ASKED_SECONDS", 0)
    api, said = Api(ingest_reference=["09:30"], ingest_kobo=["09:30"], ingest_hr=["09:30"], build_warehouse=["09:10"]), []
    since, _ = demo.ingest(api, "10:00", False, tmp_path, said.append)
    assert demo.build(api, since, tmp_path, said.append) is None
    assert api.all["build_warehouse"] == ["09:10", "10:30"]
    assert "no run of build_warehouse was asked for: starting one" in said


def test_news_that_came_while_a_build_ran_are_waited_for_as_well_and_the_proof_is_switched_on(tmp_path, monkeypatch):
    monkeypatch.setattr(demo.time, "sleep", lambda _: None)
    api, said = Api(asked=["10:40", "10:50"], build_warehouse=["10:20"]), []
    assert demo.build(api, "10:00", tmp_path, said.append) is None
    assert api.all["build_warehouse"] == ["10:20", "10:40", "10:50"]
    assert said.count("build_warehouse succeeded") == 3
    assert api.unpaused == ["build_warehouse", "reconcile_kobo"]
