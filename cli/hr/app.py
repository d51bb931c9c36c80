"""`parity hr`: staff files checked, loaded, and their keys kept. Thin shells over `ingestion.hr`.

Exit codes: 0 the file loads whole, 1 it loads without the rows listed, 2 it is refused, 3 the command itself cannot run.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cli.hr.fixes import fixes
from parity.settings import Settings

EXIT_CODES = "Exit codes: 0 the file loads whole, 1 it loads without the rows listed, 2 it is refused, 3 the command cannot run."
hr_app = typer.Typer(
    no_args_is_help=True, help=f"Staff files: draft a contract, check a file before it is sent, load it. {EXIT_CODES}"
)
hr_app.command("fixes")(fixes)
console, errors = Console(), Console(stderr=True)

File = Annotated[Path, typer.Argument(help="The staff file.")]
Contract = Annotated[
    str | None,
    typer.Option("--contract", "-c", help="Name of the contract in catalogue/sources/hr/; found by the file if not given."),
]
PasswordFile = Annotated[Path | None, typer.Option(help="A file that holds the password of a protected workbook or archive.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


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
        stop(f"{file}: there is no such file.")
    the_contract, password = _contract(file, contract), _password(password_file)
    try:
        delivery = check(file, the_contract, password)
    except FileRefused as error:
        if annotate:
            annotated_copy(file, annotate, the_contract, refusal=error, password=password)
        if as_json:
            print(json.dumps({"status": "refused", "contract": the_contract.name, **error.as_dict()}))
        else:
            errors.print(str(error), markup=False, highlight=False)
        raise typer.Exit(2) from None
    findings = delivery.findings
    if annotate:
        annotated_copy(file, annotate, the_contract, findings=findings, password=password)
    if as_json:
        print(json.dumps(_report(delivery)))
    else:
        _tell(delivery)
        if annotate:
            console.print(f"A marked copy is in {annotate}.", markup=False)
    raise typer.Exit(1 if findings.all else 0)


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
    from parity.catalogue import CatalogueError, load_catalogue

    if not file.is_file():
        stop(f"{file}: there is no such file.")
    if output and output.exists():
        stop(f"{output} is there already: choose another name, or remove it.")
    try:
        catalogue = load_catalogue(Settings.from_env().catalogue)
        drafted = draft(file, name, agency, catalogue.hr_words, catalogue.hr, grain=grain, password=_password(password_file))
    except (CatalogueError, FileRefused) as error:
        stop(str(error))
    if output:
        output.write_text(drafted.text(), encoding="utf-8")
    else:
        print(drafted.text(), end="")
    n = sum(map(len, drafted.remarks.values()))
    errors.print(
        f"Drafted from {file.name}: {len(drafted.fields['columns'])} columns mapped, {n} remarks to review. Then: parity hr check {file} --contract {name}",
        markup=False,
        highlight=False,
        soft_wrap=True,
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
    from parity.database import connect

    the_contract, password = _contract(file, contract), _password(password_file)
    landing, ring, url = stores()
    try:
        with connect(url, application="parity hr load") as connection:
            path = local_file(the_contract, file)
            files = RawFiles.named(Settings.from_env().raw_parquet)
            report = load_file(connection, landing, the_contract, path, ring, password=password, files=files)
    except FileRefused as error:
        if as_json:
            print(json.dumps({"status": "refused", "contract": the_contract.name, **error.as_dict()}))
        else:
            errors.print(str(error), markup=False, highlight=False)
        raise typer.Exit(2) from None
    except KeyMissing as error:
        stop(str(error))
    if as_json:
        print(json.dumps(asdict(report)))
    else:
        console.print(
            f"{report.file}: {report.status}, {report.n_rows:,} rows, {report.n_quarantined:,} quarantined", markup=False
        )
        for notice in report.notices:
            console.print(f"  note: {notice}", markup=False)
        for revision in report.revisions:
            console.print(f"  {revision}", markup=False)
    raise typer.Exit(1 if report.n_quarantined else 0)


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
    from parity.catalogue import load_catalogue
    from parity.database import connect

    password, contracts = _password(password_file), load_catalogue(Settings.from_env().catalogue).hr
    if agency not in (known := sorted({code for contract in contracts.values() for code in contract.agencies})):
        stop(f"No contract names the agency '{agency}': choose {', '.join(known)}.")
    landing, ring, url = stores()
    try:
        with connect(url, application="parity hr rotate-key") as connection:
            done = rotate(
                connection, landing, contracts, ring, agency, password=password, say=lambda text: errors.print(text, markup=False)
            )
    except (KeyMissing, NotRotated) as error:
        stop(str(error))
    if as_json:
        print(json.dumps(asdict(done)))
    else:
        console.print(
            f"{agency}: {done.n_people:,} people of {done.n_deliveries:,} deliveries have new pseudonyms (key {done.old_key} → {done.new_key}).\n"
            "Run build_warehouse so that the tables made of them follow, and back the key folder up.",
            markup=False,
        )


@hr_app.command("schema")
def hr_schema() -> None:
    """Print the JSON Schema of a contract, for editors that check YAML while you type."""
    from parity.catalogue.hr_contract import json_schema

    print(json.dumps(json_schema(), indent=1, ensure_ascii=False))


def _contract(file: Path, name: str | None) -> Any:
    from ingestion.hr.files import matches
    from parity.catalogue import CatalogueError, load_catalogue

    try:
        contracts = load_catalogue(Settings.from_env().catalogue).hr
    except CatalogueError as error:
        stop(str(error))
    if name is not None:
        if name not in contracts:
            stop(f"There is no contract '{name}': choose {', '.join(contracts)}.")
        return contracts[name]
    if file.resolve().parent.name in contracts:
        return contracts[file.resolve().parent.name]
    fitting = [contract for contract in contracts.values() if matches(file.name, contract.file_pattern)]
    if len(fitting) > 1:
        fitting = [contract for contract in fitting if _header_fits(file, contract)] or fitting
    if len(fitting) != 1:
        known = ", ".join(contract.name for contract in fitting) or ", ".join(contracts)
        stop(f"{file.name}: {len(fitting) or 'no'} contracts fit it. Name one by --contract: {known}.")
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
        stop(f"{path}: not readable as a password ({type(error).__name__}).")


def stores() -> tuple[Any, Any, str]:
    """The landing, the keys and the warehouse of the environment, or of the instance that was started here."""
    from ingestion.hr.keys import KeyRing
    from ingestion.landing import Landing
    from stack.instance import Instance

    settings = Settings.from_env()
    url = settings.warehouse_url
    if not url:
        instance = Instance(settings.home)
        if not instance.ports:
            stop("No instance has been started here: run `make demo` or `parity up` first.")
        url = instance.warehouse_url
    return Landing(settings.landing_url), KeyRing(settings.hr_keys), url


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

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

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


def stop(message: str) -> Any:
    errors.print(message, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(3)
