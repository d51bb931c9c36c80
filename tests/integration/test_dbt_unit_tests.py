"""Every estimator on numbers worked by hand: dbt's own unit tests, on tables without rows."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.dbt_project import dbt, prepare


def test_estimators_equal_numbers_worked_by_hand(warehouse: str, tmp_path: Path) -> None:
    prepare(warehouse, catalogue=False)
    dbt("build", warehouse, tmp_path, "--exclude", "test_type:data")
    results = json.loads((tmp_path / "run_results.json").read_text())["results"]
    passed = [result for result in results if result["unique_id"].startswith("unit_test.") and result["status"] == "pass"]
    assert len(passed) >= 25
