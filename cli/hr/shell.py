"""What the commands of `parity hr` share: their arguments, and which contract and password go with a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import here
from cli.exit_codes import ExitCode, epilog
from cli.output import fail
from parity.counted import counted, persons

EXIT_CODES = epilog("parity hr check, parity hr load")
File = Annotated[Path, typer.Argument(help="The staff file.")]
Contract = Annotated[
    str | None,
    typer.Option("--contract", "-c", help="Name of the contract in catalogue/sources/hr/; found by the file if not given."),
]
PasswordFile = Annotated[Path | None, typer.Option(help="A file that holds the password of a protected workbook or archive.")]


def contract_of(file: Path, name: str | None, as_json: bool) -> Any:
    """The contract of that name, or the one that fits the file by its folder, name and header."""
    from ingestion.hr.files import matches

    if not file.is_file():
        fail(f"{file}: there is no such file.", ExitCode.WRONG_INPUT, as_json=as_json)
    catalogue = here(as_json).catalogue
    contracts = catalogue.hr
    chosen = name if name is not None else file.resolve().parent.name
    if chosen in catalogue.set_aside:
        faults = "\n  ".join(catalogue.set_aside[chosen])
        fail(
            f"The contract {chosen} has faults, so {file.name} was not judged:\n  {faults}", ExitCode.WRONG_INPUT, as_json=as_json
        )
    if name is not None:
        if name not in contracts:
            fail(f"There is no contract '{name}': choose {', '.join(contracts)}.", ExitCode.WRONG_INPUT, as_json=as_json)
        return contracts[name]
    if file.resolve().parent.name in contracts:
        return contracts[file.resolve().parent.name]
    fitting = [contract for contract in catalogue.reviewed if matches(file.name, contract.file_pattern)]
    if len(fitting) > 1:
        fitting = [contract for contract in fitting if _header_fits(file, contract)] or fitting
    if len(fitting) != 1:
        known = ", ".join(contract.name for contract in fitting) or ", ".join(contracts)
        fail(
            f"{file.name}: {len(fitting) or 'no'} contracts fit it. Name one by --contract: {known}.",
            ExitCode.WRONG_INPUT,
            as_json=as_json,
        )
    return fitting[0]


def rows_of_people(n_rows: int, n_people: int) -> str:
    """`1,473 rows (223 people)`; a table of counts has no people."""
    return counted(n_rows, "row") + (f" ({persons(n_people)})" if n_people else "")


def _header_fits(file: Path, contract: Any) -> bool:
    from ingestion.hr.errors import FileRefused
    from ingestion.hr.header import positions
    from ingestion.hr.reader import read_tables

    try:
        with file.open("rb") as source:
            return all(positions(table, contract) for table in read_tables(source, file.name, contract))
    except (FileRefused, OSError):
        return False


def password_in(path: Path | None, as_json: bool = False) -> str | None:
    try:
        return path.read_text().strip() if path else None
    except (OSError, UnicodeError) as error:
        fail(f"{path}: not readable as a password ({type(error).__name__}).", ExitCode.WRONG_INPUT, as_json=as_json)
