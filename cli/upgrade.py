"""`make upgrade`: from the data of older code to this code, in three commands around the installation.

`python -m cli.upgrade before` stops each instance and dumps its databases. The Makefile then installs. `after` starts each instance,
whose set-up steps migrate Parity, Airflow and Superset, loads this code's catalogue, and builds. `back FOLDER` restores the dumps. A step
that fails says how to go back.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import requests

from parity.database import first_value
from parity.migrate import code_version
from parity.settings import Settings
from stack.control import StackError, down, up
from stack.instance import ADMIN, Instance, instances
from stack.instance_dumps import dump_all, only_postgres, restore_all

CATALOGUE, BUILD = "ingest_reference", "build_warehouse"
Tell = Callable[[str], None]


def before(instance: Instance, tell: Tell) -> Path:
    """Stop the instance and dump its databases; returns the dumps' folder. Raises StackError."""
    was_up = down(instance) > 0
    tell("stopped" if was_up else "was not running")
    folder = instance.home / "backups" / f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-before-upgrade"
    with only_postgres(instance) as server:
        dump_all(server, folder, tell)
    _note(instance).write_text(json.dumps({"backup": str(folder), "was_up": was_up}), encoding="utf-8")
    return folder


def after(instance: Instance, tell: Tell) -> None:
    """Start, migrate and build. Raises StackError, which says how to go back."""
    # Airflow is asked only here: `before` also runs on the packages of the code before.
    from publication import superset
    from stack.airflow_api import AirflowApi
    from stack.airflow_wait import wait_for_dags, wait_for_run

    began = time.monotonic()
    try:
        up(instance, tell)
        # Superset still holds the address of before, and readers need no build.
        superset.push(
            Settings.from_env().superset_assets, instance.url("superset"), ADMIN, instance.secrets["admin"], instance.reader_url
        )
        api = AirflowApi(instance)
        wait_for_dags(api, {CATALOGUE, BUILD}, instance.home)
        for dag in (CATALOGUE, BUILD):  # the catalogue is this code's, so it is loaded before anything is built from it
            api.unpause(dag)
            since = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%S}"
            api.trigger(dag)
            if problem := wait_for_run(api, dag, since, instance.home, tell):
                raise StackError(f"{problem} What was published before stays published.")
    except requests.RequestException as error:
        raise StackError(f"Airflow did not answer ({type(error).__name__}).\n{how_to_go_back(instance)}") from None
    except (StackError, superset.SupersetError) as error:
        raise StackError(f"{error}\n{how_to_go_back(instance)}") from None
    with psycopg.connect(instance.warehouse_url) as connection:
        number = first_value(connection.execute("select max(number) from ops.migration"))
        current = connection.execute("select release_id from release.release where state = 'current'").fetchone()
    release = f"release {current[0]} is current" if current else "nothing is published yet"
    tell(f"Parity {code_version()}: migration {number}, {release}; {time.monotonic() - began:.0f} s")


def back(instance: Instance, folder: Path, tell: Tell) -> None:
    """Stop the instance and put the dumps of the folder in place of its databases. Raises StackError."""
    down(instance)
    with only_postgres(instance) as server:
        restore_all(server, folder, tell)


def how_to_go_back(instance: Instance) -> str:
    note = _note(instance)
    if not note.exists():
        return "No dump was made before this upgrade: mend the cause and run `make upgrade` again."
    folder = json.loads(note.read_text(encoding="utf-8"))["backup"]
    return (
        "Mend the cause and run `make upgrade` again, or go back: "
        f"`PARITY_HOME={instance.home} .venv/bin/python -m cli.upgrade back {folder}`, then check out the version before and run `make demo`."
    )


def _note(instance: Instance) -> Path:
    return instance.home / "run" / "upgrade.json"


def _was_up(instance: Instance) -> bool:
    note = _note(instance)
    return note.exists() and json.loads(note.read_text(encoding="utf-8"))["was_up"]


def main(arguments: list[str]) -> int:
    steps: dict[str, Callable[[Instance, Tell], object]] = {"before": before, "after": after}
    if arguments[:1] == ["back"] and len(arguments) == 2:
        folder = Path(arguments[1]).resolve()
        steps["back"] = lambda instance, tell: back(instance, folder, tell)
    if not arguments or arguments[0] not in steps or (arguments[0] != "back" and len(arguments) > 1):
        print("usage: python -m cli.upgrade before | after | back FOLDER", file=sys.stderr)
        return 2
    homes = instances()
    if not homes:
        print("No instance has been started here: there is nothing to upgrade. `make demo` starts one.")
    if arguments[0] == "back" and len(homes) != 1:
        print(f"Set PARITY_HOME to the instance that goes back: {', '.join(map(str, homes))}", file=sys.stderr)
        return 2
    for home in homes:
        instance = Instance(home)

        def tell(sentence: str, name: str = home.name) -> None:
            print(f"{name}: {sentence}", flush=True)

        try:
            instance.prepare()
            steps[arguments[0]](instance, tell)
            if arguments[0] == "after" and len(homes) > 1 and not _was_up(instance):
                down(instance)  # of several instances only those run afterwards that ran before
        except StackError as error:
            print(f"{home.name}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
