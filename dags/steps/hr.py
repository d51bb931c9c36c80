"""Staff files: which ones are new where they wait, and one file into raw."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dags.hooks.connections import file_access, landing_place
from dags.steps.catalogue import read_catalogue
from dags.steps.refusal import no_retry_for
from dags.steps.warehouse import open_warehouse
from parity.deliveries import NOT_REPLACED

if TYPE_CHECKING:
    from ingestion.hr.files import DropFile, Standing

log = logging.getLogger(__name__)
LOADED = (
    "select contract, content_sha256, not is_provisional, coalesce(delivered_again_at, delivered_at), said_written_at from raw.hr_delivery as delivery"
    f" where {NOT_REPLACED}"  # nosec B608  # a constant
)


def not_loaded(
    files: Iterable[DropFile],
    loaded: Mapping[tuple[str, str], Standing],
    digest: Callable[[DropFile], str],
    is_final: Callable[[DropFile], bool] = lambda file: True,
    now: dt.datetime | None = None,
) -> list[dict[str, Any]]:
    """The files whose (contract, content) is not loaded, or was loaded as provisional or as written earlier, as plain JSON."""
    now = now or dt.datetime.now(dt.UTC)
    return [
        {
            "name": f"{file.contract}/{file.name}",
            "contract": file.contract,
            "url": file.url,
            "delivered_at": file.delivered_at.isoformat(),
            "n_bytes": file.n_bytes,
        }
        for file in files
        if (known := loaded.get((file.contract, digest(file)))) is None or file.comes_again(is_final(file), known, now)
    ]


def list_new_files() -> list[dict[str, Any]]:
    """A task per file costs seconds: what is loaded already is left out here, though `load_file` would find it out. What is held is loaded anew where
    its contract has changed since.

    A location that cannot be listed stands in the list too, and so does a contract with a fault: its task is red, and the other agencies'
    files are loaded.
    """
    from ingestion.hr.anew import to_load_anew
    from ingestion.hr.check import is_provisional
    from ingestion.hr.files import LocationError, list_location, open_file
    from ingestion.hr.torn import to_look_at_again
    from parity.settings import Settings

    drop, catalogue = Settings.from_env().drop, read_catalogue()
    contracts = catalogue.hr
    options: dict[str, dict[str, Any]] = {}
    files: list[DropFile] = []
    unlisted: list[dict[str, Any]] = [
        {"name": f"{name}/(contract)", "contract": name, "problem": line}
        for name, line in zip(catalogue.set_aside, catalogue.set_aside_lines(), strict=True)
    ]
    for contract in contracts.values():
        try:
            options[contract.name] = file_access(contract.connection)[0]
            files += list_location(contract, drop, options[contract.name])
        except LocationError as error:
            unlisted.append({"name": f"{contract.name}/(location)", "contract": contract.name, "problem": str(error)})

    def digest(file: DropFile) -> str:
        with open_file(file, options[file.contract]) as body:
            return hashlib.file_digest(body, "sha256").hexdigest()  # type: ignore[arg-type]  # a binary file can readinto

    with open_warehouse("parity ingest_hr") as connection:
        loaded = {(contract, content): tuple(standing) for contract, content, *standing in connection.execute(LOADED)}
        for again in {*to_load_anew(connection, contracts), *to_look_at_again(connection)}:
            loaded.pop(again, None)
    new = not_loaded(files, loaded, digest, lambda file: not is_provisional(file.name, contracts[file.contract]))
    log.info("%d files wait, %d of them new", len(files), len(new))
    return new + unlisted


def load_file(
    name: str, contract: str, url: str = "", delivered_at: str = "", n_bytes: int = 0, problem: str | None = None
) -> dict[str, Any]:
    from airflow.sdk.exceptions import AirflowFailException

    from ingestion.hr.errors import FileRefused
    from ingestion.hr.files import DropFile
    from ingestion.hr.keys import KeyMissing, KeyRing
    from ingestion.hr.load import load_file
    from ingestion.landing import Landing
    from ingestion.raw_files import RawFiles
    from parity.settings import Settings

    if problem:
        raise AirflowFailException(problem)
    the_contract = read_catalogue().hr[contract]
    options, password = file_access(the_contract.connection)
    file = DropFile(contract, url, name.removeprefix(f"{contract}/"), dt.datetime.fromisoformat(delivered_at), n_bytes)
    settings = Settings.from_env()
    ring, files = KeyRing(settings.hr_keys), RawFiles.named(settings.raw_parquet)
    with no_retry_for(FileRefused, KeyMissing), open_warehouse("parity ingest_hr") as connection:
        report = load_file(
            connection, Landing.at(landing_place()), the_contract, file, ring, options=options, password=password, files=files
        )
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
