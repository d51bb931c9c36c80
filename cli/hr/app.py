"""`parity hr`: staff files checked, loaded, and their keys kept. Thin shells over `ingestion.hr`."""

from __future__ import annotations

import typer

from cli.hr.check import check
from cli.hr.fixes import fixes
from cli.hr.hold import accept, held, refused
from cli.hr.load import load, rotate_key
from cli.hr.scaffold import scaffold, schema
from cli.hr.shell import EXIT_CODES

hr_app = typer.Typer(
    no_args_is_help=True, help=f"Staff files: draft a contract, check a file before it is sent, load it. {EXIT_CODES}"
)
hr_app.command("check", epilog=EXIT_CODES)(check)
hr_app.command("scaffold")(scaffold)
hr_app.command("load", epilog=EXIT_CODES)(load)
hr_app.command("rotate-key")(rotate_key)
hr_app.command("schema")(schema)
hr_app.command("fixes")(fixes)
hr_app.command("held")(held)
hr_app.command("refused")(refused)
hr_app.command("accept")(accept)
