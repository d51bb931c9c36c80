"""What the landing says when it cannot keep or give a file. No message holds a key, or what a store answered: a secret may stand there."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from ingestion.landing.content import Content

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
REPAIR = "Run `parity landing verify --repair`: it lands the file again where the drop folder or KoboToolbox still has it. Else restore it from a backup of the landing."


class LandingError(Exception):
    """The landing cannot keep or give a file. `is_passing`: whether waiting may mend it."""

    is_passing = False


class LandingFull(LandingError):
    """There is no room for the file; nothing of it was kept."""

    is_passing = True


class StoreFailed(LandingError):
    """The folder or the store of objects does not answer, or refuses."""

    is_passing = True


class NotLanded(LandingError, FileNotFoundError):
    """The landing does not have the file."""


class TornFile(LandingError):
    """A file whose bytes are not those that its name says: cut short, emptied or changed."""

    def __init__(self, file: str, place: str, expected: str, found: Content) -> None:
        super().__init__(
            f"{file} ({place}) does not hold what landed there: found are {found}, and its SHA-256 was {expected}. Nothing of it was loaded. {REPAIR}"
        )
        self.file, self.place, self.expected, self.found = file, place, expected, found


@contextmanager
def told_of(place: str, doing: str, file: str, source: str) -> Iterator[None]:
    """Say what a failure of the store means: each library raises its own. `doing`: 'kept' or 'read'."""
    try:
        yield
    except LandingError:
        raise
    except FileNotFoundError as error:
        if doing == "read":
            raise NotLanded(f"{file} ({source}) is not in the landing {place}. {REPAIR}") from None
        raise _failed(place, doing, file, source, error) from None
    except OSError as error:
        if error.errno in FULL:
            raise LandingFull(
                f"{file} ({source}): there is no room left in {error.filename or f'the landing {place}'}, so nothing of the file was kept."
                " Make room, then load it again; nothing has to be tidied up."
            ) from None
        raise _failed(place, doing, file, source, error) from None
    except Exception as error:
        raise _failed(place, doing, file, source, error) from None


def _failed(place: str, doing: str, file: str, source: str, error: Exception) -> StoreFailed:
    number = getattr(error, "errno", None)
    kind = os.strerror(number) if isinstance(number, int) else type(error).__name__
    remedy = (
        "Check that the bucket exists, and PARITY_LANDING_ENDPOINT, PARITY_LANDING_KEY and PARITY_LANDING_SECRET (in Airflow: the connection `landing`)."
        if "://" in place and not place.startswith("file:")
        else "Check the folder and its rights."
    )
    return StoreFailed(f"{file} ({source}) cannot be {doing} in the landing {place} ({kind}). {remedy} Nothing was changed.")
