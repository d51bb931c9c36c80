"""Why rows of the road map and of the index differ between two releases: for the reasons of the figures that they are computed from. Pure.

A row of the road map, and its lines, rest on the figures of its indicator and place; a scenario of staff also on the stock, hires and separations of
its year. The index of a place and year rests on its figures of that year, of the indicators that count in either release. A row
also has reasons of its own: its promise or scenario, the goalposts and rules of the index, and its code.

Limits: what a row says in words alone is no number, and not compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parity.present import present
from publication.cell import YEAR
from publication.composite import NUMBERS as INDEX_NUMBERS
from publication.diff import Change, Figure, People, Reason, Why, in_order, moved
from publication.made_from import COMPOSITE, GOALPOSTS, INDEX_CODE, ROAD_MAP_CODE, ROAD_MAP_MODELS, Pair, any_of
from publication.promise_words import TREND
from publication.roadmap import NUMBERS as ROAD_MAP_NUMBERS
from publication.shown_flows import INPUTS

Record = Mapping[str, Any]
# Numbers that a row has also where it tells nothing: then it is no change that it comes or goes.
CONTEXT = ("target_value", "due_year", "coverage_pct", "n_domains", "n_indicators", "n_defined")
ROAD_MAP, LINE, INDEX, DOMAIN = "road map", "road map line", "index", "index domain"
PROMISE = ("indicator_code", "country_code", "agency_code", "target_value", "due_year")
PLACE_OF_PROMISE = ("country_code", "agency_code", "provenance")
PLACE_OF_INDEX = ("country_code", "agency_code", "agency_type", "provenance")
FLOWS = frozenset(code for code, _ in INPUTS)
PROMISED, OBSERVED = (
    "promised",
    "observed",
)  # lines of dbt/models/indicators/ind_roadmap__path.sql that are of no scenario


@dataclass(frozen=True)
class View:
    """The rows of a published view that are compared: what tells one from another, and what of them is a number. `shown` is the one that is named."""

    kind: str
    name: str
    keys: tuple[str, ...]
    numbers: tuple[str, ...]
    shown: str


VIEWS = (
    View(
        ROAD_MAP, "roadmap", ("target", "provenance", "scenario"), ("target_value", "due_year", *ROAD_MAP_NUMBERS), "value_at_due"
    ),
    View(LINE, "roadmap_path", ("target", "provenance", "scenario", "period_year"), ("value",), "value"),
    View(
        INDEX,
        "composite",
        ("composite_id", "level", *PLACE_OF_INDEX, "period_year"),
        (*INDEX_NUMBERS, "coverage_pct", "n_domains"),
        "index_value",
    ),
    View(
        DOMAIN,
        "composite_domain",
        ("composite_id", "level", *PLACE_OF_INDEX, "period_year", "domain_no"),
        ("score", "n_indicators", "n_defined"),
        "score",
    ),
)
Rows = Mapping[str, Sequence[Record]]  # by the name of the view


Cells = Sequence[tuple[Figure, Change]]


def follower_changes(before: Rows, after: Rows, figures: Cells, pair: Pair) -> list[Change]:
    """Every row that differs; `figures` are the cells that do."""
    followers = _Followers(before, after, figures, pair)
    return [change for view in VIEWS for change in followers.of(view)]


class _Followers:
    def __init__(self, before: Rows, after: Rows, figures: Cells, pair: Pair) -> None:
        self._sides, self._pair = (before, after), pair
        self._by_place: dict[tuple[Any, ...], list[Change]] = defaultdict(list)
        for figure, change in figures:
            if figure.is_whole and figure.kind_of_period == YEAR:
                self._by_place[figure.country, figure.agency, figure.provenance].append(change)
        self._counted: dict[tuple[Any, ...], set[str]] = defaultdict(set)
        for row in (*before["composite_domain"], *after["composite_domain"]):
            codes = set(filter(None, row["indicator_codes"].split(", ")))
            of_place = tuple(row[name] for name in (*PLACE_OF_INDEX, "period_year"))
            self._counted[of_place] |= codes
            self._counted[*of_place, row["domain_no"]] |= codes
        self._promises: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for row in (*after["roadmap"], *before["roadmap"]):
            self._promises[row["target"], row["provenance"]].append(row)

    def of(self, view: View) -> list[Change]:
        old, new = ({tuple(row[key] for key in view.keys): row for row in side[view.name]} for side in self._sides)
        found = []
        for key in sorted(old.keys() | new.keys(), key=str):
            was, now = old.get(key), new.get(key)
            numbers = [_numbers(row, view) for row in (was, now)]
            columns = moved(*numbers)
            is_shown = bool(was and now) or any(name not in CONTEXT for each in numbers for name in each)
            if not columns or not is_shown:
                continue
            rests_on = self._rests_on(view, was, now)
            why = self._why(view, was, now, rests_on)
            found.append(self._change(view, was, now, columns if was and now else (), why, rests_on))
        return found

    def _rests_on(self, view: View, was: Record | None, now: Record | None) -> list[Change]:
        row = present(now or was)
        if view.kind in (ROAD_MAP, LINE):
            return list(self._under_promise(row, is_line_of_both=was is not None and now is not None))
        of_place = tuple(row[name] for name in (*PLACE_OF_INDEX, "period_year"))
        counted = self._counted[(*of_place, row["domain_no"]) if view.kind == DOMAIN else of_place]
        return [
            each
            for each in self._by_place[row["country_code"], row["agency_code"], row["provenance"]]
            if (each.agency_type, each.period) == (row["agency_type"], row["period_year"]) and each.indicator in counted
        ]

    def _under_promise(self, row: Record, *, is_line_of_both: bool) -> Iterator[Change]:
        promises = self._promises[row["target"], row["provenance"]]
        own, years = promises[0]["indicator_code"], {promise["period_year"] for promise in promises}
        has_flows = own in FLOWS and row["scenario"] not in (PROMISED, OBSERVED, TREND)
        if row["scenario"] == PROMISED and is_line_of_both:
            return
        for each in self._by_place[tuple(promises[0][name] for name in PLACE_OF_PROMISE)]:
            is_place = each.agency != "all" or each.agency_type == "all"
            is_own = each.indicator == own and (row["scenario"] != OBSERVED or each.period == row["period_year"])
            if is_place and (is_own or (has_flows and each.indicator in FLOWS and each.period in years)):
                yield each

    def _why(self, view: View, was: Record | None, now: Record | None, rests_on: Sequence[Change]) -> Why:
        found = {reason for each in rests_on for reason in each.why.reasons} - {Reason.UNEXPLAINED}
        not_recorded = {reason for each in rests_on for reason in each.why.not_recorded}
        by = {number for each in rests_on for number in each.why.by}
        if was and now and was.get("is_suppressed") != now.get("is_suppressed"):
            found.add(Reason.DISCLOSURE)
        own = {Reason.DEFINITION: self._definition(view, was, now), Reason.CODE: self._code(view)}
        found |= {reason for reason, is_other in own.items() if is_other}
        if not found:  # the figures say nothing, so that what is not known of the row itself matters
            not_recorded = {reason for reason, is_other in own.items() if is_other is None}
            by = (
                {made.release_id for made in (self._pair.before, self._pair.after) if not made.is_recorded}
                if not_recorded
                else by
            )
            found = {Reason.NOT_RECORDED} if not_recorded else {Reason.UNEXPLAINED}
        return Why(in_order(found), in_order(not_recorded), tuple(sorted(by)))

    def _definition(self, view: View, was: Record | None, now: Record | None) -> bool | None:
        row = present(now or was)
        if view.kind in (INDEX, DOMAIN):
            of_place = tuple(row[name] for name in (*PLACE_OF_INDEX, "period_year"))
            is_other_domain = was is not None and now is not None and was.get("n_defined") != now.get("n_defined")
            goalposts = self._pair.is_other(GOALPOSTS, tuple(self._counted[of_place]))
            return any_of((is_other_domain, goalposts, self._pair.is_other(COMPOSITE, None)))
        promises = self._promises[row["target"], row["provenance"]]
        if len({tuple(promise[name] for name in PROMISE) for promise in promises}) > 1:
            return True
        parts = (("raw.catalogue_target", row["target"]), ("raw.catalogue_scenario", row["scenario"]))
        return any_of(self._pair.is_other(table, (part,)) for table, part in parts)

    def _code(self, view: View) -> bool | None:
        if self._pair.is_same_code():
            return False
        if view.kind in (INDEX, DOMAIN):
            return self._pair.is_other(INDEX_CODE, None)
        return any_of(self._pair.is_other(source, None) for source in (ROAD_MAP_CODE, *ROAD_MAP_MODELS))

    def _change(
        self, view: View, was: Record | None, now: Record | None, columns: tuple[str, ...], why: Why, rests_on: Sequence[Change]
    ) -> Change:
        named = present(now or was)
        of = self._promises[named["target"], named["provenance"]][0] if view.kind in (ROAD_MAP, LINE) else named
        values = [row.get(view.shown) if row else None for row in (was, now)]
        return Change(
            kind=view.kind,
            why=why,
            cell_id="",
            indicator=of.get("indicator_code") or of["composite_id"],
            cut=_cut(view, named),
            country=of["country_code"],
            agency=of["agency_code"],
            agency_type=of.get("agency_type", "all"),
            provenance=named["provenance"],
            period=named["period_year"],
            unit=of.get("unit", "points of 100"),
            status_before=_status(was, view),
            status_after=_status(now, view),
            before=values[0],
            after=values[1],
            columns=columns,
            people=_most(each.people for each in rests_on if Reason.REVISED in each.why.reasons),
        )


def _numbers(row: Record | None, view: View) -> dict[str, float]:
    if row is None:
        return {}
    return {name: row[name] for name in view.numbers if row[name] is not None}


def _status(row: Record | None, view: View) -> str:
    if row is None:
        return "absent"
    if row.get("is_suppressed"):
        return "suppressed"
    return "shown" if row.get(view.shown) is not None else "not available"


def _cut(view: View, row: Record) -> str:
    if view.kind in (ROAD_MAP, LINE):
        return f"{row['target']}, {row['scenario_label']}"
    place = " ".join(row[name] for name in PLACE_OF_INDEX[:3] if row[name] != "all") or "all"
    return f"{place}, {row['domain_name']}" if view.kind == DOMAIN else place


def _most(people: Iterable[People | None]) -> People | None:
    known = [each for each in people if each is not None]
    return max(known, key=lambda each: each.people, default=None)
