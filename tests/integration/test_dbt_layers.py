"""The project as the scheduler runs it: layer by layer, on a warehouse where nothing has arrived yet."""

from __future__ import annotations

from pathlib import Path

from tests.integration.dbt_project import build, prepare, query


def test_layers_build_one_after_another_from_empty_sources(warehouse: str, tmp_path: Path) -> None:
    prepare(warehouse, catalogue=False)
    for layer in ("staging", "core", "fieldwork", "quality", "indicators"):
        build(warehouse, tmp_path, "--select", f"path:models/{layer}")
    assert query(warehouse, "select count(*)::int as n from indicators.fct_indicator") == [{"n": 0}]
    schemas = query(
        warehouse, "select nspname from pg_namespace where nspname in ('staging', 'core', 'fieldwork', 'quality', 'indicators')"
    )
    assert len(schemas) == 5
