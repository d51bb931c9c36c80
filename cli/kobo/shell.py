"""What the commands of `parity kobo` share: the server, the contracts, and the names of their arguments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cli.exit_codes import ExitCode
from cli.output import fail

if TYPE_CHECKING:
    from cli.context import Context
    from ingestion.kobo.client import KoboClient
    from parity.catalogue import KoboContract

APPLICATION = "parity kobo"


@contextmanager
def kobo_server(context: Context) -> Iterator[KoboClient]:
    """A client of the configured server; its errors end the command with their message and remedy."""
    from ingestion.kobo.client import KoboClient
    from ingestion.kobo.errors import KoboDown, KoboError

    url, token = context.settings.kobo_url, context.settings.kobo_token
    if not url and not token:
        url, token = context.started.url("kobo"), context.started.secrets["kobo_token"]
    if not url or not token:
        fail(
            "PARITY_KOBO_URL and PARITY_KOBO_TOKEN belong together: set both, or neither for the server of the demonstration.",
            ExitCode.WRONG_INPUT,
            as_json=context.as_json,
        )
    try:
        yield KoboClient(url, token)
    except KoboError as error:
        fail(error, ExitCode.CANNOT_RUN if isinstance(error, KoboDown) else ExitCode.NOT_OK, as_json=context.as_json)


def contract_of(form: str, context: Context) -> KoboContract:
    contracts = context.catalogue.kobo
    if form not in contracts:
        fail(f"There is no contract '{form}': choose {', '.join(contracts)}.", ExitCode.WRONG_INPUT, as_json=context.as_json)
    return contracts[form]


def contracts_of(form: str | None, client: KoboClient, context: Context) -> list[KoboContract]:
    """The contract named, or those whose form stands on the server."""
    from ingestion.kobo.access import list_forms

    if form is not None:
        return [contract_of(form, context)]
    return [context.catalogue.kobo[found.form] for found in list_forms(client, context.catalogue)]
