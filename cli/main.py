"""The command `parity`. Each subcommand is a thin shell over one function of a room; heavy imports stand inside."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.build import build
from cli.context import here
from cli.exit_codes import ExitCode, epilog
from cli.gate import gate_app
from cli.generate import generate
from cli.hr.app import hr_app
from cli.indicators import indicators, show
from cli.kobo.app import kobo_app
from cli.migrate import migrate
from cli.output import AsJson, complain, console, fail, print_json, print_table, say
from cli.raw import raw_app
from cli.release.app import release_app
from cli.roadmap import roadmap_app
from parity.settings import BadSetting
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
app.command(epilog=epilog("parity build"))(build)


@app.command()
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


@app.command()
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


@app.command()
def status(as_json: AsJson = False) -> None:
    """What runs: state, pid, port, restarts and memory of each service."""
    from stack.control import memory
    from stack.control import status as look

    instance = here().instance()
    report = look(instance)
    used = memory(instance) if report["is_up"] else {}
    for name, service in report["services"].items():
        service["memory_bytes"] = used.get(name)
    report["memory_bytes"] = sum(used.values())
    report["home"] = str(instance.home)
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
    for sentence in report["unknown_settings"]:
        say(sentence)
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
        run(here().instance("source" if source else "sample"), source, console)
    except StackError as error:
        fail(error)
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

    context = here(as_json)
    try:
        with context.warehouse("parity explain") as connection:
            found = look(
                connection, context.catalogue, indicator, agency=agency, country=country, year=period, is_mid_year=mid_year
            )
    except NothingToExplain as error:
        fail(error, as_json=as_json)
    if as_json:
        print_json(asdict(found) | {"indicator": found.indicator.model_dump()})
        return
    show(found)


@app.command()
def docs(
    port: Annotated[int, typer.Option(help="Port on loopback; 0 takes a free one.")] = 0,
    build_only: Annotated[bool, typer.Option("--build-only", help="Write the page and serve nothing.")] = False,
) -> None:
    """Models, columns, tests, and lineage from raw tables to dashboards: dbt's documentation, built and served."""
    from cli.dbt_docs import DocsError, build, serve

    context = here()
    try:
        page = build(context.warehouse_url, context.settings.dbt_dir, context.settings.home / "dbt" / "docs")
    except DocsError as error:
        fail(error)
    say(f"{page}: {page.stat().st_size / 1e6:.1f} MB, to be read without a network")
    if not build_only:
        serve(page, port, say)


def _interrupted(sentence: str) -> None:
    complain(f"\n{sentence}")
    raise typer.Exit(ExitCode.INTERRUPTED) from None


def _name_left_behind(home: Path) -> None:
    from stack.postgres_place import left_behind

    for sentence in left_behind(home):
        say(sentence)


def main() -> None:
    """Run the command; tables that are not those of this code and settings of no use end every command in one sentence."""
    from parity.migrate import NotMigrated

    try:
        app()
    except NotMigrated as error:
        complain(error)
        raise SystemExit(ExitCode.CANNOT_RUN) from None
    except BadSetting as error:
        complain(error)
        raise SystemExit(ExitCode.WRONG_INPUT) from None


if __name__ == "__main__":
    main()
