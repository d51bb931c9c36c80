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


def test_every_table_of_the_core_has_statistics_before_anything_is_computed_from_it(warehouse: str, tmp_path: Path) -> None:
    """Without them PostgreSQL takes a table of millions for a small one, and joins it row by row."""
    prepare(warehouse)
    build(warehouse, tmp_path, "--select", "path:models/staging", "path:models/core")
    without = query(warehouse, "select relname from pg_stat_user_tables where schemaname = 'core' and last_analyze is null")
    assert without == []
