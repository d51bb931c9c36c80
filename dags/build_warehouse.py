"""
### From raw to the published release

Runs when surveys, staff files or reference tables have news, one run at a time; what comes while one runs starts another after it: gate **raw** → which **deliveries**
count → dbt **staging** → **core** → **indicators** → gate **indicators** → **candidate** release with disclosure control → gate **candidate**
→ **publish** in one transaction → push the dashboards to **Superset**.

* **Needs** the connections `warehouse`, `readers` and `superset`.
* **A gate is red** → the run stops there, and what was published stays published. Its log lists table, column and
  rule, never a value; all results are in `ops.gate_result` and on the pages that `parity gate docs` opens. A failure that somebody
  answers for goes into `catalogue/accepted.yml`.
* **A list is not in the figures yet** → `parity release pending` says what it waits for: corrections of few people, and years that
  are not closed.
* **Nothing changed** since the last complete build → `changes` says so and skips the rest; the dashboards are pushed all the same.
  Trigger with `force` to build anyway, or with `full_refresh` to build every model whole.
* **An outage** (database away, disk full, Superset down) is waited for: six retries in 25 minutes. A red gate, and a test of dbt that fails on
  the data, are not tried again.
* **A backfill** is refused by Airflow: a build has no date, it makes what the data of now say. To build again, trigger it once.
* **fieldwork** (for survey teams) and **quality** (what agencies should mend) are built with the release, and **copied** to the
  readers' database as far as `catalogue/access.yml` names them, also where nothing changed: no release waits for them or holds any of them.
* **To go back**: `parity release list`, then `parity release rollback`.
"""

from __future__ import annotations

from airflow.sdk import DAG, Param, TriggerRule, chain, dag, task
from airflow.sdk.exceptions import DownstreamTasksSkipped

from dags.common import DEFAULT_ARGS, PUBLISHED, RAW_HR, RAW_KOBO, RAW_REFERENCE, START
from dags.steps.dbt import BuildLayer

LAYERS = ("fieldwork", "quality")
COPIES = [f"copy_{layer}" for layer in LAYERS]


@task(
    doc_md="The checks of one gate, in one process. Red where a critical one fails: the run stops here, and what was published stays."
)
def gate(name: str) -> dict:
    from dags.steps import release

    return release.pass_gate(name)


@dag(
    dag_id="build_warehouse",
    schedule=RAW_KOBO | RAW_HR | RAW_REFERENCE,
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["warehouse", "release"],
    default_args=DEFAULT_ARGS,
    doc_md=__doc__,
    params={
        "force": Param(False, type="boolean", description="Build even where nothing changed since the last complete build."),
        "full_refresh": Param(
            False,
            type="boolean",
            description="Build every model whole, whatever it holds already, also where nothing changed. It takes as long as the first build.",
        ),
    },
)
def build_warehouse() -> None:
    @task(doc_md="Hashes of all that a build reads; where none is new, only the charts are pushed.")
    def changes(params: dict | None = None, dag: DAG | None = None) -> dict:
        from dags.steps import release

        inputs = release.new_inputs(force=bool(params and (params["force"] or params["full_refresh"])))
        if inputs is None:
            # Named one by one: a skip that passes from task to task takes one loop of the scheduler each time.
            raise DownstreamTasksSkipped(tasks=sorted(set(dag.task_ids if dag else ()) - {"changes", "push_superset", *COPIES}))
        return inputs

    @task(doc_md="Which delivery of each list counts, so that no correction of a few people moves a published figure.")
    def deliveries() -> dict:
        from dags.steps import release

        return release.decide_deliveries()

    @task(doc_md="The release as it would be, with disclosure control and the attack on it. Readers do not see it yet.")
    def candidate(inputs: dict) -> int:
        from dags.steps import release

        return release.build_candidate(inputs)

    @task(outlets=[PUBLISHED], doc_md="Readers see the new release instead of the old one, in one transaction.")
    def publish(release_id: int) -> int:
        from dags.steps import release

        return release.publish(release_id)

    @task(trigger_rule=TriggerRule.NONE_FAILED, doc_md="Charts may have changed, or Superset may be new, where the data are not.")
    def push_superset() -> None:
        from dags.steps import release

        release.push_superset()

    @task(
        trigger_rule=TriggerRule.NONE_FAILED, doc_md="Readers may have lost it, or access.yml may show more or less of the same."
    )
    def copy_layer(layer: str) -> dict[str, int]:
        from dags.steps import release

        return release.copy_layer(layer)

    @task(doc_md="The next build of the same inputs has nothing to do.")
    def remember(inputs: dict) -> None:
        from dags.steps import release

        release.remember_inputs(inputs)

    inputs = changes()
    release_id, core = candidate(inputs), BuildLayer(layer="core")  # type: ignore[arg-type]  # Airflow puts the value in its place
    published = publish(release_id)  # type: ignore[arg-type]  # Airflow puts the value in its place
    chain(
        inputs,
        gate.override(task_id="gate_raw")("raw"),
        deliveries(),
        BuildLayer(layer="staging"),
        core,
        BuildLayer(layer="indicators"),
        gate.override(task_id="gate_indicators")("indicators"),
        release_id,
        gate.override(task_id="gate_candidate")("candidate"),
        published,
        push_superset(),
    )
    # What teams look at and no release waits for.
    reports = [BuildLayer(layer=layer, target=layer) for layer in LAYERS]
    copies = [copy_layer.override(task_id=f"copy_{layer}")(layer) for layer in LAYERS]
    core >> reports
    for report, copied in zip(reports, copies, strict=True):
        report >> copied
    [published, *copies] >> remember(inputs)  # type: ignore[arg-type]  # Airflow puts the value in its place


build_warehouse()
