"""`parity migrate`: the warehouse's tables brought to this code's migration, or only compared with it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import psycopg
import typer
from rich.console import Console

from cli.hr.app import stores
from parity.settings import Settings

console, errors = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 where the tables are not those of this code.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Bring the warehouse's tables to this code's migration. Run again, it does nothing.

    The numbered files of parity/migrations/ run in order, each whole or not at all; ops.migration keeps which ran, and when. Before the
    first one, the schemas raw, quarantine, ops and release are dumped into backups/ of the instance. `parity up` migrates by itself.
    Exit code 1: a migration failed or was refused, or, with --check, the tables are not those of this code.
    """
    from parity.database import connect
    from parity.migrate import MigrationFailed, behind, migrate_warehouse, where_it_stands
    from parity.migration_plan import MigrationRefused

    url = stores()[2]
    try:
        if check:
            with connect(url, application="parity migrate --check") as connection:
                found = where_it_stands(connection)
            _say(
                {"database": found.database, "code": found.code, "pending": [migration.name for migration in found.pending]},
                behind(found) if found.pending else f"The database is at migration {found.database}, as this code is.",
                as_json,
            )
            if found.pending:
                raise typer.Exit(1)
            return
        done = migrate_warehouse(
            url,
            backups=Settings.from_env().home / "backups",
            tell=(lambda _: None) if as_json else (lambda sentence: console.print(sentence, markup=False, highlight=False)),
        )
    except (MigrationFailed, MigrationRefused) as error:
        _stop(str(error), as_json)
    except psycopg.OperationalError as error:
        _stop(f"The warehouse does not answer: {str(error).strip()} Start it with `parity up`, which migrates it, too.", as_json)
    _say(
        asdict(done),
        f"{len(done.applied)} migrations ran: the database is at {done.after}."
        if done.applied
        else f"Nothing to migrate: the database is at {done.after}.",
        as_json,
    )


def _say(report: dict[str, Any], sentence: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, default=str))
    else:
        console.print(sentence, markup=False, highlight=False)


def _stop(sentence: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"error": sentence}))
    errors.print(sentence, markup=False, highlight=False)
    raise typer.Exit(1) from None
