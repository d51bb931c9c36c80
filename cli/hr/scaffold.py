"""`parity hr scaffold` and `parity hr schema`: a contract drafted from a file, and checked while it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.context import here
from cli.exit_codes import ExitCode
from cli.hr.shell import File, PasswordFile, password_in
from cli.output import complain, fail, print_json
from parity.counted import counted


def scaffold(
    file: File,
    name: Annotated[str, typer.Option(help="The contract's name, for example tha_pol.")],
    agency: Annotated[str, typer.Option(help="The agency's code in catalogue/agencies.yml.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write the draft; the terminal if not given.")
    ] = None,
    grain: Annotated[
        str | None,
        typer.Option(help="roster, spells, events, aggregate, training, complaints or applicants; guessed if not given."),
    ] = None,
    password_file: PasswordFile = None,
) -> None:
    """Draft a contract from an example of an agency's file: encoding, header, columns, dates, codes, and grades for its ranks.

    Everything in it is a suggestion. What to look at is marked REVIEW, and nothing loads under it until you remove `needs_review`. A draft is
    a valid contract and was tried on the example; where none can be made, the command says why. It holds nobody's name.
    """
    from ingestion.hr.errors import FileRefused
    from ingestion.hr.scaffold import draft
    from parity.catalogue.errors import nearest
    from parity.catalogue.hr_terms import GRAINS

    chosen = next((known for known in GRAINS if known == grain), None)
    if grain and not chosen:
        fail(f"There is no grain '{grain}': choose {', '.join(GRAINS)}.", ExitCode.WRONG_INPUT)
    if not file.is_file():
        fail(f"{file}: there is no such file.", ExitCode.WRONG_INPUT)
    if output and output.exists():
        fail(f"{output} is there already: choose another name, or remove it.", ExitCode.WRONG_INPUT)
    if output and output.stem != name:
        fail(f"{output}: the file of the contract {name} is called {name}.yml.", ExitCode.WRONG_INPUT)
    catalogue = here().catalogue
    if agency not in (agencies := [known.code for known in catalogue.agencies]):
        hint = nearest(agency, agencies)
        fail(f"There is no agency '{agency}' in catalogue/agencies.yml: add it there first.{hint}", ExitCode.WRONG_INPUT)
    try:
        drafted = draft(file, name, agency, catalogue.hr_words, catalogue.hr, grain=chosen, password=password_in(password_file))
    except FileRefused as error:
        fail(error, ExitCode.WRONG_INPUT)
    if output:
        output.write_text(drafted.text(), encoding="utf-8")
    else:
        print(drafted.text(), end="")
    n = sum(map(len, drafted.remarks.values()))
    complain(
        f"Drafted from {file.name}: {counted(len(drafted.fields['columns']), 'column')} mapped, {counted(n, 'remark')} to review. Then: parity hr check {file} --contract {name}",
    )


def schema() -> None:
    """Print the JSON Schema of a contract, for editors that check YAML while you type."""
    from parity.catalogue.hr_contract import json_schema

    print_json(json_schema())
