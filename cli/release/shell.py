"""What the commands of `parity release` share: the warehouse with their errors in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cli.context import here
from cli.output import fail

if TYPE_CHECKING:
    import psycopg

NOT_RECORDED = "not recorded"


@contextmanager
def releases(as_json: bool) -> Iterator[psycopg.Connection]:
    """A connection to the warehouse; what is refused ends the command."""
    import psycopg

    from publication.history import ReleaseError
    from publication.readers import ReadersError

    try:
        with here(as_json).warehouse("parity release") as connection:
            yield connection
    except (ReleaseError, ReadersError) as error:
        fail(error, as_json=as_json)
    except psycopg.Error as error:
        fail(
            f"The database refused: {str(error).strip()} Nothing changed. Mend that, and run the command again.", as_json=as_json
        )
