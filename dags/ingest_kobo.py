"""
### Survey answers from KoboToolbox

Lists the forms that have a contract in `catalogue/sources/kobo/`, then syncs each one: what the server sent goes
verbatim to **landing**, the answers of consenting respondents to **raw**. Edits and deletions on the server arrive
with the next run; nothing is loaded twice.

* **Needs** the connections `kobo` (type *KoboToolbox*; use its Test button), `landing` and `warehouse`.
* **No form is found** → `list_forms` is red, and names server, account and the projects it looked for.
* **A form fails** → only its own task is red, and `all_sources_loaded` names it. `report` still tells
  `build_warehouse` to go on.
* **Too many answers to a field stayed in the landing**, as no version of the form offers their code → its task is red, though the rest of
  the form is loaded.
* **To mend**: read the log of the red task, correct the token or the contract, and clear that task with its
  downstream tasks.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from dags.common import AT_ONCE_ON_A_SERVER, INGEST, RAW_KOBO
from dags.ending import end_with_report


@dag(dag_id="ingest_kobo", tags=["ingest", "survey"], doc_md=__doc__, **INGEST)
def ingest_kobo() -> None:
    @task(doc_md="The forms on the server that have a contract.")
    def list_forms() -> list[dict[str, Any]]:
        from dags.steps import kobo

        return kobo.list_forms()

    @task(
        map_index_template="{{ task.op_kwargs['form']['name'] }}",
        max_active_tis_per_dagrun=AT_ONCE_ON_A_SERVER,
        doc_md="One form: server → landing → raw.",
    )
    def sync_form(form: dict[str, Any]) -> dict[str, Any]:
        from dags.steps import kobo

        return kobo.sync_form(form["name"])

    forms = list_forms()
    end_with_report(RAW_KOBO, forms, sync_form.expand(form=forms))


ingest_kobo()
