"""The catalogue and the international tables: what is there, and one of them into raw."""

from __future__ import annotations

from typing import Any

from dags.hooks.connections import landing_place
from dags.steps.catalogue import read_catalogue, require_known
from dags.steps.refusal import no_retry_for
from dags.steps.warehouse import open_warehouse

CATALOGUE = "catalogue"


def list_sources(only: str | None = None) -> list[dict[str, Any]]:
    """The catalogue, which is always there, then the last file by name of each `reference/<contract>/` in the drop.

    A file replaces its table, so of several editions only one may be loaded. The catalogue is not read here: a fault in
    it must show as the catalogue's, by name. `only`: the table of that contract alone. Raises UnknownName where no file of it lies there.
    """
    from parity.settings import Settings

    folder = Settings.from_env().drop / "reference"
    files = sorted(path for path in folder.glob("*/*") if path.is_file() and not path.name.startswith("."))
    newest = {path.parent.name: path for path in files}
    tables = [{"name": f"{contract}/{path.name}", "contract": contract, "path": str(path)} for contract, path in newest.items()]
    if only is None:
        return [{"name": CATALOGUE}, *tables]
    require_known("file in the drop folder of the contract", only, newest)
    return [table for table in tables if table["contract"] == only]


def load_source(name: str, contract: str | None = None, path: str | None = None) -> dict[str, Any]:
    from pathlib import Path

    from ingestion import reference
    from ingestion.hr.errors import FileRefused
    from ingestion.landing import Landing
    from parity.catalogue.errors import nearest

    catalogue = read_catalogue()
    with open_warehouse("parity ingest_reference") as connection:
        if contract is None or path is None:
            return {"name": name, "n_rows": reference.load_catalogue(connection, catalogue)}
        with no_retry_for(LookupError, FileRefused):
            if contract not in catalogue.reference:
                hint = nearest(contract, catalogue.reference)
                raise LookupError(f"{name}: no contract `{contract}` in catalogue/sources/reference/.{hint}")
            the_contract = catalogue.reference[contract]
            n_rows = reference.load_reference(connection, Landing.at(landing_place()), the_contract, Path(path))
    return {"name": name, "n_rows": n_rows}
