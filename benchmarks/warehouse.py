"""The warehouse at size: 10 million staff-months and a million survey answers, built, and a month more of them.

The month is compared with the same month after a tenth of the history. People are the same number a month in both.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.dbt_build import dbt_build
from benchmarks.figures import Figure, figure, shown
from benchmarks.hr import new_database
from benchmarks.hr_months import months_after
from benchmarks.survey_wave import ITEMS, invent, load_answers
from parity.settings import Settings
from stack.temporary_server import temporary_server

STAFF_MONTHS, MONTHS = 10_000_000, 120
ANSWERS = 1_000_000
MONTH_RATIO, INDICATOR_SECONDS = 1.5, 60


def measure_dbt(say: Callable[[str], None] = print) -> list[Figure]:
    """PARITY_BENCH_STAFF_MONTHS sets another size. Takes a quarter of an hour and some 20 GB of disk."""
    n_people = (Settings.from_env().bench_staff_months or STAFF_MONTHS) // MONTHS
    wave = invent(ANSWERS // ITEMS)
    months: dict[int, float] = {}
    with tempfile.TemporaryDirectory(prefix="parity-bench-") as name:
        folder = Path(name)
        os.chmod(folder, 0o711)
        with temporary_server() as postgres:
            for n in (MONTHS // 10, MONTHS):
                (history_folder := folder / f"history_{n}").mkdir()
                url = new_database(postgres)
                say(f"{n_people * n:,} staff-months and {ANSWERS:,} answers ...")
                history = months_after(n, n_people, history_folder, url, lambda connection: load_answers(connection, wave))
                months[n] = median(load + dbt for load, dbt in history.months)
                say(
                    f"  first build {history.first_build:.0f} s; a month more "
                    + ", ".join(f"{a:.1f} + {b:.1f} s" for a, b in history.months)
                )
            began = time.perf_counter()
            dbt_build(url, history_folder, "--select", "path:models/indicators")
            indicators = time.perf_counter() - began
    return [
        shown(f"first full build, {n_people * MONTHS:,} staff-months and {ANSWERS:,} answers", history.first_build, "s"),
        figure(
            "one more month against the same after a tenth of the history", months[MONTHS], "s", months[MONTHS // 10], MONTH_RATIO
        ),
        figure("all indicators and their tests", indicators, "s", INDICATOR_SECONDS),
    ]
