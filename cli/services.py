"""`parity up`, `down`, `status` and `demo`: the services of this machine. Thin shells over `stack`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.context import here
from cli.exit_codes import ExitCode
from cli.output import AsJson, complain, console, fail, print_json, print_table, say
from parity.settings_elsewhere import warnings


def up() -> None:
    """Start every service of this instance and wait until all are healthy."""
    from stack.control import StackError
    from stack.control import up as bring_up

    try:
        bring_up(here().instance(), say)
    except StackError as error:
        fail(error)
    except KeyboardInterrupt:
        _interrupted("Stopped waiting; what was started goes on. `parity up` waits again, `parity down` stops it.")
    _name_left_behind(here().instance().home)


def down() -> None:
    """Stop exactly what was started; data and settings stay."""
    from stack.control import down as bring_down
    from stack.instance import Instance, instances

    try:
        for home in instances():
            n = bring_down(Instance(home))
            say(f"{home.name}: {'stopped' if n else 'was not running'}")
    except KeyboardInterrupt:
        _interrupted("Stopped waiting; services that were asked to stop go on stopping. `parity down` waits again.")


def status(as_json: AsJson = False) -> None:
    """What runs: state, pid, port, restarts and memory of each service; which staff lists and forms are held, and which staff files are refused."""
    from stack.control import memory
    from stack.control import status as look

    instance = here().instance()
    report = look(instance)
    used = memory(instance) if report["is_up"] else {}
    for name, service in report["services"].items():
        service["memory_bytes"] = used.get(name)
    report["memory_bytes"] = sum(used.values())
    report["home"] = str(instance.home)
    report |= _asking(instance.warehouse_url if report["is_up"] else None)
    report["unknown_settings"] = warnings(here().settings.environment)
    if as_json:
        print_json(report)
        return
    table = Table("service", "state", "pid", "port", "restarts", "MiB")
    for name, service in report["services"].items():
        size = service["memory_bytes"]
        cells = (
            name,
            service["state"] if report["is_up"] else "down",
            service["pid"],
            service["port"],
            service["restarts"],
            size and round(size / 2**20),
        )
        table.add_row(*("" if cell is None else str(cell) for cell in cells))
    print_table(table)
    for name, service in report["services"].items():
        if report["is_up"] and service["state"] in ("failed", "restarting"):
            log = instance.home / "logs" / f"{name}.log"
            say(f"{name} {service.get('why')}. Its log: {log}")
    if any(service["state"] == "failed" for service in report["services"].values()) and report["is_up"]:
        say("`parity up` starts again what failed.")
    say(f"{'up' if report['is_up'] else 'down'}; {report['memory_bytes'] / 2**30:.1f} GiB, shared memory counted once")
    for each in report["held_lists"]:
        say(f"Held: {each['agency']} {each['period']} ({each['file']}): {'; '.join(each['outside'])}. See parity hr held.")
    for each in report["held_forms"]:
        say(
            f"Held: the form {each['form']}, as {each['n_absent']:,} of its {each['n_held']:,} submissions vanished. See parity kobo held."
        )
    for each in report["refused_files"]:
        say(f"Refused: {each['contract']}/{each['file_name']}. See parity hr refused.")
    for sentence in report["unknown_settings"]:
        say(sentence)
    _name_left_behind(instance.home)


def demo(
    source: Annotated[
        Path | None, typer.Option(help="Folder of real extracts (survey/, hr/, reference/) instead of samples.")
    ] = None,
) -> None:
    """Start everything, load the samples (or real data), publish, and print where to look."""
    from cli.demo import Interrupted
    from cli.demo import demo as run
    from stack.control import StackError

    try:
        run(here().instance("source" if source else "sample"), source, console)
    except StackError as error:
        fail(error)
    except Interrupted as error:
        _interrupted(str(error))


def _interrupted(sentence: str) -> None:
    complain(f"\n{sentence}")
    raise typer.Exit(ExitCode.INTERRUPTED) from None


def _asking(warehouse_url: str | None) -> dict[str, list[dict[str, Any]]]:
    """What waits for somebody: lists and forms that are held, and files that are refused. Nothing where the warehouse does not answer, which the
    table of services tells."""
    import psycopg

    from ingestion.hr.continuity.hold import held_lists
    from ingestion.hr.refused import refused_files
    from ingestion.kobo.hold import held_forms
    from parity.database import connect

    looks: dict[str, Callable[[Any], list[Any]]] = {
        "held_lists": held_lists,
        "held_forms": held_forms,
        "refused_files": refused_files,
    }
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in looks}
    try:
        if warehouse_url:
            with connect(warehouse_url, application="parity status") as connection:
                found = {name: [asdict(each) for each in look(connection)] for name, look in looks.items()}
    except psycopg.Error:
        pass
    return found


def _name_left_behind(home: Path) -> None:
    from stack.postgres_place import left_behind

    for sentence in left_behind(home):
        say(sentence)
