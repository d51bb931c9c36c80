"""Staff files: which ones in the drop folder are new, and one file into raw."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dags.hooks.connections import landing_url, warehouse_url
from dags.steps.catalogue import read_catalogue
from dags.steps.refusal import no_retry_for


def list_new_files() -> list[dict[str, Any]]:
    from ingestion.hr.files import list_drop
    from parity.settings import Settings

    files = list_drop(Settings.from_env().drop, read_catalogue())
    return [
        {"name": f"{file.contract}/{file.name}", "contract": file.contract, "path": str(file.path)} for file in files
    ]


def load_file(name: str, contract: str, path: str) -> dict[str, Any]:
    from pathlib import Path

    from ingestion.hr.errors import FileRefused
    from ingestion.hr.load import load_file
    from ingestion.landing import Landing
    from parity.database import connect
    from parity.settings import Settings

    the_contract = read_catalogue().hr[contract]
    with no_retry_for(FileRefused), connect(warehouse_url(), application="parity ingest_hr") as connection:
        report = load_file(connection, Landing(landing_url()), the_contract, Path(path), Settings.from_env().hr_key)
    return {"name": name, **asdict(report)}
