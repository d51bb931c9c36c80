"""Control and attack of a release of made-up agencies: seconds against the limits of 120 s for 20,000 cells, and how they grow with the cells."""

from __future__ import annotations

import math
import time

from benchmarks.figures import Figure, figure, shown
from benchmarks.made_up_agencies import made_up_cells
from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY
from publication.candidate import attacked, release_rows

SEED, SIZES, LIMIT_CELLS, LIMIT_SECONDS = 16, (15, 30, 60, 105), 20_000, 120
SHOWN = ("rounded", "zero", "few", "bounded")


def measure_release() -> list[Figure]:
    """Agencies come in more and more of the same range of sizes, three years of each."""
    policy = load_policy(REPOSITORY / "catalogue")
    found, times = [], []
    for agencies in SIZES:
        cells = made_up_cells(SEED, agencies=agencies)
        began = time.perf_counter()
        rows = release_rows(cells, policy)
        report = attacked(cells, rows, policy)
        seconds = time.perf_counter() - began
        times.append((len(cells), seconds))
        has_value = [row for cell, row in zip(cells, rows, strict=True) if cell.estimate is not None]
        print(
            f"  {len(cells):,} cells of {agencies} agencies: {seconds:.1f} s, {len(report.findings)} suppressed counts",
            flush=True,
        )
        found.append(shown(f"release: control and attack of {len(cells):,} cells", seconds, "s"))
        found.append(shown(f"release: suppressed counts found, of {len(report.findings):,}", len(report.fallen), "counts"))
        found.append(
            shown(
                "release: cells with a number or a class",
                100 * sum(row.status in SHOWN for row in has_value) / len(has_value),
                "%",
            )
        )
    (few, first), (many, last) = times[0], times[-1]
    expected = first * (many * math.log(many)) / (few * math.log(few))
    return [
        *found,
        figure(f"release: {LIMIT_CELLS:,} cells, from {many:,}", last * LIMIT_CELLS / many, "s", LIMIT_SECONDS),
        figure("release: seconds against cells × log cells", last, "s", expected, 1.5),
    ]
