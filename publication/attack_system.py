"""The reader's knowledge as one system of interval constraints, and what of it can be settled without a solver.

Bounds are tightened until nothing follows any more; then counts that are known, and relations that cannot be broken, fall away, and the rest comes
apart into systems that have no count in common. All numbers are integers, held as floats so that there may be no greatest value; they stay
exact below 2^53.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack
from scipy.sparse.csgraph import connected_components

from publication.knowledge import Count, Key, Relation

PASSES = 100  # with inequalities, bounds may approach their limit for ever; the solver finds what is left
EXACT = 1e-9  # a quotient of integers this close to an integer is that integer


class NoValueLeft(Exception):
    """The bounds leave no value to the count in this column."""

    def __init__(self, column: int) -> None:
        self.column = column
        super().__init__(column)


@dataclass(frozen=True)
class System:
    """`row_low` ≤ `matrix` × counts ≤ `row_high` and `low` ≤ counts ≤ `high`, all arrays of floats; one column per key."""

    keys: tuple[Key, ...]
    low: np.ndarray
    high: np.ndarray
    matrix: csr_array
    row_low: np.ndarray
    row_high: np.ndarray

    @classmethod
    def of(cls, counts: Iterable[Count], relations: Sequence[Relation]) -> System:
        """The system of these facts: statements with one key are intersected, a count without any is 0 or more. Raises NoValueLeft."""
        column: dict[Key, int] = {}
        low: list[float] = []
        high: list[float] = []

        def place(key: Key) -> int:
            if key not in column:
                column[key] = len(low)
                low.append(0.0)
                high.append(np.inf)
            return column[key]

        for count in counts:
            at = place(count.key)
            low[at] = max(low[at], count.low)
            high[at] = high[at] if count.high is None else min(high[at], count.high)
            if low[at] > high[at]:
                raise NoValueLeft(at)
        columns = [place(key) for relation in relations for key, _ in relation.terms]
        numbers = [float(n) for relation in relations for _, n in relation.terms]
        starts = np.cumsum([0, *(len(relation.terms) for relation in relations)])
        matrix = csr_array((numbers, columns, starts), shape=(len(relations), len(low)))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        constant = np.array([relation.constant for relation in relations], dtype=float)
        row_low = np.where([relation.is_at_most for relation in relations], -np.inf, constant)
        return cls(tuple(column), np.array(low), np.array(high), matrix, row_low, constant)

    @property
    def entries(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The row, the column and the coefficient of each entry of the matrix."""
        return np.repeat(np.arange(len(self.row_low)), np.diff(self.matrix.indptr)), self.matrix.indices, self.matrix.data

    def holds(self, values: np.ndarray) -> bool:
        """Whether these integers, one per column, agree with everything. The arithmetic is exact."""
        total = self.matrix @ values
        is_within = np.all((self.low <= values) & (values <= self.high))
        return bool(is_within and np.all((self.row_low <= total) & (total <= self.row_high)))

    def tightened(self) -> System:
        """The same system with the bounds that follow from each relation by itself. Raises NoValueLeft."""
        row, column, number = self.entries
        low, high = self.low.copy(), self.high.copy()
        for _ in range(PASSES):
            ends = number * low[column], number * high[column]
            least, greatest = np.where(number > 0, ends, ends[::-1])
            room_up = (self.row_high[row] - _rest(least, row, -np.inf)) / number
            room_down = (self.row_low[row] - _rest(greatest, row, np.inf)) / number
            top = np.floor(np.where(number > 0, room_up, room_down) + EXACT)
            bottom = np.ceil(np.where(number > 0, room_down, room_up) - EXACT)
            new_low, new_high = low.copy(), high.copy()
            np.maximum.at(new_low, column, bottom)
            np.minimum.at(new_high, column, top)
            if (empty := new_low > new_high).any():
                raise NoValueLeft(int(empty.argmax()))
            if np.array_equal(new_low, low) and np.array_equal(new_high, high):
                break
            low, high = new_low, new_high
        return System(self.keys, low, high, self.matrix, self.row_low, self.row_high)

    def parts(self, only: np.ndarray | None = None) -> list[tuple[np.ndarray, System]]:
        """The systems that this one comes apart into, each with the columns it takes from here. Counts with one value left are in none.
        `only`: leave out the systems that hold none of these columns."""
        row, column, number = self.entries
        ends = number * self.low[column], number * self.high[column]
        least, greatest = (np.bincount(row, end, minlength=len(self.row_low)) for end in np.where(number > 0, ends, ends[::-1]))
        is_binding = (least < self.row_low) | (greatest > self.row_high)
        is_open = self.low < self.high
        known = self.matrix @ np.where(is_open, 0.0, self.low)
        is_link = is_binding[row] & is_open[column]
        if len(
            stuck := np.setdiff1d(np.flatnonzero(is_binding), row[is_link])
        ):  # tightening stopped before it saw that this cannot hold
            raise NoValueLeft(int(self.matrix.indices[self.matrix.indptr[stuck[0]]]))
        n_columns = len(self.keys)
        links = (np.ones(is_link.sum()), (column[is_link], row[is_link] + n_columns))
        n_parts, part = connected_components(coo_array(links, shape=(n_columns + len(self.row_low),) * 2), directed=False)
        is_wanted = np.isin(np.arange(n_parts), part[:n_columns][is_open if only is None else only[is_open[only]]])
        columns, rows = (_grouped(part, of, n_parts) for of in (np.flatnonzero(is_open), np.flatnonzero(is_binding) + n_columns))
        systems = []
        for here, mine in ((columns[at], rows[at] - n_columns) for at in np.flatnonzero(is_wanted)):
            limits = (end[mine] - known[mine] for end in (self.row_low, self.row_high))
            keys = tuple(self.keys[at] for at in here)
            systems.append((here, System(keys, self.low[here], self.high[here], self.matrix[mine][:, here], *limits)))
        return systems

    def moves_from(self, values: np.ndarray) -> System:
        """The system of what may be added to these values and, in as many columns again, of what may be taken away."""
        total = self.matrix @ values
        low, high = np.zeros(2 * len(values)), np.concatenate([self.high - values, values - self.low])
        matrix = csr_array(hstack([self.matrix, -self.matrix]))
        return System(self.keys * 2, low, high, matrix, self.row_low - total, self.row_high - total)


def _rest(ends: np.ndarray, row: np.ndarray, without_limit: float) -> np.ndarray:
    """For each entry, the sum of the ends of the other entries in its row; `without_limit` where one of these is infinite."""
    is_infinite = np.isinf(ends)
    finite = np.where(is_infinite, 0.0, ends)
    if not len(row):
        return finite
    others = np.bincount(row, is_infinite)[row] - is_infinite
    return np.where(others > 0, without_limit, np.bincount(row, finite)[row] - finite)


def _grouped(label: np.ndarray, places: np.ndarray, n_labels: int) -> list[np.ndarray]:
    """For each label, those of the places that carry it."""
    order = places[np.argsort(label[places], kind="stable")]
    return np.split(order, np.searchsorted(label[order], np.arange(1, n_labels)))
