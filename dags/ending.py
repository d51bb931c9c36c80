"""How every ingest DAG ends: a report that always runs and emits the asset, then a leaf that is red if a source failed.

So a source that fails neither holds back the others nor goes unseen. The report knows a source as failed when it was
listed and gave no result; it does not ask Airflow for task states.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Asset, TriggerRule, XComArg, task

from dags.steps.summary import failure_message, summarise


def end_with_report(asset: Asset, listed: XComArg, results: XComArg) -> None:
    """Wire `report` (outlet: `asset`, with the counts in its event) and `all_sources_loaded` behind the mapped load."""

    @task(trigger_rule=TriggerRule.ALL_DONE, outlets=[asset], doc_md="Counts what arrived and tells `build_warehouse`.")
    def report(listed: Any, results: Any, *, outlet_events: Any = None) -> dict[str, Any]:
        summary = summarise(listed, results)
        outlet_events[asset].extra = summary
        return summary

    @task(retries=0, doc_md="Red when a source failed, and names it; the others are loaded and go on.")
    def all_sources_loaded(summary: dict[str, Any]) -> None:
        from airflow.sdk.exceptions import AirflowFailException

        if message := failure_message(summary):
            raise AirflowFailException(message)

    all_sources_loaded(report(listed, results))  # type: ignore[arg-type]  # Airflow puts the value in its place
