"""`parity kobo`: the questionnaire, the sync with KoboToolbox, and what respondents may ask for. Thin shells, as in `cli.main`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from cli.kobo import fieldwork, questionnaire
from parity.settings import Settings

if TYPE_CHECKING:
    from ingestion.kobo.client import KoboClient
    from ingestion.kobo.sync import SyncReport
    from parity.catalogue import Catalogue, KoboContract
    from stack.instance import Instance

kobo_app = typer.Typer(
    no_args_is_help=True,
    help="KoboToolbox: write, check and deploy the questionnaire, sync its answers, and prove that nothing is missing.\n\n"
    "The server and its API token come from PARITY_KOBO_URL and PARITY_KOBO_TOKEN; without them, the stand-in server of the "
    "demonstration that runs here is used.",
)
for module, names in ((questionnaire, "build check preview deploy"), (fieldwork, "fieldwork flag")):
    for name in names.split():
        kobo_app.command(name)(getattr(module, name))
console = Console()
errors = Console(stderr=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Form = Annotated[str | None, typer.Argument(help="Name of the form's contract in catalogue/sources/kobo/; all if left out.")]


@kobo_app.command()
def sync(
    form: Form = None,
    scan: Annotated[bool, typer.Option("--scan", help="Read every submission again, whatever the history says.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring raw up to what the server holds now: new submissions, edits, deletions, statuses."""
    with kobo_server() as client:
        contracts = _contracts(form, client)
        with warehouse() as connection, Progress(console=errors, disable=as_json) as progress:
            reports, refusals = _sync_each(client, contracts, connection, scan, progress)
    if as_json:
        print(json.dumps([asdict(report) for report in reports] + refusals))
    else:
        _tell(reports)
    for refusal in refusals:
        errors.print(f"{refusal['form']}: {refusal['error']}", markup=False)
    if refusals:
        raise typer.Exit(1)


def _tell(reports: list[SyncReport]) -> None:
    for report in reports:
        console.print(
            f"{report.form}: {report.n_new:,} new, {report.n_changed:,} changed, {report.n_deleted:,} deleted; "
            f"{report.n_total:,} in all (by {report.way})",
            markup=False,
        )
        if report.n_unexplained:
            console.print(
                f"  {report.n_unexplained:,} were not sent and are not provably deleted; they stay. "
                "Give the token the right to view all submissions, then run again with --scan."
            )
        if report.n_unknown_codes:
            console.print(
                f"  {report.n_unknown_codes:,} answers stayed in the landing: no version of the form offers their code."
            )
        for notice in report.notices:
            console.print(f"  {notice}", markup=False)


def _sync_each(
    client: KoboClient, contracts: list[KoboContract], connection: Any, scan: bool, progress: Progress
) -> tuple[list[SyncReport], list[dict[str, str]]]:
    """Reports, and what was refused: a form that cannot be mapped stops no other."""
    from ingestion.kobo.mapping import MappingError

    reports, refusals = [], []
    for contract in contracts:
        try:
            reports.append(_sync(client, contract, connection, scan, progress))
        except MappingError as error:
            refusals.append({"form": contract.name, "error": str(error)})
    return reports, refusals


def _sync(client: KoboClient, contract: KoboContract, connection: Any, scan: bool, progress: Progress) -> SyncReport:
    from ingestion.kobo.sync import sync_form
    from ingestion.landing import Landing

    bar = progress.add_task(contract.name, total=None)

    def show(n_read: int, n_total: int) -> None:
        progress.update(bar, completed=n_read, total=n_total)

    report = sync_form(client, contract, Landing(_landing_url()), connection, scan=scan, progress=show)
    progress.update(bar, total=report.n_total, completed=report.n_total)
    return report


@kobo_app.command()
def reconcile(form: Form = None, as_json: AsJson = False) -> None:
    """Compare every submission with the server: ids, uuids, contents. Exit code 1 where raw is not its equal."""
    from ingestion.kobo.reconcile import reconcile_form

    with kobo_server() as client:
        contracts = _contracts(form, client)
        with warehouse() as connection:
            found = [reconcile_form(client, contract, connection) for contract in contracts]
    if as_json:
        print(json.dumps([asdict(one) | {"is_equal": one.is_equal} for one in found]))
    else:
        for one in found:
            console.print(str(one), markup=False)
    if not all(one.is_equal for one in found):
        errors.print("Run `parity kobo sync --scan`, then reconcile again.")
        raise typer.Exit(1)


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
    from ingestion.landing import Landing

    _require_contract(form, _catalogue())
    with warehouse() as connection:
        report = erase_respondent(connection, Landing(_landing_url()), form, root_uuid, dry_run=not apply)
    if as_json:
        print(json.dumps(asdict(report)))
        return
    if not (report.submission_ids or report.n_pages):
        console.print(f"{form}: nothing is held of this respondent.", markup=False)
        return
    verb = "would go" if report.is_dry_run else "erased"
    console.print(f"{form}: {len(report.submission_ids)} submission(s) {verb}, {report.n_pages} landed page(s) rewritten")
    for table, n_rows in report.rows.items():
        console.print(f"  {table}: {n_rows} row(s)", markup=False)
    if report.is_dry_run:
        console.print("Nothing was changed. Add --apply to erase.")
    else:
        console.print("Delete the submission on the server too, and let `build_warehouse` run for the next release.")


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

    instance = _running_instance()
    secret = Settings.from_env().kobo_webhook_secret or instance.secrets["kobo_webhook"]
    if not is_free(port):
        _fail(f"Port {port} is taken: choose another with --port.")
    console.print(f"Listening at http://127.0.0.1:{port}/kobo for the header {HEADER}.", markup=False)
    console.print(
        f"The secret: PARITY_KOBO_WEBHOOK_SECRET, or `kobo_webhook` in {instance.home}/secrets/secrets.json.", markup=False
    )
    receiver = create_receiver(lambda: AirflowApi(instance).trigger("ingest_kobo"), secret, quiet_seconds)
    uvicorn.run(receiver, host="127.0.0.1", port=port, log_level="warning", access_log=False)


def _fail(message: object) -> None:
    errors.print(str(message), markup=False)
    raise typer.Exit(1)


def _running_instance() -> Instance:
    from stack.instance import Instance

    instance = Instance(Settings.from_env().home)
    if not instance.ports:
        errors.print("No instance has been started here: run `make demo` or `parity up` first, or set PARITY_KOBO_URL.")
        raise typer.Exit(2)
    return instance


@contextmanager
def kobo_server() -> Iterator[KoboClient]:
    """A client of the configured server; its errors end the command with their message and remedy."""
    from ingestion.kobo.client import KoboClient
    from ingestion.kobo.errors import KoboError

    settings = Settings.from_env()
    url, token = settings.kobo_url, settings.kobo_token
    if bool(url) != bool(token):
        _fail("PARITY_KOBO_URL and PARITY_KOBO_TOKEN belong together: set both, or neither for the server of the demonstration.")
    if not url:
        instance = _running_instance()
        url, token = instance.url("kobo"), instance.secrets["kobo_token"]
    try:
        yield KoboClient(url, token)
    except KoboError as error:
        _fail(error)


@contextmanager
def warehouse() -> Iterator[Any]:
    import psycopg

    from parity.database import connect
    from parity.migrate import require_migrated

    url = Settings.from_env().warehouse_url or _running_instance().warehouse_url
    try:
        connection = connect(url, application="parity kobo")
    except psycopg.OperationalError:
        _fail("The warehouse does not answer: run `parity up`, or correct PARITY_WAREHOUSE_URL.")
    with connection:
        require_migrated(connection)
        yield connection


def _landing_url() -> str:
    settings = Settings.from_env()
    if settings.is_set("PARITY_LANDING_URL"):
        return settings.landing_url
    return str(_running_instance().home / "landing")


def _catalogue() -> Catalogue:
    from parity.catalogue import CatalogueError, load_catalogue

    try:
        return load_catalogue(Settings.from_env().catalogue)
    except CatalogueError as error:
        _fail(error)


def _require_contract(form: str, catalogue: Catalogue) -> KoboContract:
    if form not in catalogue.kobo:
        errors.print(f"There is no contract '{form}': choose {', '.join(catalogue.kobo)}.", markup=False)
        raise typer.Exit(2)
    return catalogue.kobo[form]


def _contracts(form: str | None, client: KoboClient) -> list[KoboContract]:
    """The contract named, or those whose form stands on the server."""
    from ingestion.kobo.access import list_forms

    catalogue = _catalogue()
    if form is not None:
        return [_require_contract(form, catalogue)]
    return [catalogue.kobo[found.form] for found in list_forms(client, catalogue)]
