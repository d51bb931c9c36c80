"""One table of the catalogue: of what it has rows, and what each column says of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from parity.catalogue import Catalogue


@dataclass(frozen=True)
class Table:
    """raw.catalogue_`name`. `things` gives what there is a row for; each column is a function of one of them.

    Where a thing is a tuple, such as a contract and one of its ranks, the functions take its parts one by one.
    """

    name: str
    things: Callable[[Catalogue], Iterable[Any]]
    columns: Mapping[str, Callable[..., Any]]

    def rows(self, catalogue: Catalogue) -> list[tuple[Any, ...]]:
        """The values in the order of the columns."""
        apart = (thing if isinstance(thing, tuple) else (thing,) for thing in self.things(catalogue))
        return [tuple(value(*parts) for value in self.columns.values()) for parts in apart]
