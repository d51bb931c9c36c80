"""The story as a list of steps: a pure function of seed, months and scale.

Each December its lists come torn, doubled, late, wrong by one person and wrong by twenty-four; after the release of January they are mended,
released again, and that release is taken back. In other months one list is late by chance, and a release is made every third month.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.long_run import lists
from benchmarks.long_run.lists import File
from benchmarks.long_run.steps import (
    Begin,
    Delete,
    Deploy,
    Edit,
    Erase,
    Kind,
    Lists,
    Release,
    Rollback,
    Step,
    Submit,
    Survey,
    Upgrade,
)
from benchmarks.long_run.world import AGENCIES, World, month_end

# The newest commit of which tests/integration/upgrades holds a dump: its loader takes the lists of the first month.
EARLIER = "4fec853"
SHORT, LONG = 4, 26
POLICE, IMMIGRATION, CUSTOMS, COAST_GUARD, INVESTIGATION = (agency.code for agency in AGENCIES)
DECEMBER = {POLICE: lists.TORN, IMMIGRATION: lists.STALE, CUSTOMS: lists.SLIP, COAST_GUARD: lists.TRUE}  # the fifth list is late
HALF, ALL = 150, 300  # respondents of a wave
PILOT = 12


@dataclass(frozen=True)
class Story:
    world: World
    steps: tuple[Step, ...]

    def named(self, name: str) -> int:
        """The place of a step. Raises ValueError."""
        names = [step.name for step in self.steps]
        if name not in names:
            raise ValueError(f"There is no step {name!r}: --list names them all.")
        return names.index(name)


def story(seed: int = 1, months: int = LONG, scale: float = 1.0) -> Story:
    """`months`, from a November on: the short story of four ends in February 2025, the long one of twenty-six has three Decembers and ends with 2025."""
    if months < SHORT:
        raise ValueError(f"A story has {SHORT} months or more, so that there is a December and what follows it; not {months}.")
    first = dt.date(2024, 11, 1) if months < 15 else dt.date(2023, 11, 1)
    world = World(seed, first, months, scale, month_end(first, 3).replace(day=1))
    kinds = list(_Months(world).kinds())
    steps = tuple(Step(f"{number:02}-{_word(kind)}", today, kind) for number, (today, kind) in enumerate(kinds, 1))
    return Story(world, steps)


def _word(kind: Kind) -> str:
    return type(kind).__name__.lower()


class _Months:
    """The kinds of steps, month by month, each with its day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = random.Random(f"{world.seed}/plan")
        self.late: list[File] = []
        self.n_releases = self.n_decembers = 0

    def kinds(self) -> Iterator[tuple[dt.date, Kind]]:
        ends = self.world.ends
        for number, end in enumerate(ends):
            if number == 0:
                yield from self._first(end)
            elif end.month == 12:
                yield from self._december(end)
            elif end.month == 1:
                yield from self._january(end)
            else:
                yield from self._usual(number, end)
        yield ends[-1] + dt.timedelta(days=20), Release(is_refreshed=True)

    def _first(self, end: dt.date) -> Iterator[tuple[dt.date, Kind]]:
        yield end, Begin(EARLIER, self._files(end, {}), has_release=self.world.months >= 15)
        yield end, Upgrade()
        acts = (Deploy(1), Submit(0, 1, PILOT), Deploy(2), Submit(1, 1, HALF))
        yield end, Survey(acts, kills=("sync",))

    def _december(self, end: dt.date) -> Iterator[tuple[dt.date, Kind]]:
        self.n_decembers += 1
        is_first = self.n_decembers == 1
        if is_first:
            acts = (Submit(1, HALF + 1, ALL), Edit(1, tuple(range(5, 10))), Delete(1, (10, 11)), Deploy(3))
            yield end, Survey(acts, has_outage=True)
        whole = [file for file in self._files(end, DECEMBER) if file.agency != INVESTIGATION]
        doubled = self._file(COAST_GUARD, end, lists.TRUE, days=4, word="doubled")
        yield end + dt.timedelta(days=5), Lists((*self._arrived(), *whole, doubled), ("landing", "load") if is_first else ())
        yield end + dt.timedelta(days=9), Lists((self._file(POLICE, end, lists.TRUE, days=8),))

    def _january(self, end: dt.date) -> Iterator[tuple[dt.date, Kind]]:
        december = month_end(end, -1)
        yield end + dt.timedelta(days=5), Lists(self._files(end, {COAST_GUARD: lists.RENUMBERED}))
        yield end + dt.timedelta(days=6), Release(("dbt", "candidate", "publish") if self.n_decembers == 1 else ())
        mended = [
            self._file(IMMIGRATION, december, lists.TRUE, days=40),
            self._file(CUSTOMS, december, lists.TRUE, days=40),
            self._file(INVESTIGATION, december, lists.TRUE, days=40),
            self._file(COAST_GUARD, end, lists.TRUE, days=9),
        ]
        yield end + dt.timedelta(days=10), Lists(tuple(mended))
        if self.n_decembers == 1:
            acts = (Edit(1, (20, 21)), Delete(1, (30,)), Erase(1, (40, 41)), Deploy(4), Submit(2, 1, HALF))
            yield end + dt.timedelta(days=11), Survey(acts)
        yield end + dt.timedelta(days=12), Release(("copy",) if self.n_decembers == 1 else ())
        yield end + dt.timedelta(days=13), Rollback()

    def _usual(self, number: int, end: dt.date) -> Iterator[tuple[dt.date, Kind]]:
        files = list(self._files(end, {}))
        late = (
            [files.pop(self.random.randrange(len(files)))]
            if number < self.world.months - 1 and self.random.random() < 0.5
            else []
        )
        yield end + dt.timedelta(days=5), Lists((*self._arrived(), *files))
        self.late = late
        if number == 3:
            acts = (Submit(2, HALF + 1, ALL), Edit(2, (3, 4)), Delete(2, (5,)), Erase(2, (6,)))
            yield end + dt.timedelta(days=6), Survey(acts)
        if end.month % 3 == 1 and number < self.world.months - 1:
            yield end + dt.timedelta(days=7), Release()

    def _arrived(self) -> list[File]:
        """Files that were late a month ago, and come now."""
        arrived, self.late = self.late, []
        return arrived

    def _files(self, end: dt.date, editions: dict[str, str]) -> tuple[File, ...]:
        return tuple(self._file(agency.code, end, editions.get(agency.code, lists.TRUE), days=2) for agency in AGENCIES)

    def _file(self, agency: str, day: dt.date, edition: str, *, days: int, word: str = "") -> File:
        """Written so many days after the month's end."""
        written = dt.datetime.combine(day + dt.timedelta(days=days), dt.time(9), dt.UTC)
        name = f"{agency}_{day:%Y-%m}_{word or f'{written:%m%d}'}.csv"
        return File(agency, day, edition, name, written)
