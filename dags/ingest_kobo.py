"""
### Survey answers from KoboToolbox

Lists the forms that have a contract in `catalogue/sources/kobo/`, then syncs each one: what the server sent goes
verbatim to **landing**, the answers of consenting respondents to **raw**. Edits and deletions on the server arrive
with the next run; nothing is loaded twice.

* **Runs** every ten minutes: where nothing is new, a form costs the server two requests, and no build is asked for.
* **Needs** the connections `kobo` (type *KoboToolbox*; use its Test button), `landing` and `warehouse`.
* **No form is found** → `list_forms` is red, and names server, account and the projects it looked for.
* **A form fails** → only its own task is red, and `all_sources_loaded` names it. `report` still tells
  `build_warehouse` to go on.
* **The server is away, in trouble or asks for fewer requests** → it is tried again, six times in 25 minutes.
* **Too many answers to a field stayed in the landing**, as no version of the form offers their code → its task is red, though the rest of
  the form is loaded.
* **To mend**: read the log of the red task, correct the token or the contract, and clear that task with its
  downstream tasks.
* **A backfill** is refused by Airflow: a server tells what it holds now, and of no day before. Trigger the DAG with `scan` to read every submission again.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task

from dags.common import AT_ONCE_ON_A_SERVER, INGEST, NO_BACKFILL, RAW_KOBO, one_of_the_catalogue
from dags.ending import end_with_report

PARAMS = {
    "form": one_of_the_catalogue("kobo", "Sync this form alone; all forms that have a contract where it is empty."),
    "scan": Param(
        False,
        type="boolean",
        description="Read every submission again, rather than what changed. It finds what a server's history does not tell.",
    ),
}


@dag(
    dag_id="ingest_kobo",
    tags=["ingest", "survey"],
    doc_md=__doc__,
    params=PARAMS,
    **INGEST | NO_BACKFILL | {"schedule": "*/10 * * * *"},
)
def ingest_kobo() -> None:
    @task(doc_md="The forms on the server that have a contract.")
    def list_forms(params: dict | None = None) -> list[dict[str, Any]]:
        from dags.steps import kobo

        return kobo.list_forms((params or {}).get("form"))

    @task(
        map_index_template="{{ task.op_kwargs['form']['name'] }}",
        max_active_tis_per_dagrun=AT_ONCE_ON_A_SERVER,
        doc_md="One form: server → landing → raw.",
    )
    def sync_form(form: dict[str, Any], params: dict | None = None) -> dict[str, Any]:
        from dags.steps import kobo

        return kobo.sync_form(form["name"], scan=bool((params or {}).get("scan")))

    forms = list_forms()
    end_with_report(RAW_KOBO, forms, sync_form.expand(form=forms), tables=("raw.kobo_", "ops.kobo_"))


ingest_kobo()
