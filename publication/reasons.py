"""Why each figure differs between two releases: from what the two record of that figure, not of the release as a whole. Pure.

The exact figure decides first. Where it is the same, only what may be shown of it can have changed; where it is another one, its deliveries, its
definition or its code did, and each of them that changed is a reason: nobody can tell how much each did. A figure of a final survey wave is the same
in all releases that carry it. Releases that did not keep hashes of exact figures are compared by the rest alone.

Limits: a total above an agency counts as resting on every agency of its place. Code counts as changed where a file on the figure's path did, also
where that changed nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from publication.diff import OPEN, Difference, Figure, Reason, Why, in_order
from publication.listings import UNDATED
from publication.made_from import (
    CATALOGUE_TABLES,
    CELLS_CODE,
    NO_VERSIONS,
    THRESHOLDS,
    ListKey,
    MadeFrom,
    Pair,
    WaveVersions,
    any_of,
)

STAFF_TABLES, SURVEY_TABLES, REFERENCE_TABLES = "raw.hr_", "raw.kobo_", "raw.ref_"
OWN_ENTRY = "raw.catalogue_indicator"
# Tables that a source's figures can rest on, where a release did not record what their models read.
READ_BY = {
    "survey": (SURVEY_TABLES,),
    "fact_finding": (SURVEY_TABLES,),
    "hr": (STAFF_TABLES,),
    "pipeline": (STAFF_TABLES,),
    "external": (REFERENCE_TABLES,),
}
# Tables of the catalogue that no figure rests on.
NO_DEFINITION = ("raw.catalogue_target", "raw.catalogue_scenario", "raw.catalogue_fieldwork", "raw.catalogue_survey_item")


@dataclass(frozen=True)
class _Side:
    """What a release has figures of."""

    places: Collection[Any]
    indicators: Collection[str]
    series: Collection[Any]  # indicator and place
    periods: Collection[Any]  # place and period
    of_series: Collection[Any]  # indicator, place and period
    open_waves: Collection[Any]  # indicator and period

    @classmethod
    def of(cls, figures: Sequence[Figure]) -> _Side:
        return cls(
            {each.place for each in figures},
            {each.indicator for each in figures},
            {(each.indicator, each.place) for each in figures},
            {(each.place, each.period) for each in figures},
            {(each.indicator, each.place, each.period) for each in figures},
            {(each.indicator, each.period) for each in figures if each.status == OPEN},
        )


@dataclass(frozen=True)
class Reasons:
    """Finds the reasons of figures. `others`: further releases, which computed figures that these carry. `of_one_year`: indicators of staff that
    rest on the lists of their own year alone. `ratios`: of indicators that are computed from the published figures of others, which these are."""

    figures: tuple[Sequence[Figure], Sequence[Figure]]
    pair: Pair
    others: Mapping[int, MadeFrom] = field(default_factory=dict)
    waves: WaveVersions = NO_VERSIONS
    of_one_year: Collection[str] = frozenset()
    ratios: Mapping[str, Collection[str]] = field(default_factory=dict)

    def why(self, each: Difference) -> Why:
        if each.was is None or each.now is None:
            if first := self._comes_or_goes(each):
                return Why((first,))
        elif each.was.status == OPEN:
            return Why((Reason.CLOSED_WAVE,))
        return self._of_the_same_period(each)

    def lists(self, named: Figure) -> list[tuple[str, ListKey]]:
        """The lists, by agency, that the figure rests on and of which the two releases have another version."""
        pair = self._computed(named)
        changed = [(agency, key) for agency in sorted(self._agencies(named)) for key in sorted(pair.other_lists(agency))]
        own = [(agency, key) for agency, key in changed if _is_of_period(key, named)]
        if own or named.indicator in self.of_one_year:
            return own
        return [(agency, key) for agency, key in changed if _year(key) <= named.year and key[3] == named.kind_of_period]

    @cached_property
    def _sides(self) -> tuple[_Side, _Side]:
        return (_Side.of(self.figures[0]), _Side.of(self.figures[1]))

    @cached_property
    def _agencies_of(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """By country and type, and by `all` for either: the agencies of either release."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for each in (*self.figures[0], *self.figures[1]):
            if each.agency != "all":
                for country in ("all", each.country):
                    for agency_type in ("all", each.agency_type):
                        found[country, agency_type].add(each.agency)
        return {place: frozenset(agencies) for place, agencies in found.items()}

    @cached_property
    def _inputs(self) -> Mapping[tuple[Any, ...], tuple[Figure, ...]]:
        """The figures of the whole, by indicator, place and period: what ratios are computed from."""
        found: dict[tuple[Any, ...], dict[str, Figure]] = defaultdict(dict)
        for each in (*self.figures[0], *self.figures[1]):
            if each.breakdown == "none":
                found[each.indicator, each.place, each.period][each.cell_id] = each
        return {key: tuple(inputs.values()) for key, inputs in found.items()}

    @cached_property
    def _parts(self) -> Mapping[tuple[Any, ...], tuple[Figure, ...]]:
        """The figures of agencies, by what a total of theirs shares with them."""
        found: dict[tuple[Any, ...], dict[str, Figure]] = defaultdict(dict)
        for each in (*self.figures[0], *self.figures[1]):
            if each.agency != "all":
                found[each.indicator, each.period, each.split][each.cell_id] = each
        return {key: tuple(parts.values()) for key, parts in found.items()}

    def _agencies(self, named: Figure) -> frozenset[str]:
        if named.agency != "all":
            return frozenset((named.agency,))
        return self._agencies_of.get((named.country, named.agency_type), frozenset())

    def _computed(self, named: Figure) -> Pair:
        """What computed the figure in each release: the release itself, or the one whose figure it carries."""
        known = {**self.others, self.pair.before.release_id: self.pair.before, self.pair.after.release_id: self.pair.after}
        of = [(release, release.figures.get(named.cell_id)) for release in (self.pair.before, self.pair.after)]
        return Pair(*(known.get(figure.made_in, release) if figure else release for release, figure in of))

    def _comes_or_goes(self, each: Difference) -> Reason | None:
        """Why a cell is in one release only, where its place, indicator or period says so."""
        named, is_new = each.named, each.was is None
        there = self._sides[0] if is_new else self._sides[1]  # the release without the cell
        of_series = (named.indicator, named.place, named.period)
        if named.place not in there.places:
            return Reason.AGENCY
        if named.indicator not in there.indicators:
            return Reason.DEFINITION
        has_period = of_series in there.of_series or (
            (named.indicator, named.place) not in there.series and (named.place, named.period) in there.periods
        )
        if not has_period:
            return Reason.NEW_PERIOD if is_new else Reason.WITHHELD
        if is_new and (named.indicator, named.period) in there.open_waves:
            return Reason.CLOSED_WAVE
        return None

    def _of_the_same_period(self, each: Difference) -> Why:
        named, pair = each.named, self._computed(each.named)
        is_flipped = any(side and side.is_suppressed for side in (each.was, each.now))
        is_same = self._is_same_figure(each)
        policy = self.pair.is_other_policy((named.indicator, THRESHOLDS))
        if is_same:
            answers = {
                Reason.DEFINITION: pair.is_other(OWN_ENTRY, (named.indicator,)) if pair.before is not pair.after else False,
                Reason.CODE: False if self.pair.is_same_code() else self.pair.is_other(CELLS_CODE, None),
            }
            found = [reason for reason, is_other in answers.items() if is_other]
            if is_flipped or policy or not found:
                found.append(Reason.DISCLOSURE)
            return Why(in_order(found))
        answers = {
            Reason.REVISED: self._data(named, pair),
            Reason.DEFINITION: True if _is_defined_otherwise(each) else self._definition(named, pair),
            Reason.CODE: self._code(named, pair),
            Reason.DISCLOSURE: is_flipped or _hides_more_agencies(each) or policy,
        }
        found = [reason for reason, is_other in answers.items() if is_other]
        unknown = tuple(reason for reason, is_other in answers.items() if is_other is None)
        if unknown:
            return Why(in_order([*found, Reason.NOT_RECORDED]), unknown, _silent(pair))
        return Why(in_order(found or [Reason.UNEXPLAINED]))

    def _is_same_figure(self, each: Difference) -> bool | None:
        """Whether the exact figure behind it is the same; None where a release did not keep that."""
        if each.was is None or each.now is None:
            return False if self.pair.before.is_recorded and self.pair.after.is_recorded else None
        named = each.named
        was, now = self.pair.before.figures.get(each.was.cell_id), self.pair.after.figures.get(each.now.cell_id)
        if was is None or now is None:
            return None
        if named.source == "survey":
            return was.made_in == now.made_in
        if was.exact.isdisjoint(now.exact):
            return False
        if self._has_other_input(named):
            return False
        return named.agency != "all" or not self._has_other_part(named)

    def _has_other_input(self, ratio: Figure) -> bool:
        """Whether a figure that the ratio is published from is another one, though the exact ratio is the same."""
        of = self.ratios.get(ratio.indicator, ())
        return any(self._is_other(each) for code in of for each in self._inputs.get((code, ratio.place, ratio.period), ()))

    def _is_other(self, each: Figure) -> bool:
        was, now = (release.figures.get(each.cell_id) for release in (self.pair.before, self.pair.after))
        return was is None or now is None or was.exact.isdisjoint(now.exact)

    def _has_other_part(self, total: Figure) -> bool:
        """Whether the figure of an agency that the total is published from is another one, though the sum is the same."""
        agencies = self._agencies(total)
        for part in self._parts.get((total.indicator, total.period, total.split), ()):
            if part.agency in agencies and self._is_other(part):
                return True
        return False

    def _data(self, named: Figure, pair: Pair) -> bool | None:
        reads = pair.reads(named.model)
        known = reads if reads is not None else _may_read(named.source, pair)
        answers: list[bool | None] = []
        if any(table.startswith(STAFF_TABLES) for table in known):
            answers.append(self._staff(named, pair))
        if any(table.startswith(SURVEY_TABLES) for table in known):
            answers.append(self._answers(named, pair))
        for table in sorted(known):
            if not table.startswith((STAFF_TABLES, SURVEY_TABLES, CATALOGUE_TABLES, "ops.", "quarantine.")):
                country = None if named.country == "all" else (named.country,)
                answers.append(pair.is_other(table, country))
        return any_of(answers)

    def _staff(self, named: Figure, pair: Pair) -> bool | None:
        if pair.before.has_lists and pair.after.has_lists:
            return bool(self.lists(named))
        tables = [table for table in _tables(pair) if table.startswith(STAFF_TABLES)]
        return False if tables and not any(pair.is_other_table(table) is not False for table in tables) else None

    def _answers(self, named: Figure, pair: Pair) -> bool | None:
        if named.source != "survey":
            return pair.is_other("raw.kobo_submission", None)
        forms = self._forms(named)
        if not forms:
            tables = [table for table in _tables(pair) if table.startswith(SURVEY_TABLES)]
            return False if tables and not any(pair.is_other_table(table) is not False for table in tables) else None
        releases = (pair.before.release_id, pair.after.release_id)
        return any_of(self.waves.differ((form, named.year), *releases) for form in sorted(forms))

    def _forms(self, named: Figure) -> frozenset[str]:
        of = [release.figures.get(named.cell_id) for release in (self.pair.before, self.pair.after)]
        return frozenset().union(*(each.forms for each in of if each))

    def _definition(self, named: Figure, pair: Pair) -> bool | None:
        reads = pair.reads(named.model)
        read = [table for table in (reads or _tables(pair)) if table.startswith(CATALOGUE_TABLES)]
        tables = {table for table in read if not table.startswith(NO_DEFINITION)} | {OWN_ENTRY}
        agencies, forms = self._agencies(named), self._forms(named)
        parts = {
            "indicator": (named.indicator,),
            "form": forms or None,
            "contract": pair.before.contracts(agencies) | pair.after.contracts(agencies) or None,
            "agency": agencies or None,
            "country": None if named.country == "all" else (named.country,),
        }
        split_by = {**pair.before.split_by, **pair.after.split_by}
        return any_of(pair.is_other(table, parts.get(split_by.get(table, ""))) for table in sorted(tables))

    def _code(self, named: Figure, pair: Pair) -> bool | None:
        if self.pair.is_same_code() and pair.is_same_code():
            return False
        return any_of((pair.is_other_model(named.model), self.pair.is_other(CELLS_CODE, None)))


def _is_of_period(key: ListKey, named: Figure) -> bool:
    """Spells tell of all years."""
    return _year(key) in (named.year, UNDATED.year) and key[3] == named.kind_of_period


def _year(key: ListKey) -> int:
    """The year that a list tells of; spells, which tell of all years, have that of UNDATED."""
    _, date, rows_year, _ = key
    return rows_year or date.year


def _is_defined_otherwise(each: Difference) -> bool:
    return each.was is not None and each.now is not None and each.was.definition != each.now.definition


def _hides_more_agencies(each: Difference) -> bool:
    """Whether other agencies are missing from a total."""
    return each.was is not None and each.now is not None and each.was.n_agencies_missing != each.now.n_agencies_missing


def _may_read(source: str, pair: Pair) -> list[str]:
    """The tables that figures of a source can rest on."""
    prefixes = tuple(prefix for kind in source.split("+") for prefix in READ_BY.get(kind, ()))
    return [table for table in _tables(pair) if table.startswith(prefixes)] or list(prefixes)


def _tables(pair: Pair) -> frozenset[str]:
    """All source tables that either release knows."""
    hashes = (pair.before.versions.source_hashes, pair.after.versions.source_hashes)
    return frozenset(table for known in hashes if known for table in known)


def _silent(pair: Pair) -> tuple[int, ...]:
    """The releases that did not record what they are made from; both, where each recorded something."""
    numbers = [made.release_id for made in (pair.before, pair.after)]
    silent = [made.release_id for made in (pair.before, pair.after) if not made.is_recorded]
    return tuple(sorted(silent or numbers))
