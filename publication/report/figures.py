"""The figures of a report, one row an indicator, and those that have none with the reason. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from parity.counted import counted
from publication.report.parts import Part, Section, Table, Text
from publication.report.read import Row
from publication.report.words import SHORT, figure, number

HEAD = ("Indicator", "Year", "All", "Women", "Men", "Before", "Aim")
WIDTHS = (34, 7, 14, 14, 14, 10, 17)
INTRO = (
    "Each indicator with its newest published year. In brackets: the 95 % interval, within which the true value lies in 19 of 20 cases. Counts of all staff"
    " have none. An empty field is not published, or not split by women and men. In square brackets: how many agencies a country's figure is made of."
)
UNKNOWN = "Nothing is estimated in its place. A figure that is withheld protects people; one that is not available needs what the reason names."
Years = Mapping[int, Mapping[str, Row]]  # the rows of an indicator by year and gender


@dataclass(frozen=True)
class Sorted:
    """The indicators that have a figure, with the year of the newest one, and those that have none."""

    told: tuple[tuple[Years, int], ...]
    untold: tuple[Years, ...]


def sort_figures(rows: Sequence[Row]) -> Sorted:
    found: dict[str, dict[int, dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        found[row["indicator_code"]][row["period_year"]][row["gender"]] = row
    told, untold = [], []
    for years in found.values():
        newest = max((year for year, of_year in years.items() if any(map(figure, of_year.values()))), default=None)
        if newest is None:
            untold.append(years)
        else:
            told.append((years, newest))
    return Sorted(tuple(told), tuple(untold))


def figure_section(found: Sorted) -> Section:
    if not found.told:
        return Section("Figures", (Text("No figure about this place is published."),))
    domains: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for years, newest in found.told:
        domains[_one(years)["domain_name"]].append(_row(years, newest))
    tables = [Table(name, HEAD, tuple(rows), WIDTHS) for name, rows in domains.items()]
    parts: list[Part] = [Text(INTRO), *tables]
    return Section("Figures", tuple(parts))


def unknown_section(found: Sorted, promises: Sequence[Row]) -> Section:
    """What is withheld, not available or not judged, by the reason."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for years in found.untold:
        reasons[_reason(years)].append(_name(_one(years)))
    rows = [(_begin_large(why), ", ".join(names)) for why, names in sorted(reasons.items())]
    parts: list[Part] = []
    if rows:
        parts += [Text(UNKNOWN), Table("", ("Why", "Indicators"), tuple(rows), (4, 6))]
    judged = [promise for promise in promises if promise["state"] == "not known"]
    if judged:
        said = tuple((_promised(row), row["words"]) for row in judged)
        parts.append(Table("Promises that cannot be judged", ("Promise", "Why"), said, (4, 6)))
    return Section("What is not known", tuple(parts) or (Text("Every indicator of this place has a figure."),))


def cautions(found: Sorted) -> Iterator[str]:
    """What to beware of, by the flags of the newest figures."""
    for years, newest in found.told:
        flags = {row["quality_flag"] for row in years[newest].values() if row["quality_flag"]}
        if flags:
            yield f"{_name(_one(years))}, {newest}: {'; '.join(sorted(flags))}"


def _row(years: Years, newest: int) -> tuple[str, ...]:
    of_year = years[newest]
    row = _one(years)
    earlier = [year for year, each in years.items() if year < newest and "all" in each and each["all"]["estimate"] is not None]
    before = "" if not earlier else f"{number(years[max(earlier)]['all']['estimate'], row['unit'])} ({max(earlier)})"
    groups = [figure(of_year[gender]) if gender in of_year else "" for gender in ("all", "woman", "man")]
    return (f"{_name(row)}{_coverage(of_year.get('all', row))}", str(newest), *groups, before, row["target_text"])


def _one(years: Years) -> Row:
    newest = years[max(years)]
    return newest.get("all") or next(iter(newest.values()))


def _name(row: Row) -> str:
    unit = "" if row["unit"] in SHORT else f" ({row['unit']})"
    return f"{row['indicator_code']} {row['indicator_name']}{unit}"


def _coverage(row: Row) -> str:
    """Of a figure above the agency: which part of the agencies it is of."""
    if row["n_agencies"] is None:
        return ""
    missing = f", {row['n_agencies_missing']} missing" if row["n_agencies_missing"] else ""
    return f" [{counted(row['n_agencies'], 'agency', 'agencies')}{missing}]"


def _reason(years: Years) -> str:
    row = _one(years)
    if row["suppression_reason"]:
        return f"withheld: {row['suppression_reason']}"
    return row["unavailable_reason"] or str(row["status"])


def _begin_large(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _promised(row: Row) -> str:
    return f"{row['indicator_name']}, {number(row['target_value'], row['unit'])} by {row['due_year']}"
