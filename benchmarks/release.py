"""Control and attack of releases: seconds against the limit of 120 s for 20,000 cells, and how they grow with the cells; what is shown, by size of
agency; and three years of releases, attacked as one. Seconds are of the processor, so that others on the machine do not count."""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from benchmarks.figures import Figure, figure, shown
from benchmarks.made_up_agencies import made_up_cells
from benchmarks.made_up_tables import made_up_table
from benchmarks.made_up_years import joint_attack, least_left, moves, three_years, waiting
from benchmarks.release_copy import measure_copy
from parity.catalogue.policy import Policy, load_policy
from parity.settings import REPOSITORY
from publication.attack import LEAST_VALUES
from publication.attacked import attacked
from publication.candidate import release_rows
from publication.cell import Cell, PublishedCell
from publication.protect import protect

SEED, AGENCIES, TABLES, LIMIT_CELLS, LIMIT_SECONDS = 16, (42, 84, 167), (9, 17, 35), 20_000, 120
SLACK = 1.5  # of a growth with cells × log cells
SHOWN = ("rounded", "zero", "few", "bounded")
SIZES = (100, 500, 1_500, 20_001)
BASES = (10, 50, 100, 500, 20_001)


def measure_release() -> list[Figure]:
    policy = load_policy(REPOSITORY / "catalogue")
    return [*_agencies(policy), *_tables(policy), *_three_years(policy), *measure_copy()]


def _agencies(policy: Policy) -> list[Figure]:
    """Agencies come in more and more of the same range of sizes, three years of each."""
    found, times = [], []
    for agencies in AGENCIES:
        cells = made_up_cells(SEED, agencies=agencies)
        began = time.process_time()
        rows = release_rows(cells, policy)
        report = attacked(cells, rows, policy)
        times.append((len(cells), time.process_time() - began))
        print(
            f"  {times[-1][0]:,} cells of {agencies} agencies: {times[-1][1]:.1f} s, {len(report.findings)} suppressed",
            flush=True,
        )
        found.append(shown(f"release: control and attack of {len(cells):,} cells", times[-1][1], "s of the processor"))
        found.append(_none(f"release: suppressed counts found, of {len(report.findings):,}", len(report.fallen)))
    return [*found, *_growth("cells", times), *_by_size(cells, rows), *_by_base(cells, rows)]


def _tables(policy: Policy) -> list[Figure]:
    """Tables of four dimensions, 60 to 20,000 staff."""
    times = []
    for tables in TABLES:
        rng = np.random.default_rng(SEED)
        made = [made_up_table(n, round(60 * (20_000 / 60) ** (n / (tables - 1))), rng) for n in range(tables)]
        counts = [count for its_counts, _ in made for count in its_counts]
        relations = [relation for _, its_relations in made for relation in its_relations]
        began = time.process_time()
        protect(counts, relations, suppressed_as=(policy.min_count, None))
        times.append((len(counts), time.process_time() - began))
        print(f"  {len(counts):,} cells of {tables} tables of four dimensions: {times[-1][1]:.1f} s", flush=True)
    return _growth("cells of four dimensions", times)


def _growth(what: str, times: Sequence[tuple[int, float]]) -> list[Figure]:
    (few, first), (many, last) = times[0], times[-1]
    expected = first * (many * math.log(many)) / (few * math.log(few))
    return [
        figure(f"release: {LIMIT_CELLS:,} {what}, from {many:,}", last * LIMIT_CELLS / many, "s of the processor", LIMIT_SECONDS),
        figure(f"release: {what}, from {few:,} to {many:,}, against n log n", last, "s of the processor", expected, SLACK),
    ]


def _by_size(cells: Sequence[Cell], rows: Sequence[PublishedCell]) -> list[Figure]:
    """How many cells of agencies of this size have a value, and how many of these show a number or a class."""
    staff = {
        (cell.agency_code, cell.period_year): cell.n
        for cell in cells
        if cell.level == "agency" and cell.indicator_code == "REP-01" and cell.period == "year" and cell.n is not None
    }
    states: dict[int, Counter[str]] = defaultdict(Counter)
    for cell, row in zip(cells, rows, strict=True):
        if cell.estimate is not None:
            states[_band(staff[cell.agency_code, cell.period_year], SIZES)][str(row.status)] += 1
    return [
        shown(f"release: cells shown, of agencies under {limit:,} staff", 100 * sum(of[name] for name in SHOWN) / of.total(), "%")
        for limit, of in sorted(states.items())
    ]


def _by_base(cells: Sequence[Cell], rows: Sequence[PublishedCell]) -> list[Figure]:
    """The mean distance of a published share from the exact one, by the people behind it."""
    errors: dict[int, list[float]] = defaultdict(list)
    for cell, row in zip(cells, rows, strict=True):
        if cell.unit == "pct" and cell.n is not None and cell.estimate is not None and row.estimate is not None:
            errors[_band(cell.n, BASES)].append(abs(row.estimate - cell.estimate))
    return [
        shown(
            f"release: mean error of shares of under {limit:,} people, {len(found):,} of them", sum(found) / len(found), "points"
        )
        for limit, found in sorted(errors.items())
    ]


def _band(n: int, limits: Sequence[int]) -> int:
    return next(limit for limit in limits if n < limit)


def _three_years(policy: Policy) -> list[Figure]:
    """Nine releases of fifteen agencies, with corrections, attacked as one."""
    began = time.process_time()
    history = three_years(SEED, policy)
    found = [
        shown(f"release: {len(history.releases)} releases of three years", time.process_time() - began, "s of the processor")
    ]
    for knows_sums in (True, False):
        report = joint_attack(history, policy, knows_sums=knows_sums)
        how = "knowing" if knows_sums else "without knowing"
        found.append(_none(f"release: found in all together, {how} what sums, of {len(report.findings):,}", len(report.fallen)))
        found.append(figure("release: least values left to one", least_left(report), "values", LEAST_VALUES, sense="at least"))
    moved = moves(history)
    return [
        *found,
        _none(f"release: figures moved by fewer than ten people, of {moved.n:,} moved", moved.of_few_people),
        _none("release: figures moved by one to four women", moved.of_few_women),
        shown("release: corrections that wait", waiting(history), "corrections"),
    ]


def _none(name: str, n: int) -> Figure:
    return shown(name, n, "counts") | {"bound": "none", "holds": n == 0}
