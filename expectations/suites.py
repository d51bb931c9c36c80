"""The three gates by name."""

from __future__ import annotations

from expectations.candidate import candidate_suites
from expectations.check import Suite
from expectations.indicators import indicator_suites
from expectations.raw import raw_suites
from parity.catalogue.gate_limits import GateLimits
from parity.catalogue.policy import Policy

GATES = ("raw", "indicators", "candidate")


def suites(policy: Policy, limits: GateLimits) -> dict[str, tuple[Suite, ...]]:
    """Each gate's suites; no two have the same name."""
    return {
        "raw": raw_suites(limits),
        "indicators": indicator_suites(limits),
        "candidate": candidate_suites(policy, limits),
    }
