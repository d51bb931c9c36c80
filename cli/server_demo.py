"""The demonstration on a server: `python -m cli.server_demo --samples FOLDER`, run once by the container `demo`.

It puts the samples into the drop folder, starts the DAGs through Airflow's API and waits for the release. Run again, the DAGs find
nothing new, and the release stays. Services and samples are other containers' work.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import psycopg
import requests
from rich.console import Console

from cli.demo import Progress, _now, build, fill_drop, ingest, unpause_ingest
from cli.output import PlainConsole
from parity.database import connect, first_row
from parity.settings import Settings
from stack.airflow_api import AirflowApi
from stack.control import StackError
from stack.server import DATA

SIGN_IN_SECONDS = 120


def demonstrate(settings: Settings, samples: Path, console: Console) -> None:
    """Load the samples and publish. Raises StackError."""
    progress = Progress(console, settings.home / "demo.log")
    with progress.step("Samples into the drop folder"):
        try:
            has_new_files = fill_drop(samples, settings.drop, settings.drop / ".unfinished")
        except PermissionError as error:
            raise StackError(
                f"{error.filename} cannot be written: PARITY_DROP_GROUP in .env must be the folder's group."
            ) from None
    with progress.step("Ingest: landing and raw") as tell:
        api, began = _patient_api(settings), _now()
        unpause_ingest(api, DATA, tell)
        since, problems = ingest(api, began, has_new_files, DATA, tell)
    with progress.step("Build: gates, dbt, release, dashboard") as tell:
        problem = build(api, since, DATA, tell)
    for sentence in (*problems, *([problem] if problem else [])):
        console.print(sentence)
    if problem or problems:
        raise StackError("What was published before stays published.")
    with connect(settings.require("PARITY_WAREHOUSE_URL")) as connection:
        console.print(released(connection))


def _patient_api(settings: Settings) -> AirflowApi:
    """A session with Airflow, whose name may be unknown for the first moments."""
    url, password = settings.require("PARITY_AIRFLOW_URL"), settings.require("PARITY_ADMIN_PASSWORD")
    end = time.monotonic() + SIGN_IN_SECONDS
    while True:
        try:
            return AirflowApi.at(url, password)
        except requests.ConnectionError as error:
            if time.monotonic() > end:
                raise StackError(f"Airflow at {url} did not answer for {SIGN_IN_SECONDS} s ({type(error).__name__}).") from None
            time.sleep(2)


def released(connection: psycopg.Connection) -> str:
    """One line about the release that readers see."""
    number, n_cells, n_withheld = first_row(
        connection.execute("select release_id, n_cells, n_suppressed from published.release_info")
    )
    return f"Published: release {number}, {n_cells} cells, {n_withheld} of them withheld."


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m cli.server_demo", description=__doc__)
    parser.add_argument("--samples", type=Path, required=True, help="folder that `python -m sandbox.samples` made")
    options = parser.parse_args()
    try:
        demonstrate(Settings.from_env(), options.samples, PlainConsole(width=120))
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
