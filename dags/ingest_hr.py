"""
### Staff files from agencies

Looks through the drop folder (`$PARITY_DROP/hr/<contract>/`, or the contract's own `location`), and loads each file that is new there: verbatim to
**landing**, its rows to **raw**. Names, birth dates and addresses are never loaded; people are keyed hashes. Rows
that break the contract go to `quarantine.hr_row`, without their values.

* **Runs** each night, and within a minute or two of a file's arrival: a trigger watches the folders, and no worker waits for it. After you
  unpause the DAG here, choose *Reparse Dag*: the watch begins when the file is read again, which else is ten minutes later.
* **Needs** the connections `landing` and `warehouse`, those that contracts name, and `PARITY_HR_KEYS`, `PARITY_DROP` in the environment.
* **A file is refused** → its task is red with one line that says what is wrong where; the other files are loaded.
* **To mend**: try the file with `parity hr check FILE --contract NAME`, correct it or its contract in
  `catalogue/sources/hr/`, and run again.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Asset, AssetOrTimeSchedule, AssetWatcher, CronTriggerTimetable, dag, task

from dags.common import INGEST, RAW_HR
from dags.ending import end_with_report
from dags.triggers.drop_folder import DropFolderTrigger

HR_DROP = Asset(name="hr_drop", uri="parity://drop/hr", watchers=[AssetWatcher(name="drop_folder", trigger=DropFolderTrigger())])
SCHEDULE = AssetOrTimeSchedule(timetable=CronTriggerTimetable("0 0 * * *", timezone="UTC"), assets=[HR_DROP])


@dag(dag_id="ingest_hr", tags=["ingest", "hr"], doc_md=__doc__, **INGEST | {"schedule": SCHEDULE})
def ingest_hr() -> None:
    @task(doc_md="The files in the drop folder that are not loaded yet.")
    def list_files() -> list[dict[str, Any]]:
        from dags.steps import hr

        return hr.list_new_files()

    @task(map_index_template="{{ task.op_kwargs['file']['name'] }}", doc_md="One file: drop → landing → raw.")
    def load_file(file: dict[str, Any]) -> dict[str, Any]:
        from dags.steps import hr

        return hr.load_file(**file)

    files = list_files()
    end_with_report(RAW_HR, files, load_file.expand(file=files))


ingest_hr()
