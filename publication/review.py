"""The gate before a release: runs its suites and keeps the verdict with the candidate."""

from __future__ import annotations

from expectations import GateFailed, GateResult, run_gate
from parity.database import connect
from publication.releases import decide, ensure_schemas


def review_candidate(url: str) -> GateResult:
    """Run the gate `candidate` on the warehouse at `url`; only what passes can be published. Raises GateFailed."""
    try:
        result = run_gate("candidate", url)
    except GateFailed:
        _keep(url, passed=False)
        raise
    _keep(url, passed=True)
    return result


def _keep(url: str, passed: bool) -> None:
    with connect(url, application="parity review") as connection:
        ensure_schemas(connection)
        decide(connection, passed)
