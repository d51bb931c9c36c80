"""One piece of work on a staff file in a process of its own: `python -m benchmarks.hr_work WORK FILE DATABASE`.

`parity` checks, pseudonymises and loads it; `continuity` does so with its two files, and times apart how the second list is compared with the first; `copy` is PostgreSQL's COPY of the same file into columns of text; `dlt` is dlt's Arrow path
without any check; `calamine` reads a workbook's cells and `check` judges them. Prints rows, seconds and the peak of memory as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg

from benchmarks.hr_files import HEADER, contract
from benchmarks.kobo_pull import peak_mib
from ingestion.hr import load
from ingestion.hr.check import check
from ingestion.hr.continuity.follow import follow
from ingestion.hr.files import local_file
from ingestion.hr.keys import KeyRing
from ingestion.landing import Landing
from parity.migrate import migrate_warehouse

SPENT: dict[str, float] = {}  # seconds of parts of the work


def with_parity(path: Path, database: str) -> Callable[[], int]:
    folder = tempfile.mkdtemp(dir=path.parent)
    migrate_warehouse(database, backups=None)
    connection = psycopg.connect(database)
    the_contract = contract(path)
    ring = KeyRing(path.parent / "keys")
    return lambda: load.load_file(connection, Landing(folder), the_contract, local_file(the_contract, path), ring).n_rows


def with_continuity(folder: Path, database: str) -> Callable[[], int]:
    """`folder` holds the lists `before.csv` and `after.csv`."""
    with_parity(folder / "before.csv", database)()
    work = with_parity(folder / "after.csv", database)

    def timed(*arguments: Any) -> Any:
        began = time.perf_counter()
        found = follow(*arguments)
        SPENT["seconds_of_continuity"] = time.perf_counter() - began
        return found

    return mock.patch.object(load, "follow", timed)(work)


def with_copy(path: Path, database: str) -> Callable[[], int]:
    connection = psycopg.connect(database)
    connection.execute("create table copied (" + ", ".join(f"{name} text" for name in HEADER) + ")")
    connection.commit()

    def work() -> int:
        with connection.cursor() as cursor:
            with cursor.copy("copy copied from stdin with (format csv, header)") as copy, path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    copy.write(chunk)
            n_rows = cursor.rowcount
        connection.commit()
        return n_rows

    return work


def with_dlt(path: Path, database: str) -> Callable[[], int]:
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    import dlt
    from pyarrow import csv

    folder = tempfile.mkdtemp(dir=path.parent)
    pipeline = dlt.pipeline(
        "bench", pipelines_dir=folder, destination=dlt.destinations.postgres(database.split("?")[0]), dataset_name="hr"
    )

    def work() -> int:
        table = csv.read_csv(path)
        pipeline.run(table, table_name="staff", write_disposition="append")
        return table.num_rows

    return work


def with_calamine(path: Path, database: str) -> Callable[[], int]:
    from python_calamine import CalamineWorkbook

    return lambda: len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()) - 1


def with_check(path: Path, database: str) -> Callable[[], int]:
    return lambda: check(path, contract(path)).n_rows


WORK = {
    "parity": with_parity,
    "continuity": with_continuity,
    "copy": with_copy,
    "dlt": with_dlt,
    "calamine": with_calamine,
    "check": with_check,
}


def main() -> None:
    name, path, database = sys.argv[1:]
    work = WORK[name](Path(path), database)
    began = time.perf_counter()
    n_rows = work()
    print(json.dumps({"rows": n_rows, "seconds": time.perf_counter() - began, "peak_mib": peak_mib()} | SPENT))


if __name__ == "__main__":
    main()
