"""Refused staff files: what the warehouse remembers of them, and where they go.

A refused file is tried once for each content, contract and time of writing, so that no night is red twice for it. In the drop folder of ours it moves to
`refused/` with its message next to it; putting it back has it tried again. A place that a contract names is its agency's: there, and where we may not write, the
file stays, and only the warehouse remembers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import fsspec
import psycopg
from fsspec.implementations.local import LocalFileSystem

from ingestion.hr.anew import fingerprint
from ingestion.hr.files import DropFile
from parity.catalogue import HrContract

FOLDER, NOTE = "refused", ".why.txt"
# A file that was loaded after its refusal, as by `parity hr load`, is refused no longer.
STANDING = """
select refused.contract, refused.content_sha256, refused.contract_sha256, refused.file_name, refused.url, refused.written_at, refused.n_bytes,
    refused.message, refused.moved_to, refused.refused_at
from ops.hr_refused as refused
where not exists (
    select from raw.hr_delivery as delivery
    where delivery.contract = refused.contract and delivery.content_sha256 = refused.content_sha256 and delivery.loaded_at > refused.refused_at)
order by refused.refused_at, refused.contract, refused.file_name
"""
REMEMBER = """
insert into ops.hr_refused (contract, content_sha256, contract_sha256, file_name, url, written_at, n_bytes, message, moved_to)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (contract, content_sha256) do update set contract_sha256 = excluded.contract_sha256, file_name = excluded.file_name,
    url = excluded.url, written_at = excluded.written_at, n_bytes = excluded.n_bytes, message = excluded.message, moved_to = excluded.moved_to,
    refused_at = clock_timestamp()
"""
TEXT = """{message}

Refused on {day} by the contract {contract}. Nothing of the file was loaded.
Send a corrected file, or have the contract corrected: then this file is tried again by itself.
To have it tried again as it is, move it back into the folder above.
"""


@dataclass(frozen=True)
class Refused:
    """A file that was refused; `moved_to` is the path of the file where Parity moved it."""

    contract: str
    content_sha256: str
    contract_sha256: str
    file_name: str
    url: str
    written_at: dt.datetime
    n_bytes: int
    message: str
    moved_to: str | None
    refused_at: dt.datetime

    def is_settled(self, file: DropFile, now_contract: str) -> bool:
        """Whether this file, which has the refused content, needs no other try. One that lies where it waits although it was moved, was put back."""
        if now_contract != self.contract_sha256:
            return False
        return self.moved_to is None and file.delivered_at <= self.written_at

    def __str__(self) -> str:
        where = f" It lies in {self.moved_to}." if self.moved_to else f" It stays where it is: {self.url}."
        return f"{self.contract}/{self.file_name}, refused on {self.refused_at:%d %B %Y}: {self.message}{where}"


def refused_files(connection: psycopg.Connection) -> list[Refused]:
    """All that are refused, the oldest first."""
    return [Refused(*row) for row in connection.execute(STANDING)]


def moved_and_due(refused: list[Refused], contracts: Mapping[str, HrContract]) -> list[tuple[Refused, DropFile]]:
    """Files in `refused/` whose contract has changed since: they are tried again from there."""
    return [
        (each, DropFile(each.contract, Path(each.moved_to).as_uri(), each.file_name, each.written_at, each.n_bytes))
        for each in refused
        if each.moved_to
        and each.contract in contracts
        and each.contract_sha256 != fingerprint(contracts[each.contract])
        and Path(each.moved_to).is_file()
    ]


def remember_refused(connection: psycopg.Connection, contract: HrContract, file: DropFile, sha256: str, message: str) -> Refused:
    """Note the refusal, and move the file with its message where it may be moved. Whatever is cut off here has the file tried once more."""
    origin = _movable(contract, file)
    target = _free_place(origin, file.name, sha256) if origin is not None else None
    _note(connection, contract, file, sha256, message, target)
    connection.commit()
    if origin is not None and target is not None and not _move(origin, target, file, _text(contract, message)):
        target = None
        _note(connection, contract, file, sha256, message, None)
        connection.commit()
    [found] = [each for each in refused_files(connection) if (each.contract, each.content_sha256) == (contract.name, sha256)]
    return found


def put_back(file: DropFile, sha256: str) -> Path | None:
    """A file that was loaded out of `refused/` goes back to where it came from, under a name of its own where another took its name."""
    path = _local_path(file)
    if path is None or path.parent.name != FOLDER:
        return None
    folder = path.parent.parent
    target = next(place for place in _places(folder, file.name, sha256) if not place.exists())
    try:
        path.rename(target)
        _why(path).unlink(missing_ok=True)
    except OSError:
        return None
    return target


def _note(
    connection: psycopg.Connection, contract: HrContract, file: DropFile, sha256: str, message: str, target: Path | None
) -> None:
    moved_to = str(target) if target else None
    connection.execute(
        REMEMBER,
        (contract.name, sha256, fingerprint(contract), file.name, file.url, file.delivered_at, file.n_bytes, message, moved_to),
    )


def _local_path(file: DropFile) -> Path | None:
    system, path = fsspec.core.url_to_fs(file.url)
    return Path(path) if isinstance(system, LocalFileSystem) else None


def _movable(contract: HrContract, file: DropFile) -> Path | None:
    """The path of a file in the drop folder; none in a place that the contract names."""
    return None if contract.location or contract.connection else _local_path(file)


def _places(folder: Path, name: str, sha256: str) -> list[Path]:
    """Places for a file in a folder, in the order of preference. The whole hash is nobody else's."""
    stem, dot, ending = name.partition(".")
    return [folder / name, *(folder / f"{stem}-{sha256[:length]}{dot}{ending}" for length in (8, 16, 64))]


def _free_place(origin: Path, name: str, sha256: str) -> Path:
    if origin.parent.name == FOLDER:
        return origin
    return next(place for place in _places(origin.parent / FOLDER, name, sha256) if not place.exists() or sha256 in place.name)


def _why(path: Path) -> Path:
    return path.with_name(path.name + NOTE)


def _text(contract: HrContract, message: str) -> str:
    return TEXT.format(message=message, contract=contract.name, day=f"{dt.datetime.now(dt.UTC):%d %B %Y, %H:%M} UTC")


def _move(origin: Path, target: Path, file: DropFile, text: str) -> bool:
    """Whether the file lies in its new place, its message next to it. A file that was written since it was judged is left alone."""
    try:
        stat = origin.stat()
        if origin != target and (stat.st_size, dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC)) != (
            file.n_bytes,
            file.delivered_at,
        ):
            return False
        target.parent.mkdir(mode=0o770, exist_ok=True)
        _why(target).write_text(text, encoding="utf-8")
        if origin != target:
            origin.rename(target)
    except OSError:
        return False
    return True
