"""A panel of stacked columns, one a year, above its numbers. What may be there and may not, between the bounds of a count, is hatched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from publication.drawing.counts import total
from publication.drawing.figures import LABELS, Part, Year

NOTHING = "·"  # no figure
ALL_LABEL = "All"


@dataclass(frozen=True)
class Block:
    """A part of a column: its height in per cent, and that of what may come on top of it."""

    kind: str
    height: str
    more: str


@dataclass(frozen=True)
class Line:
    """The numbers of one part, one a year; `kind` is empty for the line of all."""

    kind: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    years: tuple[int, ...]
    columns: tuple[tuple[Block, ...], ...]
    lines: tuple[Line, ...]
    full_height: str


def panel(years: Sequence[int], shown: Iterable[Year], parts_of: Callable[[Year], Sequence[Part]]) -> Panel:
    """The columns of these years; a year without figures is there and empty. What may be there at the most in any year fills the height."""
    found = {each.year: each for each in shown if each.year in years}
    parts = {year: tuple(parts_of(each)) for year, each in found.items()}
    top = max((total(part.count for part in given).high for given in parts.values()), default=0)
    return Panel(
        tuple(years),
        tuple(tuple(_block(part, top) for part in parts.get(year, ())) for year in years),
        _lines(years, found, parts),
        f"{top:,}",
    )


def _block(part: Part, top: int) -> Block:
    scale = 100 / max(top, 1)
    return Block(part.kind, f"{part.count.low * scale:.2f}", f"{(part.count.high - part.count.low) * scale:.2f}")


def _lines(years: Sequence[int], found: Mapping[int, Year], parts: Mapping[int, Sequence[Part]]) -> tuple[Line, ...]:
    """A line for each kind that any year has, in the order of LABELS, and one of all."""
    said = {(year, part.kind): part.count.words for year, given in parts.items() for part in given}
    kinds = [kind for kind in LABELS if any(kind == each for _, each in said)]
    lines = [Line(kind, LABELS[kind], tuple(said.get((year, kind), NOTHING) for year in years)) for kind in kinds]
    everybody = tuple(found[year].everybody.words if year in found else NOTHING for year in years)
    return (*lines, Line("", ALL_LABEL, everybody))


def in_words(years: Iterable[Year], parts_of: Callable[[Year], Sequence[Part]]) -> str:
    """Every number of a panel: `2012: Women 26, Girls 250; All 276.`"""
    said = []
    for each in years:
        parts = ", ".join(f"{LABELS[part.kind]} {part.count.words}" for part in parts_of(each))
        said.append(
            f"{each.year}: {parts}; {ALL_LABEL} {each.everybody.words}."
            if parts
            else f"{each.year}: {ALL_LABEL} {each.everybody.words}."
        )
    return " ".join(said)
