"""
### Staff files from agencies

Looks through the drop folder (`$PARITY_DROP/hr/<contract>/`, or the contract's own `location`), and loads each file that is new there: verbatim to
**landing**, its rows to **raw**. Names, birth dates and addresses are never loaded; people are keyed hashes. Rows
that break the contract go to `quarantine.hr_row`, without their values.

* **Runs** each night, and within a minute or two of a file's arrival: a trigger watches the folders, and no worker waits for it. It compares them with
  what is loaded or refused, so that it also finds what came while it was down. After you
  unpause the DAG here, choose *Reparse Dag*: the watch begins when the file is read again, which else is ten minutes later.
* **Needs** the connections `landing` and `warehouse`, those that contracts name, and `PARITY_HR_KEYS`, `PARITY_DROP` in the environment.
* **A file is refused** → its task is red with one line that says what is wrong where; the other files are loaded. It moves to `refused/`, its
  message next to it, and is tried again when its content or its contract changes, or when somebody moves it back. `parity hr refused` lists them.
* **To mend**: try the file with `parity hr check FILE --contract NAME`, then correct it or its contract in `catalogue/sources/hr/`.
* **An outage** (a network, the database, a full disk) is waited for: six retries in 25 minutes.
* **A backfill** of days loads, for each day, the files that were written on it and are not loaded yet: on an empty warehouse, the history in the order in which
  it came. A day that is loaded already is left as it is. `period` does the same for one run by hand.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Asset, AssetOrTimeSchedule, AssetWatcher, CronTriggerTimetable, Param, dag, task

from dags.common import INGEST, RAW_HR, one_of_the_catalogue
from dags.ending import end_with_report
from dags.steps.period import PATTERN
from dags.triggers.drop_folder import DropFolderTrigger

HR_DROP = Asset(name="hr_drop", uri="parity://drop/hr", watchers=[AssetWatcher(name="drop_folder", trigger=DropFolderTrigger())])
SCHEDULE = AssetOrTimeSchedule(timetable=CronTriggerTimetable("0 0 * * *", timezone="UTC"), assets=[HR_DROP])
PARAMS = {
    "contract": one_of_the_catalogue("hr", "Load the files of this contract alone; those of all contracts where it is empty."),
    "period": Param(
        None,
        type=["null", "string"],
        pattern=PATTERN,
        description="Load the files that were written in this year, month or day (UTC) alone: 2026, 2026-03 or 2026-03-31.",
    ),
}


@dag(dag_id="ingest_hr", tags=["ingest", "hr"], doc_md=__doc__, params=PARAMS, **INGEST | {"schedule": SCHEDULE})
def ingest_hr() -> None:
    @task(doc_md="The files where staff files wait that are neither loaded nor refused, and what cannot be looked at.")
    def list_files(params: dict | None = None, dag_run: Any = None) -> list[dict[str, Any]]:
        from dags.steps import hr

        asked = params or {}
        period = asked.get("period")
        if not period and dag_run.run_type == "backfill":
            period = f"{dag_run.logical_date:%Y-%m-%d}"
        return hr.list_new_files(asked.get("contract"), period, reads_all=dag_run.run_type != "asset_triggered")

    @task(map_index_template="{{ task.op_kwargs['file']['name'] }}", doc_md="One file: drop → landing → raw, or to `refused/`.")
    def load_file(file: dict[str, Any]) -> dict[str, Any]:
        from dags.steps import hr

        return hr.load_file(**file)

    files = list_files()
    end_with_report(RAW_HR, files, load_file.expand(file=files), tables=("raw.hr_", "quarantine.hr_"))


ingest_hr()
