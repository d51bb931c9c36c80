"""Staff files: which ones in the drop folder are new, and one file into raw."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dags.hooks.connections import landing_url, warehouse_url
from dags.steps.catalogue import read_catalogue
from dags.steps.refusal import no_retry_for

log = logging.getLogger(__name__)


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def not_loaded(
    files: Iterable[Any], loaded: set[tuple[str, str]], digest: Callable[[Path], str] = file_sha256
) -> list[dict[str, Any]]:
    """The files whose (contract, content) is not loaded, whatever they are called, as plain JSON."""
    return [
        {"name": f"{file.contract}/{file.name}", "contract": file.contract, "path": str(file.path)}
        for file in files
        if (file.contract, digest(file.path)) not in loaded
    ]


def list_new_files() -> list[dict[str, Any]]:
    """A task per file costs seconds: what is loaded already is left out here, though `load_file` would find it out."""
    from ingestion.hr.files import list_drop
    from ingestion.warehouse import ensure_schemas
    from parity.database import connect
    from parity.settings import Settings

    files = list_drop(Settings.from_env().drop, read_catalogue())
    with connect(warehouse_url(), application="parity ingest_hr") as connection:
        ensure_schemas(connection)
        loaded = set(connection.execute("select contract, content_sha256 from raw.hr_delivery").fetchall())
    new = not_loaded(files, loaded)
    log.info("%d files in the drop folder, %d of them new", len(files), len(new))
    return new


def load_file(name: str, contract: str, path: str) -> dict[str, Any]:
    from ingestion.hr.errors import FileRefused
    from ingestion.hr.load import load_file
    from ingestion.landing import Landing
    from parity.database import connect
    from parity.settings import Settings

    the_contract = read_catalogue().hr[contract]
    with no_retry_for(FileRefused), connect(warehouse_url(), application="parity ingest_hr") as connection:
        report = load_file(connection, Landing(landing_url()), the_contract, Path(path), Settings.from_env().hr_key)
    return {"name": name, **asdict(report)}
