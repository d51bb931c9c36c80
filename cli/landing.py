"""`parity landing`: whether everything that sources sent still lies there as it came."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import Context, here
from cli.exit_codes import ExitCode, epilog
from cli.output import AsJson, complain, fail, print_json, progress, say

if TYPE_CHECKING:
    import psycopg

    from ingestion.landing.verify import Finding, Verified

APPLICATION = "parity landing"
landing_app = typer.Typer(
    no_args_is_help=True, help="The landing: what sources sent, verbatim, in a folder or in object storage."
)


@landing_app.callback()
def _group() -> None:
    """Keeps `verify` a subcommand, though it is the only one."""


@landing_app.command("verify", epilog=epilog("parity landing verify"))
def verify(
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help="Land again, from the drop folder and KoboToolbox, what is torn or missing, and clear away what kills left.",
        ),
    ] = False,
    sizes_only: Annotated[
        bool,
        typer.Option(
            "--sizes-only",
            help="Compare sizes and read no file: quick, and free of charge on object storage; finds no changed byte.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare each file that the warehouse knows with the landing: is it there, as long as it was, with the bytes that its SHA-256 tells?

    Found are files that are missing, cut short or changed, what a kill left unfinished, and files that no row knows. Nothing is changed without --repair.
    Where staff rows may have been loaded from a torn file, the delivery is named; --repair reads the torn bytes again, and where the rows are theirs, loads the
    whole file in its place, or as a correction where a release was made of it. Run it after a power cut, a full disk, a move or a restore.
    """
    from ingestion.landing import LandingError

    context = here(as_json)
    try:
        with context.warehouse(APPLICATION) as connection:
            verified = _verified(context, connection, sizes_only=sizes_only)
            if repair and verified.findings:
                verified = _repaired(context, connection, verified)
    except LandingError as error:
        fail(error, ExitCode.CANNOT_RUN, as_json=as_json)
    if as_json:
        print_json(_as_json(verified))
    else:
        _tell(verified, was_repair=repair, sizes_only=sizes_only)
    raise typer.Exit(ExitCode.DONE if verified.is_sound else ExitCode.NOT_OK)


def _verified(context: Context, connection: psycopg.Connection, *, sizes_only: bool) -> Verified:
    from ingestion.landing.verify import verify as compare

    with progress(is_hidden=context.as_json) as bars:
        bar = bars.add_task("files compared", total=None)

        def show(n_done: int, n_all: int) -> None:
            bars.update(bar, completed=n_done, total=n_all)

        return compare(connection, context.landing, sizes_only=sizes_only, progress=show)


def _repaired(context: Context, connection: psycopg.Connection, verified: Verified) -> Verified:
    from dataclasses import replace

    from ingestion.raw_files import RawFiles
    from ingestion.repair import Sources, repair

    settings = context.settings
    sources = Sources(
        settings.drop, context.catalogue, context.keys, RawFiles.named(settings.raw_parquet), _scan(context, connection)
    )
    findings = []
    for finding in repair(connection, context.landing, verified, sources):
        findings.append(finding)
        if not context.as_json:
            complain(f"{finding.source} {finding.name}: {finding.outcome}")
    return replace(verified, findings=findings)


def _scan(context: Context, connection: psycopg.Connection) -> Any:
    """Reads a form anew; the server is asked for its login only where a form needs it."""
    from cli.kobo.shell import kobo_login
    from ingestion.kobo.client import KoboClient
    from ingestion.kobo.errors import KoboError
    from ingestion.kobo.sync import sync_form

    def scan(form: str) -> str:
        try:
            url, token, origin = kobo_login(context)
        except typer.Exit:
            raise KoboError(f"{form}: no KoboToolbox server is known", "Set PARITY_KOBO_URL and PARITY_KOBO_TOKEN.") from None
        report = sync_form(
            KoboClient(url, token, origin=origin), context.catalogue.kobo[form], context.landing, connection, scan=True
        )
        if report.held or report.n_unexplained:
            raise KoboError(
                f"{form}: the server did not send everything",
                "Answer what the sync asks (`parity kobo held`), then run this again.",
            )
        return report.asset_uid

    return scan


def _tell(verified: Verified, *, was_repair: bool, sizes_only: bool) -> None:
    for finding in verified.findings:
        _tell_one(finding)
    how = "sizes" if sizes_only else "sizes and hashes"
    n = len(verified.findings)
    said = f"{verified.n_files:,} files, {verified.n_bytes / 1e6:,.1f} MB: "
    if not n:
        say(f"{said}all {how} are as they were.")
    elif was_repair:
        say(f"{said}{n:,} found, {sum(each.is_mended for each in verified.findings):,} of them put right.")
    else:
        say(f"{said}{n:,} found. `parity landing verify --repair` puts right what a source still has.")


def _tell_one(finding: Finding) -> None:
    say(f"{finding.kind}: {finding.name} ({finding.source})")
    say(f"  {finding.says} {finding.uri}")
    if finding.expected and finding.found:
        say(f"  landed: {finding.expected}; found: {finding.found}")
    for delivered in finding.deliveries:
        say(
            f"  Delivery {delivered.number} ({delivered.file}) has {delivered.n_rows:,} rows of it. They were loaded from the whole file, unless it was torn"
            " before: --repair reads the torn bytes again and tells."
        )
    if finding.outcome:
        say(f"  → {finding.outcome}")


def _as_json(verified: Verified) -> dict[str, Any]:
    return {
        "n_files": verified.n_files,
        "n_bytes": verified.n_bytes,
        "is_sound": verified.is_sound,
        "findings": [{**asdict(each), "says": each.says} for each in verified.findings],
    }
