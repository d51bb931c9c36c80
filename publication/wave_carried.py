"""Which figures of surveys readers hold, for releases that carry them; and the waves that were published before their respondents were sealed.

Such a wave has no seals to compare with. Where nothing of it was loaded or erased since the newest release from then was built, its answers are
those that were published: it is computed once more and sealed. Otherwise its figures are carried as they are, and nothing of it is computed again.

Limits: an answer that was loaded while that release was being built counts as part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import psycopg
from psycopg.rows import class_row

from parity.database import first_value
from publication.cell import PUBLISHED, PublishedCell, Status
from publication.disclosure import WAVE_FINAL
from publication.shown import SHOWN
from publication.waves import WaveKey, Waves

# The figures of surveys as the newest published release has them, from the one that first published a wave of their year on. Where that is
# suppressed and an earlier one shows it, and no wave of the year was computed between, a stricter policy suppressed it: the figure is the earlier one.
# A year without a published wave has figures from before waves were kept. Where a release since then calls the wave open, it has none.
CARRIED = f"""
with known as (
    select wave.period_year, min(wave.release_id) as release_id, max(wave.release_id) as last_computed
    from release.survey_wave as wave inner join release.release using (release_id)
    where {SHOWN}
    group by wave.period_year),
told as (
    select cell.*, release.held_against is null as is_from_before
    from release.indicator as cell inner join release.release using (release_id)
    where {SHOWN} and cell.source = 'survey' and cell.unavailable_reason is null
        and cell.suppression_reason is distinct from '{WAVE_FINAL}'),
first as (
    select period_year, null as indicator_code, null as provenance, release_id, last_computed from known
    union all
    select period_year, indicator_code, provenance, min(release_id), max(release_id) filter (where is_from_before)
    from told
    where period_year not in (select period_year from known)
    group by period_year, indicator_code, provenance
    having bool_or(is_from_before) and bool_and(status <> '{Status.OPEN}'))
select distinct on (told.cell_id) {{columns}}
from told
inner join first
    on told.period_year = first.period_year and told.release_id >= first.release_id
    and (first.indicator_code is null or (told.indicator_code, told.provenance) = (first.indicator_code, first.provenance))
where told.status <> '{Status.OPEN}'
order by told.cell_id, (not told.is_suppressed and told.release_id >= first.last_computed) desc, told.release_id desc
"""
HAS_CHANGED = f"""
with built as (
    select max(release.created_at) as at
    from release.release
    where {SHOWN} and release.held_against is null and exists (
        select from release.indicator as cell
        where cell.release_id = release.release_id and cell.source = 'survey' and cell.period_year = %(year)s))
select
    exists (
        select from raw.kobo_submission as later, built
        where later.form = %(form)s and later.loaded_at > built.at and (
            exists (
                select from raw.kobo_submission as earlier
                where earlier.asset_uid = later.asset_uid and earlier.submission_id = later.submission_id and earlier.load_no < later.load_no)
            or exists (
                select from core.int_survey__respondent as respondent
                where respondent.form = later.form and respondent.submission_id = later.submission_id and respondent.period_year = %(year)s)))
    or exists (
        select from raw.kobo_project as project inner join raw.kobo_submission as earlier using (asset_uid), built
        where project.form = %(form)s and not project.is_counted and earlier.loaded_at <= built.at)
    or exists (select from ops.kobo_erased, built where form = %(form)s and erased_at > built.at)
"""


def read_carried(connection: psycopg.Connection) -> dict[str, PublishedCell]:
    """The published figures, by cell."""
    with connection.cursor(row_factory=class_row(PublishedCell)) as cursor:
        columns = ", ".join(f"told.{name}" for name in PUBLISHED)
        return {row.cell_id: row for row in cursor.execute(CARRIED.format(columns=columns))}


def carried_from(connection: psycopg.Connection) -> dict[str, int]:
    """The release that each of them stands in, by cell."""
    return dict(connection.execute(CARRIED.format(columns="told.cell_id, told.release_id")).fetchall())


def with_waves_from_before(connection: psycopg.Connection, waves: Waves) -> Waves:
    """`waves`, where those that were published before seals were kept, and whose answers changed since, are final. Figures of others from then are
    computed anew and not carried."""
    unsealed = {key for key, state in waves.states.items() if not state.is_published}
    told = _of_unsealed(waves, unsealed)
    final = {key for key in told if waves.states[key].is_closed and _has_changed(connection, key)}
    gone = {cell_id for key in told.keys() - final for cell_id in told[key] if _is_only_of(waves, cell_id, unsealed - final)}
    return replace(
        waves,
        states={key: replace(state, is_published=True) if key in final else state for key, state in waves.states.items()},
        carried={cell_id: row for cell_id, row in waves.carried.items() if cell_id not in gone},
    )


def _of_unsealed(waves: Waves, unsealed: Iterable[WaveKey]) -> Mapping[WaveKey, list[str]]:
    """The carried figures of each wave without a seal; of a wave that has none, no entry."""
    found: dict[WaveKey, list[str]] = {}
    unsealed = set(unsealed)
    for cell_id, row in waves.carried.items():
        for key in unsealed.intersection(waves.keys_of(row)):
            found.setdefault(key, []).append(cell_id)
    return found


def _is_only_of(waves: Waves, cell_id: str, keys: set[WaveKey]) -> bool:
    return set(waves.keys_of(waves.carried[cell_id])) <= keys


def _has_changed(connection: psycopg.Connection, key: WaveKey) -> bool:
    """Whether an answer of the wave, or an erasure of its form, came after the newest release from before was built."""
    form, year = key
    return first_value(connection.execute(HAS_CHANGED, {"form": form, "year": year}))
