"""The tables that the dbt project reads, as its own list of sources names them."""

from __future__ import annotations

from pathlib import Path

import yaml


def source_tables(project: Path) -> list[str]:
    """What the dbt project in that folder reads, as 'schema.name'."""
    sources = yaml.safe_load((project / "models" / "staging" / "_sources.yml").read_text(encoding="utf-8"))["sources"]
    return [f"{source['name']}.{table['name']}" for source in sources for table in source["tables"]]
