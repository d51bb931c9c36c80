"""Which staff files wait and need a try: compared with what is loaded and what was refused, never with what somebody saw before.

The nightly run reads every file to know its content. The watch reads none: it believes what was read last of a file of the same place, time and size.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from parity.deliveries import NOT_REPLACED

if TYPE_CHECKING:
    import psycopg

    from ingestion.hr.files import DropFile, Standing
    from ingestion.hr.refused import Refused
    from parity.catalogue import HrContract

log = logging.getLogger(__name__)
LOADED = (
    "select contract, content_sha256, not is_provisional, coalesce(delivered_again_at, delivered_at), said_written_at from raw.hr_delivery as delivery"
    f" where {NOT_REPLACED}"  # nosec B608  # a constant
)
SEEN = "select contract, url, written_at, n_bytes, content_sha256 from ops.hr_drop_file"
SEE = """
insert into ops.hr_drop_file (contract, url, written_at, n_bytes, content_sha256) values (%s, %s, %s, %s, %s)
on conflict (contract, url) do update set written_at = excluded.written_at, n_bytes = excluded.n_bytes,
    content_sha256 = excluded.content_sha256, seen_at = clock_timestamp()
"""
Key = tuple[str, str]  # contract, content


@dataclass(frozen=True)
class Known:
    """What the warehouse knows: by contract and content what is loaded and refused, by place the content that lay there, and fingerprints of contracts."""

    loaded: Mapping[Key, Standing] = field(default_factory=dict)
    refused: Mapping[Key, Refused] = field(default_factory=dict)
    contents: Mapping[tuple[str, str, dt.datetime, int], str] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    def content(self, file: DropFile) -> str | None:
        """What the file held when it was read last, if it was not written since."""
        return self.contents.get((file.contract, file.url, file.delivered_at, file.n_bytes))

    def needs_a_try(self, file: DropFile, content: str, is_final: bool, now: dt.datetime) -> bool:
        """Whether this content is neither loaded nor refused, or comes again: written again, final now, put back, or under another contract."""
        if (standing := self.loaded.get((file.contract, content))) is not None:
            return file.comes_again(is_final, standing, now)
        if (refused := self.refused.get((file.contract, content))) is not None:
            return not refused.is_settled(file, self.fingerprints[file.contract])
        return True


def read_known(connection: psycopg.Connection, contracts: Mapping[str, HrContract]) -> Known:
    """Read what is loaded and refused. A held list whose contract has changed, and a file that was found torn in the landing, count as not loaded."""
    from ingestion.hr.anew import fingerprint, to_load_anew
    from ingestion.hr.refused import refused_files
    from ingestion.hr.torn import to_look_at_again

    loaded = {(contract, content): tuple(standing) for contract, content, *standing in connection.execute(LOADED)}
    for again in {*to_load_anew(connection, contracts), *to_look_at_again(connection)}:
        loaded.pop(again, None)
    return Known(
        loaded,
        {(each.contract, each.content_sha256): each for each in refused_files(connection)},
        {tuple(place): content for *place, content in connection.execute(SEEN)},
        {name: fingerprint(contract) for name, contract in contracts.items()},
    )


def to_try(
    files: Iterable[DropFile],
    known: Known,
    content: Callable[[DropFile], str],
    is_final: Callable[[DropFile], bool] = lambda file: True,
    now: dt.datetime | None = None,
) -> list[dict[str, Any]]:
    """The files that need a try, as plain JSON, with their content's hash."""
    now = now or dt.datetime.now(dt.UTC)
    return [as_task(file, digest) for file in files if known.needs_a_try(file, digest := content(file), is_final(file), now)]


def as_task(file: DropFile, sha256: str, label: str = "") -> dict[str, Any]:
    """What a mapped task is given."""
    return {
        "name": f"{file.contract}/{label}{file.name}",
        "contract": file.contract,
        "file_name": file.name,
        "url": file.url,
        "delivered_at": file.delivered_at.isoformat(),
        "n_bytes": file.n_bytes,
        "sha256": sha256,
    }


def see(connection: psycopg.Connection, contents: Mapping[tuple[str, str], tuple[dt.datetime, int, str]]) -> None:
    """Keep the content of what lies where, by contract and place."""
    with connection.cursor() as cursor:
        cursor.executemany(SEE, [(*place, *found) for place, found in contents.items()])
