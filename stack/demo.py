"""`parity demo`: from nothing to a live dashboard, and again from wherever it stands.

Each step says how long it took. A step that is done already is found done; nothing is loaded or published twice.
"""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from rich.console import Console

from parity.settings import REPOSITORY
from stack.airflow_api import AirflowApi
from stack.control import StackError, up
from stack.instance import ADMIN, Instance

INGEST = ("ingest_reference", "ingest_kobo", "ingest_hr")
BUILD = "build_warehouse"
RUN_SECONDS = 600


class Progress:
    """Numbered steps with elapsed time, on a terminal or in a log."""

    def __init__(self, console: Console) -> None:
        self.console, self.began, self.number = console, time.monotonic(), 0

    @contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        self.number += 1
        self.console.print(f"[bold]{self.number}. {title}[/bold]")
        began = time.monotonic()
        yield self.tell
        self.console.print(f"   [green]done[/green] in {time.monotonic() - began:.0f} s", highlight=False)

    def tell(self, sentence: str) -> None:
        self.console.print(f"   [{time.monotonic() - self.began:4.0f} s] {sentence}", highlight=False, markup=False)


def demo(instance: Instance, source: Path | None, console: Console) -> None:
    """Run the whole demonstration. Raises StackError."""
    progress = Progress(console)
    instance.prepare()
    with progress.step("Sources: " + (f"real data from {source}" if source else "synthetic survey and staff files")) as tell:
        make_sources(instance, source, tell)
    with progress.step("Services") as tell:
        up(instance, tell)
    api = AirflowApi(instance)
    with progress.step("Ingest: landing and raw") as tell:
        since = _now()
        _unpause(api, tell)
        problems = [problem for dag in INGEST for problem in [_run(api, dag, since, tell, trigger=True)] if problem]
    with progress.step("Build: gates, dbt, release, dashboard") as tell:
        problem = _run(api, BUILD, since, tell, trigger=False)
    summary(instance, console, [*problems, *([problem] if problem else [])])
    if problem:
        raise StackError(f"{problem} What was published before stays published.")


def make_sources(instance: Instance, source: Path | None, tell: Callable[[str], None]) -> None:
    """Make or lay out the sources once, and put their files into the drop folder."""
    samples = instance.home / "samples"
    if samples.is_dir():
        tell("already made")
    else:
        command = [sys.executable, "-m", "stack.samples", "--out", str(samples)]
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
    fill_drop(samples, instance.home / "drop")


def fill_drop(samples: Path, drop: Path) -> None:
    """Copy the samples' files that are not in the drop folder yet."""
    for path in sorted((samples / "drop").rglob("*")):
        target = drop / path.relative_to(samples / "drop")
        if path.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _unpause(api: AirflowApi, tell: Callable[[str], None]) -> None:
    limit = time.monotonic() + 120
    while not {*INGEST, BUILD} <= api.dag_ids():
        if errors := api.import_errors():
            raise StackError(f"Airflow cannot read a DAG file: {errors[0]}")
        if time.monotonic() > limit:
            raise StackError("Airflow has not read the DAG files after 120 s: see logs/airflow-dag-processor.log.")
        time.sleep(1)
    for dag in (BUILD, *INGEST):
        api.unpause(dag)
    tell("the scheduler knows the DAGs")
    time.sleep(3)  # a DAG that is unpaused for the first time may start a run by itself


def _run(api: AirflowApi, dag: str, since: str, tell: Callable[[str], None], *, trigger: bool) -> str | None:
    """Wait for the runs of `dag` since then; None, or a sentence about what failed."""
    if trigger and not api.runs(dag, since):
        api.trigger(dag)
    began = time.monotonic()
    while True:
        runs = api.runs(dag, since)
        if runs and all(run["state"] in ("success", "failed") for run in runs):
            break
        if time.monotonic() - began > RUN_SECONDS:
            raise StackError(f"{dag} has not ended after {RUN_SECONDS} s: see it in Airflow.")
        time.sleep(1)
    newest = runs[0]
    if newest["state"] == "success":
        tell(f"{dag} succeeded")
        return None
    tasks = ", ".join(api.failed_tasks(dag, newest["dag_run_id"]))
    tell(f"{dag} FAILED at {tasks}")
    return f"{dag} failed at {tasks}: its log in Airflow says why and what to mend."


def summary(instance: Instance, console: Console, problems: list[str]) -> None:
    """Addresses, login, and what was loaded."""
    with psycopg.connect(instance.warehouse_url) as connection:

        def value(query: str) -> tuple:
            return connection.execute(query).fetchone()

        files, rows, bad = value(
            "select count(*), coalesce(sum(n_rows), 0), coalesce(sum(n_quarantined), 0) from raw.hr_delivery"
        )
        submissions = value("select count(distinct (asset_uid, submission_id)) from raw.kobo_submission")[0]
        released = None
        if value("select to_regclass('published.release_info') is not null")[0]:
            released = value("select release_id, n_cells, n_suppressed, provenance_note from published.release_info")
    console.rule("Parity")
    console.print(
        f"Loaded     {files} staff files, {rows:,} rows ({bad:,} rows quarantined); {submissions:,} submissions from KoboToolbox"
    )
    if released:
        console.print(f"Published  release {released[0]}: {released[1]:,} cells, {released[2]:,} of them withheld. {released[3]}")
    console.print(f"Dashboard  {instance.url('superset')}/superset/dashboard/enabling-environment/", soft_wrap=True)
    console.print(f"Airflow    {instance.url('airflow')}")
    console.print(f"Login      {ADMIN} / {instance.secrets['admin']}", markup=False)
    for problem in problems:
        console.print(f"[red]Mind      [/red] {problem}")
    console.print("Stop with `make down`; data stay. `make demo` again resumes.")
