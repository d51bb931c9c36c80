"""Every DAG parses, says what it is for, and has the arrows that `build_warehouse` and its readers rely on."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
INGEST = {"ingest_kobo": "raw_kobo", "ingest_hr": "raw_hr", "ingest_reference": "raw_reference"}
RECONCILE = {"reconcile_kobo": "raw_kobo"}
LAYERS = ("fieldwork", "quality")
COPIES = [f"copy_{layer}" for layer in LAYERS]
DAG_IDS = {*INGEST, *RECONCILE, "build_warehouse"}
HEAVY = ("great_expectations", "polars", "pandas", "dbt", "scipy", "pyarrow", "openpyxl", "psycopg", "ingestion")


def test_only_the_dag_files_are_parsed_and_without_error(dag_bag):
    assert dag_bag.import_errors == {}
    assert set(dag_bag.dag_ids) == DAG_IDS
    parsed = {Path(stat.file).name for stat in dag_bag.dagbag_stats}
    assert parsed == {f"{dag_id}.py" for dag_id in DAG_IDS}


@pytest.mark.parametrize("dag_id", sorted(DAG_IDS))
def test_dag_has_owner_tags_retries_and_docs(dags, dag_id):
    dag = dags[dag_id]
    assert dag.tags
    assert dag.doc_md and len(dag.doc_md.splitlines()) > 5
    assert dag.default_args["retries"] >= 1
    assert not dag.catchup
    assert dag.max_active_runs == 1
    assert [task.task_id for task in dag.tasks if task.owner != "data-engineering"] == []
    assert [task.task_id for task in dag.tasks if len(task.doc_md or "") < 20] == []


@pytest.mark.parametrize("dag_id", sorted(DAG_IDS))
def test_each_task_waits_for_outages_but_the_one_that_only_says_what_failed(dags, dag_id):
    for task in dags[dag_id].tasks:
        waits = task.retries == 6 and task.retry_policy is not None and task.retry_exponential_backoff == 2
        assert waits is (task.task_id != "all_sources_loaded"), task.task_id


PARAMS = {
    "ingest_hr": {"contract", "period"},
    "ingest_kobo": {"form", "scan"},
    "reconcile_kobo": {"form", "scan"},
    "ingest_reference": {"contract"},
    "build_warehouse": {"force", "full_refresh"},
}


@pytest.mark.parametrize("dag_id", sorted(DAG_IDS))
def test_parameters_are_described_and_none_is_needed(dags, dag_id):
    params = dags[dag_id].params
    assert set(params) == PARAMS[dag_id]
    for name in params:
        assert len(params.get_param(name).description) > 40
    params.validate()


@pytest.mark.parametrize(
    ("dag_id", "name", "right", "wrong"),
    [
        ("ingest_hr", "contract", "tha_pol", "tha_poll"),
        ("ingest_hr", "period", "2026-03", "March"),
        ("ingest_kobo", "form", "workplace_culture", "culture"),
        ("reconcile_kobo", "form", "fact_finding", "facts"),
        ("ingest_reference", "contract", "unsd_police", "unsd"),
        ("build_warehouse", "full_refresh", True, "yes"),
    ],
)
def test_a_parameter_takes_what_exists_and_nothing_else(dags, dag_id, name, right, wrong):
    from airflow.sdk.exceptions import ParamValidationError

    param = dags[dag_id].params.get_param(name)
    assert param.resolve(right) == right
    with pytest.raises(ParamValidationError):
        param.resolve(wrong)


def test_a_backfill_is_offered_where_a_day_means_something(dags):
    refuses = {dag_id for dag_id, dag in dags.items() if "backfill" not in (dag.allowed_run_types or {"backfill"})}
    assert refuses == DAG_IDS - {"ingest_hr", "build_warehouse"}  # a schedule of assets alone has no days to fill in
    assert [dag_id for dag_id in DAG_IDS if "backfill" not in dags[dag_id].doc_md.lower()] == []


@pytest.mark.parametrize("dag_id", sorted(DAG_IDS))
def test_dag_fields_hold_no_secret(dags, dag_id):
    for task in dags[dag_id].tasks:
        assert not getattr(task, "env", None)


@pytest.mark.parametrize(("dag_id", "asset"), [*INGEST.items(), *RECONCILE.items()])
def test_ingest_is_list_load_report_and_a_leaf_that_may_be_red(dags, dag_id, asset):
    dag = dags[dag_id]
    [first] = dag.roots
    [load] = [task for task in dag.tasks if task.is_mapped]
    assert {leaf.task_id for leaf in dag.leaves} == {"report", "all_sources_loaded"}
    assert load.upstream_task_ids == {first.task_id}
    assert load.partial_kwargs["map_index_template"]
    report = dag.get_task("report")
    for leaf in dag.leaves:
        assert leaf.trigger_rule == "all_done"
        assert leaf.upstream_task_ids == {first.task_id, load.task_id}
    assert [outlet.name for outlet in report.outlets] == [asset]
    assert [task.task_id for task in dag.tasks if task.outlets] == ["report"]


def test_build_starts_on_any_of_the_three_assets(dags):
    from airflow.sdk import AssetAny

    condition = dags["build_warehouse"].timetable.asset_condition
    assert type(condition) is AssetAny
    assert {asset.name for asset in condition.objects} == set(INGEST.values())


def test_build_goes_through_each_gate_in_order(dags):
    dag = dags["build_warehouse"]
    path = [task for task in dag.topological_sort() if task.task_id not in (*LAYERS, *COPIES, "remember")]
    assert [task.task_id for task in path] == [
        "changes",
        "gate_raw",
        "deliveries",
        "staging",
        "core",
        "indicators",
        "gate_indicators",
        "candidate",
        "gate_candidate",
        "publish",
        "push_superset",
    ]
    for before, after in itertools.pairwise(path):
        assert before.task_id in after.upstream_task_ids
        # Dashboards are pushed, too, where nothing changed and all before was skipped.
        assert after.trigger_rule == ("none_failed" if after.task_id == "push_superset" else "all_success")


def test_a_build_asked_to_be_whole_is_made_where_nothing_changed_and_tells_dbt(dags, monkeypatch):
    from dags.steps import release

    asked = []
    monkeypatch.setattr(release, "new_inputs", lambda *, force: asked.append(force) or {"code": "a"})
    changes = dags["build_warehouse"].get_task("changes").python_callable
    for force, full_refresh in itertools.product([False, True], repeat=2):
        changes(params={"force": force, "full_refresh": full_refresh})
    assert asked == [False, True, True, True]
    layers = [task for task in dags["build_warehouse"].tasks if task.task_id in ("staging", "core", "indicators", *LAYERS)]
    assert [task.full_refresh for task in layers] == ["{{ params.full_refresh }}"] * 5


@pytest.mark.parametrize("inputs", [{"code": "a hash"}, None])
def test_where_nothing_changed_all_is_skipped_at_once_but_what_readers_may_have_lost(dags, monkeypatch, inputs):
    from airflow.sdk.exceptions import DownstreamTasksSkipped

    from dags.steps import release

    monkeypatch.setattr(release, "new_inputs", lambda *, force: inputs)
    dag = dags["build_warehouse"]
    changes = dag.get_task("changes").python_callable
    with nullcontext() if inputs else pytest.raises(DownstreamTasksSkipped) as skipped:
        assert changes(params={"force": False, "full_refresh": False}, dag=dag) == inputs
    assert inputs or {*skipped.value.tasks} == {task.task_id for task in dag.tasks} - {"changes", "push_superset", *COPIES}
    for layer, copied in zip(LAYERS, COPIES, strict=True):
        task = dag.get_task(copied)
        assert task.upstream_task_ids == {layer} and task.trigger_rule == "none_failed"


def test_a_run_that_the_version_before_began_goes_on_without_its_inputs(monkeypatch):
    from contextlib import nullcontext

    from dags.steps import release

    asked = []
    monkeypatch.setattr(release, "open_warehouse", lambda name: nullcontext())
    monkeypatch.setattr("publication.releases.build_candidate", lambda connection, inputs: asked.append(inputs) or 7)
    assert release.build_candidate("one hash of everything") == 7
    assert release.build_candidate({"code": "a", "catalogue": "b", "sources": {"raw.a": "c"}}) == 7
    assert asked[0] is None and asked[1].sources == {"raw.a": "c"}
    release.remember_inputs("one hash of everything")  # nothing is remembered, so the next build looks at everything


def test_a_build_is_remembered_only_when_all_of_it_succeeded(dags):
    remember = dags["build_warehouse"].get_task("remember")
    assert remember.upstream_task_ids == {"changes", "publish", *COPIES}
    assert remember.trigger_rule == "all_success" and not remember.downstream_task_ids


def test_no_release_waits_for_the_tables_of_teams(dags):
    beside = [dags["build_warehouse"].get_task(layer) for layer in LAYERS]
    for task, copied in zip(beside, COPIES, strict=True):
        assert task.upstream_task_ids == {"core"} and task.downstream_task_ids == {copied}
        assert dags["build_warehouse"].get_task(copied).downstream_task_ids == {"remember"}
    environments = {task.target for task in (*beside, dags["build_warehouse"].get_task("indicators"))}
    assert len(environments) == 3


@pytest.mark.slow
def test_dag_files_import_nothing_heavy():
    source = f"""
import importlib, json, sys
import airflow.sdk
for dag_id in {sorted(DAG_IDS)!r}:
    importlib.import_module("dags." + dag_id)
heavy = [name for name in {HEAVY!r} if name in sys.modules]
print(json.dumps(heavy))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", source], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout.strip().splitlines()[-1]) == []
