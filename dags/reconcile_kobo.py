"""
### Proof that raw equals KoboToolbox

Once a week, every submission of every form is read again and compared with **raw**: ids, uuids and contents.
The counts are kept in `ops.kobo_reconciliation`.

* **A form differs** → it is scanned in full and compared once more; what was missed arrives that way.
* **It still differs** → its task is red and names the submissions by id. `report` lists the forms that are proved.
* **To mend**: read the message. A token that sees only a part of the submissions proves no deletion: share the project
  with all its submissions, then clear the task.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from dags.common import AT_ONCE_ON_A_SERVER, INGEST, RAW_KOBO
from dags.ending import end_with_report


@dag(dag_id="reconcile_kobo", tags=["ingest", "survey"], doc_md=__doc__, **INGEST | {"schedule": "@weekly"})
def reconcile_kobo() -> None:
    @task(doc_md="The forms on the server that have a contract.")
    def list_forms() -> list[dict[str, Any]]:
        from dags.steps import kobo

        return kobo.list_forms()

    @task(
        map_index_template="{{ task.op_kwargs['form']['name'] }}",
        max_active_tis_per_dagrun=AT_ONCE_ON_A_SERVER,
        doc_md="One form: compare, scan where it differs, compare again.",
    )
    def reconcile_form(form: dict[str, Any]) -> dict[str, Any]:
        from dags.steps import kobo

        return kobo.reconcile_form(form["name"])

    forms = list_forms()
    end_with_report(RAW_KOBO, forms, reconcile_form.expand(form=forms))


reconcile_kobo()
