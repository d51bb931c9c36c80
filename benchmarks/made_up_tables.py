"""Tables of staff by sex, grade, function and age with all their margins: harder to attack than any release, whose figures have two dimensions."""

from __future__ import annotations

import itertools
from collections.abc import Hashable

import numpy as np

from publication.knowledge import Count, Relation, sums_to

SHARES = ((0.125, 0.875), (0.7, 0.24, 0.06), (0.45, 0.2, 0.12, 0.12, 0.05, 0.03, 0.03), (0.08, 0.3, 0.32, 0.22, 0.08))
SIZE = tuple(map(len, SHARES))
MIN_COUNT, MIN_BASE, HALF = 5, 10, 2
Place = tuple[int, ...]


def made_up_table(name: Hashable, staff: int, rng: np.random.Generator) -> tuple[list[Count], list[Relation]]:
    """576 counts, rounded to the nearest 5; 1 to 4 are suppressed, and so is all that has a base under 10."""
    table = np.zeros(SIZE, dtype=int)
    np.add.at(table, tuple(rng.choice(len(share), staff, p=share) for share in SHARES), 1)
    places = list(itertools.product(*(range(n + 1) for n in SIZE)))
    sizes = {at: int(table[tuple(slice(None) if i == n else i for i, n in zip(at, SIZE, strict=True))].sum()) for at in places}
    counts = [_published((name, *at), sizes[at], sizes[SIZE[0], *at[1:]]) for at in places]
    relations = [
        sums_to((name, *at), [(name, *at[:axis], i, *at[axis + 1 :]) for i in range(n)], name=f"axis {axis}")
        for at in places
        for axis, n in enumerate(SIZE)
        if at[axis] == n
    ]
    return counts, relations


def _published(key: Hashable, size: int, base: int) -> Count:
    if base < MIN_BASE:
        return Count(key, 0, MIN_BASE - 1, is_protected=0 < size < MIN_COUNT, size=size)
    if 0 < size < MIN_COUNT:
        return Count(key, 0, MIN_COUNT - 1, is_protected=True, size=size)
    if not size:
        return Count(key, 0, MIN_COUNT - 1, size=size)
    middle = 5 * ((size + HALF) // 5)
    return Count(key, max(middle - HALF, MIN_COUNT), middle + HALF, size=size)
