"""One full pull by Parity in a process of its own: `python -m benchmarks.kobo_pull URL ROWS DATABASE LANDING`.

Prints submissions, seconds, and the most memory that the process held (MiB) as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import psycopg

from benchmarks.kobo_server import TOKEN, contract
from ingestion.kobo.client import KoboClient
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing


def main() -> None:
    url, n_rows, database, landing = sys.argv[1:]
    with psycopg.connect(database) as connection:
        began = time.perf_counter()
        report = sync_form(KoboClient(url, TOKEN), contract(int(n_rows)), Landing(landing), connection)
        seconds = time.perf_counter() - began
        connection.execute("analyze raw.kobo_submission")
        connection.commit()
    print(json.dumps({"rows": report.n_total, "seconds": seconds, "peak_mib": peak_mib()}))


def peak_mib() -> float:
    """VmHWM of this process; getrusage would also tell what the parent held when it forked."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
