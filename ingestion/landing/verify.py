"""Compares what the warehouse knows of the landing with what lies there. Reads, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import psycopg

from ingestion.landing.content import Content, address, named_digest, of_file
from ingestion.landing.errors import told_of
from ingestion.landing.landing import Landing
from ingestion.landing.ledger import open_torn
from ingestion.landing.stores import STALE, Lying

Kind = Literal["missing", "wrong size", "wrong hash", "unfinished", "unknown", "loaded from torn"]
Progress = Callable[[int, int], None]
KNOWN = """
select source, content_sha256, max(n_bytes) as n_bytes, array_agg(distinct name) as names from ops.landing_file group by 1, 2 order by 1, 2
"""
# What points at a file that ops.landing_file has forgotten.
POINTED_AT = """
select 'hr/' || contract, file_name, landing_uri from raw.hr_delivery
union select 'kobo/' || form || '/versions', 'version ' || version_uid, uri from raw.kobo_form where uri is not null
"""
DELIVERIES = """
select 'hr/' || contract, content_sha256, delivery_no, file_name, n_rows from raw.hr_delivery where replaced_by is null order by delivery_no
"""
SAYS = {
    "missing": "The file is not there.",
    "wrong size": "The file is cut short, empty or too long.",
    "wrong hash": "The file is as long as it was, with other bytes.",
    "unfinished": "A kill left it while it was written. Nothing was loaded from it.",
    "unknown": "No row knows the file, so nothing was loaded from it: a kill left it, or an erasure that was cut off.",
    "loaded from torn": "The file is whole again. Rows may still be those of the torn one.",
}


@dataclass(frozen=True)
class Known:
    """A content of a source as the warehouse knows it; `n_bytes` is None where only a delivery or a form points at it."""

    source: str
    sha256: str
    n_bytes: int | None
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def content(self) -> Content:
        return Content(self.sha256, self.n_bytes or 0)


@dataclass(frozen=True)
class Delivered:
    """A delivery of staff files that raw holds under the hash of a file."""

    number: int
    file: str
    n_rows: int


@dataclass(frozen=True)
class Finding:
    """What is wrong with one file. `outcome`: what a repair made of it; `is_mended` once nothing is left to do."""

    kind: Kind
    source: str
    name: str
    uri: str
    expected: Content | None = None
    found: Content | None = None
    deliveries: tuple[Delivered, ...] = ()
    outcome: str = ""
    is_mended: bool = False

    @property
    def is_torn(self) -> bool:
        return self.kind in ("wrong size", "wrong hash")

    @property
    def says(self) -> str:
        return SAYS[self.kind]

    def ended(self, outcome: str, *, is_mended: bool) -> Finding:
        return replace(self, outcome=outcome, is_mended=is_mended)


@dataclass(frozen=True)
class Verified:
    """`n_files` and `n_bytes`: of the files that the warehouse knows."""

    n_files: int
    n_bytes: int
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return all(finding.is_mended for finding in self.findings)


def _silent(n_done: int, n_all: int) -> None:
    pass


def verify(
    connection: psycopg.Connection, landing: Landing, *, sizes_only: bool = False, progress: Progress = _silent
) -> Verified:
    """Compare every file; `sizes_only` reads none, which object storage bills. `progress` is told files done and in all. Raises StoreFailed."""
    known = known_files(connection)
    with told_of(landing.place, "read", "its list of files", "all sources"):
        lying = {found.path: found for found in landing.store.lying()}
    delivered = _deliveries(connection)
    findings = []
    for number, each in enumerate(known.values(), start=1):
        findings += [*_check(landing, each, lying.get(_path(landing, each)), delivered, sizes_only=sizes_only)]
        progress(number, len(known))
    findings += _strangers(landing, lying.values(), {_path(landing, each) for each in known.values()})
    findings += _still_open(connection, landing, delivered, {finding.uri for finding in findings})
    connection.rollback()  # nothing was changed; what was asked opened a transaction
    return Verified(len(known), sum(each.n_bytes or 0 for each in known.values()), findings)


def known_files(connection: psycopg.Connection) -> dict[tuple[str, str], Known]:
    """By source and hash."""
    known = {(source, sha256): Known(source, sha256, n, tuple(names)) for source, sha256, n, names in connection.execute(KNOWN)}
    for source, name, uri in connection.execute(POINTED_AT):
        if (sha256 := named_digest(uri)) and (source, sha256) not in known:
            known[source, sha256] = Known(source, sha256, None, (name,))
    return known


def is_whole(landing: Landing, known: Known) -> bool:
    """Whether the file lies there as it should."""
    path = _path(landing, known)
    n_bytes = landing.store.n_bytes(path)
    return n_bytes is not None and next(_compare(landing, known, path, n_bytes, {}, sizes_only=False), None) is None


def _path(landing: Landing, known: Known) -> str:
    return f"{landing.root}/{address(known.source, known.sha256)}"


def _deliveries(connection: psycopg.Connection) -> dict[tuple[str, str], tuple[Delivered, ...]]:
    found: dict[tuple[str, str], tuple[Delivered, ...]] = {}
    for source, sha256, *delivered in connection.execute(DELIVERIES):
        found[source, sha256] = (*found.get((source, sha256), ()), Delivered(*delivered))
    return found


Deliveries = Mapping[tuple[str, str], tuple[Delivered, ...]]


def _check(landing: Landing, known: Known, lies: Lying | None, delivered: Deliveries, *, sizes_only: bool) -> Iterator[Finding]:
    path = _path(landing, known)
    if lies is None:
        there = delivered.get((known.source, known.sha256), ())
        yield Finding("missing", known.source, known.name, landing.uri(path), known.content, None, there)
    else:
        yield from _compare(landing, known, path, lies.n_bytes, delivered, sizes_only=sizes_only)


def _compare(
    landing: Landing, known: Known, path: str, n_bytes: int, delivered: Deliveries, *, sizes_only: bool
) -> Iterator[Finding]:
    is_of_size = known.n_bytes in (None, n_bytes)
    if sizes_only and is_of_size:
        return
    with told_of(landing.place, "read", known.name, known.source), landing.store.read(path) as file:
        found = of_file(file)
    if found.sha256 != known.sha256:
        kind: Kind = "wrong hash" if is_of_size and known.n_bytes is not None else "wrong size"
        there = delivered.get((known.source, known.sha256), ())
        yield Finding(kind, known.source, known.name, landing.uri(path), known.content, found, there)


def _strangers(landing: Landing, lying: Iterable[Lying], known: set[str]) -> Iterator[Finding]:
    """Files that no row knows. What was written a moment ago may be another task's, whose row is on its way."""
    for lies in lying:
        if lies.path in known or lies.is_younger_than(STALE):
            continue
        source, _, name = lies.path.removeprefix(f"{landing.root}/").rpartition("/")
        kind: Kind = "unfinished" if lies.is_unfinished else "unknown"
        shown = source if lies.is_unfinished else source.rpartition("/")[0]
        yield Finding(kind, shown, name, landing.uri(lies.path), None, Content("", lies.n_bytes))


def _still_open(connection: psycopg.Connection, landing: Landing, delivered: Deliveries, told: set[str]) -> Iterator[Finding]:
    for torn in open_torn(connection):
        there = delivered.get((torn.source, torn.content_sha256), ())
        uri = landing.uri(f"{landing.root}/{address(torn.source, torn.content_sha256)}")
        if there and uri not in told:
            yield Finding("loaded from torn", torn.source, torn.name, uri, Content(torn.content_sha256, 0), None, there)
