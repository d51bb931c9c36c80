"""What the commands of `parity kobo` share: the server, the contracts, one form after the other, and how errors end a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import typer

from cli.exit_codes import ExitCode
from cli.output import complain, fail
from parity.settings import IN_FILE, Settings

if TYPE_CHECKING:
    import psycopg

    from cli.context import Context
    from ingestion.kobo.client import KoboClient
    from ingestion.kobo.errors import KoboError
    from ingestion.kobo.origin import Origin
    from ingestion.kobo.report import SyncReport
    from parity.catalogue import KoboContract

APPLICATION = "parity kobo"
URL, TOKEN = "PARITY_KOBO_URL", "PARITY_KOBO_TOKEN"  # nosec B105  # names
Report = TypeVar("Report")
ENDED = ("08", "57P", "25P")  # SQLSTATEs with which a database ends the session
Refusals = list[tuple[str, "KoboError"]]


@contextmanager
def kobo_server(context: Context) -> Iterator[KoboClient]:
    """A client of the configured server; its errors end the command with their message and remedy."""
    from ingestion.kobo.client import KoboClient
    from ingestion.kobo.errors import KoboError

    url, token, origin = kobo_login(context)
    try:
        yield KoboClient(url, token, origin=origin)
    except KoboError as error:
        fail(error, exit_code(error), as_json=context.as_json)


def kobo_login(context: Context) -> tuple[str, str, Origin]:
    """Address and token with where they came from: both from the environment, or both from the instance that was started."""
    from ingestion.kobo.origin import Origin

    settings = context.settings
    url, token = settings.kobo_url, settings.kobo_token
    if url and token:
        return url, token, Origin(_place(settings, URL), _place(settings, TOKEN))
    if url or token:
        given, missing = (URL, TOKEN) if url else (TOKEN, URL)
        fail(
            f"{URL} and {TOKEN} belong together: {_place(settings, given)} says the one, and {missing} is not set."
            " Set both, or neither for the server of the demonstration.",
            ExitCode.WRONG_INPUT,
            as_json=context.as_json,
        )
    home = context.started.home
    here = f"the instance at {home} (as {URL} and {TOKEN} are not set)"
    return context.started.url("kobo"), context.started.secrets["kobo_token"], Origin(here, f"the secrets of {here}")


def _place(settings: Settings, variable: str) -> str:
    """The variable that says it, or the file that it is read from."""
    return variable if settings.environment.get(variable) else f"the file that {variable}{IN_FILE} names"


def exit_code(*errors: KoboError) -> ExitCode:
    """How a command ends after these errors, in which nothing else was done."""
    from ingestion.kobo.errors import KoboSetting, NoForms

    if all(isinstance(error, KoboSetting) for error in errors):
        return ExitCode.WRONG_INPUT
    if all(isinstance(error, NoForms) or error.is_passing for error in errors):
        return ExitCode.CANNOT_RUN
    return ExitCode.NOT_OK


def each_form(
    contracts: Sequence[KoboContract], work: Callable[[KoboContract], Report], tell: Callable[[Report], None]
) -> tuple[list[Report], Refusals]:
    """Do the work form by form and tell each at once, so that no form's trouble hides another's report; what was refused, and why.

    A database that fails is one form's trouble, too; where it is gone, the forms that were not tried are named.
    """
    import psycopg

    from ingestion.kobo.errors import KoboError, LandingFailed
    from ingestion.landing import LandingError

    reports: list[Report] = []
    refusals: Refusals = []
    for number, contract in enumerate(contracts, 1):
        try:
            report = work(contract)
        except KoboError as error:
            refusals.append((contract.name, error))
        except LandingError as error:
            refusals.append((contract.name, LandingFailed(f"{error}".rstrip("."), "Sync again.")))
        except psycopg.Error as error:
            refusals.append((contract.name, _database_error(error)))
            if error.sqlstate is None or error.sqlstate.startswith(ENDED):
                refusals += [(other.name, _not_tried()) for other in contracts[number:]]
                break
        else:
            reports.append(report)
            tell(report)
    return reports, refusals


def _database_error(error: psycopg.Error) -> KoboError:
    """Says what the database said of itself; its details may quote a row."""
    from ingestion.kobo.errors import DatabaseFailed

    what = (error.diag.message_primary or str(error).partition("\n")[0] or type(error).__name__).strip().rstrip(".")
    return DatabaseFailed(
        f"the database failed: {what}",
        "Nothing of this form was changed. Look at the database (`parity status`), and sync again.",
    )


def _not_tried() -> KoboError:
    from ingestion.kobo.errors import DatabaseFailed

    return DatabaseFailed("not tried, as the database failed before", "Sync again.")


def unread(reports: Sequence[SyncReport], context: Context) -> Refusals:
    """The forms that are loaded without so many answers to a field that their sync is an error, and why."""
    from ingestion.kobo.unread import UnreadAnswers, require_read

    found: Refusals = []
    for report in reports:
        try:
            require_read(report.form, report.unread, context.catalogue.fieldwork.max_unread_pct)
        except UnreadAnswers as error:
            found.append((report.form, error))
    return found


def end_with(refusals: Refusals, n_reports: int) -> None:
    """Name each refused form with its reason, and end the command accordingly; nothing where none was refused."""
    for form, error in refusals:
        complain(f"{form}: {str(error).removeprefix(f'{form}: ')}")
    if refusals:
        raise typer.Exit(ExitCode.NOT_OK if n_reports else exit_code(*(error for _, error in refusals)))


def contract_of(form: str, context: Context) -> KoboContract:
    contracts = context.catalogue.kobo
    if form not in contracts:
        fail(f"There is no contract '{form}': choose {', '.join(contracts)}.", ExitCode.WRONG_INPUT, as_json=context.as_json)
    return contracts[form]


def contracts_of(form: str | None, client: KoboClient, context: Context) -> tuple[list[KoboContract], list[KoboContract]]:
    """The contract named, or those whose form stands on the server; and the rest, which is named on the standard error."""
    from ingestion.kobo.access import look

    if form is not None:
        return [contract_of(form, context)], []
    sight = look(client, context.catalogue)
    sight.require()
    if sight.absent:
        complain(sight)
    for twins in sight.doubled:
        complain(twins)
    contracts = context.catalogue.kobo
    return [contracts[found.form] for found in sight.forms], [contracts[name] for name, _, _ in sight.absent]


def no_longer_seen(absent: Sequence[KoboContract], connection: psycopg.Connection, client: KoboClient) -> Refusals:
    """The forms that were synced before and are not seen any more. What was loaded of them stays, and grows old."""
    from ingestion.kobo.access import no_longer_there

    return [(contract.name, gone) for contract in absent if (gone := no_longer_there(contract, connection, client))]
