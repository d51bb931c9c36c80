"""The promises of a report: each with its author, its state, a chart, its milestones, its history, and what would have to change. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from parity.counted import counted
from publication.report.chart import Point, promise_chart
from publication.report.parts import Heading, Part, Picture, Points, Section, Table, Text
from publication.report.read import Place, Published, Row
from publication.report.words import day, number, state

ORDER = ("kept", "on course", "behind", "missed", "not known", "withdrawn")
LIVING = ("on course", "behind", "not known")
AS_THEY_ARE = ("current", "trend")
ABOUT_SCENARIOS = (
    "Arithmetic on the newest published year and no forecast: the same share of those in post leaves, and as many are hired,"
    " year after year, but for what the first column changes."
)


def promise_section(found: Published) -> Section:
    if not found.promises:
        return Section("Promises", (Text("The current release holds no promise about this place."),))
    return Section("Promises", tuple(part for promise in found.promises for part in _promise(promise, found)))


def in_brief(found: Published) -> str:
    """`6 promises: 1 kept, 3 behind.`"""
    of_state = Counter(promise["state"] for promise in found.promises)
    if not of_state:
        return "No promise about this place is published."
    said = ", ".join(f"{of_state[each]} {each}" for each in ORDER if of_state[each])
    return f"{counted(len(found.promises), 'promise')}: {said}."


def title(promise: Row, place: Place) -> str:
    """What was promised: the indicator, the value and the year; and by whom, where it is not `place` itself."""
    value = number(promise["target_value"], promise["unit"])
    whose = "" if promise["agency_code"] == place.agency else f"{promise['agency_name']}: "
    return f"{whose}{promise['indicator_name']}: {value} by the end of {promise['due_year']}"


def _promise(promise: Row, found: Published) -> Iterator[Part]:
    place = promise["country_name"] if promise["agency_code"] == "all" else promise["agency_name"]
    yield Heading(title(promise, found.place), promise["state"])
    yield Text(promise["words"])
    yield Points(tuple(_facts(promise)))
    chart = promise_chart(
        _observed(promise, found.series),
        _way(promise, found.milestones),
        _expected(promise, found),
        _bands(promise, found.series),
    )
    if chart is not None:
        yield Picture(chart, f"{promise['indicator_name']}, {place}: observed, promised, and where flows or the trend lead.")
    yield from _milestones(promise, found.milestones)
    yield from _changes(promise, found.changes)
    if promise["state"] in LIVING:
        yield from _scenarios(promise, found.scenarios)


def _facts(promise: Row) -> Iterator[str]:
    made = (
        f"Promised by: {promise['made_by']}"
        if promise["made_date"] is None
        else f"Promised by {promise['made_by']} on {day(promise['made_date'])}"
    )
    yield f"{made}. In: {promise['source_text']}"
    yield f"Framework: {promise['framework_label']}"
    first = promise["first_value"], promise["first_due_year"]
    if first != (promise["target_value"], promise["due_year"]):
        yield f"Promised first: {number(first[0], promise['unit'])} by the end of {first[1]}"
    if promise["withdrawn_document"]:
        yield f"Withdrawn in: {promise['withdrawn_document']}"
    if not promise["is_in_catalogue"]:
        yield "The promise was deleted from the catalogue. It stands here as earlier releases held it."


def _of(promise: Row, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["target"] == promise["target"]]


def _place_of(row: Row) -> tuple[str, str, str]:
    return row["indicator_code"], row["country_code"], row["agency_code"]


def _observed(promise: Row, series: Sequence[Row]) -> list[Point]:
    return [(row["period_year"], row["estimate"]) for row in series if _place_of(row) == _place_of(promise)]


def _bands(promise: Row, series: Sequence[Row]) -> list[tuple[float, float, float]]:
    return [
        (row["period_year"], row["ci_low"], row["ci_high"])
        for row in series
        if _place_of(row) == _place_of(promise) and row["ci_low"] is not None and row["ci_high"] is not None
    ]


def _way(promise: Row, milestones: Sequence[Row]) -> list[Point]:
    """From the figure with which it began over the milestones to the promise."""
    points = [(row["milestone_year"], row["milestone_value"]) for row in _of(promise, milestones)]
    points.append((promise["due_year"], promise["target_value"]))
    if promise["base_year"] is None:
        return [points[0], *points]
    return [(promise["base_year"], promise["base_value"]), *(point for point in points if point[0] > promise["base_year"])]


def _expected(promise: Row, found: Published) -> list[Point]:
    return [(row["period_year"], row["value"]) for row in _of(promise, found.lines) if row["scenario"] in AS_THEY_ARE]


def _milestones(promise: Row, milestones: Sequence[Row]) -> Iterator[Table]:
    rows = tuple(
        (
            str(row["milestone_year"]),
            number(row["milestone_value"], row["unit"]),
            "" if row["current_value"] is None else number(row["current_value"], row["unit"]),
            state(row["state"]),
        )
        for row in _of(promise, milestones)
    )
    if rows:
        yield Table("Milestones", ("By the end of", "Promised", "Published figure", "State"), rows, (2, 2, 2, 2))


def _changes(promise: Row, changes: Sequence[Row]) -> Iterator[Table]:
    rows = tuple((day(row["changed_date"]), _what(row), _why(row)) for row in _of(promise, changes))
    if rows:
        yield Table("History", ("Changed on", "What changed", "Why, and where it stands"), rows, (2, 3, 5))


def _what(row: Row) -> str:
    said = []
    if row["value_before"] is not None:
        said.append(f"{number(row['value_before'], row['unit'])} became {number(row['value_after'], row['unit'])}")
    if row["due_before"] is not None:
        said.append(f"due {row['due_before']} became {row['due_after']}")
    return "; ".join(said)


def _why(row: Row) -> str:
    return f"{row['why']} ({row['document']})" if row["document"] else row["why"]


def _scenarios(promise: Row, scenarios: Sequence[Row]) -> Iterator[Part]:
    rows = tuple((row["scenario_label"], row["words"]) for row in _of(promise, scenarios))
    if rows:
        yield Table("What would have to change", ("If", "Then"), rows, (3, 7))
    if len(rows) > 1:
        yield Text(ABOUT_SCENARIOS)
