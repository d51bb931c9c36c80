"""Lands again what the landing has lost, from where it came: the drop folder, or KoboToolbox. What no source has any more is left as it is, and named.

- **Staff files** go the way of every delivery: the file is landed, and where rows were loaded from the torn one, the whole one corrects them.
- **Reference files** are landed; their rows were read from the file itself.
- **Pages and versions of a form** are asked for by a scan of the form. The torn page goes, as all that it held has landed again under other names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from ingestion.hr.errors import FileRefused
from ingestion.hr.files import DropFile, LocationError, list_location, open_file
from ingestion.hr.keys import KeyMissing, KeyRing
from ingestion.hr.load import load_file
from ingestion.kobo.errors import KoboError
from ingestion.landing import Landing, LandingError, note_torn, record
from ingestion.landing.content import of_file
from ingestion.landing.verify import Finding, Known, Verified, is_whole, known_files
from ingestion.raw_files import RawFiles
from parity.catalogue import Catalogue

SEND_AGAIN = "Ask the sender for the file once more, put it into the drop folder, and run this again; or restore it from a backup of the landing."
AGENCY_HAS_IT = (
    "It came from the contract's own location: the next `ingest_hr` loads it again if it lies there still. " + SEND_AGAIN
)
IDS = re.compile(r"submissions (\d+) to (\d+)")


@dataclass(frozen=True)
class Sources:
    """Where files may be had again. `scan`: reads a form anew from its server, and gives the uid of its project; raises KoboError."""

    drop: Path
    catalogue: Catalogue
    ring: KeyRing
    files: RawFiles | None
    scan: Callable[[str], str]


def repair(connection: psycopg.Connection, landing: Landing, verified: Verified, sources: Sources) -> Iterator[Finding]:
    """Each finding with what became of it. One that fails does not stop the others."""
    known = known_files(connection)
    connection.rollback()
    scanned: dict[str, str] = {}
    for finding in verified.findings:  # all of them first: no list may be compared with a torn one
        if finding.source.startswith("hr/") and (lost := known.get((finding.source, _sha256(finding)))):
            _note(connection, landing, finding, lost)
    for finding in sorted(verified.findings, key=_oldest_first):
        room, _, rest = finding.source.partition("/")
        try:
            if finding.kind == "unfinished":
                yield _remnant(landing, finding)
            elif finding.kind == "unknown":
                yield _stranger(landing, finding, room)
            elif (lost := known.get((finding.source, _sha256(finding)))) is None:
                yield finding.ended("Nothing says where it came from. Restore it from a backup of the landing.", is_mended=False)
            elif room == "kobo":
                yield _form(connection, landing, finding, lost, sources, scanned, rest.partition("/")[0])
            else:
                mend = _staff_file if room == "hr" else _reference
                yield mend(connection, landing, finding, lost, sources, rest)
        except (LandingError, FileRefused, KoboError, KeyMissing, LocationError) as error:
            connection.rollback()
            yield finding.ended(str(error), is_mended=False)


def _oldest_first(finding: Finding) -> tuple[int, str, str]:
    """A list is compared with the one before, which must be whole by then."""
    return min((each.number for each in finding.deliveries), default=0), finding.source, finding.uri


def _sha256(finding: Finding) -> str:
    return finding.expected.sha256 if finding.expected else ""


def _remnant(landing: Landing, finding: Finding) -> Finding:
    path = landing.path_of(finding.uri)
    lying = next((each for each in landing.store.lying() if each.path == path), None)
    if lying is None or landing.store.clear(lying):
        return finding.ended("cleared away", is_mended=True)
    return finding.ended("somebody is writing it", is_mended=True)


def _stranger(landing: Landing, finding: Finding, room: str) -> Finding:
    if room != "kobo":
        return finding.ended(
            "left as it is. If it is a delivery, its sender's file loads it; else remove it by hand.", is_mended=False
        )
    landing.store.remove(landing.path_of(finding.uri))  # the server has it, or it is erased
    return finding.ended("removed: KoboToolbox has what is not erased, and a sync asks for it", is_mended=True)


def _staff_file(
    connection: psycopg.Connection, landing: Landing, finding: Finding, known: Known, sources: Sources, name: str
) -> Finding:
    contract = sources.catalogue.hr.get(name)
    if contract is None:
        return finding.ended(f"There is no contract {name} any more: put it back, then run this again.", is_mended=False)
    if contract.connection:
        return finding.ended(AGENCY_HAS_IT, is_mended=False)
    file = _same(list_location(contract, sources.drop), known)
    if file is None:
        return finding.ended(f"The drop folder does not have it any more. {SEND_AGAIN}", is_mended=False)
    report = load_file(connection, landing, contract, file, sources.ring, files=sources.files)
    rows = f"; {report.n_rows:,} rows loaded" if report.status == "loaded" else ", and its rows are whole"
    return finding.ended(
        f"landed again from {file.name}{rows}{'; held' if report.held else ''}", is_mended=is_whole(landing, known)
    )


def _note(connection: psycopg.Connection, landing: Landing, finding: Finding, known: Known) -> None:
    """Take the torn bytes off the file's name, so that the right ones may come by any way, and remember that rows may be theirs."""
    if finding.is_torn:
        landing.set_aside(known.source, known.name, finding.uri, known.content, note=note_torn(connection))


def _same(files: Iterable[DropFile], known: Known) -> DropFile | None:
    """The file that has the content, whatever its name."""
    for file in files:
        if known.n_bytes in (None, file.n_bytes):
            with open_file(file) as body:
                if of_file(body).sha256 == known.sha256:
                    return file
    return None


def _reference(
    connection: psycopg.Connection, landing: Landing, finding: Finding, known: Known, sources: Sources, name: str
) -> Finding:
    folder = sources.drop / "reference" / name
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file() and known.n_bytes in (None, path.stat().st_size):
            with path.open("rb") as body:
                is_it = of_file(body).sha256 == known.sha256
            if is_it:
                landed = landing.put(known.source, known.name, path)
                record(connection, landed)
                connection.commit()
                return finding.ended(f"landed again from {path.name}; its rows were read from the file itself", is_mended=True)
    return finding.ended(f"The drop folder does not have it any more. {SEND_AGAIN}", is_mended=False)


def _form(
    connection: psycopg.Connection,
    landing: Landing,
    finding: Finding,
    known: Known,
    sources: Sources,
    scanned: dict[str, str],
    form: str,
) -> Finding:
    if form not in sources.catalogue.kobo:
        return finding.ended(f"There is no contract {form} any more, so no server is known that has it.", is_mended=False)
    if form not in scanned:
        scanned[form] = sources.scan(form)
    if is_whole(landing, known):
        return finding.ended("landed again by a scan of the form", is_mended=True)
    if others := _of_other_projects(connection, form, known, scanned[form]):
        return finding.ended(
            f"It holds submissions of another project ({', '.join(others)}), which this sync does not read. Restore it from a backup of the landing.",
            is_mended=False,
        )
    if _is_in_use(connection, finding.uri):
        return finding.ended(
            "The sync still needs it, and the server did not send it again. Restore it from a backup of the landing.",
            is_mended=False,
        )
    with connection.transaction():
        connection.execute("delete from ops.landing_file where (source, content_sha256) = (%s, %s)", (known.source, known.sha256))
    if finding.kind != "missing":
        landing.store.remove(landing.path_of(finding.uri))
    return finding.ended(
        "what it held landed again by a scan of the form, and the torn page is gone; submissions that the server no longer has are in raw only",
        is_mended=True,
    )


def _of_other_projects(connection: psycopg.Connection, form: str, known: Known, uid: str) -> list[str]:
    """Projects of the form, besides the one that was scanned, of which the page may hold submissions."""
    ids = [IDS.fullmatch(name) for name in known.names]
    found: set[str] = set()
    for each in filter(None, ids):
        rows = connection.execute(
            "select distinct asset_uid from raw.kobo_submission where form = %s and submission_id between %s and %s and asset_uid <> %s",
            (form, int(each[1]), int(each[2]), uid),
        )
        found |= {row[0] for row in rows}
    return sorted(found)


def _is_in_use(connection: psycopg.Connection, uri: str) -> bool:
    asked = (
        "select exists (select from raw.kobo_form where uri = %(uri)s) or exists (select from ops.kobo_pull where uri = %(uri)s)"
    )
    return bool(connection.execute(asked, {"uri": uri}).fetchone()[0])  # type: ignore[index]  # one row always
