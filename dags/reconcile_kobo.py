"""
### Proof that raw equals KoboToolbox

Once a week, every submission of every form is read again and compared with **raw**: ids, uuids and contents.
The counts are kept in `ops.kobo_reconciliation`.

* **A form differs** → it is scanned in full and compared once more; what was missed arrives that way.
* **It still differs** → its task is red and names the submissions by id. `report` lists the forms that are proved.
* **To mend**: read the message. A token that sees only a part of the submissions proves no deletion: share the project
  with all its submissions, then clear the task.
* **A backfill** is refused by Airflow: a server tells what it holds now, and of no day before.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task

from dags.common import AT_ONCE_ON_A_SERVER, INGEST, NO_BACKFILL, RAW_KOBO, one_of_the_catalogue
from dags.ending import end_with_report

PARAMS = {
    "form": one_of_the_catalogue("kobo", "Compare this form alone; all forms that have a contract where it is empty."),
    "scan": Param(
        True,
        type="boolean",
        description="Scan a form that differs, and compare once more. Without it, a difference is red at once and raw stays as it is.",
    ),
}


@dag(
    dag_id="reconcile_kobo",
    tags=["ingest", "survey"],
    doc_md=__doc__,
    params=PARAMS,
    **INGEST | NO_BACKFILL | {"schedule": "@weekly"},
)
def reconcile_kobo() -> None:
    @task(doc_md="The forms on the server that have a contract.")
    def list_forms(params: dict | None = None) -> list[dict[str, Any]]:
        from dags.steps import kobo

        return kobo.list_forms((params or {}).get("form"))

    @task(
        map_index_template="{{ task.op_kwargs['form']['name'] }}",
        max_active_tis_per_dagrun=AT_ONCE_ON_A_SERVER,
        doc_md="One form: compare, scan where it differs, compare again.",
    )
    def reconcile_form(form: dict[str, Any], params: dict | None = None) -> dict[str, Any]:
        from dags.steps import kobo

        return kobo.reconcile_form(form["name"], scan=bool((params or {"scan": True})["scan"]))

    forms = list_forms()
    end_with_report(RAW_KOBO, forms, reconcile_form.expand(form=forms), tables=("raw.kobo_", "ops.kobo_"))


reconcile_kobo()
