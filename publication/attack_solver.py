"""The least and greatest value of counts in one system, by HiGHS: as a linear program first, as an integer program where that is not enough.

A linear program can only be too wide, so the bounds it gives are safe to act on; what is said to be possible is a solution in integers, checked
without rounding against every relation. The solver's tolerance can therefore never make a count look safer than it is.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cache

import highspy
import numpy as np

from publication.attack_system import System

TOLERANCE = 1e-5  # ten times the feasibility tolerance of HiGHS; counts are integers, so nothing real lies in between
SECONDS_PER_SOLVE = 300.0
LINEAR, INTEGER = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
Options = Mapping[str, str | int | float]
ROUGH: Options = {"presolve": "off", "mip_max_improving_sols": 1}
STATUS = highspy.HighsModelStatus


class Undecided(RuntimeError):
    """HiGHS gave no answer about this count: the attack says nothing, and nothing may be released on it."""

    def __init__(self, key: Hashable, status: str) -> None:
        super().__init__(f"the attack on {key} did not end: {status}")


@dataclass(frozen=True)
class Answer:
    """The best value of an objective, rounded inwards to an integer: None where no solution exists, infinite where there is no limit. `point`
    is a checked solution in integers, one value per column, where one was found; `duals` are those of the rows and of the columns."""

    best: float | None
    point: np.ndarray | None = None
    duals: tuple[np.ndarray, np.ndarray] | None = None


class Solver:
    """One model in HiGHS that is changed in place, so that each linear program starts from the end of the one before.

    `is_rough`: solutions are few steps away from zero, so each linear program starts there instead, which takes a tenth of the time; and of an
    integer program the first solution will do.
    """

    def __init__(self, system: System, *, is_rough: bool = False) -> None:
        self.system = system
        self.is_rough = is_rough
        self.solves = 0
        self.last: np.ndarray | None = None  # the last solution in integers, from which an integer program starts
        self._models: dict[highspy.HighsVarType, highspy.Highs] = {}

    def best(
        self, objective: np.ndarray, *, in_integers: bool = False, within: Mapping[int, tuple[float, float]] | None = None
    ) -> Answer:
        """The greatest value of objective × counts. `within`: columns and the least and greatest value that each is held to meanwhile."""
        kind = INTEGER if in_integers else LINEAR
        model = self._models[kind] = self._models.get(kind) or _model(self.system, kind, ROUGH if self.is_rough else {})
        if self.is_rough:
            model.clearSolver()
        model.changeColsCost(len(objective), np.arange(len(objective), dtype=np.int32), objective)
        if in_integers and self.last is not None:
            hint = highspy.HighsSolution()
            hint.col_value = self.last
            model.setSolution(hint)
        for column, (low, high) in (within or {}).items():
            model.changeColBounds(column, low, high)
        try:
            return self._run(model, objective, within or {}, kind)
        finally:
            for column in within or {}:
                model.changeColBounds(column, self.system.low[column], self.system.high[column])

    def _run(
        self, model: highspy.Highs, objective: np.ndarray, within: Mapping[int, tuple[float, float]], kind: highspy.HighsVarType
    ) -> Answer:
        model.setOptionValue("time_limit", model.getRunTime() + SECONDS_PER_SOLVE)  # HiGHS counts from the model's first run
        model.run()
        self.solves += 1
        status = model.getModelStatus()
        if (
            status == STATUS.kInfeasible and not self.is_rough
        ):  # presolve of HiGHS 1.16 has said so of systems that had a solution
            model.clearSolver()
            model.setOptionValue("presolve", "off")
            model.run()
            model.setOptionValue("presolve", "choose")
            status = model.getModelStatus()
        if status == STATUS.kInfeasible:
            return Answer(None)
        if status in (STATUS.kUnbounded, STATUS.kUnboundedOrInfeasible):
            return Answer(np.inf)
        if status != STATUS.kOptimal and not (self.is_rough and status == STATUS.kSolutionLimit):
            raise Undecided(self.system.keys[int(np.abs(objective).argmax())], model.modelStatusToString(status))
        solution = model.getSolution()
        point = np.rint(np.array(solution.col_value))
        best = float(np.floor(model.getInfo().objective_function_value + TOLERANCE))
        duals = (np.array(solution.row_dual), np.array(solution.col_dual)) if kind == LINEAR else None
        if not all(low <= point[column] <= high for column, (low, high) in within.items()) or not self.system.holds(point):
            return Answer(best, None, duals)
        self.last = point
        return Answer(best, point, duals)


@cache
def _without_banner() -> None:
    """Make HiGHS once while nothing reads this process's output: the first one writes a line about its licence, before it has any options, into
    what may be a command's JSON."""
    flush = ctypes.CDLL(None).fflush
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()
        flush(None)  # what C has written, it may hold back until the end
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _model(system: System, kind: highspy.HighsVarType, options: Options) -> highspy.Highs:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = system.matrix.shape
    lp.col_cost_ = np.zeros(lp.num_col_)
    lp.col_lower_, lp.col_upper_ = system.low, system.high
    lp.row_lower_, lp.row_upper_ = system.row_low, system.row_high
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = system.matrix.indptr, system.matrix.indices
    lp.a_matrix_.value_ = system.matrix.data
    if kind == INTEGER:
        lp.integrality_ = [kind] * lp.num_col_
    _without_banner()
    model = highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0, **options}.items():
        model.setOptionValue(option, value)
    model.passModel(lp)
    return model
