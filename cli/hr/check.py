"""`parity hr check`: what is wrong with a staff file before it is sent."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.exit_codes import ExitCode
from cli.hr.shell import Contract, File, PasswordFile, contract_of, password_in, rows_of_people
from cli.output import AsJson, complain, fail, print_json, say
from parity.counted import counted, either


def check(
    file: File,
    contract: Contract = None,
    annotate: Annotated[
        Path | None, typer.Option(help="Write a copy of the file here, as .xlsx: bad cells marked, and a sheet of findings.")
    ] = None,
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a staff file before it is sent. Nothing is stored and nothing is sent."""
    from ingestion.hr.annotate import annotated_copy
    from ingestion.hr.check import check as look
    from ingestion.hr.errors import FileRefused

    if annotate and annotate.resolve() == file.resolve():
        fail(f"{annotate} is the file itself: choose another name for the copy.", ExitCode.WRONG_INPUT, as_json=as_json)
    the_contract, password = contract_of(file, contract, as_json), password_in(password_file, as_json)

    def write_copy(**told: Any) -> None:
        try:
            if annotate:
                annotated_copy(file, annotate, the_contract, password=password, **told)
        except OSError as error:
            why = error.strerror or type(error).__name__
            fail(f"{annotate}: the copy cannot be written ({why}).", ExitCode.WRONG_INPUT, as_json=as_json)

    try:
        delivery = look(file, the_contract, password)
    except FileRefused as error:
        write_copy(refusal=error)
        if as_json:
            print_json({"status": "refused", "contract": the_contract.name, **error.as_dict()})
        else:
            complain(error)
            if annotate:
                say(f"A marked copy is in {annotate}.")
        raise typer.Exit(ExitCode.WRONG_INPUT) from None
    findings = delivery.findings
    write_copy(findings=findings)
    if as_json:
        print_json(_report(delivery))
    else:
        _tell(delivery)
        if annotate:
            say(f"A marked copy is in {annotate}.")
    raise typer.Exit(ExitCode.NOT_OK if findings.all else ExitCode.DONE)


def _report(delivery: Any) -> dict[str, Any]:
    findings = delivery.findings
    return {
        "status": "accepted",
        "contract": delivery.contract.name,
        "file": delivery.file,
        "n_rows": delivery.n_rows,
        "n_people": delivery.n_people,
        "n_quarantined": findings.n_bad,
        "notices": findings.notices,
        "unknown_codes": [{"column": column, "code": code, "n_rows": n} for column, code, n in findings.unknown_codes()],
        "findings": [asdict(finding) for finding in findings.all],
    }


def _tell(delivery: Any) -> None:
    findings = delivery.findings

    say(
        f"{delivery.file} under {delivery.contract.name}: {rows_of_people(delivery.n_rows, delivery.n_people)} {either(delivery.n_rows, 'loads', 'load')}, {findings.n_bad:,} would be quarantined"
    )
    for column, rule, n, first in findings.summary():
        where = f"sheet '{first.sheet}', row {first.row_no}" if first.sheet else f"row {first.row_no}"
        what = f"column '{column}': {rule}" if column else rule
        say(f"  {n:,} × {what} (first at {where}: {first.value_class})")
    for column, code, n in findings.unknown_codes():
        say(
            f"  unknown code '{code}' in column '{column}': {counted(n, 'row')}. Map it in {delivery.contract.name}.yml, or mend the file."
        )
    for notice in findings.notices:
        say(f"  note: {notice}")
    if delivery.contract.needs_review:
        say(f"  note: {delivery.contract.name} is a draft: nothing loads under it until somebody removes `needs_review`")
