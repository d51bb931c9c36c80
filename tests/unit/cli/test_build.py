"""`parity build`: what is selected, what is said of it, and what a wrong name is answered with."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cli.dbt_build import Outcome, UnknownModel, outcome, selectors
from cli.main import app
from parity.settings import REPOSITORY

PROJECT = REPOSITORY / "dbt"


@pytest.mark.parametrize(
    ("word", "selector"),
    [
        ("fct_pay", "+fct_pay"),
        ("stg_hr__staff", "+stg_hr__staff"),
        ("fct_pay+", "fct_pay+"),
        ("+fct_pay+1", "+fct_pay+1"),
        ("1+fct_pay", "1+fct_pay"),
        ("@fct_pay", "@fct_pay"),
        ("core", "path:models/core"),
        ("core+", "path:models/core+"),
        ("hr", "path:models/staging/hr"),
        ("tag:cell", "tag:cell"),
        ("path:models/core/dimensions/dim_time.sql", "path:models/core/dimensions/dim_time.sql"),
        ("ind_hr__*", "ind_hr__*"),
    ],
)
def test_a_model_brings_its_parents_and_selectors_of_dbt_stand(word: str, selector: str) -> None:
    assert selectors([word], PROJECT) == [selector]


def test_each_of_several_names_is_a_selector() -> None:
    assert selectors(["fct_pay", "core"], PROJECT) == ["+fct_pay", "path:models/core"] and selectors([], PROJECT) == []


@pytest.mark.parametrize(("word", "closest"), [("fct_pays", "fct_pay"), ("+fct_headcuont", "fct_headcount"), ("corr", "core")])
def test_an_unknown_model_is_answered_with_the_closest_name(word: str, closest: str) -> None:
    with pytest.raises(UnknownModel, match=rf"no model and no folder of models called .*{closest}"):
        selectors([word], PROJECT)


def test_a_name_like_no_other_gets_no_suggestion() -> None:
    with pytest.raises(UnknownModel, match=r"called 'xyzzy'\.$"):
        selectors(["xyzzy"], PROJECT)


def result(node: str, status: str, message: str | None = None, said: str = "SELECT 3") -> dict:
    return {"unique_id": node, "status": status, "message": message, "adapter_response": {"_message": said}}


def test_an_outcome_tells_built_models_from_those_that_stood_and_failures_from_warnings() -> None:
    found = outcome(
        [
            result("operation.parity.parity-on-run-start-0", "success"),
            result("model.parity.b", "success"),
            result("model.parity.a", "success"),
            result("model.parity.c", "success", said="UNCHANGED"),
            result("model.parity.d", "error", "Database Error\n  no such column"),
            result("model.parity.e", "skipped"),
            result("test.parity.held.123", "pass"),
            result("test.parity.held_too.124", "warn", "Got 1 result"),
            result("test.parity.broken.125", "fail", "Got 2 results"),
        ]
    )
    assert found == Outcome(
        built=("a", "b"),
        n_unchanged=1,
        n_tests_passed=1,
        warnings=("held_too: Got 1 result",),
        failures=("d: Database Error no such column", "broken: Got 2 results"),
        skipped=("e",),
    )


def test_the_command_refuses_an_unknown_model_before_it_looks_for_a_warehouse() -> None:
    run = CliRunner().invoke(app, ["build", "fct_pays", "--json"])
    assert run.exit_code == 2
    [report] = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    assert "fct_pay" in report["error"]


def test_the_help_shows_what_can_be_named() -> None:
    said = CliRunner().invoke(app, ["build", "--help"], env={"COLUMNS": "160"}).stdout
    for word in ("parity build fct_pay+", "tag:cell", "--full-refresh", "--json", "Exit codes"):
        assert word in said
