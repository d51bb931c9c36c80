"""The three gates: what must hold before core, before the release, and of the candidate."""

from expectations.runner import GateFailed, GateResult, run_gate
from expectations.suites import GATES

__all__ = ["GATES", "GateFailed", "GateResult", "run_gate"]
