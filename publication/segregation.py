"""Indices of segregation as they may be published: computed from the counts of women and men by category as these are published.

So an index tells nothing of a suppressed count: 1 to 4 people are policy.small_value each time, and where one of the agency's figures by function or
grade is suppressed to protect another, so is the index. An index above an agency is over the sum of what its agencies publish.

Sources: Duncan and Duncan 1955 (dissimilarity); the value by chance is its mean were the women drawn at random from all staff, each category's
women then hypergeometric.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy import stats

from parity.catalogue.policy import Policy
from parity.present import present
from publication.cell import Cell, PublishedCell, Status
from publication.disclosure import WITH_ANOTHER
from publication.rounding import is_small, rounded, to_step

INDEX, STOCK = "index 0-1", "stock"
Counts = Mapping[str, tuple[float, float]]  # women and men by category


def index_over_categories(cells: Sequence[Cell], rows: list[PublishedCell], policy: Policy) -> None:
    """Put into `rows` the indices of agencies, over the counts that are published of their staff."""
    protecting = {
        (_split(cell, policy), cell.agency_code, cell.period, cell.period_year, cell.provenance)
        for cell, row in zip(cells, rows, strict=True)
        if row.suppression_reason == WITH_ANOTHER and policy.counts.get(cell.indicator_code, {}).get("of") == STOCK
    }
    for number, cell in enumerate(cells):
        row = rows[number]
        if cell.categories is None or cell.agency_code == "all" or row.is_suppressed or row.unavailable_reason is not None:
            continue
        split = policy.indices[cell.indicator_code]
        if (split, cell.agency_code, cell.period, cell.period_year, cell.provenance) in protecting:
            rows[number] = row.suppress(WITH_ANOTHER)
        else:
            rows[number] = index(row, published_counts(cell, policy), policy)


def _split(cell: Cell, policy: Policy) -> str:
    """What the people of a cell are one value of; `none` where they are all."""
    is_of_a_band = cell.grade_band != "all" or "grade_band" in policy.counts[cell.indicator_code]
    return "grade_band" if is_of_a_band else cell.breakdown


def counts_of(categories: str) -> Counts:
    """From `category:women/men`, one after the other with a semicolon between, as indicators.fct_indicator has them."""
    counts: dict[str, tuple[float, float]] = {}
    for entry in categories.split(";"):
        category, _, people = entry.rpartition(":")
        women, men = people.split("/")
        counts[category] = float(women), float(men)
    return counts


def published_counts(cell: Cell, policy: Policy) -> Counts:
    """The counts of one agency as its figures by category are published; 1 to 4 people are policy.small_value."""

    def shown(count: float) -> float:
        return policy.small_value if is_small(count, policy.min_count) else rounded(count, policy.rounding_base)

    exact = counts_of(present(cell.categories))
    return {category: (shown(women), shown(men)) for category, (women, men) in exact.items()}


def together(agencies: Iterable[Counts]) -> Counts:
    """The sum by category over agencies."""
    total: dict[str, tuple[float, float]] = {}
    for counts in agencies:
        for category, (women, men) in counts.items():
            before = total.get(category, (0.0, 0.0))
            total[category] = (before[0] + women, before[1] + men)
    return total


def index(row: PublishedCell, counts: Counts, policy: Policy) -> PublishedCell:
    """The row with the index over these counts, and with the value that chance alone would make of it."""
    step = policy.steps[INDEX]
    people = [pair for pair in counts.values() if sum(pair)]
    return replace(
        row,
        n=int(rounded(sum(map(sum, people)), policy.rounding_base)),
        estimate=to_step(dissimilarity(people), step),
        reference_value=to_step(by_chance(people), step),
        se=None,
        ci_low=None,
        ci_high=None,
        status=Status.ROUNDED,
    )


def dissimilarity(people: Sequence[tuple[float, float]]) -> float:
    """Half the sum of |women of a category / all women - its men / all men|, from 0 to 1; both sums must be over 0."""
    all_women, all_men = (sum(side) for side in zip(*people, strict=True))
    return sum(abs(women / all_women - men / all_men) for women, men in people) / 2


def by_chance(people: Sequence[tuple[float, float]]) -> float:
    """The mean of `dissimilarity` over all ways to place the women, each category keeping its size; counts are taken to the next whole person."""
    sizes = [round(women + men) for women, men in people]
    n_women = round(sum(women for women, _ in people))
    n_men = sum(sizes) - n_women
    return sum(_mean_distance(sum(sizes), n_women, size) for size in sizes) * (1 / n_women + 1 / n_men) / 2


def _mean_distance(n: int, n_women: int, size: int) -> float:
    """The mean distance of a hypergeometric count from its mean."""
    drawn = stats.hypergeom(n, n_women, size)
    low, high = drawn.support()
    values = np.arange(int(low), int(high) + 1)
    return float((drawn.pmf(values) * abs(values - drawn.mean())).sum())
