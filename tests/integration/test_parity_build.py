"""`parity build` on a warehouse: one model with its parents, then nothing, then a failed test."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.integration.dbt_project import deliver, prepare, query

LIST = [{"period_date": dt.date(2025, 12, 31), "person_key": f"p{number}", "sex_code": "PL"[number % 2]} for number in range(30)]


def test_a_model_is_built_with_its_parents_and_then_left_alone(
    warehouse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(warehouse)
    deliver(warehouse, "idn_imm", "IDN-IMM", LIST)
    monkeypatch.setenv("PARITY_HOME", str(tmp_path))
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)

    def run(*words: str) -> tuple[int, dict]:
        done = CliRunner().invoke(app, ["build", "--json", *words])
        return done.exit_code, json.loads(done.stdout)

    code, first = run("dim_gender", "stg_hr__newest_delivery")
    assert code == 0 and first["n_tests_passed"] > 3 and not first["failures"]
    assert {"stg_catalogue__gender", "dim_gender", "stg_hr__newest_delivery"} <= set(first["built"])
    assert query(warehouse, "select count(*)::int as n from core.dim_gender") == [{"n": 6}]

    code, second = run("dim_gender", "stg_hr__newest_delivery")
    assert code == 0 and second["built"] == [] and second["n_unchanged"] == len(first["built"])

    code, third = run("dim_gender", "--full-refresh")
    assert code == 0 and third["built"] == ["dim_gender", "stg_catalogue__gender"]

    with psycopg.connect(warehouse) as connection:
        connection.execute("alter table raw.catalogue_gender alter label drop not null")
        connection.execute("update raw.catalogue_gender set label = null where gender = 'woman'")
    code, broken = run("dim_gender")
    assert code == 1 and broken["built"] == ["stg_catalogue__gender"]
    assert [
        failure
        for failure in broken["failures"]
        if failure.startswith("dim_gender: Database Error") and "gender_label" in failure
    ]
