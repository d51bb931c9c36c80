"""The chart of a promise in coordinates: what was observed, the way to what was promised, and where flows lead as they are. Pure.

The same coordinates are drawn as SVG and as PDF; y grows downwards, as in both.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Point = tuple[float, float]  # a year and a value; in a chart, its place

WIDTH, HEIGHT = 520.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 12.0, 26.0, 20.0
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
MOST_TICKS = 5
MOST_YEARS = 9  # that have room for a label


@dataclass(frozen=True)
class Line:
    """`kind` is observed, promised or expected, or grid."""

    kind: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Label:
    """A text at a place: `anchor` is start, middle or end."""

    at: Point
    words: str
    anchor: str


@dataclass(frozen=True)
class Entry:
    """One entry of the key: a line of this kind at `at`, and its words to the right of it."""

    at: Point
    kind: str
    words: str


@dataclass(frozen=True)
class Chart:
    lines: tuple[Line, ...]
    dots: tuple[Point, ...]
    goals: tuple[Point, ...]
    labels: tuple[Label, ...]
    key: tuple[Entry, ...]
    width: float = WIDTH
    height: float = HEIGHT


def promise_chart(
    observed: Sequence[Point], promised: Sequence[Point], expected: Sequence[Point], bands: Iterable[tuple[float, float, float]]
) -> Chart | None:
    """`promised` begins where the way to it does; `expected` is where flows or the trend lead; `bands` are years with the ends of their interval.

    None without a figure: there is nothing to draw.
    """
    if not observed:
        return None
    bands = tuple(bands)
    last = max(year for year, _ in (*observed, *promised))
    expected = [point for point in expected if point[0] <= last]
    years = [year for year, _ in (*observed, *promised, *expected)]
    values = [value for _, value in (*observed, *promised, *expected)] + [end for _, low, high in bands for end in (low, high)]
    ticks = _ticks(min(values), max(values))
    first, end = min(years), max(max(years), min(years) + 1)

    def place(year: float, value: float) -> Point:
        x = LEFT + (WIDTH - LEFT - RIGHT) * (year - first) / (end - first)
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - ticks[0]) / (ticks[-1] - ticks[0])
        return round(x, 2), round(y, 2)

    def line(kind: str, points: Sequence[Point]) -> Line:
        return Line(kind, tuple(place(*point) for point in points))

    shown = [
        ("promised", promised, "Promised"),
        ("expected", expected, "As flows or trend lead"),
        ("observed", observed, "Observed"),
    ]
    lines = [Line("grid", (place(first, tick), place(end, tick))) for tick in ticks]
    lines += [Line("band", (place(year, low), place(year, high))) for year, low, high in bands]
    lines += [line(kind, points) for kind, points, _ in shown if len(points) > 1]
    named = [(kind, words) for kind, points, words in shown if points]
    digits = max(0, -math.floor(math.log10(ticks[1] - ticks[0])))
    labels = [Label((LEFT - 5, place(first, tick)[1] + 3), f"{tick:.{digits}f}", "end") for tick in ticks]
    every = math.ceil((end - first + 1) / MOST_YEARS)
    labels += [
        Label((place(year, ticks[0])[0], HEIGHT - 6), str(year), "middle") for year in range(int(first), int(end) + 1, every)
    ]
    return Chart(
        tuple(lines),
        tuple(place(*point) for point in observed),
        tuple(place(*point) for point in promised[1:]),
        tuple(labels),
        tuple(Entry((LEFT + 150 * n, 10), kind, words) for n, (kind, words) in enumerate(named)),
    )


def _ticks(low: float, high: float) -> list[float]:
    """Round values from below the least to above the greatest."""
    span = max(high - low, 1e-9)
    step = next((step for step in STEPS if span / step <= MOST_TICKS - 1), STEPS[-1])
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        last += 1
    return [step * n for n in range(first, last + 1)]
