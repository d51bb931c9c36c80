"""Tells bad input from bad luck: what a person must mend fails at once with its own message, the rest is retried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def no_retry_for(*errors: type[Exception], when: Callable[[Any], bool] = lambda _: True) -> Iterator[None]:
    """Turn these errors (those for which `when` holds) into AirflowFailException, whose message is theirs alone."""
    from airflow.sdk.exceptions import AirflowFailException

    try:
        yield
    except errors as error:
        if not when(error):
            raise
        raise AirflowFailException(str(error)) from None
