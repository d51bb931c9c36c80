"""Staff files: which ones need a try where they wait, and one file into raw."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import time
from collections.abc import Collection
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dags.hooks.connections import file_access, landing_place
from dags.steps.catalogue import contract_of, read_catalogue, require_known
from dags.steps.refusal import no_retry_for
from dags.steps.waiting import as_task, read_known, see, to_try
from dags.steps.warehouse import open_warehouse

if TYPE_CHECKING:
    from ingestion.hr.files import DropFile
    from parity.catalogue import Catalogue

log = logging.getLogger(__name__)
YOUNG = dt.timedelta(seconds=10)  # a file that was written so lately may still be growing
SECOND_LOOK_SECONDS = 3.0


def list_new_files(contract: str | None = None, period: str | None = None, *, reads_all: bool = True) -> list[dict[str, Any]]:
    """A task per file costs seconds: what is loaded already is left out here, though `load_file` would find it out, and so is what was refused. What is
    held or refused is tried again where its contract has changed since.

    A location that cannot be listed stands in the list too, and so do a contract with a fault and a file that cannot be read: its task is red, and the
    other agencies' files are loaded. `contract`: its files alone. `period`: files that were written in that year, month or day alone.
    `reads_all`: read every file to know its content, rather than those written since they were read last. Raises UnknownName, BadPeriod.
    """
    from dags.steps.period import bounds
    from ingestion.hr.check import is_provisional
    from ingestion.hr.errors import FileRefused
    from ingestion.hr.refused import moved_and_due

    catalogue = read_catalogue()
    require_known("contract of staff files", contract, {*catalogue.hr, *catalogue.set_aside})
    within = bounds(period)
    contracts = {name: each for name, each in catalogue.hr.items() if contract in (None, name)}
    files, problems = _waiting(catalogue, contracts)
    files = [file for file in files if within.holds(file.delivered_at)]
    with open_warehouse("parity ingest_hr") as connection:
        known = read_known(connection, contracts)
    contents: dict[tuple[str, str], tuple[dt.datetime, int, str]] = {}
    readable: list[DropFile] = []
    for file in files:
        try:
            content = (None if reads_all else known.content(file)) or _content(file, contracts)
        except FileRefused as error:
            problems.append({"name": f"{file.contract}/{error.file}", "contract": file.contract, "problem": str(error)})
            continue
        contents[file.contract, file.url] = (file.delivered_at, file.n_bytes, content)
        readable.append(file)
    with open_warehouse("parity ingest_hr") as connection:
        see(connection, contents)
    new = to_try(
        readable,
        known,
        lambda file: contents[file.contract, file.url][2],
        lambda file: not is_provisional(file.name, contracts[file.contract]),
    )
    new = _without_growing(new)
    again = [
        as_task(file, refused.content_sha256, "refused/") for refused, file in moved_and_due([*known.refused.values()], contracts)
    ]
    log.info("%d files wait, %d of them need a try, and %d that were refused", len(files), len(new), len(again))
    return [*new, *again, *problems]


def _waiting(catalogue: Catalogue, contracts: Collection[str]) -> tuple[list[DropFile], list[dict[str, Any]]]:
    """The files of these contracts, and a task for each contract with a fault and each location that cannot be listed."""
    from ingestion.hr.files import LocationError, list_location
    from parity.settings import Settings

    drop, files = Settings.from_env().drop, []
    problems = [
        {"name": f"{name}/(contract)", "contract": name, "problem": line}
        for name, line in zip(catalogue.set_aside, catalogue.set_aside_lines(), strict=True)
        if name in contracts or len(contracts) == len(catalogue.hr)
    ]
    for name in contracts:
        try:
            files += list_location(catalogue.hr[name], drop, file_access(catalogue.hr[name].connection)[0])
        except LocationError as error:
            problems.append({"name": f"{name}/(location)", "contract": name, "problem": str(error)})
    return files, problems


def _content(file: DropFile, contracts: Any) -> str:
    from ingestion.hr.files import open_file

    with open_file(file, file_access(contracts[file.contract].connection)[0]) as body:
        return hashlib.file_digest(body, "sha256").hexdigest()  # type: ignore[arg-type]  # a binary file can readinto


def _without_growing(new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what still grows: a file written just now is looked at again after a moment. The watch brings it once it lies still."""
    from ingestion.hr.files import still_as

    now = dt.datetime.now(dt.UTC)
    if not any(abs(now - dt.datetime.fromisoformat(each["delivered_at"])) < YOUNG for each in new):
        return new
    time.sleep(SECOND_LOOK_SECONDS)
    lying = [each for each in new if still_as(each["url"], each["n_bytes"], dt.datetime.fromisoformat(each["delivered_at"]))]
    if len(lying) < len(new):
        log.info("%d files are still being written, and are left for the watch.", len(new) - len(lying))
    return lying


def load_file(
    name: str,
    contract: str,
    url: str = "",
    delivered_at: str = "",
    n_bytes: int = 0,
    file_name: str = "",
    sha256: str = "",
    problem: str | None = None,
) -> dict[str, Any]:
    """One file into raw. What is refused moves to `refused/` and is remembered. Red for good where it is refused."""
    from airflow.sdk.exceptions import AirflowFailException

    from ingestion.hr.errors import FileNotReadable, FileRefused
    from ingestion.hr.files import DropFile
    from ingestion.hr.keys import KeyMissing, KeyRing
    from ingestion.hr.load import load_file
    from ingestion.hr.refused import put_back, remember_refused
    from ingestion.landing import Landing
    from ingestion.raw_files import RawFiles
    from parity.settings import Settings

    if problem:
        return _still_a_problem(name, contract, problem)
    the_contract = contract_of(read_catalogue(), contract)
    options, password = file_access(the_contract.connection)
    file_name = file_name or name.removeprefix(f"{contract}/")
    file = DropFile(contract, url, file_name, dt.datetime.fromisoformat(delivered_at), n_bytes)
    settings = Settings.from_env()
    ring, files = KeyRing(settings.hr_keys), RawFiles.named(settings.raw_parquet)
    with no_retry_for(FileRefused, KeyMissing), open_warehouse("parity ingest_hr") as connection:
        try:
            report = load_file(
                connection, Landing.at(landing_place()), the_contract, file, ring, options=options, password=password, files=files
            )
        except FileNotReadable:
            raise
        except FileRefused as error:
            if not sha256:
                raise
            connection.rollback()
            refused = remember_refused(connection, the_contract, file, sha256, str(error))
            raise AirflowFailException(str(refused)) from None
    if (back := put_back(file, sha256)) is not None:
        log.info("%s was refused before; it is loaded now, and lies in %s again.", file_name, back)
    for notice in report.notices:
        log.warning("%s: %s", report.file, notice)
    for line in report.held:
        log.warning("%s is loaded and held: %s", report.file, line)
    for revision in report.revisions:
        log.info("%s: delivered again: %s", report.file, asdict(revision))
    return {
        "name": name,
        "status": report.status,
        "n_rows": report.n_rows,
        "n_people": report.n_people,
        "n_quarantined": report.n_quarantined,
        "n_periods_revised": len(report.revisions),
        "notices": report.notices,
        "held": report.held,
    }


def _still_a_problem(name: str, contract: str, problem: str) -> dict[str, Any]:
    """A location that could not be listed, a contract with a fault, a file that could not be read: looked at again, as each may be over. The watch then
    brings the files. Raises ContractAway, LocationError; AirflowFailException for a file."""
    from airflow.sdk.exceptions import AirflowFailException

    from ingestion.hr.files import list_location
    from parity.settings import Settings

    the_contract = contract_of(read_catalogue(), contract)
    if not name.endswith(("(contract)", "(location)")):
        raise AirflowFailException(problem)
    files = list_location(the_contract, Settings.from_env().drop, file_access(the_contract.connection)[0])
    log.info(
        "%s: this is over, and %d files wait there. The watch on the folders starts a run for what is new.", name, len(files)
    )
    return {"name": name, "status": "over"}
