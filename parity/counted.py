"""Numbers in sentences: `1 row breaks`, `1,200 rows break`."""

from __future__ import annotations


def either(n: int, one: str, many: str) -> str:
    """The word for one of them, or for any other number."""
    return one if n == 1 else many


def counted(n: int, one: str, many: str | None = None) -> str:
    """`1 row`, `1,200 rows`, `0 rows`; `many` where it takes more than an s."""
    return f"{n:,} {either(n, one, many or f'{one}s')}"


def persons(n: int) -> str:
    """`1 person`, `1,200 people`."""
    return counted(n, "person", "people")


def times(n: int) -> str:
    """`once`, `1,200 times`."""
    return either(n, "once", f"{n:,} times")
