"""How every ingest DAG ends: a report that tells `build_warehouse` of news, and a leaf that is red if a source failed.

So a source that fails neither holds back the others nor goes unseen. A source failed when it was listed and gave no result; nobody asks Airflow
for task states. The report is skipped where raw is as the asset's last event told: an ingest DAG may run every few minutes, and a
build only where there is something to build. State and event are one record, so that a run that dies between load and report loses nothing:
the next one sees the difference.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Asset, TriggerRule, XComArg, task

from dags.steps.summary import failure_message, summarise


def end_with_report(asset: Asset, listed: XComArg, results: XComArg, tables: tuple[str, ...] = ()) -> None:
    """Wire `report` (outlet: `asset`, with the counts in its event) and `all_sources_loaded` behind the mapped load.

    `tables`: beginnings of the tables that the asset stands for, such as `raw.hr_`. With none, and where a person started the run, it tells always.
    """

    @task(
        trigger_rule=TriggerRule.ALL_DONE,
        inlets=[asset],
        outlets=[asset],
        doc_md="Counts what arrived and tells `build_warehouse`. Skipped where nothing is new since it told last.",
    )
    def report(listed: Any, results: Any, *, outlet_events: Any = None, inlet_events: Any = None, dag_run: Any = None) -> None:
        from airflow.sdk.exceptions import AirflowSkipException

        from dags.steps import news

        summary = summarise(listed, results)
        if tables:
            summary["state"] = news.state(tables)
            told = [event.extra.get("state") for event in inlet_events[asset].ascending(False).limit(1)]
            if told == [summary["state"]] and dag_run.run_type != "manual":
                raise AirflowSkipException("Nothing is new since the last event of this asset: no build is asked for.")
        outlet_events[asset].extra = summary

    @task(
        retries=0,
        trigger_rule=TriggerRule.ALL_DONE,
        doc_md="Red when a source failed, and names it; the others are loaded and go on.",
    )
    def all_sources_loaded(listed: Any, results: Any) -> None:
        from airflow.sdk.exceptions import AirflowFailException

        if message := failure_message(summarise(listed, results)):
            raise AirflowFailException(message)

    report(listed, results)
    all_sources_loaded(listed, results)
