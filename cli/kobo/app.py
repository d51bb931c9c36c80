"""`parity kobo`: the questionnaire, the sync with KoboToolbox, and what respondents may ask for. Thin shells, as in `cli.main`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import here
from cli.exit_codes import ExitCode, epilog
from cli.kobo import fieldwork, hold, questionnaire
from cli.kobo.shell import (
    APPLICATION,
    Refusals,
    contract_of,
    contracts_of,
    each_form,
    end_with,
    kobo_server,
    no_longer_seen,
    unread,
)
from cli.output import AsJson, complain, fail, print_json, progress, say

if TYPE_CHECKING:
    from cli.context import Context
    from ingestion.kobo.client import KoboClient
    from ingestion.kobo.report import SyncReport
    from parity.catalogue import KoboContract

SYNC = "parity kobo sync, parity kobo reconcile"
kobo_app = typer.Typer(
    no_args_is_help=True,
    help="KoboToolbox: write, check and deploy the questionnaire, sync its answers, and prove that nothing is missing.\n\n"
    "The server and its API token come from PARITY_KOBO_URL and PARITY_KOBO_TOKEN; without them, the stand-in server of the "
    "demonstration that runs here is used.",
)
for module, names in ((questionnaire, "build check preview deploy"), (fieldwork, "fieldwork flag"), (hold, "held")):
    for name in names.split():
        kobo_app.command(name)(getattr(module, name))
kobo_app.command("accept", epilog=epilog("parity kobo accept"))(hold.accept)
Form = Annotated[str | None, typer.Argument(help="Name of the form's contract in catalogue/sources/kobo/; all if left out.")]


@kobo_app.command(epilog=epilog(SYNC))
def sync(
    form: Form = None,
    scan: Annotated[bool, typer.Option("--scan", help="Read every submission again, whatever the history says.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring raw up to what the server holds now: new submissions, edits, deletions, statuses.

    Where submissions vanish and nothing proves that they were deleted, the form is held: nothing is deleted, all else is loaded, and exit code 1 tells
    it until the server has them back or `parity kobo accept` says that they are gone.
    """
    context = here(as_json)
    with kobo_server(context) as client:
        contracts, absent = contracts_of(form, client, context)
        with context.warehouse(APPLICATION) as connection:
            refusals = no_longer_seen(absent, connection, client)
            reports, refused = each_form(
                contracts, lambda one: _sync(client, one, context, connection, scan), _told(_tell, as_json)
            )
            refusals += refused
    refusals += unread(reports, context)
    if as_json:
        print_json([asdict(report) for report in reports] + _refused(refusals))
    end_with(refusals, len(reports))
    if any(report.held for report in reports):
        raise typer.Exit(ExitCode.NOT_OK)


def _told(tell: Callable[[Any], None], as_json: bool) -> Callable[[Any], None]:
    """Tells a person at once; a machine gets one document at the end."""
    return (lambda report: None) if as_json else tell


def _refused(refusals: Refusals) -> list[dict[str, str]]:
    return [{"form": form, "error": str(error)} for form, error in refusals]


def _tell(report: SyncReport) -> None:
    say(
        f"{report.form}: {report.n_new:,} new, {report.n_changed:,} changed, {report.n_deleted:,} deleted; "
        f"{report.n_total:,} in all (by {report.way})",
    )
    if report.held:
        say(f"  {report.held}")
    elif report.n_unexplained:
        say(
            f"  {report.n_unexplained:,} were not sent and are not provably deleted; they stay. "
            "Give the token the right to view all submissions, then run again with --scan."
        )
    if report.n_unknown_codes:
        say(f"  {report.n_unknown_codes:,} answers stayed in the landing: no version of the form offers their code.")
    for field in report.unread:
        say(f"  {field}")
    for notice in report.notices:
        say(f"  {notice}")


def _sync(client: KoboClient, contract: KoboContract, context: Context, connection: Any, scan: bool) -> SyncReport:
    """One form, with a bar of its own: while a bar is drawn, nothing else can be printed."""
    from ingestion.kobo.sync import sync_form

    with progress(is_hidden=context.as_json) as bars:
        bar = bars.add_task(contract.name, total=None)

        def show(n_read: int, n_total: int) -> None:
            bars.update(bar, completed=n_read, total=n_total)

        report = sync_form(client, contract, context.landing, connection, scan=scan, progress=show)
        bars.update(bar, total=report.n_total, completed=report.n_total)
    return report


@kobo_app.command(epilog=epilog(SYNC))
def reconcile(form: Form = None, as_json: AsJson = False) -> None:
    """Compare every submission with the server: ids, uuids, contents. Exit code 1 where raw is not its equal."""
    from ingestion.kobo.reconcile import reconcile_form

    context = here(as_json)
    with kobo_server(context) as client:
        contracts, absent = contracts_of(form, client, context)
        with context.warehouse(APPLICATION) as connection:
            refusals = no_longer_seen(absent, connection, client)
            found, refused = each_form(
                contracts, lambda one: reconcile_form(client, one, connection), _told(lambda one: say(str(one)), as_json)
            )
            refusals += refused
    if as_json:
        print_json([asdict(one) | {"is_equal": one.is_equal} for one in found] + _refused(refusals))
    differs = not all(one.is_equal for one in found)
    for remedy in dict.fromkeys(one.remedy for one in found if not one.is_equal):
        complain(remedy)
    end_with(refusals, len(found))
    if differs:
        raise typer.Exit(ExitCode.NOT_OK)


@kobo_app.command()
def erase(
    root_uuid: Annotated[
        str, typer.Argument(help="The submission's root uuid, as the respondent's receipt or the server shows it.")
    ],
    form: Annotated[str, typer.Option(help="Name of the form's contract.")] = "workplace_culture",
    apply: Annotated[bool, typer.Option("--apply", help="Erase; without it, only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase one respondent from the landing, raw with its history, and the facts. It cannot be undone.

    The erased stay erased, even while the server still holds the submission: delete it there as well. The next release is
    built without the answers, but no figure of a survey wave that was published moves: its difference could tell what was erased.
    """
    from ingestion.kobo.erasure import erase as erase_respondent

    context = here(as_json)
    contract_of(form, context)
    with context.warehouse(APPLICATION) as connection:
        report = erase_respondent(connection, context.landing, form, root_uuid, dry_run=not apply)
    if as_json:
        print_json(asdict(report))
        return
    if not (report.submission_ids or report.n_pages):
        say(f"{form}: nothing is held of this respondent.")
        return
    verb = "would go" if report.is_dry_run else "erased"
    say(f"{form}: {len(report.submission_ids)} submission(s) {verb}, {report.n_pages} landed page(s) rewritten")
    for table, n_rows in report.rows.items():
        say(f"  {table}: {n_rows} row(s)")
    if report.is_dry_run:
        say("Nothing was changed. Add --apply to erase.")
    else:
        say("Delete the submission on the server too, and let `build_warehouse` run for the next release.")


@kobo_app.command()
def listen(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; put a proxy with HTTPS before it.")] = 8399,
    quiet_seconds: Annotated[float, typer.Option(help="At most one run in this time, however many hints come.")] = 60.0,
) -> None:
    """Receive KoboToolbox's REST Services at POST /kobo and wake `ingest_kobo`; the data is pulled, never taken from the hint."""
    import uvicorn

    from cli.kobo.webhook import HEADER, create_receiver
    from stack.airflow_api import AirflowApi
    from stack.instance import is_free

    context = here()
    instance = context.started
    secret = context.settings.kobo_webhook_secret or instance.secrets["kobo_webhook"]
    if not is_free(port):
        fail(f"Port {port} is taken: choose another with --port.", ExitCode.WRONG_INPUT)
    say(f"Listening at http://127.0.0.1:{port}/kobo for the header {HEADER}.")
    say(f"The secret: PARITY_KOBO_WEBHOOK_SECRET, or `kobo_webhook` in {instance.home}/secrets/secrets.json.")
    receiver = create_receiver(lambda: AirflowApi(instance).trigger("ingest_kobo"), secret, quiet_seconds)
    uvicorn.run(receiver, host="127.0.0.1", port=port, log_level="warning", access_log=False)
