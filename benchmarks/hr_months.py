"""One more month of a staff list after one year and after ten: its load, and the warehouse built of it with every test of dbt."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg

from benchmarks.dbt_build import dbt_build
from benchmarks.figures import Figure, figure, shown
from benchmarks.hr_files import contract, write_csv
from ingestion.hr.files import local_file
from ingestion.hr.keys import KeyRing
from ingestion.hr.load import load_file
from ingestion.landing import Landing
from ingestion.reference import load_catalogue as load_catalogue_tables
from parity.catalogue import Catalogue, HrContract, load_catalogue
from parity.migrate import migrate_warehouse
from parity.settings import REPOSITORY

PEOPLE, YEARS, MONTHS = 20_000, (1, 10), 3
AGENCY, RATIO = "IDN-IMM", 1.5


def measure_months(folder: Path, new_database: Callable[[], str], say: Callable[[str], None]) -> list[Figure]:
    seconds: dict[int, list[tuple[float, float]]] = {}
    for years in YEARS:
        (history_folder := folder / f"history_{years}").mkdir()
        seconds[years] = months_after(12 * years, PEOPLE, history_folder, new_database()).months
        say(
            f"  a month after {years} year(s): "
            + ", ".join(f"load {load:.2f} s + dbt {dbt:.1f} s" for load, dbt in seconds[years])
        )
    year, decade = (median(load + dbt for load, dbt in seconds[years]) for years in YEARS)
    loads = [median(load for load, _ in seconds[years]) for years in YEARS]
    return [
        figure(f"one more month of {PEOPLE:,} people after ten years against after one", decade, "s", year, RATIO),
        shown("  of it the load, after ten years", loads[1], "s"),
    ]


@dataclass(frozen=True)
class History:
    """Seconds: the first full build, and for each month after it the load and dbt."""

    first_build: float
    months: list[tuple[float, float]]


def months_after(
    n: int, n_people: int, folder: Path, url: str, before: Callable[[psycopg.Connection], None] | None = None
) -> History:
    """`n` months of `n_people` people, and then some more, each loaded and built; `before` may load what else there is."""
    the_contract = contract(Path("staff.csv")).model_copy(update={"agency": AGENCY})
    landing, ring = Landing(str(folder / "landing")), KeyRing(folder / "keys")
    found = []
    migrate_warehouse(url, backups=None)
    with psycopg.connect(url) as connection:
        if before:
            before(connection)
        load_catalogue_tables(connection, _with(load_catalogue(REPOSITORY / "catalogue"), the_contract))
        connection.commit()
        path = write_csv(folder / "history.csv", n_people * n, n_months=n)
        load_file(connection, landing, the_contract, local_file(the_contract, path), ring)
        connection.commit()
        path.unlink()
        began = time.perf_counter()
        dbt_build(url, folder)
        first_build = time.perf_counter() - began
        for month in range(n, n + MONTHS):
            path = write_csv(folder / f"month_{month}.csv", n_people, first_month=month, n_months=1)
            began = time.perf_counter()
            load_file(connection, landing, the_contract, local_file(the_contract, path), ring)
            connection.commit()
            loaded = time.perf_counter()
            dbt_build(url, folder)
            found.append((loaded - began, time.perf_counter() - loaded))
    return History(first_build, found)


def _with(catalogue: Catalogue, added: HrContract) -> Catalogue:
    return catalogue.model_copy(update={"hr": {added.name: added}})
