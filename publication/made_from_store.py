"""What each release is made from, in the tables release.ingredient, figure_model and made_of: kept when it is made, read when it is compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from parity.build_state import Inputs
from parity.catalogue.policy import Policy
from publication.cell import Cell, PublishedCell
from publication.exact_figures import exact_hash
from publication.history import Release
from publication.ingredients import FigureModel, Ingredient, figure_models_now, ingredients_now
from publication.made_from import ListKey, MadeFrom, MadeOf, Model, WaveVersions
from publication.versions import kept_versions
from publication.wave_carried import carried_from
from publication.waves import Treatment, Waves, treatment

KEEP_INGREDIENTS = """
insert into release.ingredient (release_id, source, split_by, part, state)
select %s, kept.* from unnest(cast(%s as text[]), cast(%s as text[]), cast(%s as text[]), cast(%s as text[])) as kept on conflict do nothing
"""
KEEP_MODEL = """
insert into release.figure_model (release_id, indicator_code, breakdown, period, model, reads) values (%s, %s, %s, %s, %s, %s)
on conflict do nothing
"""
# A figure that was carried was computed by the release that the one before it names, if that kept it.
KEEP_FIGURES = """
insert into release.made_of (release_id, cell_id, exact, made_in, forms)
select
    %(release)s, kept.cell_id, kept.exact, coalesce(before.made_in, kept.carried_from, %(release)s),
    case when kept.forms = '' then cast(array[] as text[]) else string_to_array(kept.forms, ' ') end
from unnest(cast(%(cells)s as text[]), cast(%(exact)s as text[]), cast(%(carried)s as bigint[]), cast(%(forms)s as text[]))
    as kept (cell_id, exact, carried_from, forms)
left join release.made_of as before on kept.carried_from = before.release_id and kept.cell_id = before.cell_id and before.exact = ''
on conflict do nothing
"""
SAME_ANSWERS = """
update release.survey_wave set has_same_answers = %s
where release_id = %s and form = %s and period_year = %s and has_same_answers is null
"""
INGREDIENTS = "select source, split_by, part, array_agg(state) from release.ingredient where release_id = %s group by 1, 2, 3"
MODELS = """
select indicator_code, breakdown, period, array_agg(distinct model), array_agg(distinct source)
from release.figure_model cross join unnest(reads) as source
where release_id = %s group by 1, 2, 3
"""
FIGURES = """
select cell_id, array_agg(exact), min(made_in), array_agg(distinct form) filter (where form is not null)
from release.made_of left join unnest(forms) as form on true
where release_id = %s group by 1
"""
LISTS = """
select agency_code, contract, period_date, rows_year, period, array_agg(content_sha256) from release.snapshot where release_id = %s
group by 1, 2, 3, 4, 5
"""
WAVES = "select form, period_year, release_id, has_same_answers from release.survey_wave"


@dataclass(frozen=True)
class FigureMadeOf:
    """`carried_from`: the release whose figure this is; None where it is computed."""

    cell_id: str
    exact: str
    carried_from: int | None
    forms: tuple[str, ...]


@dataclass(frozen=True)
class ToKeep:
    ingredients: Sequence[Ingredient]
    models: Sequence[FigureModel]
    figures: Sequence[FigureMadeOf]
    same_answers: Mapping[tuple[str, int], bool]


def made_from_now(
    connection: psycopg.Connection,
    catalogue: Path,
    policy: Policy,
    inputs: Inputs,
    exact: Iterable[Cell],
    rows: Iterable[PublishedCell],
    waves: Waves,
) -> ToKeep:
    """What a release with these `rows`, of the cells `exact`, is made from. Reads only."""
    return ToKeep(
        ingredients_now(connection, catalogue, policy, inputs),
        figure_models_now(connection),
        _figures(exact, rows, waves, policy, carried_from(connection) if waves.carried else {}),
        {key: state.is_unchanged for key, state in waves.states.items() if state.is_published},
    )


def _figures(
    exact: Iterable[Cell], rows: Iterable[PublishedCell], waves: Waves, policy: Policy, carried: Mapping[str, int]
) -> list[FigureMadeOf]:
    cells = {cell.cell_id: cell for cell in exact}
    found = []
    for row in rows:
        cell = cells.get(row.cell_id)  # a carried figure may have none any more
        is_carried = cell is None or treatment(cell, waves, policy) is Treatment.CARRY
        forms = tuple(form for form, _ in waves.keys_of(row)) if row.source == "survey" else ()
        found.append(
            FigureMadeOf(row.cell_id, exact_hash(cell) if cell else "", carried.get(row.cell_id) if is_carried else None, forms)
        )
    return found


def keep_made_from(connection: psycopg.Connection, release_id: int, kept: ToKeep) -> None:
    """An unchanged release that other inputs make again is made from them, too."""
    columns = [[getattr(each, name) for each in kept.ingredients] for name in ("source", "split_by", "part", "state")]
    connection.execute(KEEP_INGREDIENTS, (release_id, *columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            KEEP_MODEL,
            [
                (release_id, model.indicator_code, model.breakdown, model.period, model.model, list(model.reads))
                for model in kept.models
            ],
        )
        cursor.executemany(SAME_ANSWERS, [(is_same, release_id, *key) for key, is_same in kept.same_answers.items()])
    figures: dict[str, Any] = {
        "release": release_id,
        "cells": [each.cell_id for each in kept.figures],
        "exact": [each.exact for each in kept.figures],
        "carried": [each.carried_from for each in kept.figures],
        "forms": [" ".join(each.forms) for each in kept.figures],
    }
    connection.execute(KEEP_FIGURES, figures)


def read_made_from(connection: psycopg.Connection, release: Release) -> MadeFrom:
    """Read what one release recorded."""
    number = (release.release_id,)
    ingredients, split_by = {}, {}
    for source, split, part, states in connection.execute(INGREDIENTS, number):
        ingredients[source, part] = frozenset(states)
        split_by[source] = split
    lists: dict[str, dict[ListKey, frozenset[str]]] = defaultdict(dict)
    for agency, contract, date, rows_year, period, versions in connection.execute(LISTS, number):
        lists[agency][contract, date, rows_year, period] = frozenset(versions)
    return MadeFrom(
        release.release_id,
        release.catalogue_version,
        kept_versions(connection, release.release_id),
        ingredients,
        split_by,
        {tuple(cut): Model(frozenset(names), frozenset(reads)) for *cut, names, reads in connection.execute(MODELS, number)},
        {
            cell_id: MadeOf(frozenset(exact), made_in, frozenset(forms or ()))
            for cell_id, exact, made_in, forms in connection.execute(FIGURES, number)
        },
        dict(lists),
        bool(lists or ingredients),
    )


def read_waves_versions(connection: psycopg.Connection) -> WaveVersions:
    found: dict[tuple[str, int], dict[int, bool | None]] = defaultdict(dict)
    for form, year, release_id, is_same in connection.execute(WAVES):
        found[form, year][release_id] = is_same
    return WaveVersions(dict(found))


def computed_elsewhere(known: Collection[MadeFrom]) -> frozenset[int]:
    """The further releases that computed figures of these."""
    return frozenset(each.made_in for made in known for each in made.figures.values()) - {made.release_id for made in known}
