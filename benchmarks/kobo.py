"""The sync with KoboToolbox: its rate and its peers', what a change costs, and memory; all with one server in one run."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

import psycopg

from benchmarks.figures import Figure, figure, shown
from benchmarks.kobo_server import TOKEN, Site, contract, site
from ingestion.kobo.client import KoboClient
from ingestion.kobo.report import SyncReport
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing

SMALL, MIDDLE, LARGE = 2_000, 20_000, 200_000
REPEATS = 3
DLT_RATIO, FETCH_RATIO = 8, 0.25
REQUESTS_NOTHING_NEW, REQUESTS_ONE_CHANGE = 3, 6
PEAK_MIB = 400
FLAT = 1.25  # of memory, and of seconds beside a form a hundredth as large: as good as equal, given the noise of a run
FLAT_SECONDS = 2.0


def measure_kobo(say: Callable[[str], None] = print) -> list[Figure]:
    """Needs the dependency group `bench`. Takes some minutes."""
    try:
        import dlt  # noqa: F401
        import pykobo  # noqa: F401
    except ImportError:
        raise SystemExit("The peers are not installed: run `make bench`, or `uv sync --group bench`.") from None
    say(f"filling a server with {SMALL:,}, {MIDDLE:,} and {LARGE:,} submissions of 60 answers ...")
    with site([SMALL, MIDDLE, LARGE]) as here:
        return _rates(here, say) + _changes(here, say)


def _rates(here: Site, say: Callable[[str], None]) -> list[Figure]:
    runs: dict[str, list[float]] = {"fetch": [], "parity": [], "dlt": []}
    for turn in range(REPEATS):
        for name, rates in runs.items():
            done = _pull(here, MIDDLE) if name == "parity" else _peer(here, name)
            if done["rows"] != MIDDLE:
                raise RuntimeError(f"{name} read {done['rows']:,} of {MIDDLE:,} submissions")
            rates.append(done["rows"] / done["seconds"])
            say(f"  turn {turn + 1} of {REPEATS}: {name} {rates[-1]:,.0f} submissions/s")
    fetch, parity, dlt = (median(runs[name]) for name in ("fetch", "parity", "dlt"))
    pykobo = _peer(here, "pykobo")
    say(f"  pykobo read {pykobo['rows']:,} of {MIDDLE:,}")
    return [
        figure("full pull against dlt", parity, "submissions/s", dlt, DLT_RATIO, "at least"),
        figure("full pull against fetching and parsing only", parity, "submissions/s", fetch, FETCH_RATIO, "at least"),
        shown(f"pykobo + pandas, submissions got of {MIDDLE:,}", pykobo["rows"], "submissions"),
        shown("pykobo + pandas, rate, not stored", pykobo["rows"] / pykobo["seconds"], "submissions/s"),
    ]


def _changes(here: Site, say: Callable[[str], None]) -> list[Figure]:
    seconds, peaks = {}, {}
    for size in (SMALL, MIDDLE, LARGE):
        database, landing = here.database(), here.landing()
        peaks[size] = _pull(here, size, database, landing)["peak_mib"]
        say(f"  {size:,}: pulled with a peak of {peaks[size]:.0f} MiB")
        with psycopg.connect(database) as connection:
            idle = [_sync(here, size, connection, landing) for _ in range(REPEATS)]
            seconds[size] = median(taken for _, taken, _ in idle)
            n_idle = max(n_requests for n_requests, _, _ in idle)
            if size == LARGE:
                _edit_and_delete(here)
                n_changed, _, report = _sync(here, size, connection, landing)
                if (report.n_changed, report.n_deleted, report.n_total) != (1, 1, LARGE - 1):
                    raise RuntimeError(f"one edit and one deletion were read as {report}")
    return [
        figure(f"requests, nothing new of {LARGE:,}", n_idle, "requests", REQUESTS_NOTHING_NEW),
        figure(f"requests, an edit and a deletion in {LARGE:,}", n_changed, "requests", REQUESTS_ONE_CHANGE),
        figure(f"nothing new, {LARGE:,} against {SMALL:,}", seconds[LARGE], "s", seconds[SMALL], FLAT_SECONDS),
        figure(f"peak memory, pull of {MIDDLE:,}", peaks[MIDDLE], "MiB", PEAK_MIB),
        figure(f"peak memory, pull of {LARGE:,}", peaks[LARGE], "MiB", PEAK_MIB),
        figure(f"peak memory, {LARGE:,} against {MIDDLE:,}", peaks[LARGE], "MiB", peaks[MIDDLE], FLAT),
    ]


def _run(*words: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-m", *words], check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words[:2])} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _peer(here: Site, name: str) -> dict[str, float]:
    return _run("benchmarks.peers", name, here.url, here.uids[MIDDLE], here.database())


def _pull(here: Site, size: int, database: str = "", landing: str = "") -> dict[str, float]:
    return _run("benchmarks.kobo_pull", here.url, str(size), database or here.database(), landing or here.landing())


def _sync(here: Site, size: int, connection: psycopg.Connection, landing: str) -> tuple[int, float, SyncReport]:
    """(requests, seconds, report) of one sync."""
    client, sent = KoboClient(here.url, TOKEN), []
    client.session.hooks["response"].append(lambda response, **_: sent.append(response.url))
    began = time.perf_counter()
    report = sync_form(client, contract(size), Landing(landing), connection)
    return len(sent), time.perf_counter() - began, report


def _edit_and_delete(here: Site) -> None:
    client, data = KoboClient(here.url, TOKEN), f"/api/v2/assets/{here.uids[LARGE]}/data/"
    first, second = (entry["_id"] for entry in client.get_list(data, limit=2)[1]["results"])
    client.send("PATCH", f"{data}bulk/", json={"payload": {"submission_ids": [first], "data": {"g0/q0_0": "3"}}})
    client.send("DELETE", f"{data}{second}/")
