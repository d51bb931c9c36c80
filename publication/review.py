"""What a gate's verdict means for the releases: only a candidate that passed the gate `candidate` can be published."""

from __future__ import annotations

from parity.database import connect
from parity.migrate import require_migrated
from publication.releases import decide


def record_verdict(gate: str, url: str, passed: bool) -> None:
    """Keep the verdict with the candidates of the warehouse at `url`; the other gates judge no candidate."""
    if gate != "candidate":
        return
    with connect(url, application="parity review") as connection:
        require_migrated(connection)
        decide(connection, passed)
