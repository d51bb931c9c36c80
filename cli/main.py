"""The command `parity`. Each subcommand is a thin shell over one function of a room; heavy imports stand inside."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.gate import gate_app
from cli.generate import generate
from cli.hr.app import hr_app
from cli.indicators import indicators, show
from cli.kobo.app import kobo_app
from cli.migrate import migrate
from cli.raw import raw_app
from cli.release.app import release_app
from cli.roadmap import roadmap_app
from parity.settings import REPOSITORY, BadSetting, Settings
from parity.settings_elsewhere import warnings

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Parity: from surveys and staff files to published indicators."
)
app.add_typer(kobo_app, name="kobo")
app.add_typer(release_app, name="release")
app.add_typer(hr_app, name="hr")
app.add_typer(roadmap_app, name="roadmap")
app.add_typer(raw_app, name="raw")
app.add_typer(gate_app, name="gate")
app.command()(indicators)
app.command()(migrate)
app.command()(generate)

console = Console()
errors = Console(stderr=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def _instance(name: str | None = None):
    from stack.instance import Instance

    settings = Settings.from_env()
    if name and not settings.is_set("PARITY_HOME"):
        return Instance(REPOSITORY / ".parity" / name)
    return Instance(settings.home)


def _warehouse_url() -> str:
    """The warehouse of the environment, or of the instance that was started here."""
    return Settings.from_env().warehouse_url or _started().warehouse_url


def _started():
    instance = _instance()
    if not instance.ports:
        errors.print("No instance has been started here: run `make demo` or `parity up` first.")
        raise typer.Exit(2)
    return instance


@app.command()
def up() -> None:
    """Start every service of this instance and wait until all are healthy."""
    from stack.control import StackError
    from stack.control import up as bring_up

    try:
        bring_up(_instance(), lambda sentence: console.print(sentence, markup=False))
    except StackError as error:
        _fail(error)
    except KeyboardInterrupt:
        _interrupted("Stopped waiting; what was started goes on. `parity up` waits again, `parity down` stops it.")
    _name_left_behind(_instance().home)


@app.command()
def down() -> None:
    """Stop exactly what was started; data and settings stay."""
    from stack.control import down as bring_down
    from stack.instance import Instance, instances

    try:
        for home in instances():
            n = bring_down(Instance(home))
            console.print(f"{home.name}: {'stopped' if n else 'was not running'}")
    except KeyboardInterrupt:
        _interrupted("Stopped waiting; services that were asked to stop go on stopping. `parity down` waits again.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """What runs: state, pid, port, restarts and memory of each service."""
    from stack.control import memory
    from stack.control import status as look

    instance = _instance()
    report = look(instance)
    used = memory(instance) if report["is_up"] else {}
    for name, service in report["services"].items():
        service["memory_bytes"] = used.get(name)
    report["memory_bytes"] = sum(used.values())
    report["home"] = str(instance.home)
    report["unknown_settings"] = warnings(Settings.from_env().environment)
    if as_json:
        print(json.dumps(report))
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
    console.print(table)
    for name, service in report["services"].items():
        if report["is_up"] and service["state"] in ("failed", "restarting"):
            log = instance.home / "logs" / f"{name}.log"
            console.print(f"{name} {service.get('why')}. Its log: {log}", markup=False, soft_wrap=True)
    if any(service["state"] == "failed" for service in report["services"].values()) and report["is_up"]:
        console.print("`parity up` starts again what failed.")
    console.print(f"{'up' if report['is_up'] else 'down'}; {report['memory_bytes'] / 2**30:.1f} GiB, shared memory counted once")
    for sentence in report["unknown_settings"]:
        console.print(sentence, markup=False, soft_wrap=True)
    _name_left_behind(instance.home)


@app.command()
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
        run(_instance("source" if source else "sample"), source, console)
    except StackError as error:
        _fail(error)
    except Interrupted as error:
        _interrupted(str(error))


@app.command()
def explain(
    indicator: Annotated[str, typer.Argument(help="Code of the indicator, e.g. REP-01")],
    agency: Annotated[str, typer.Option(help="Code of the agency; without it, the cells that cover several")] = "all",
    country: Annotated[str | None, typer.Option(help="ISO code of the country, e.g. THA")] = None,
    period: Annotated[int | None, typer.Option(help="Year; without it, the newest")] = None,
    mid_year: Annotated[
        bool, typer.Option("--mid-year", help="The figures of a large agency in June, in place of the year's.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Where a published figure comes from: definition, method, files and form versions, gates, and what is withheld and why."""
    from cli.explain import NothingToExplain
    from cli.explain import explain as look
    from parity.catalogue import load_catalogue
    from parity.database import connect
    from parity.migrate import require_migrated

    catalogue = load_catalogue(Settings.from_env().catalogue)
    try:
        with connect(_warehouse_url()) as connection:
            require_migrated(connection)
            found = look(connection, catalogue, indicator, agency=agency, country=country, year=period, is_mid_year=mid_year)
    except NothingToExplain as error:
        _fail(error)
    if as_json:
        print(json.dumps(asdict(found) | {"indicator": found.indicator.model_dump()}, default=str, ensure_ascii=False))
        return
    show(found)


@app.command()
def docs(
    port: Annotated[int, typer.Option(help="Port on loopback; 0 takes a free one.")] = 0,
    build_only: Annotated[bool, typer.Option("--build-only", help="Write the page and serve nothing.")] = False,
) -> None:
    """Models, columns, tests, and lineage from raw tables to dashboards: dbt's documentation, built and served."""
    from cli.dbt_docs import DocsError, build, serve

    settings = Settings.from_env()
    try:
        page = build(_warehouse_url(), settings.dbt_dir, settings.home / "dbt" / "docs")
    except DocsError as error:
        _fail(error)
    console.print(f"{page}: {page.stat().st_size / 1e6:.1f} MB, to be read without a network", markup=False)
    if not build_only:
        serve(page, port, lambda sentence: console.print(sentence, markup=False))


def _interrupted(sentence: str) -> None:
    errors.print(f"\n{sentence}", markup=False, soft_wrap=True)
    raise typer.Exit(130) from None


def _name_left_behind(home: Path) -> None:
    from stack.postgres_place import left_behind

    for sentence in left_behind(home):
        console.print(sentence, markup=False, soft_wrap=True)


def _fail(error: Exception) -> None:
    errors.print(str(error), markup=False, soft_wrap=True)
    raise typer.Exit(1) from None


def main() -> None:
    """Run the command; tables that are not those of this code and settings of no use end every command in one sentence."""
    from parity.migrate import NotMigrated

    try:
        app()
    except NotMigrated as error:
        errors.print(str(error), markup=False)
        raise SystemExit(1) from None
    except BadSetting as error:
        errors.print(str(error), markup=False, soft_wrap=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
