"""`parity demo`: from nothing to a live dashboard, and again from wherever it stands.

Each step says how long it took. A step that is done already is found done; nothing is loaded or published twice. Ingestion waits for Airflow
only: Superset may start as slowly as it likes. Of two demonstrations at once the second waits for the first and ends as it does.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import requests
from rich.console import Console

from cli.dbt_parse import parsing
from parity.database import first_row, first_value
from parity.settings import REPOSITORY
from stack.airflow_api import AirflowApi
from stack.airflow_wait import wait_for_dags, wait_for_run
from stack.control import WAITING, StackError, prepare, start, status, wait
from stack.instance import ADMIN, Instance
from stack.lock import try_lock

INGEST = ("ingest_reference", "ingest_kobo", "ingest_hr")
BUILD = "build_warehouse"
PROOF = "reconcile_kobo"
ASKED_SECONDS = 20  # in which the scheduler queues a build once the last ingestion has told of its data
LATER = (
    "superset-setup",
    "superset",
    "airflow-triggerer",
)  # the first two are needed when the dashboard is pushed, the build's last step


class Interrupted(Exception):
    """Ctrl-C; the message says what goes on and how to resume."""


class Progress:
    """Numbered steps with elapsed time, on a terminal and in `logs/demo.log`, which another demonstration reads while it waits."""

    def __init__(self, console: Console, log: Path) -> None:
        self.console, self.log, self.began, self.number, self.title = console, log, time.monotonic(), 0, "the start"

    @contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        self.number, self.title = self.number + 1, title
        self._say(f"{self.number}. {title}", style="bold")
        began = time.monotonic()
        yield self.tell
        self._say(f"   done in {time.monotonic() - began:.0f} s")

    def tell(self, sentence: str) -> None:
        self._say(f"   [{time.monotonic() - self.began:4.0f} s] {sentence}")

    def _say(self, line: str, style: str | None = None) -> None:
        self.console.print(line, style=style, soft_wrap=True)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(line + "\n")


def demo(instance: Instance, source: Path | None, console: Console) -> None:
    """Run the whole demonstration, or wait for the one that runs already. Raises StackError, Interrupted."""
    prepare(instance)
    progress = Progress(console, instance.home / "logs" / "demo.log")
    lock = None
    try:
        lock, ended = _take_turn(instance, console)
        outcome = ended or _run_all(instance, source, progress)
    except KeyboardInterrupt:
        if lock is None:
            raise Interrupted("Stopped waiting; the other `make demo` goes on.") from None
        raise Interrupted(
            f"Stopped during “{progress.title}”. `make demo` resumes; `make down` stops what runs in the background."
        ) from None
    finally:
        if lock is not None:
            os.close(lock)
    summary(instance, console, outcome["problems"])
    if outcome["error"]:
        raise StackError(outcome["error"])


def _take_turn(instance: Instance, console: Console) -> tuple[int, dict | None]:
    """The lock of the demonstration, and the outcome of the one that held it until now, where it came to its end."""
    path = instance.home / "run" / "demo.lock"
    if (lock := try_lock(path)) is not None:
        return lock, None
    began, log = time.time(), instance.home / "logs" / "demo.log"
    console.print(WAITING)
    with log.open("a+", encoding="utf-8") as lines:
        while (lock := try_lock(path)) is None:
            console.print(lines.read(), end="")
            time.sleep(0.5)
        console.print(lines.read(), end="")
    outcome = _outcome_file(instance)
    if outcome.exists() and outcome.stat().st_mtime >= began:
        return lock, json.loads(outcome.read_text(encoding="utf-8"))
    return lock, None


def _outcome_file(instance: Instance) -> Path:
    return instance.home / "run" / "demo.json"


def _run_all(instance: Instance, source: Path | None, progress: Progress) -> dict:
    try:
        outcome = _steps(instance, source, progress)
    except requests.RequestException as error:
        raise StackError(
            f"Airflow did not answer ({type(error).__name__}) during “{progress.title}”: see `parity status`, then run `make demo` again."
        ) from None
    _outcome_file(instance).write_text(json.dumps(outcome), encoding="utf-8")
    return outcome


def _steps(instance: Instance, source: Path | None, progress: Progress) -> dict:
    sources = f"real data from {source}" if source else "synthetic survey and staff files"
    with progress.step(f"Sources: {sources}") as tell, parsing(instance):
        has_new_files = make_sources(instance, source, tell)
    with progress.step("Services") as tell:
        start(instance, tell)
        wait(instance, tell, but=LATER)
    with progress.step("Ingest: landing and raw") as tell:
        api, began = AirflowApi(instance), _now()
        unpause_ingest(api, instance.home, tell)
        since, problems = ingest(api, began, has_new_files, instance.home, tell)
    with progress.step("Superset") as tell:
        wait(instance, tell, but=status(instance)["services"].keys() - set(LATER))
    with progress.step("Build: gates, dbt, release, dashboard") as tell:
        problem = build(api, since, instance.home, tell)
    return {
        "problems": [*problems, *([problem] if problem else [])],
        "error": f"{problem} What was published before stays published." if problem else None,
    }


def ingest(api: AirflowApi, began: str, has_new_files: bool, home: Path, tell: Callable[[str], None]) -> tuple[str, list[str]]:
    """Run the ingest DAGs to their end; since when their runs count, and a sentence for each that failed."""
    begun = {dag: _begin(api, dag, began, has_new_files) for dag in INGEST}
    problems = [problem for dag, since in begun.items() if (problem := wait_for_run(api, dag, since, home, tell))]
    return min(begun.values()), problems


def build(api: AirflowApi, since: str, home: Path, tell: Callable[[str], None]) -> str | None:
    """Wait for the builds that the ingest DAGs asked for since then, or start one; None, or a sentence about what failed.

    A DAG that is paused hears of nothing, and is switched on only now: the first build is one, of all that was ingested. A run of an
    ingest DAG that was stopped after it had told of its data tells no second time, so none may have asked.
    """
    was_paused = api.unpause(BUILD)
    end = time.monotonic() + (0 if was_paused else ASKED_SECONDS)
    while not _is_asked(api, since) and time.monotonic() < end:
        time.sleep(1)
    if not _is_asked(api, since):
        tell(f"no run of {BUILD} was asked for: starting one")
        api.trigger(BUILD)
    problem = wait_for_run(api, BUILD, since, home, tell)
    while api.is_asked(BUILD) or api.unfinished_runs(BUILD):  # by news that came while that run went on
        time.sleep(1)
        problem = wait_for_run(api, BUILD, since, home, tell)
    if api.unpause(PROOF):
        tell(f"{PROOF} is switched on: it proves once a week that raw equals KoboToolbox")
    return problem


def _is_asked(api: AirflowApi, since: str) -> bool:
    return bool(api.runs(BUILD, since)) or api.is_asked(BUILD)


def _begin(api: AirflowApi, dag: str, since: str, has_new_files: bool) -> str:
    """Start a run of the DAG, unless one runs already, by itself or from a demonstration that was stopped. Returns the time from which runs count."""
    if api.runs(dag, since):
        return since
    if not has_new_files and (going := api.unfinished_runs(dag)):
        return min(run["queued_at"] for run in going)
    api.trigger(dag)
    return since


def make_sources(instance: Instance, source: Path | None, tell: Callable[[str], None]) -> bool:
    """Make or lay out the sources once, and put their files into the drop folder; whether any file is new there."""
    samples = instance.home / "samples"
    if samples.is_dir():
        tell("already made")
    else:
        command = [sys.executable, "-m", "sandbox.samples", "--out", str(samples)]
        made = subprocess.run(
            command + (["--source", str(source)] if source else []),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
        )
        if made.returncode:
            raise StackError(made.stderr.strip().splitlines()[-1] if made.stderr.strip() else "The sources could not be made.")
    return fill_drop(samples, instance.home / "drop", instance.home / "run" / "unfinished")


def fill_drop(samples: Path, drop: Path, unfinished: Path) -> bool:
    """Copy the samples' files that the drop folder lacks, and say whether any was copied. `unfinished`: a file on the same disk, renamed when it is
    whole."""
    has_new_files = False
    for path in sorted((samples / "drop").rglob("*")):
        target = drop / path.relative_to(samples / "drop")
        if path.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, unfinished)  # half a file in the drop folder would stay there
            unfinished.rename(target)
            has_new_files = True
    return has_new_files


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")


def unpause_ingest(api: AirflowApi, home: Path, tell: Callable[[str], None]) -> None:
    """Switch the ingest DAGs on. `build` switches on what follows them."""
    wait_for_dags(api, {*INGEST, BUILD, PROOF}, home)
    were_paused = [dag for dag in INGEST if api.unpause(dag)]
    tell("the scheduler knows the DAGs")
    if were_paused:
        time.sleep(3)  # a DAG that is unpaused for the first time may start a run by itself


def summary(instance: Instance, console: Console, problems: list[str]) -> None:
    """Addresses, login, and what was loaded."""
    with psycopg.connect(instance.warehouse_url) as connection:
        files, rows, bad = first_row(
            connection.execute("select count(*), coalesce(sum(n_rows), 0), coalesce(sum(n_quarantined), 0) from raw.hr_delivery")
        )
        submissions = first_value(
            connection.execute("select count(distinct (asset_uid, submission_id)) from raw.kobo_submission")
        )
        released = None
        if first_value(connection.execute("select to_regclass('published.release_info') is not null")):
            released = connection.execute(
                "select release_id, n_cells, n_suppressed, provenance_note from published.release_info"
            ).fetchone()
    console.rule("Parity")
    console.print(
        f"Loaded     {files} staff files, {rows:,} rows ({bad:,} rows quarantined); {submissions:,} submissions from KoboToolbox"
    )
    if released:
        console.print(f"Published  release {released[0]}: {released[1]:,} cells, {released[2]:,} of them withheld. {released[3]}")
    console.print(f"Dashboard  {instance.url('superset')}/superset/dashboard/enabling-environment/", soft_wrap=True)
    console.print(f"Airflow    {instance.url('airflow')}")
    console.print(f"Login      {ADMIN} / {instance.secrets['admin']}")
    for problem in problems:
        console.print(f"Mind       {problem}", style="red")
    console.print("Stop with `make down`; data stay. `make demo` again resumes.")
