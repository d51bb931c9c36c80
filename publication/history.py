"""What states and dates of releases say together: which one readers see, which they saw before, which was taken back. Pure.

A release was taken back where an older one became current again after it. It counts no more, until somebody publishes it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from parity.present import present


class ReleaseError(RuntimeError):
    """A release that cannot be built, found, shown to anybody or made current; the message says why and what to do."""


@dataclass(frozen=True)
class Release:
    release_id: int
    created_at: dt.datetime
    state: str
    catalogue_version: str
    n_cells: int
    n_suppressed: int
    published_at: dt.datetime | None
    shown_at: dt.datetime | None = None  # readers may have seen it since then, also where its publication was never recorded


def find(releases: Sequence[Release], release_id: int | None) -> Release:
    """The release of that number, or the current one. Raises ReleaseError."""
    for release in releases:
        if release.release_id == release_id or (release_id is None and release.state == "current"):
            return release
    if release_id is None:
        raise ReleaseError("No release is current yet: run `build_warehouse` in Airflow, or `parity release publish ID`.")
    raise ReleaseError(f"There is no release {release_id}: `parity release list` shows those that there are.")


def published_before(releases: Sequence[Release]) -> Release:
    """The release that was published last before the current one. Raises ReleaseError."""
    earlier = [release for release in releases if release.state == "superseded"]
    if not earlier:
        raise ReleaseError("There is no earlier release: only one was ever published.")
    return max(earlier, key=lambda release: present(release.published_at))


def taken_back_by(release: Release, releases: Sequence[Release]) -> Release | None:
    """The older release that became current after `release`, if any: the first of them."""
    if release.published_at is None:
        return None
    after = [
        (other.published_at, other)
        for other in releases
        if other.release_id < release.release_id and other.published_at is not None and other.published_at > release.published_at
    ]
    return min(after, key=lambda each: each[0], default=(None, None))[1]


def require_seen(release: Release) -> None:
    """Raise ReleaseError where readers never saw the release."""
    if release.state == "rejected":
        raise ReleaseError(f"Release {release.release_id} was rejected by its gate or replaced: nobody may see its figures.")
    if release.published_at is None:
        raise ReleaseError(
            f"Release {release.release_id} was never published, so its figures stay here: `parity release publish "
            f"{release.release_id}` publishes it once its gate has passed."
        )


def require_standing(release: Release, releases: Sequence[Release]) -> None:
    """Raise ReleaseError where readers never saw the release, or where it was taken back."""
    require_seen(release)
    if (older := taken_back_by(release, releases)) is not None:
        raise ReleaseError(
            f"Release {release.release_id} was taken back: release {older.release_id}, which is older, became current after it. Name a "
            "release that stands, such as the current one."
        )
