"""The tables that the dbt project reads, as its own list of sources names them."""

from __future__ import annotations

from pathlib import Path

from parity.yaml_files import read_yaml


def source_tables(project: Path) -> list[str]:
    """What the dbt project in that folder reads, as 'schema.name'."""
    sources = read_yaml(project / "models" / "staging" / "_sources.yml")["sources"]
    return [f"{source['name']}.{table['name']}" for source in sources for table in source["tables"]]
