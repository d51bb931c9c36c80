"""`parity kobo fieldwork` and `parity kobo flag`: how the survey goes, and what a person should look at. Thin shells."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from cli.context import here
from cli.exit_codes import ExitCode
from cli.kobo.shell import APPLICATION, kobo_server
from cli.output import AsJson, fail, print_json, print_table, say

if TYPE_CHECKING:
    from cli.context import Context

Form = Annotated[str, typer.Argument(help="Name of the form's contract in catalogue/sources/kobo/.")]
FORM = "workplace_culture"
TABLES = {
    "state": "what has come and what was decided",
    "response": "expected against received; small cells are masked",
    "completion": "seconds to complete",
    "version": "versions of the form",
    "item_missing": "what was not answered, per cent",
}
RULES = ("speeder", "straight_line", "duplicate")


def fieldwork(form: Form = FORM, as_json: AsJson = False) -> None:
    """Show how the fieldwork goes: response, pace, completion times, missing answers, versions, state.

    The tables are those of schema `fieldwork`, as of the last run of `build_warehouse`; the time of the last sync is that of now.
    """
    context = here(as_json)
    found = {name: _rows(context, f"fieldwork__{name}", form) for name in (*TABLES, "pace")}
    if not found["state"]:
        fail(
            f"No submission of {form} is in the fieldwork tables: run `parity kobo sync`, then the DAG `build_warehouse`.",
            ExitCode.CANNOT_RUN,
            as_json=as_json,
        )
    found["state"] = [state | _last_sync(context, form) for state in found["state"]]
    if as_json:
        print_json(found)
        return
    for name, title in TABLES.items():
        print_table(_table(title, found[name]))


def flag(
    form: Form = FORM,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help=f"One of {', '.join(RULES)}; may be repeated. All if left out.")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write to the server; without it, only say what would be written.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put what the fieldwork rules flag on hold on the server, with the rule that fired kept in ops.kobo_flag.

    A status that somebody gave, changed or took away is never touched. What is on hold by us and no longer flagged is released.
    """
    from ingestion.kobo.flag import flag_form

    if unknown := set(rule or ()) - set(RULES):
        fail(f"There is no rule {', '.join(sorted(unknown))}: choose {', '.join(RULES)}.", ExitCode.WRONG_INPUT, as_json=as_json)
    context = here(as_json)
    with kobo_server(context) as client, context.warehouse(APPLICATION) as connection:
        _require(context, connection, "fieldwork__flag")
        report = flag_form(client, connection, form, rules=rule or (), apply=apply)
    if as_json:
        print_json(asdict(report))
        return
    for name, numbers in report.rules.items():
        say(f"{name}: {len(numbers)} ({_listed(numbers)})")
    done, verb = report.decision, "would be" if report.is_dry_run else "were"
    say(
        f"{len(done.hold)} {verb} put on hold, {len(done.release)} {verb} released, {len(done.held)} are on hold already, "
        f"{len(done.decided)} were decided by somebody and stay, {len(done.gone)} are no longer on the server",
    )
    if report.is_dry_run and (done.hold or done.release):
        say("Nothing was written. Add --apply to write.")


def _listed(numbers: list[int], most: int = 10) -> str:
    more = f" and {len(numbers) - most} more" if len(numbers) > most else ""
    return ", ".join(map(str, numbers[:most])) + more


def _require(context: Context, connection: Any, table: str) -> None:
    if connection.execute("select to_regclass(%s)", (f"fieldwork.{table}",)).fetchone()[0] is None:
        fail(
            "The fieldwork tables are not built yet: let the DAG `build_warehouse` run first.",
            ExitCode.CANNOT_RUN,
            as_json=context.as_json,
        )


def _rows(context: Context, table: str, form: str) -> list[dict[str, Any]]:
    from psycopg.rows import dict_row
    from psycopg.sql import SQL, Identifier

    with context.warehouse(APPLICATION) as connection:
        _require(context, connection, table)
        statement = SQL("select * from fieldwork.{} as line where form = %s order by line").format(Identifier(table))
        return connection.cursor(row_factory=dict_row).execute(statement, (form,)).fetchall()


def _last_sync(context: Context, form: str) -> dict[str, Any]:
    synced = _rows(context, "fieldwork__sync", form)
    return synced[0] if synced else {"last_synced_at": None}


def _table(title: str, rows: list[dict[str, Any]]) -> Table:
    """Rows as they stand, or one row downward."""
    columns = [name for name in rows[0] if name != "form"] if rows else []
    words = [name.removeprefix("n_").replace("_", " ") for name in columns]
    table = Table(title=title, title_justify="left", show_header=len(rows) > 1)
    if len(rows) == 1:
        for name, word in zip(columns, words, strict=True):
            table.add_row(word, _cell(rows[0][name]))
        return table
    for word in words:
        table.add_column(word, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[name]) for name in columns))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return f"{value:.1f}" if isinstance(value, float) else str(value)
