"""The project as the scheduler runs it: layer by layer, on a warehouse where nothing has arrived yet."""

from __future__ import annotations

from pathlib import Path

from tests.integration.dbt_project import build_models, prepare, query

LAYERS = ("staging", "core", "fieldwork", "quality", "indicators")


def test_layers_build_one_after_another_from_empty_sources(warehouse: str, tmp_path: Path) -> None:
    """Without statistics PostgreSQL takes a table of millions for a small one, and joins it row by row."""
    prepare(warehouse, catalogue=False)
    for layer in LAYERS:
        build_models(warehouse, tmp_path, "--select", f"path:models/{layer}")
    assert query(warehouse, "select count(*)::int as n from indicators.fct_indicator") == [{"n": 0}]
    assert len(query(warehouse, "select nspname from pg_namespace where nspname = any(%s)", list(LAYERS))) == len(LAYERS)
    analyzed = query(
        warehouse, "select relname, last_analyze is not null as is_so from pg_stat_user_tables where schemaname = 'core'"
    )
    assert len(analyzed) > 40 and all(row["is_so"] for row in analyzed)
