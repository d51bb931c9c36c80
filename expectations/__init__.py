"""The three gates: what must hold before core, before the release, and of the candidate."""

from expectations.result import GateFailed, GateNotRun, GateResult
from expectations.runner import run_gate
from expectations.suites import GATES

__all__ = ["GATES", "GateFailed", "GateNotRun", "GateResult", "run_gate"]
