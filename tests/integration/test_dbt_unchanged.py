"""`dbt build` a second time does nothing, and after a change only what hangs on it: no more, and never less."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stack.postgres import Postgres
from tests.integration.dbt_project import REPOSITORY, build, database, dbt, deliver, prepare, query, respond

MODELS = ("--resource-type", "model")
PAY = (*MODELS, "--select", "+fct_pay")
CORE = ("--select", "path:models/core")
LISTS = [dt.date(2024, 12, 31), dt.date(2025, 6, 30), dt.date(2025, 12, 31)]
SURVEY = {
    "int_survey__profile",
    "int_survey__respondent",
    "fct_survey_response",
    "ind_survey__person_score",
    "ind_survey__estimate",
}
STAFF = {
    "stg_hr__staff",
    "int_staff__person_period",
    "fct_headcount",
    "fct_staff_event",
    "ind_hr__women_share",
    "ind_hr__separation_rate",
}


def people(day: dt.date, n_women: int = 30) -> list[dict[str, Any]]:
    return [
        {"period_date": day, "person_key": f"p{n}", "sex_code": "P" if n < n_women else "L", "rank_name": "Pengatur (II/c)", "hire_date": dt.date(2020, 1, 1)}
        for n in range(80)
    ]  # fmt: skip


def answers(n: int) -> list[dict[str, Any]]:
    return [
        {"agency": "IDN-IMM", "gender": "woman" if k % 2 else "man", "grade_band": "junior", "promo_merit": k % 5 + 1}
        for k in range(n)
    ]


class Warehouse:
    """A database that is built again and again, and what each build made."""

    def __init__(self, url: str, target: Path) -> None:
        self.url, self.target = url, target

    def made(self, *arguments: str) -> set[str]:
        """The models that a build made."""
        build(self.url, self.target, "--write-json", *arguments)
        return self.newest()

    def newest(self) -> set[str]:
        """The models that the newest build made."""
        results = json.loads((self.target / "run_results.json").read_text())["results"]
        models = [result for result in results if result["unique_id"].startswith("model.")]
        assert models
        return {
            result["unique_id"].rpartition(".")[2]
            for result in models
            if result["adapter_response"].get("_message") != "UNCHANGED"
        }

    def ledger(self) -> list[dict[str, Any]]:
        return query(self.url, "select node, built_at from ops.dbt_built order by node")

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(statement)


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with database(postgres) as url:
        prepare(url)
        for day in LISTS[:2]:
            deliver(url, "idn_imm", "IDN-IMM", people(day), name=f"{day}")
        respond(url, "workplace_culture", answers(60))
        warehouse = Warehouse(url, tmp_path_factory.mktemp("dbt"))
        assert len(warehouse.made(*MODELS)) > 90
        yield warehouse


def test_a_second_build_makes_no_model_and_runs_no_test_again(built: Warehouse) -> None:
    built.made(*CORE)
    before = built.ledger()
    assert sum(row["node"].startswith("test.") for row in before) > 100
    assert built.made(*CORE) == set()
    assert built.ledger() == before


def test_lists_that_come_late_or_corrected_make_staff_again_and_no_answer(built: Warehouse) -> None:
    deliver(built.url, "idn_imm", "IDN-IMM", people(LISTS[2], n_women=40), name="late")
    deliver(built.url, "idn_imm", "IDN-IMM", people(LISTS[0], n_women=20), name="corrected")
    made = built.made(*MODELS)
    assert made >= STAFF and "stg_kobo__answer" not in made
    shares = "select period_year, estimate from indicators.ind_hr__women_share where level = 'agency' order by period_year"
    assert query(built.url, shares) == [{"period_year": 2024, "estimate": 25.0}, {"period_year": 2025, "estimate": 50.0}]


def test_answers_make_the_survey_again_and_no_staff(built: Warehouse) -> None:
    built.made(*MODELS)
    respondents = "select count(*)::int as n from core.int_survey__respondent"
    [before] = query(built.url, respondents)
    respond(built.url, "workplace_culture", answers(3), first_id=1001)
    made = built.made(*MODELS)
    assert made >= SURVEY and not made & STAFF
    assert query(built.url, respondents) == [{"n": before["n"] + 3}]


def test_each_kind_of_change_is_seen(built: Warehouse) -> None:
    changes = {
        'update raw.kobo_submission set answers = answers || \'{"promo_merit": "5"}\' where submission_id = 1': "stg_kobo__submission",
        "update raw.hr_delivery set rekeyed_at = now()": "stg_hr__newest_delivery",
        "update raw.catalogue_indicator set target_text = 'another' where indicator_code = 'REP-01'": "stg_catalogue__indicator",
        "drop view staging.stg_unsd__police_share cascade": "stg_unsd__police_share",
    }
    staging = (*MODELS, "--select", "path:models/staging")
    built.made(*staging)
    for change in changes:
        built.execute(change)
    made = built.made(*staging)
    assert made >= set(changes.values())
    assert not made & {"stg_catalogue__agency", "stg_catalogue__rank", "stg_unodc__victim"}
    built.execute("delete from raw.kobo_submission where submission_id = 2")
    assert built.made(*staging) == {"stg_kobo__submission", "stg_kobo__answer"}


def pay(url: str) -> list[str]:
    return [row["line"] for row in query(url, "select cast(pay as text) as line from core.fct_pay as pay order by pay_id")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("update ops.dbt_built set code = 'older' where node = 'model.parity.fct_pay'", "its rows were made by other code"),
        ("alter table core.fct_pay alter column salary type numeric", "salary was numeric, is double precision"),
        ("alter table core.fct_pay add column bonus text", "bonus is gone"),
    ],
)
def test_an_incremental_model_of_other_code_or_columns_is_rebuilt_whole_and_says_so(
    built: Warehouse, change: str, said: str
) -> None:
    deliver(built.url, "idn_imm", "IDN-IMM", [row | {"salary": 100} for row in people(dt.date(2024, 3, 31))], name=said)
    built.made(*PAY)
    rows = pay(built.url)
    assert len(rows) == 80
    built.execute("update core.fct_pay set grade = 9")  # rows that older code made
    built.execute(change)
    log = build(built.url, built.target, *PAY)
    assert [line for line in log.splitlines() if "is rebuilt whole" in line] == [
        line for line in log.splitlines() if f"core.fct_pay is rebuilt whole: {said}" in line
    ]
    assert f"core.fct_pay is rebuilt whole: {said}" in log
    assert pay(built.url) == rows
    assert built.made(*PAY) == set()


def test_a_source_whose_column_has_another_type_makes_the_incremental_models_below_it_whole(built: Warehouse) -> None:
    built.made(*PAY)
    built.execute("alter table raw.hr_staff alter column birth_year type bigint")
    log = build(built.url, built.target, *PAY)
    assert "staging.stg_hr__staff is rebuilt whole: its rows were made by other code" in log
    built.execute("alter table raw.hr_staff alter column birth_year type int")
    assert "stg_hr__staff" in built.made(*PAY)


def models_below(manifest: dict[str, Any], nodes: set[str]) -> set[str]:
    """The nodes and the models that read them, directly or not."""
    found = list(nodes)
    for node in found:
        found += [child for child in manifest["child_map"][node] if child.startswith("model.") and child not in found]
    return {node.rpartition(".")[2] for node in found}


def users(manifest: dict[str, Any], macro: str) -> set[str]:
    """The models that use the macro, directly or through other macros."""
    macros = [f"macro.parity.{macro}"]
    for name in macros:
        macros += [
            other for other, found in manifest["macros"].items() if name in found["depends_on"]["macros"] and other not in macros
        ]
    return {
        node
        for node, found in manifest["nodes"].items()
        if node.startswith("model.") and set(macros) & set(found["depends_on"]["macros"])
    }


def test_a_comment_in_a_model_and_a_changed_macro_rebuild_what_hangs_on_them_and_no_more(
    built: Warehouse, tmp_path: Path
) -> None:
    project, target = tmp_path / "dbt", tmp_path / "target"
    shutil.copytree(REPOSITORY / "dbt", project, ignore=shutil.ignore_patterns("target", "logs"))

    def made() -> set[str]:
        dbt("run", built.url, target, "--write-json", project=project)
        return Warehouse(built.url, target).newest()

    def edit(path: str, old: str, new: str) -> None:
        text = (project / path).read_text()
        assert text.count(old) == 1
        (project / path).write_text(text.replace(old, new))

    built.made(*MODELS)
    assert made() == set(), "another folder is no other code"
    manifest = json.loads((target / "manifest.json").read_text())
    edit("models/core/staff/fct_pay.sql", "-- What people in post are paid", "-- A comment. What people in post are paid")
    expected = models_below(manifest, {"model.parity.fct_pay"})
    assert {"int_pay__year", "ind_hr__pay_gap", "fct_indicator"} <= expected and len(expected) < 15
    assert made() == expected
    edit(
        "macros/projection.sql",
        "{% macro stock_after(people, hired, leave, years) -%}",
        "{% macro stock_after(people, hired, leave, years) -%}{# A comment. #}",
    )
    using = users(manifest, "stock_after")
    expected = models_below(manifest, using)
    assert using and "fct_pay" not in expected and len(expected) < 15
    assert made() == expected
    assert made() == set()
