"""What the warehouse knows of survey waves, for the next candidate: which are closed, published, unchanged or opened again by order."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import psycopg

from publication import wave_seals
from publication.cell import Cell
from publication.history import ReleaseError
from publication.reopening import ORDERS
from publication.wave_carried import read_carried, with_waves_from_before
from publication.wave_days import closed_waves
from publication.wave_seals import Version
from publication.waves import BASE, NO_WAVES, Place, WaveKey, Waves, WaveState

FORMS = """
select distinct form, indicator_code, provenance, period_year, country_code, agency_code, agency_type
from indicators.ind_survey__person_score
"""
ITEMS = """
select indicator_code, item from staging.stg_catalogue__indicator_item
union
select indicator_code, item from staging.stg_catalogue__indicator_condition where item is not null
union
select condition.indicator_code, wider.item
from staging.stg_catalogue__indicator_condition as condition
inner join staging.stg_catalogue__indicator_item as wider on condition.among_indicator = wider.indicator_code
"""
MOST_SENT_AGAIN = 0.1  # of a wave's respondents, those whose device sends again in a later wave: more were moved by the contract
SPLIT_BY = {
    "agency_code": "agency",
    "gender": "gender",
    "grade_band": "grade_band",
}  # column of a figure: question that it goes by


def read_waves(connection: psycopg.Connection, cells: Sequence[Cell], today: dt.date) -> Waves:
    """The waves as of `today`, by whose clock they close. Raises ReleaseError where the days of a published wave were changed."""
    versions = wave_seals.versions(connection)
    if not versions and not any(cell.source == "survey" for cell in cells):
        return NO_WAVES
    is_closed, names = closed_waves(connection, today)
    reopened = set(connection.execute(ORDERS).fetchall())
    states = {key: _state(connection, key, closed, key in reopened, versions) for key, closed in is_closed.items()}
    _require_same_days(connection, states, versions)
    again = [version for version in versions if version.key in states and states[version.key].is_reopened]
    forms, carried = _forms(connection.execute(FORMS)), read_carried(connection)
    return with_waves_from_before(connection, Waves(states, forms, carried, _n_differing(connection, again), names))


def computed_waves(waves: Waves, moved: Iterable[WaveKey]) -> list[tuple[WaveKey, str]]:
    """The waves, with their names, that a release publishes first or anew: closed ones without a version, and those `moved`."""
    first = {key for key, state in waves.states.items() if state.is_closed and not state.is_published}
    return [(key, waves.names[key]) for key in sorted(first | set(moved))]


def _state(
    connection: psycopg.Connection, key: WaveKey, is_closed: bool, is_reopened: bool, versions: Sequence[Version]
) -> WaveState:
    own = [version for version in versions if version.key == key]
    is_same = bool(own) and all(wave_seals.is_unchanged(connection, version) for version in own)
    return WaveState(is_closed, bool(own), is_same, is_reopened and is_closed and bool(own))


def _require_same_days(connection: psycopg.Connection, states: Mapping[WaveKey, WaveState], versions: Sequence[Version]) -> None:
    for key, state in states.items():
        for version in versions:
            if state.is_published or version.form != key[0]:
                continue
            n = wave_seals.n_elsewhere(connection, key, version)
            if n > MOST_SENT_AGAIN * version.n_respondents:
                raise ReleaseError(
                    f"{n} respondents of wave {key[1]} of {key[0]} stand in its published wave {version.period_year}, whose figures are"
                    f" final. Restore the days under `waves` in catalogue/sources/kobo/{key[0]}.yml as they were when it was published."
                )


def _forms(rows: Iterable[tuple[Any, ...]]) -> dict[Place, frozenset[str]]:
    found: dict[Place, set[str]] = {}
    for form, indicator, provenance, year, *place in rows:
        for each in product(*((value, "all") for value in place)):
            found.setdefault((indicator, provenance, year, *each), set()).add(form)
    return {place: frozenset(forms) for place, forms in found.items()}


def _n_differing(connection: psycopg.Connection, versions: Sequence[Version]) -> dict[tuple[Any, ...], int]:
    """By base of a figure, respondents of today who differ from a version of its wave; of several versions the fewest."""
    items: dict[str, set[str]] = {}
    for indicator, item in connection.execute(ITEMS) if versions else ():
        items.setdefault(indicator, set()).add(item)
    by_wave: dict[WaveKey, list[Counter[tuple[Any, ...]]]] = {}
    for version in versions:
        counts = count_differing(wave_seals.differing(connection, version), items)
        by_wave.setdefault(version.key, []).append(counts)
    total: Counter[tuple[Any, ...]] = Counter()
    for of_wave in by_wave.values():
        total += Counter({base: min(count[base] for count in of_wave) for base in of_wave[0]})
    return dict(total)


def count_differing(rows: Iterable[Mapping[str, Any]], items: Mapping[str, set[str]]) -> Counter[tuple[Any, ...]]:
    """How many differ, by base: who is new, or has another answer that the indicator counts, or that the figure is split by.

    Who left a base without leaving the wave's newest answers to it is not counted, as a seal does not tell where somebody stood.
    """
    counts: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        fields = set(row["fields"] or ())
        is_other = row["fields"] is None or bool(fields & items.get(row["indicator_code"], set()))
        for kept in product((True, False), repeat=5):
            splits = dict(zip(("country_code", "agency_code", "agency_type", "gender", "grade_band"), kept, strict=True))
            if is_other or any(splits[column] and field in fields for column, field in SPLIT_BY.items()):
                counts[tuple(row[name] if splits.get(name, True) else "all" for name in BASE)] += 1
    return counts
