"""
### The catalogue and reference tables

Loads the catalogue (agencies, grades, indicators, contracts) and the files of international tables in
`$PARITY_DROP/reference/<contract>/` (of several editions the last by name) into **raw**, each replaced as a whole in
one transaction.

* **Needs** the connections `landing` and `warehouse`, and `PARITY_DROP`, `PARITY_CATALOGUE` in the environment.
* **A source fails** → only its own task is red; a catalogue with a mistake names file, line and the nearest right
  spelling, and the catalogue loaded last stays in use.
* **Each night** it tells `build_warehouse` to look, also where nothing is new: what counts may hang on the day, such as a wave that closes.
* **A backfill** is refused by Airflow: catalogue and tables are replaced whole, by what lies there now.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from dags.common import INGEST, NO_BACKFILL, RAW_REFERENCE, one_of_the_catalogue
from dags.ending import end_with_report

PARAMS = {
    "contract": one_of_the_catalogue(
        "reference", "Load the table of this contract alone; the catalogue and all tables where it is empty."
    )
}


@dag(dag_id="ingest_reference", tags=["ingest", "reference"], doc_md=__doc__, params=PARAMS, **INGEST | NO_BACKFILL)
def ingest_reference() -> None:
    @task(doc_md="The catalogue, and the last file of each contract in the drop folder.")
    def list_sources(params: dict | None = None) -> list[dict[str, Any]]:
        from dags.steps import reference

        return reference.list_sources((params or {}).get("contract"))

    @task(map_index_template="{{ task.op_kwargs['source']['name'] }}", doc_md="One source, replaced whole in raw.")
    def load_source(source: dict[str, Any]) -> dict[str, Any]:
        from dags.steps import reference

        return reference.load_source(**source)

    sources = list_sources()
    end_with_report(RAW_REFERENCE, sources, load_source.expand(source=sources))


ingest_reference()
