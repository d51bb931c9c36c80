"""Whether the decision which deliveries count still holds when a candidate is made of them: a release shown meanwhile may forbid one."""

from __future__ import annotations

import psycopg

from parity.catalogue.policy import Policy
from publication.effective import decide_now, stored_version, version_of
from publication.history import ReleaseError
from publication.shown import in_words, shown_releases

DECIDED = "select decided_at, releases from ops.effective_decision"


def require_still_decided(connection: psycopg.Connection, policy: Policy) -> None:
    """Raise ReleaseError where readers saw a release since the decision, and it would be another today.

    A delivery that arrived since is no fault: what is built is of the lists that were decided on, and the next build decides on it.
    """
    decided = connection.execute(DECIDED).fetchone()
    if decided is None:
        return  # there is no list to decide on, or nobody did: `deliveries` is the first step after the gate `raw`
    at, releases = decided
    since = shown_releases(connection) - set(releases)
    if since and version_of(decide_now(connection, policy)) != stored_version(connection):
        raise ReleaseError(
            f"Which deliveries count was decided on {at:%Y-%m-%d %H:%M}, before readers saw {in_words(since)}, and would be decided otherwise now:"
            " run build_warehouse again."
        )
