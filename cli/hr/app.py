"""`parity hr`: staff files checked, loaded, and their keys kept. Thin shells over `ingestion.hr`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import here
from cli.exit_codes import ExitCode, epilog
from cli.hr.fixes import fixes
from cli.output import AsJson, complain, fail, print_json, say

EXIT_CODES = epilog("parity hr check, parity hr load")
hr_app = typer.Typer(
    no_args_is_help=True, help=f"Staff files: draft a contract, check a file before it is sent, load it. {EXIT_CODES}"
)
hr_app.command("fixes")(fixes)

File = Annotated[Path, typer.Argument(help="The staff file.")]
Contract = Annotated[
    str | None,
    typer.Option("--contract", "-c", help="Name of the contract in catalogue/sources/hr/; found by the file if not given."),
]
PasswordFile = Annotated[Path | None, typer.Option(help="A file that holds the password of a protected workbook or archive.")]


@hr_app.command("check", epilog=EXIT_CODES)
def hr_check(
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
    from ingestion.hr.check import check
    from ingestion.hr.errors import FileRefused

    if not file.is_file():
        fail(f"{file}: there is no such file.", ExitCode.WRONG_INPUT)
    the_contract, password = _contract(file, contract), _password(password_file)
    try:
        delivery = check(file, the_contract, password)
    except FileRefused as error:
        if annotate:
            annotated_copy(file, annotate, the_contract, refusal=error, password=password)
        if as_json:
            print_json({"status": "refused", "contract": the_contract.name, **error.as_dict()})
        else:
            complain(error)
        raise typer.Exit(ExitCode.WRONG_INPUT) from None
    findings = delivery.findings
    if annotate:
        annotated_copy(file, annotate, the_contract, findings=findings, password=password)
    if as_json:
        print_json(_report(delivery))
    else:
        _tell(delivery)
        if annotate:
            say(f"A marked copy is in {annotate}.")
    raise typer.Exit(ExitCode.NOT_OK if findings.all else ExitCode.DONE)


@hr_app.command("scaffold")
def hr_scaffold(
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

    Everything in it is a suggestion. What to look at is marked REVIEW, and nothing loads under it until you remove `needs_review`.
    """
    from ingestion.hr.errors import FileRefused
    from ingestion.hr.scaffold import draft

    if not file.is_file():
        fail(f"{file}: there is no such file.", ExitCode.WRONG_INPUT)
    if output and output.exists():
        fail(f"{output} is there already: choose another name, or remove it.", ExitCode.WRONG_INPUT)
    catalogue = here().catalogue
    try:
        drafted = draft(file, name, agency, catalogue.hr_words, catalogue.hr, grain=grain, password=_password(password_file))
    except FileRefused as error:
        fail(error, ExitCode.WRONG_INPUT)
    if output:
        output.write_text(drafted.text(), encoding="utf-8")
    else:
        print(drafted.text(), end="")
    n = sum(map(len, drafted.remarks.values()))
    complain(
        f"Drafted from {file.name}: {len(drafted.fields['columns'])} columns mapped, {n} remarks to review. Then: parity hr check {file} --contract {name}",
    )


@hr_app.command("load", epilog=EXIT_CODES)
def hr_load(file: File, contract: Contract = None, password_file: PasswordFile = None, as_json: AsJson = False) -> None:
    """Load one staff file into this instance's warehouse, as `ingest_hr` would. The same file twice is loaded once.

    A file that was written again after a correction of it is the newest again; `touch` an old one to send it again.
    """
    from ingestion.hr.errors import FileRefused
    from ingestion.hr.files import local_file
    from ingestion.hr.keys import KeyMissing
    from ingestion.hr.load import load_file
    from ingestion.raw_files import RawFiles

    context = here(as_json)
    the_contract, password = _contract(file, contract), _password(password_file)
    try:
        with context.warehouse("parity hr load") as connection:
            path = local_file(the_contract, file)
            files = RawFiles.named(context.settings.raw_parquet)
            report = load_file(connection, context.landing, the_contract, path, context.keys, password=password, files=files)
    except FileRefused as error:
        if as_json:
            print_json({"status": "refused", "contract": the_contract.name, **error.as_dict()})
        else:
            complain(error)
        raise typer.Exit(ExitCode.WRONG_INPUT) from None
    except KeyMissing as error:
        fail(error, ExitCode.CANNOT_RUN, as_json=as_json)
    if as_json:
        print_json(asdict(report))
    else:
        say(f"{report.file}: {report.status}, {report.n_rows:,} rows, {report.n_quarantined:,} quarantined")
        for notice in report.notices:
            say(f"  note: {notice}")
        for revision in report.revisions:
            say(f"  {revision}")
    raise typer.Exit(ExitCode.NOT_OK if report.n_quarantined else ExitCode.DONE)


@hr_app.command("rotate-key")
def hr_rotate_key(
    agency: Annotated[str, typer.Argument(help="The agency's code, as in catalogue/agencies.yml.")],
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Give an agency a new key, and its people the pseudonyms that go with it. Nobody's history is lost; the old key is deleted.

    Do this when somebody who could read the key folder leaves, or when it may have been seen. Afterwards run build_warehouse, and
    back the key folder up.
    """
    from ingestion.hr.keys import KeyMissing
    from ingestion.hr.rotate import NotRotated, rotate

    context = here(as_json)
    password, contracts = _password(password_file), context.catalogue.hr
    if agency not in (known := sorted({code for contract in contracts.values() for code in contract.agencies})):
        fail(f"No contract names the agency '{agency}': choose {', '.join(known)}.", ExitCode.WRONG_INPUT, as_json=as_json)
    try:
        with context.warehouse("parity hr rotate-key") as connection:
            done = rotate(connection, context.landing, contracts, context.keys, agency, password=password, say=complain)
    except KeyMissing as error:
        fail(error, ExitCode.CANNOT_RUN, as_json=as_json)
    except NotRotated as error:
        fail(error, as_json=as_json)
    if as_json:
        print_json(asdict(done))
    else:
        say(
            f"{agency}: {done.n_people:,} people of {done.n_deliveries:,} deliveries have new pseudonyms (key {done.old_key} → {done.new_key}).\n"
            "Run build_warehouse so that the tables made of them follow, and back the key folder up.",
        )


@hr_app.command("schema")
def hr_schema() -> None:
    """Print the JSON Schema of a contract, for editors that check YAML while you type."""
    from parity.catalogue.hr_contract import json_schema

    print_json(json_schema())


def _contract(file: Path, name: str | None) -> Any:
    from ingestion.hr.files import matches

    contracts = here().catalogue.hr
    if name is not None:
        if name not in contracts:
            fail(f"There is no contract '{name}': choose {', '.join(contracts)}.", ExitCode.WRONG_INPUT)
        return contracts[name]
    if file.resolve().parent.name in contracts:
        return contracts[file.resolve().parent.name]
    fitting = [contract for contract in contracts.values() if matches(file.name, contract.file_pattern)]
    if len(fitting) > 1:
        fitting = [contract for contract in fitting if _header_fits(file, contract)] or fitting
    if len(fitting) != 1:
        known = ", ".join(contract.name for contract in fitting) or ", ".join(contracts)
        fail(f"{file.name}: {len(fitting) or 'no'} contracts fit it. Name one by --contract: {known}.", ExitCode.WRONG_INPUT)
    return fitting[0]


def _header_fits(file: Path, contract: Any) -> bool:
    from ingestion.hr.errors import FileRefused
    from ingestion.hr.header import positions
    from ingestion.hr.reader import read_tables

    try:
        with file.open("rb") as source:
            return all(positions(table, contract) for table in read_tables(source, file.name, contract))
    except (FileRefused, OSError):
        return False


def _password(path: Path | None) -> str | None:
    try:
        return path.read_text().strip() if path else None
    except (OSError, UnicodeError) as error:
        fail(f"{path}: not readable as a password ({type(error).__name__}).", ExitCode.WRONG_INPUT)


def _report(delivery: Any) -> dict[str, Any]:
    findings = delivery.findings
    return {
        "status": "accepted",
        "contract": delivery.contract.name,
        "file": delivery.file,
        "n_rows": delivery.n_rows,
        "n_quarantined": findings.n_bad,
        "notices": findings.notices,
        "unknown_codes": [{"column": column, "code": code, "n_rows": n} for column, code, n in findings.unknown_codes()],
        "findings": [asdict(finding) for finding in findings.all],
    }


def _tell(delivery: Any) -> None:
    findings = delivery.findings

    say(f"{delivery.file} under {delivery.contract.name}: {delivery.n_rows:,} rows load, {findings.n_bad:,} would be quarantined")
    for column, rule, n, first in findings.summary():
        where = f"sheet '{first.sheet}', row {first.row_no}" if first.sheet else f"row {first.row_no}"
        what = f"column '{column}': {rule}" if column else rule
        say(f"  {n:,} × {what} (first at {where}: {first.value_class})")
    for column, code, n in findings.unknown_codes():
        say(
            f"  unknown code '{code}' in column '{column}': {n:,} rows. Map it in {delivery.contract.name}.yml, or mend the file."
        )
    for notice in findings.notices:
        say(f"  note: {notice}")
