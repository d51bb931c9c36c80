"""`parity hr load` and `parity hr rotate-key`: staff files into the warehouse, and the keys of their people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.context import here
from cli.exit_codes import ExitCode
from cli.hr.shell import Contract, File, PasswordFile, contract_of, password_in, rows_of_people
from cli.output import AsJson, complain, fail, print_json, say
from parity.counted import counted, either


def load(file: File, contract: Contract = None, password_file: PasswordFile = None, as_json: AsJson = False) -> None:
    """Load one staff file into this instance's warehouse, as `ingest_hr` would. The same file twice is loaded once, unless it is
    held and its contract has changed.

    Each list is compared with the agency's list before. One that does not continue it is held, and counts for no figure until a corrected list
    comes or `parity hr accept` releases it. A file that was written again after a correction of it is the newest again; `touch` an old one to send it again.
    """
    from ingestion.hr.errors import FileRefused
    from ingestion.hr.files import local_file
    from ingestion.hr.keys import KeyMissing
    from ingestion.hr.load import load_file
    from ingestion.landing import LandingError
    from ingestion.raw_files import RawFiles

    context = here(as_json)
    the_contract, password = contract_of(file, contract, as_json), password_in(password_file, as_json)
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
    except (KeyMissing, LandingError) as error:
        fail(error, ExitCode.CANNOT_RUN, as_json=as_json)
    if as_json:
        print_json(asdict(report))
    else:
        say(
            f"{report.file}: {report.status}{' and held' if report.held else ''}, {rows_of_people(report.n_rows, report.n_people)}, {report.n_quarantined:,} quarantined"
        )
        for notice in report.notices:
            say(f"  note: {notice}")
        for revision in report.revisions:
            say(f"  {revision}")
        for line in [str(each) for each in report.lists] or report.held:
            say(f"  {line}")
    raise typer.Exit(ExitCode.NOT_OK if report.n_quarantined or report.held else ExitCode.DONE)


def rotate_key(
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
    password, contracts = password_in(password_file, as_json), context.catalogue.hr
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
            f"{agency}: {counted(done.n_people, 'person', 'people')} of {counted(done.n_deliveries, 'delivery', 'deliveries')} {either(done.n_people, 'has a new pseudonym', 'have new pseudonyms')} (key {done.old_key} → {done.new_key}).\n"
            "Run build_warehouse so that the tables made of them follow, and back the key folder up.",
        )
