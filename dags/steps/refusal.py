"""Tells bad input from bad luck: what a person must mend fails at once with its own message, the rest is retried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_retry_for(*errors: type[Exception]) -> Iterator[None]:
    """Turn these errors into AirflowFailException, whose message is theirs and nothing else."""
    from airflow.sdk.exceptions import AirflowFailException

    try:
        yield
    except errors as error:
        raise AirflowFailException(str(error)) from None
