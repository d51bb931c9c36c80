"""`parity migrate`: the warehouse's tables brought to this code's migration, or only compared with it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import psycopg
import typer

from cli.context import here
from cli.exit_codes import ExitCode
from cli.output import AsJson, answer, fail, say


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 where the tables are not those of this code.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the warehouse's tables to this code's migration. Run again, it does nothing.

    The numbered files of parity/migrations/ run in order, each whole or not at all; ops.migration keeps which ran, and when. Before the
    first one, the schemas raw, quarantine, ops and release are dumped into backups/ of the instance. `parity up` migrates by itself.
    Exit code 1: a migration failed or was refused, or, with --check, the tables are not those of this code.
    """
    from parity.database import connect
    from parity.migrate import MigrationFailed, behind, migrate_warehouse, where_it_stands
    from parity.migration_plan import MigrationRefused

    context = here(as_json)
    try:
        if check:
            with connect(context.warehouse_url, application="parity migrate --check") as connection:
                found = where_it_stands(connection)
            answer(
                {"database": found.database, "code": found.code, "pending": [migration.name for migration in found.pending]},
                behind(found) if found.pending else f"The database is at migration {found.database}, as this code is.",
                as_json,
            )
            if found.pending:
                raise typer.Exit(ExitCode.NOT_OK)
            return
        done = migrate_warehouse(
            context.warehouse_url,
            backups=context.settings.home / "backups",
            tell=(lambda _: None) if as_json else say,
        )
    except (MigrationFailed, MigrationRefused) as error:
        fail(error, as_json=as_json)
    except psycopg.OperationalError as error:
        fail(
            f"The warehouse does not answer: {str(error).strip()} Start it with `parity up`, which migrates it, too.",
            ExitCode.CANNOT_RUN,
            as_json=as_json,
        )
    answer(
        asdict(done),
        f"{len(done.applied)} migrations ran: the database is at {done.after}."
        if done.applied
        else f"Nothing to migrate: the database is at {done.after}.",
        as_json,
    )
