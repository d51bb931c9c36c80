"""The same staff lists built from staging to the indicators by Spark, over Parquet files, and by PostgreSQL, with every test of dbt.

PARITY_BENCH_STAFF_MONTHS says how many rows (50 million): PostgreSQL needs about a gigabyte of disk for each million, Spark a fifth.
"""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from math import isclose
from pathlib import Path

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from benchmarks.dbt_build import dbt_build
from benchmarks.figures import Figure, compared, shown
from benchmarks.hr import new_database
from benchmarks.hr_files import RANKS, contract
from ingestion.hr.parquet_copy import schema
from ingestion.raw_files import RawFiles, delivery_file, export
from ingestion.reference import load_catalogue as load_catalogue_tables
from parity.catalogue import load_catalogue
from parity.dbt_sources import source_tables
from parity.migrate import migrate_warehouse
from parity.settings import REPOSITORY, Settings
from stack.temporary_server import temporary_server

STAFF_MONTHS = 50_000_000
MONTHS, FIRST_YEAR, AGENCY = 60, 2020, "IDN-IMM"
HIRED_A_MONTH = 200  # one in so many people leaves, and one is hired
SELECT = ("--select", "+fct_indicator")


def measure_spark(say: Callable[[str], None] = print) -> list[Figure]:
    """Needs Java and the dependency group `spark`."""
    if shutil.which("java") is None or importlib.util.find_spec("pyspark") is None:
        raise SystemExit("Spark needs Java 17 and the dependency group `spark`: run `make install-spark`.")
    n = Settings.from_env().bench_staff_months or STAFF_MONTHS
    with tempfile.TemporaryDirectory(prefix="parity-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        raw, home = folder / "raw", folder / "spark"
        home.mkdir()
        with temporary_server() as postgres:
            url = new_database(postgres)
            seconds = _load(url, n, RawFiles(str(raw)))
            say(f"  {n:,} staff-months: " + ", ".join(f"{how} {took:.0f} s" for how, took in seconds.items()))
            began = time.perf_counter()
            os.environ |= _environment(n, raw, home)
            dbt_build(url, folder, "--target", "spark", *SELECT)
            by_spark = time.perf_counter() - began
            say(f"  Spark {by_spark:.0f} s")
            began = time.perf_counter()
            dbt_build(url, folder, *SELECT)
            by_postgres = time.perf_counter() - began
            say(f"  PostgreSQL {by_postgres:.0f} s")
            _agree(url, home)
    return [
        compared(f"dbt build of {n:,} staff-months on Spark, against PostgreSQL", by_spark, "s", by_postgres),
        shown("  of Parquet files written directly", n / seconds["Parquet"], "rows/s"),
    ]


def _environment(n: int, raw: Path, home: Path) -> dict[str, str]:
    known = {
        "PARITY_SPARK_MASTER": "local[*]",
        "PARITY_SPARK_MEMORY": "6g",
        "PARITY_SPARK_PARTITIONS": str(max(4, n // 500_000)),
    }
    chosen = {name: os.environ.get(name, value) for name, value in known.items()}
    return {**chosen, "PARITY_RAW_PARQUET": str(raw), "PARITY_SPARK_HOME": str(home)}


def _load(url: str, n: int, files: RawFiles) -> dict[str, float]:
    """The lists into both engines, and all other raw tables, which are small; seconds by what was done."""
    the_contract = contract(Path("staff.csv")).model_copy(update={"agency": AGENCY})
    catalogue = load_catalogue(REPOSITORY / "catalogue").model_copy(update={"hr": {the_contract.name: the_contract}})
    seconds = {"COPY": 0.0, "Parquet": 0.0}
    migrate_warehouse(url, backups=None)
    with psycopg.connect(url) as connection:
        load_catalogue_tables(connection, catalogue)
        for number, rows in enumerate(lists(n), start=1):
            _deliver(connection, the_contract.name, number, rows)
            began = time.perf_counter()
            with files.writer("raw.hr_staff", delivery_file(number), rows.schema) as writer:
                writer.write_table(rows)
            written = time.perf_counter()
            with connection.cursor() as cursor, cursor.copy("copy raw.hr_staff from stdin (format csv)") as copy:
                text = io.BytesIO()
                csv.write_csv(rows, text, csv.WriteOptions(include_header=False, quoting_style="all_valid"))
                copy.write(text.getbuffer())
            seconds["Parquet"] += written - began
            seconds["COPY"] += time.perf_counter() - written
    export(url, files, source_tables(REPOSITORY / "dbt"))
    return seconds


def _deliver(connection: psycopg.Connection, name: str, number: int, rows: pa.Table) -> None:
    connection.execute(
        "insert into raw.hr_delivery (contract, file_name, content_sha256, landing_uri, grain, is_provisional, delivered_at, n_rows,"
        " n_quarantined, notices) values (%s, %s, %s, '', 'roster', false, now(), %s, 0, '[]')",
        (name, f"{number}.csv", str(number), len(rows)),
    )
    connection.execute(
        "insert into raw.hr_delivery_period (delivery_no, agency_code, period_date, n_rows) values (%s, %s, %s, %s)",
        (number, AGENCY, rows["period_date"][0].as_py(), len(rows)),
    )


def lists(n: int) -> Iterator[pa.Table]:
    """A table a month, as the loader would write it: invented people who are hired, promoted and leave, the oldest first."""
    n_people = n // MONTHS
    n_hired = max(1, n_people // HIRED_A_MONTH)
    ids = np.arange(n_people + n_hired * MONTHS)
    keys = pa.array([f"{number:032x}" for number in ids])
    words = {
        "sex_code": (["F", "M"], (ids % 9 != 0).astype(np.int32)),
        "unit_name": ([f"Unit {unit}" for unit in range(40)], (ids % 40).astype(np.int32)),
    }
    texts = {name: pa.array(values).take(pa.array(codes)) for name, (values, codes) in words.items()}
    ranks, start = pa.array(RANKS), np.datetime64(f"{FIRST_YEAR}-01")
    hired = np.where(
        ids < n_people,
        (start - 1 - ids % 120).astype("datetime64[D]"),
        (start + (ids - n_people) // n_hired).astype("datetime64[D]"),
    )
    types = schema("staff")
    for month in range(MONTHS):
        here = slice(month * n_hired, month * n_hired + n_people)
        grade = np.minimum(ids[here] % 13 // 2 + (month + ids[here] % 48) // 48, len(RANKS) - 1).astype(np.int32)
        last_day = (start + month + 1).astype("datetime64[D]") - 1
        known = {
            "delivery_no": np.full(n_people, month + 1, dtype=np.int32),
            "row_no": np.arange(1, n_people + 1, dtype=np.int32),
            "agency_code": pa.repeat(AGENCY, n_people),
            "period_date": np.full(n_people, last_day),
            "person_key": keys[here],
            "rank_name": ranks.take(pa.array(grade)),
            "hire_date": hired[here],
            "salary": 1000.0 + 250 * grade + ids[here] % 97,
            **{name: column[here] for name, column in texts.items()},
        }
        yield pa.table(
            [pa.array(known[f.name], f.type) if f.name in known else pa.nulls(n_people, f.type) for f in types], schema=types
        )


def _is_same(one: float | None, other: float | None) -> bool:
    return one == other or bool(one and other and isclose(one, other, rel_tol=1e-9, abs_tol=1e-9))


def _agree(url: str, home: Path) -> None:
    """Raises where the engines' estimates differ by more than 1e-9, of the estimate or (where it is a difference that is nearly zero) of its unit."""
    with psycopg.connect(url) as connection:
        expected: dict[str, float | None] = dict(connection.execute("select cell_id, estimate from indicators.fct_indicator"))
    table = pq.read_table(home / "warehouse" / "indicators.db" / "fct_indicator", columns=["cell_id", "estimate"])
    found = dict(zip(table["cell_id"].to_pylist(), table["estimate"].to_pylist(), strict=True))
    differ = {
        cell: (expected.get(cell), found.get(cell))
        for cell in expected.keys() | found.keys()
        if cell not in expected or not _is_same(expected[cell], found.get(cell))
    }
    if differ or not expected:
        some = "; ".join(f"{cell}: {a} on PostgreSQL, {b} on Spark" for cell, (a, b) in list(differ.items())[:5])
        raise RuntimeError(f"{len(differ)} of {len(expected)} cells differ: {some}")
