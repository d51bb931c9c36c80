"""
### From raw to the published release

Runs when surveys, staff files and reference tables have each been ingested again: gate **raw** → dbt **staging** →
**core** → **indicators** → gate **indicators** → **candidate** release with disclosure control → gate **candidate**
→ **publish** in one statement → push the dashboards to **Superset**.

* **Needs** the connections `warehouse`, `readers` and `superset`.
* **A gate is red** → the run stops there, and what was published stays published. Its log lists table, column and
  rule, never a value; all results are in `ops.gate_result`.
* **Nothing changed** → no new release is made.
* **fieldwork** (for survey teams) and **quality** (what agencies should mend) are built beside the release: no release waits for
  them or holds any of them.
* **To go back**: `parity release list`, then `parity release rollback`.
"""

from __future__ import annotations

from airflow.sdk import chain, dag, task

from dags.common import DEFAULT_ARGS, PUBLISHED, RAW_HR, RAW_KOBO, RAW_REFERENCE, START
from dags.steps.dbt import BuildLayer


@task
def gate(name: str) -> dict:
    from dags.steps import release

    return release.pass_gate(name)


@dag(
    dag_id="build_warehouse",
    schedule=[RAW_KOBO, RAW_HR, RAW_REFERENCE],
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["warehouse", "release"],
    default_args=DEFAULT_ARGS,
    doc_md=__doc__,
)
def build_warehouse() -> None:
    @task
    def candidate() -> int:
        from dags.steps import release

        return release.build_candidate()

    @task(outlets=[PUBLISHED])
    def publish(release_id: int) -> int:
        from dags.steps import release

        return release.publish(release_id)

    @task
    def push_superset() -> None:
        from dags.steps import release

        release.push_superset()

    release_id, core = candidate(), BuildLayer(layer="core")
    chain(
        gate.override(task_id="gate_raw")("raw"),
        BuildLayer(layer="staging"),
        core,
        BuildLayer(layer="indicators"),
        gate.override(task_id="gate_indicators")("indicators"),
        release_id,
        gate.override(task_id="gate_candidate")("candidate"),
        publish(release_id),
        push_superset(),
    )
    # What teams look at and no release waits for.
    core >> [BuildLayer(layer=layer, target=layer) for layer in ("fieldwork", "quality")]


build_warehouse()
