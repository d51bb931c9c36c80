"""Staff files: the rate of a checked load compared with COPY and dlt, memory, workbooks compared with calamine, and a month after years of them."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

import psycopg

from benchmarks.figures import Figure, figure, shown
from benchmarks.hr_files import write_csv, write_workbook
from benchmarks.hr_months import measure_months
from stack.postgres import Postgres
from stack.temporary_server import temporary_server

ROWS, MORE_ROWS, WORKBOOK_ROWS = 1_000_000, 4_000_000, 100_000
REPEATS = 3
COPY_RATIO, DLT_RATIO, CALAMINE_RATIO, CONTINUITY_SHARE = 0.3, 4, 2, 0.1
PEAK_MIB, FLAT = 1024, 1.1


def new_database(postgres: Postgres) -> str:
    name = f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(f'create database "{name}"')
    return postgres.url(name)


def measure_hr(say: Callable[[str], None] = print) -> list[Figure]:
    """Needs the dependency group `bench`. Takes some minutes."""
    try:
        import dlt  # noqa: F401
    except ImportError:
        raise SystemExit("The peers are not installed: run `make bench`, or `uv sync --group bench`.") from None
    with tempfile.TemporaryDirectory(prefix="parity-bench-") as name:
        folder = Path(name)
        os.chmod(folder, 0o711)
        with temporary_server() as postgres:
            return (
                _loads(folder, postgres, say)
                + _continuity(folder, postgres, say)
                + _workbooks(folder, say)
                + measure_months(folder, lambda: new_database(postgres), say)
            )


def _loads(folder: Path, postgres: Postgres, say: Callable[[str], None]) -> list[Figure]:
    say(f"writing staff lists of {ROWS:,} and {MORE_ROWS:,} rows ...")
    path, larger = write_csv(folder / "staff.csv", ROWS), write_csv(folder / "more.csv", MORE_ROWS)
    runs: dict[str, list[float]] = {"copy": [], "parity": [], "dlt": []}
    peak = 0.0
    for turn in range(REPEATS):
        for name, rates in runs.items():
            done = _work(name, path, new_database(postgres))
            rates.append(done["rows"] / done["seconds"])
            peak = max(peak, done["peak_mib"]) if name == "parity" else peak
            say(f"  turn {turn + 1} of {REPEATS}: {name} {rates[-1]:,.0f} rows/s")
    copy, parity, dlt = (median(runs[name]) for name in ("copy", "parity", "dlt"))
    more = _work("parity", larger, new_database(postgres))
    shutil.rmtree(folder / "keys")
    return [
        figure(f"load of {ROWS:,} rows against COPY", parity, "rows/s", copy, COPY_RATIO, "at least"),
        figure(f"load of {ROWS:,} rows against dlt with Arrow", parity, "rows/s", dlt, DLT_RATIO, "at least"),
        figure(f"peak memory, {ROWS:,} rows", peak, "MiB", PEAK_MIB),
        figure(f"peak memory, {MORE_ROWS:,} rows", more["peak_mib"], "MiB", PEAK_MIB),
        figure(f"peak memory, {MORE_ROWS:,} against {ROWS:,}", more["peak_mib"], "MiB", peak, FLAT),
        shown(f"load of {MORE_ROWS:,} rows", more["rows"] / more["seconds"], "rows/s"),
    ]


def _continuity(folder: Path, postgres: Postgres, say: Callable[[str], None]) -> list[Figure]:
    lists = folder / "lists"
    lists.mkdir()
    for month, name in enumerate(("before.csv", "after.csv")):
        write_csv(lists / name, ROWS, first_month=month, n_months=1)
    runs = [_work("continuity", lists, new_database(postgres)) for _ in range(REPEATS)]
    shutil.rmtree(lists)
    took, load = (median(run[name] for run in runs) for name in ("seconds_of_continuity", "seconds"))
    say(f"  a list of {ROWS:,} people: load {load:.2f} s, of it compared with the list before {took:.2f} s")
    return [figure(f"continuity of a list of {ROWS:,} people against its load", took, "s", load, CONTINUITY_SHARE)]


def _workbooks(folder: Path, say: Callable[[str], None]) -> list[Figure]:
    path = write_workbook(folder / "staff.xlsx", WORKBOOK_ROWS)
    runs: dict[str, list[float]] = {"calamine": [], "check": []}
    for _ in range(REPEATS):
        for name, seconds in runs.items():
            seconds.append(_work(name, path, "")["seconds"])
    calamine, checked = (median(runs[name]) for name in ("calamine", "check"))
    say(f"  a workbook of {WORKBOOK_ROWS:,} rows: calamine {calamine:.2f} s, read and judged {checked:.2f} s")
    return [figure(f"XLSX of {WORKBOOK_ROWS:,} rows against calamine", checked, "s", calamine, CALAMINE_RATIO)]


def _work(*words: str | Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.hr_work", *map(str, words)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])
