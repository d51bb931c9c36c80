"""Where staff files wait: a folder a contract, on any file system that fsspec knows (local, s3://, sftp://, …)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, BinaryIO

import fsspec

from ingestion.hr.errors import FileNotReadable, FileRefused
from parity.catalogue import Catalogue, HrContract

MOST_AHEAD = dt.timedelta(days=1)  # clocks of other time zones, or a little wrong, differ by less
# Whether a delivery is final; when it was written last; the last time of writing in the future that its place said.
Standing = tuple[bool, dt.datetime, dt.datetime | None]


@dataclass(frozen=True)
class DropFile:
    """A file that waits; `delivered_at` is when its place says it was last written, and orders two versions of one period.

    A time in the future is the wrong clock of the machine that wrote it: the file is taken as written when it comes.
    """

    contract: str
    url: str
    name: str
    delivered_at: dt.datetime
    n_bytes: int

    def is_ahead(self, now: dt.datetime) -> bool:
        """Whether its time of writing lies in the future."""
        return self.delivered_at > now + MOST_AHEAD

    def taken_at(self, now: dt.datetime) -> dt.datetime:
        """When it counts as written."""
        return now if self.is_ahead(now) else self.delivered_at

    def comes_again(self, is_final: bool, standing: Standing, now: dt.datetime) -> bool:
        """Whether this content, loaded before, was written again since, or is final now. One writing comes again once, also where it lies in the future."""
        was_final, loaded_at, said_at = standing
        if is_final != was_final:
            return is_final
        if self.is_ahead(now):
            return said_at is None or self.delivered_at > said_at
        return self.delivered_at > loaded_at and self.delivered_at != said_at


class LocationError(RuntimeError):
    """A contract's location cannot be listed; the message names contract, location and remedy, and never a password."""


def list_location(contract: HrContract, drop: Path, options: Mapping[str, Any] | None = None) -> list[DropFile]:
    """Files of a contract, strays too: those are refused when loaded. Raises LocationError.

    `drop/hr/<contract>/` where the contract names no location of its own; `options` are fsspec's storage options.
    """
    location = contract.location or str(drop / "hr" / contract.name)
    try:
        system, folder = fsspec.core.url_to_fs(location, **(options or {}))
        system.invalidate_cache()
        found = system.ls(folder, detail=True) if system.exists(folder) else []
    except Exception as error:  # each file system raises its own
        raise LocationError(
            f"{contract.name}: its location cannot be listed ({type(error).__name__}). Check `location` in the contract and the connection "
            f"'{contract.connection or 'none'}'."
        ) from None
    files = [
        DropFile(contract.name, system.unstrip_protocol(entry["name"]), name, _written_at(entry), int(entry.get("size") or 0))
        for entry in found
        if entry["type"] == "file" and not (name := entry["name"].rstrip("/").rsplit("/", 1)[-1]).startswith((".", "~$"))
    ]
    return sorted(files, key=lambda file: (file.delivered_at, file.name))


def list_drop(drop: Path, catalogue: Catalogue) -> list[DropFile]:
    """Files of every contract whose location needs no connection."""
    return [file for contract in catalogue.hr.values() if not contract.connection for file in list_location(contract, drop)]


def local_file(contract: HrContract, path: Path) -> DropFile:
    """A file given by path. Raises FileNotReadable where it is not there."""
    try:
        stat = path.stat()
    except OSError as error:
        raise FileNotReadable(path.name, f"not readable ({error.strerror})", "Put it back, or let its owner open it.") from None
    return DropFile(contract.name, str(path), path.name, dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC), stat.st_size)


def open_file(file: DropFile, options: Mapping[str, Any] | None = None) -> BinaryIO:
    """Open it for reading. Raises FileNotReadable where it is gone or closed to us, FileRefused where it has no readable name."""
    refuse_unreadable(file.name)
    try:
        system, path = fsspec.core.url_to_fs(file.url, **(options or {}))
        return system.open(path, "rb")
    except (FileNotFoundError, PermissionError) as error:
        raise FileNotReadable(
            file.name, f"not readable ({error.strerror or type(error).__name__})", "Put it back, or let its owner open it."
        ) from None


def open_local(path: Path) -> BinaryIO:
    """Open a file given by path. Raises FileNotReadable where it is gone or closed to us."""
    try:
        return path.open("rb")
    except OSError as error:
        raise FileNotReadable(path.name, f"not readable ({error.strerror})", "Put it back, or let its owner open it.") from None


def refuse_unreadable(name: str) -> None:
    """Refuse a file whose name is no text: bytes of another encoding, which no database takes. Raises FileRefused."""
    try:
        name.encode()
    except UnicodeEncodeError:
        readable = name.encode(errors="backslashreplace").decode()
        raise FileRefused(readable, "its name is not written in UTF-8", "Rename it, and send it again.") from None


def still_as(url: str, n_bytes: int, written_at: dt.datetime) -> bool:
    """Whether a file of this machine still has this size and time of writing. A file elsewhere cannot be asked so cheaply, and is believed."""
    system, path = fsspec.core.url_to_fs(url) if url.startswith("file:") else (None, "")
    if system is None:
        return True
    try:
        stat = Path(path).stat()
    except OSError:
        return False
    return (stat.st_size, dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC)) == (n_bytes, written_at)


def matches(name: str, pattern: str) -> bool:
    return fnmatch(name, pattern)


def _written_at(entry: Mapping[str, Any]) -> dt.datetime:
    """When an entry was last written, by the names that file systems give it."""
    for key in ("mtime", "LastModified", "last_modified", "modified", "updated", "created"):
        value = entry.get(key)
        if isinstance(value, (int, float)):
            return dt.datetime.fromtimestamp(value, dt.UTC)
        if isinstance(value, dt.datetime):
            return value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    return dt.datetime.fromtimestamp(0, dt.UTC)
