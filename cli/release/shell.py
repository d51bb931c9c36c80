"""What the commands of `parity release` share: the warehouse, their errors in one sentence, and output for people or machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from parity.settings import Settings

if TYPE_CHECKING:
    from publication.readers import Readers
    from stack.instance import Instance

console, errors = Console(), Console(stderr=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
NOT_RECORDED = "not recorded"


@contextmanager
def releases(as_json: bool) -> Iterator[Any]:
    """A connection to the warehouse; what cannot be done ends the command with exit code 1."""
    import psycopg

    from parity.database import connect
    from parity.migrate import require_migrated
    from publication.history import ReleaseError
    from publication.readers import ReadersError

    url = _warehouse_url()
    try:
        with connect(url, application="parity release") as connection:
            require_migrated(connection)
            yield connection
    except (ReleaseError, ReadersError) as error:
        stop(str(error), as_json)
    except psycopg.OperationalError as error:
        stop(
            f"A database does not answer: {str(error).strip()} Nothing changed. Run `parity up`, or correct PARITY_WAREHOUSE_URL and "
            "PARITY_READER_URL.",
            as_json,
        )
    except psycopg.Error as error:
        stop(f"The database refused: {str(error).strip()} Nothing changed. Mend that, and run the command again.", as_json)


def reader_url(role: str = "reader") -> str:
    """The readers' database of the environment, which names both databases or none, or of the instance that was started here."""
    from stack.environment import READERS

    settings, setting = Settings.from_env(), READERS[role][1]
    if url := settings.get(setting):
        return url
    if settings.warehouse_url:
        errors.print(
            f"PARITY_WAREHOUSE_URL is set and {setting} is not: set it to the address of the readers' database.", soft_wrap=True
        )
        raise typer.Exit(2)
    if url := _started().reader_urls.get(role):
        return url
    errors.print(f"The role {role} is younger than the last start of this instance: run `parity up` first.", soft_wrap=True)
    raise typer.Exit(2)


def readers() -> Readers:
    """The readers' database with the login of its owner, the warehouse's."""
    from publication.readers import Readers

    return Readers.of(_warehouse_url(), reader_url())


def _warehouse_url() -> str:
    return Settings.from_env().warehouse_url or _started().warehouse_url


def _started() -> Instance:
    from stack.instance import Instance

    instance = Instance(Settings.from_env().home)
    if not instance.ports:
        errors.print("No instance has been started here: run `make demo` or `parity up` first.")
        raise typer.Exit(2)
    return instance


def say(report: Any, sentence: str, as_json: bool) -> None:
    if as_json:
        print_json(report)
    else:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def print_json(report: Any) -> None:
    print(json.dumps(report, default=str, ensure_ascii=False))


def stop(sentence: str, as_json: bool) -> None:
    if as_json:
        print_json({"error": sentence})
    errors.print(sentence, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1) from None
