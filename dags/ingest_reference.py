"""
### The catalogue and reference tables

Loads the catalogue (agencies, grades, indicators, contracts) and the files of international tables in
`$PARITY_DROP/reference/<contract>/` (of several editions the last by name) into **raw**, each replaced as a whole in
one transaction.

* **Needs** the connections `landing` and `warehouse`, and `PARITY_DROP`, `PARITY_CATALOGUE` in the environment.
* **A source fails** → only its own task is red; a catalogue with a mistake names file, line and the nearest right
  spelling, and the catalogue loaded last stays in use.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from dags.common import INGEST, RAW_REFERENCE
from dags.ending import end_with_report


@dag(dag_id="ingest_reference", tags=["ingest", "reference"], doc_md=__doc__, **INGEST)
def ingest_reference() -> None:
    @task(doc_md="The catalogue, and the last file of each contract in the drop folder.")
    def list_sources() -> list[dict[str, Any]]:
        from dags.steps import reference

        return reference.list_sources()

    @task(map_index_template="{{ task.op_kwargs['source']['name'] }}", doc_md="One source, replaced whole in raw.")
    def load_source(source: dict[str, Any]) -> dict[str, Any]:
        from dags.steps import reference

        return reference.load_source(**source)

    sources = list_sources()
    end_with_report(RAW_REFERENCE, sources, load_source.expand(source=sources))


ingest_reference()
