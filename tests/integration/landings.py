"""What a power cut, a hand and a full disk do to a landing, for tests that mend it."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from ingestion.landing import LandedFile, Landing


class BeforeTheMend(Landing):
    """The landing as it was: nothing is compared, so that what a power cut leaves of a file is loaded as whole. `keeps`: bytes that reach the disk."""

    keeps = 0

    def put_file(self, source: str, name: str, file: BinaryIO, **_: Any) -> LandedFile:
        landed = super().put_file(source, name, file)
        os.truncate(self.path_of(landed.uri), self.keeps)
        return landed

    def open(self, uri: str, name: str = "") -> BinaryIO:
        return self.store.read(self.path_of(uri))


def damage(landing: Landing, uri: str, how: str) -> None:
    """'halved', 'emptied', 'changed' (a byte in the middle) or 'lost'; in a folder or a bucket."""
    path, system = landing.path_of(uri), landing.filesystem
    body = landing.get_as_it_is(uri)
    middle = len(body) // 2
    if how == "lost":
        system.rm_file(path)
    else:
        changed = body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]
        system.pipe_file(path, {"halved": body[:middle], "emptied": b"", "changed": changed}[how])


@contextmanager
def full_disk(n_bytes: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes: the write fails, as on a disk without room."""
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, was[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)


def files(landing: Landing) -> list[str]:
    """What lies in a landing that is a folder, below its root."""
    return sorted(str(path.relative_to(landing.root)) for path in Path(landing.root).rglob("*") if path.is_file())
