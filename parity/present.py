"""Values that must be there, though their type allows none."""

from __future__ import annotations

from typing import TypeVar

Value = TypeVar("Value")


def present(value: Value | None) -> Value:
    """The value, which everything of its kind has. Raises LookupError where it is None."""
    if value is None:
        raise LookupError("A value that everything of its kind has is missing.")
    return value
