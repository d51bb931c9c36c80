"""`parity raw export`: raw data as Parquet files, for Spark."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.context import here
from cli.exit_codes import ExitCode
from cli.output import fail, say

raw_app = typer.Typer(no_args_is_help=True, help="Raw data, as files for an engine that is not PostgreSQL.")


@raw_app.callback()
def _group() -> None:
    """Keeps `export` a subcommand, though it is the only one."""


@raw_app.command("export")
def raw_export(
    folder: Annotated[str, typer.Argument(help="A folder or URL; PARITY_RAW_PARQUET where none is named.")] = "",
) -> None:
    """Bring the Parquet files in step with the warehouse: every table that dbt reads; of staff files what is new."""
    from ingestion.raw_files import RawFiles, export
    from parity.dbt_sources import source_tables

    context = here()
    place = folder or context.settings.raw_parquet
    if not place:
        fail("Name a folder, or set PARITY_RAW_PARQUET.", ExitCode.WRONG_INPUT)
    written = export(context.warehouse_url, RawFiles(place), source_tables(context.settings.dbt_dir))
    say(f"{sum(written.values()):,} rows written; {len(written)} tables are in step.")
