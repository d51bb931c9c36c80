"""The catalogue and the international tables: what is there, and one of them into raw."""

from __future__ import annotations

from typing import Any

from dags.hooks.connections import landing_url, warehouse_url

CATALOGUE = "catalogue"


def list_sources() -> list[dict[str, Any]]:
    """The catalogue comes first and is always there; then each file of `reference/<contract>/` in the drop folder."""
    from parity.settings import Settings

    folder = Settings.from_env().drop / "reference"
    files = sorted(path for path in folder.glob("*/*") if path.is_file() and not path.name.startswith("."))
    return [{"name": CATALOGUE}] + [
        {"name": f"{path.parent.name}/{path.name}", "contract": path.parent.name, "path": str(path)} for path in files
    ]


def load_source(name: str, contract: str | None = None, path: str | None = None) -> dict[str, Any]:
    from ingestion import reference
    from ingestion.landing import Landing
    from parity.catalogue import load_catalogue
    from parity.database import connect
    from parity.settings import Settings

    catalogue = load_catalogue(Settings.from_env().catalogue)
    with connect(warehouse_url(), application="parity ingest_reference") as connection:
        if contract is None:
            reference.load_catalogue(connection, catalogue)
            return {"name": name}
        reference.load_reference(connection, Landing(landing_url()), catalogue.reference[contract], path)
    return {"name": name}
