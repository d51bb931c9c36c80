"""What an invariant looks at: the place as a step left it, and what the steps so far should have left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg

from benchmarks.long_run import ledger as ledgers
from benchmarks.long_run.lists import File
from benchmarks.long_run.place import Place
from benchmarks.long_run.steps import Step
from benchmarks.long_run.world import World


@dataclass(frozen=True)
class Scene:
    """`played`: the steps so far, the last one included."""

    place: Place
    world: World
    played: Sequence[Step]

    @property
    def step(self) -> Step:
        return self.played[-1]

    @cached_property
    def ledger(self) -> ledgers.Ledger:
        return ledgers.after(self.world, self.played)

    @cached_property
    def files(self) -> dict[str, File]:
        """The delivered files, by SHA-256."""
        return {self.ledger.digest(file): file for file in self.ledger.delivered}

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return rows(self.place.url, query, *parameters)

    def rows_of_readers(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return rows(self.place.readers_url, query, *parameters)


def rows(url: str, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, parameters or None).fetchall()


def different(what: str, found: Any, expected: Any) -> list[str]:
    """A complaint where the two are not equal."""
    return [] if found == expected else [f"{what}: {found} found, {expected} expected"]
