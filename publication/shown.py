"""Which releases readers saw, or may have seen: whatever asks "was this ever told to anybody" asks it here.

`release.shown_at` is noted, and committed, before the copy to the readers' database begins. So a release whose copy was made, and whose
publication was lost with the machine, counts; one whose copy failed counts too, as nobody can tell the two apart.
"""

from __future__ import annotations

from collections.abc import Collection

import psycopg

from parity.database import first_value
from publication.history import ReleaseError

# For queries that read release.release without another alias.
SHOWN_AT = "coalesce(release.shown_at, release.published_at)"
SHOWN = f"({SHOWN_AT} is not null)"


def shown_releases(connection: psycopg.Connection) -> frozenset[int]:
    """The numbers of all releases that readers may have seen."""
    return frozenset(number for (number,) in connection.execute(f"select release_id from release.release where {SHOWN}"))  # nosec B608  # a constant


def note_shown(connection: psycopg.Connection, release_id: int) -> None:
    """Note that readers may see the release from now on; the caller commits. Raises ReleaseError where it was not held against what they saw since
    it was built: its attack and its deliveries know nothing of that."""
    shown = shown_releases(connection)
    if release_id in shown:
        return  # readers hold what it tells already
    against = first_value(connection.execute("select held_against from release.release where release_id = %s", (release_id,)))
    if against is not None and (since := shown - set(against)):
        raise ReleaseError(
            f"Readers saw {in_words(since)} after release {release_id} was built, so it was not held against what they know: run build_warehouse again."
        )
    connection.execute("update release.release set shown_at = clock_timestamp() where release_id = %s", (release_id,))


def in_words(numbers: Collection[int]) -> str:
    words = [str(number) for number in sorted(numbers)]
    return f"release {words[0]}" if len(words) == 1 else f"releases {', '.join(words[:-1])} and {words[-1]}"
