"""Airflow's LocalExecutor, which imports what tasks need once, before it forks its workers.

A task is a fork of a worker. Great Expectations, dbt and the readers of staff files take 2 to 8 seconds each to import, and there is a
task for each file, gate and layer. Their memory is shared until somebody writes to it.
"""

from __future__ import annotations

import importlib
import logging

from airflow.executors.local_executor import LocalExecutor

PRELOADED = (
    "cosmos.operators.local",
    "dbt.adapters.postgres",
    "dbt.cli.main",
    "great_expectations",
    "ingestion.hr.load",
    "ingestion.kobo.reconcile",
    "ingestion.kobo.sync",
    "ingestion.reference",
    "publication.releases",
    "publication.superset",
)
# One line a method at import, a thousand of them.
WORDY = ("great_expectations._docs_decorators",)
log = logging.getLogger(__name__)


class PreloadingLocalExecutor(LocalExecutor):
    """LocalExecutor whose workers have `PRELOADED` in memory. A module that cannot be imported is left to the task that needs it."""

    def start(self) -> None:
        for name in WORDY:
            logging.getLogger(name).setLevel(logging.WARNING)
        for name in PRELOADED:
            try:
                importlib.import_module(name)
            except ImportError as error:
                log.warning("%s cannot be imported before tasks start: %s", name, error)
        super().start()
