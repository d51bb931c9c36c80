"""The search for values that counts in one system could still have, until each has shown as many as it needs or has no other.

Every solution is a witness for all counts at once. So the search first asks for many counts together; then, for each that is left, for the
smallest move from a known solution that changes it, which is found in little time also in a large system; and only then for one count alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from publication.attack_solver import Solver
from publication.attack_system import System

SEED = 16
FEW = 0.02  # a joint solve that settles a smaller share of what is open costs more than it saves


class NoSolution(Exception):
    """No integers agree with this system."""


class Search:
    """What the counts in `columns` could be: `least` and `greatest` are proven limits, `shown` holds values that occur in solutions, as many as
    are `needed` of each, and from `lowest` to `highest` is the range of all values that have occurred."""

    def __init__(self, system: System, columns: np.ndarray, needed: np.ndarray, start: np.ndarray | None = None) -> None:
        self.columns, self.needed = columns, needed
        self.least, self.greatest = system.low[columns].copy(), system.high[columns].copy()
        self.lowest, self.highest = np.full(len(columns), np.inf), np.full(len(columns), -np.inf)
        self.shown = np.full((len(columns), int(needed.max(initial=0))), np.nan)
        self.n_shown = np.zeros(len(columns), dtype=int)
        self.solver = Solver(system)
        self._random = np.random.default_rng(SEED)
        self._start = start if start is not None and system.holds(start) else None

    @property
    def is_open(self) -> np.ndarray:
        """Which counts have shown fewer values than they need."""
        return self.n_shown < self.needed

    def run(self, *, is_tight: bool) -> None:
        """Search until no count is open that has a value left to show; with `is_tight`, until all limits are values that occur."""
        if not self.solver.system.matrix.shape[0]:
            self._show_all()
            return
        start = self._start
        if start is None and (start := self._solve(np.zeros(len(self.solver.system.keys)))) is None:
            raise NoSolution
        self._show(start)
        if len(self.columns) > 1:
            self._ask_together()
        self._ask_for_moves(start)
        for at in range(len(self.columns)):
            self._ask_for(at)
            if is_tight or self.is_open[at]:
                self._limit(at)

    def _ask_together(self) -> None:
        """Push all open counts up, then down, then to the ends that they have not shown."""
        for turn in range(20):
            n_open = self.is_open.sum()
            above, below = self.highest < self.greatest, self.lowest > self.least
            side = np.where(above & below, self._random.choice((-1, 1), len(above)), np.where(above, 1, -1))
            push = np.where(self.is_open & np.isfinite(self.greatest) & (above | below), (1, -1)[turn] if turn < 2 else side, 0)
            if not push.any():
                return
            objective = np.zeros(len(self.solver.system.keys))
            objective[self.columns] = push
            if (point := self.solver.best(objective).point) is None:
                return
            self._show(point)
            if turn > 1 and n_open - self.is_open.sum() <= FEW * n_open:
                return

    def _ask_for_moves(self, start: np.ndarray) -> None:
        """Change each open count by 1, 2, … and as little else as possible. Where even fractions of people allow no such move, there is a limit: the
        fractions between two solutions are solutions, so that nothing further away is possible either."""
        moves = Solver(self.solver.system.moves_from(start), is_rough=True)
        n_columns = len(start)
        effort = -np.ones(2 * n_columns)
        for at, column in enumerate(self.columns):
            value = start[column]
            for side, step in ((side, step) for side in (1, -1) for step in range(1, int(self.needed[at]))):
                limit = self.greatest[at] - value if side > 0 else value - self.least[at]
                if not self.is_open[at] or step > limit:
                    continue
                more, less = int(column), int(column) + n_columns
                within = {more: (step, step), less: (0, 0)} if side > 0 else {more: (0, 0), less: (step, step)}
                answer = moves.best(effort, within=within)
                if answer.best is None:
                    self.least[at], self.greatest[at] = (
                        (self.least[at], value + step - 1) if side > 0 else (value - step + 1, self.greatest[at])
                    )
                    continue
                if answer.point is None:
                    answer = moves.best(effort, in_integers=True, within=within)
                if answer.point is not None:
                    self._show(start + answer.point[:n_columns] - answer.point[n_columns:])
        self.solver.solves += moves.solves

    def _ask_for(self, at: int) -> None:
        """Look for values of one count that it has not shown: at its ends, then in between, where not every value need have a solution."""
        closed: set[int] = set()
        while self.is_open[at]:
            if self.highest[at] < self.greatest[at]:
                self._end(at, 1)
            elif self.lowest[at] > self.least[at]:
                self._end(at, -1)
            else:
                seen = {int(value) for value in self.shown[at, : self.n_shown[at]]} | closed
                gap = next((value for value in range(int(self.least[at]), int(self.greatest[at])) if value not in seen), None)
                if gap is None:
                    return
                end = next(value for value in range(gap, int(self.greatest[at]) + 1) if value + 1 in seen)
                if (point := self._solve(np.zeros(len(self.solver.system.keys)), {int(self.columns[at]): (gap, end)})) is None:
                    closed.update(range(gap, end + 1))
                else:
                    self._show(point)

    def _limit(self, at: int) -> None:
        """Make the limits of one count values that occur."""
        while self.highest[at] < self.greatest[at] < np.inf:
            self._end(at, 1)
        while self.lowest[at] > self.least[at]:
            self._end(at, -1)

    def _end(self, at: int, side: int) -> None:
        """Find the end of one count: its greatest value for side 1, its least for -1."""
        objective = np.zeros(len(self.solver.system.keys))
        objective[self.columns[at]] = side
        for in_integers in (False, True):
            answer = self.solver.best(objective, in_integers=in_integers)
            if answer.best is None:
                raise NoSolution
            if side > 0:
                self.greatest[at] = min(self.greatest[at], answer.best)
            else:
                self.least[at] = max(self.least[at], -answer.best)
            if np.isinf(answer.best):  # whole numbers go as far as the fractions do, in steps
                self.n_shown[at] = self.needed[at]
                self.highest[at] = np.inf
                return
            if answer.point is not None:
                self._show(answer.point)
            if (self.highest[at] >= self.greatest[at]) if side > 0 else (self.lowest[at] <= self.least[at]):
                return
        raise ArithmeticError(f"HiGHS gave no whole solution at the end of {self.solver.system.keys[self.columns[at]]}")

    def _solve(self, objective: np.ndarray, within: Mapping[int, tuple[float, float]] | None = None) -> np.ndarray | None:
        """A solution in integers that is good, if not best, for the objective; None where there is none `within` these limits."""
        for in_integers in (False, True):
            answer = self.solver.best(objective, in_integers=in_integers, within=within)
            if answer.point is not None:
                return answer.point
            if answer.best is None and within:
                return None
            if answer.best is None:
                raise NoSolution
        raise ArithmeticError("HiGHS gave no whole solution")

    def _show(self, point: np.ndarray) -> None:
        value = point[self.columns]
        self.lowest, self.highest = np.minimum(self.lowest, value), np.maximum(self.highest, value)
        is_new = self.is_open & ~(self.shown == value[:, None]).any(axis=1)
        self.shown[is_new, self.n_shown[is_new]] = value[is_new]
        self.n_shown[is_new] += 1

    def _show_all(self) -> None:
        """Counts without relations: each value from the least to the greatest occurs."""
        for at, least in enumerate(self.least):
            values = np.arange(least, min(self.greatest[at], least + self.needed[at] - 1) + 1)
            self.shown[at, : len(values)] = values
            self.n_shown[at] = len(values)
        self.lowest, self.highest = self.least.copy(), self.greatest.copy()
