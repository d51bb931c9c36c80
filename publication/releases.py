"""Releases: built as candidates, approved or rejected by their gate, made current in one transaction, kept for ever.

The release that becomes current is copied to the readers' database before that is committed: where the copy fails, the release before stays
current, and where the machine stops in between, the next publication repairs it. A candidate equal to the current release is not stored:
nothing changed, so there is nothing to publish.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row, dict_row

from parity.build_state import Inputs, read_inputs
from parity.catalogue.composite import read_composite
from parity.catalogue.known import load_known
from parity.catalogue.policy import load_policy
from parity.database import first_value
from parity.migrate import require_migrated
from parity.settings import Settings
from publication import reopening, wave_seals
from publication.attack_solver import Undecided
from publication.attack_store import keep_attack
from publication.attacked import attacked, known_used, told
from publication.candidate import release_rows
from publication.cell import CELLS, Cell, PublishedCell
from publication.composite import composite_rows
from publication.context import Context
from publication.drawing.release import drawing_rows
from publication.earlier import people_in
from publication.earlier_fill import fill_told
from publication.earlier_store import keep_told, n_statements, told_before
from publication.effective import keep_snapshots, without_breakdowns
from publication.family import n_compared
from publication.history import Release, ReleaseError, find, published_before
from publication.knowledge import Contradiction
from publication.made_from_store import keep_made_from, made_from_now
from publication.police_share import SHARES, Share, police_rows
from publication.promises import promise_rows, read_promises
from publication.protect import CannotBeProtected
from publication.readers import Readers, bring_up_to_date
from publication.roadmap import path_rows, roadmap_rows
from publication.shown import note_shown, shown_releases
from publication.shown_again import attack_again
from publication.still_decided import require_still_decided
from publication.trafficking import COUNTED, Counted, source_of, trafficking_rows
from publication.trafficking_trend import trend_rows
from publication.unread import unread_indicators
from publication.versions import keep_versions, made_with
from publication.wave_history import computed_waves, read_waves
from publication.waves import WaveKey, Waves, moved

# The road map reads no exact number of the models. It is computed from the rows of the release, which say what may be known.
SCENARIO = """scenario.hires_factor, scenario.women_share_of_hires as scenario_share_of_hires, scenario.women_separation_factor,
    scenario.men_separation_factor, scenario.women_leave = 'as_men' as is_leaving_as_men"""
ROAD_MAP = f"""
select
    progress.target, progress.indicator_code, indicator.indicator_name, indicator.unit, progress.level, progress.country_code,
    coalesce(country.country_name, 'All') as country_name, progress.agency_code, coalesce(agency.agency_name, 'All') as agency_name,
    progress.provenance, progress.cell_id, indicator.needs_text, progress.target_value, progress.due_year, progress.source_text, progress.period_year,
    progress.scenario, progress.scenario_label, progress.sort_order, {SCENARIO}
from indicators.ind_roadmap__progress as progress
inner join core.dim_indicator as indicator using (indicator_code)
left join raw.catalogue_scenario as scenario on progress.scenario = scenario.scenario
left join core.dim_country as country on progress.country_code = country.country_code
left join core.dim_agency as agency on progress.agency_code = agency.agency_code and agency.is_current
order by progress.target, progress.provenance, progress.sort_order
"""
PATH = f"""
select
    path.target, path.provenance, path.scenario, path.scenario_label, path.sort_order, path.period_year, path.cell_id,
    case when path.scenario = 'promised' then path.value end as value, {SCENARIO}
from indicators.ind_roadmap__path as path
left join raw.catalogue_scenario as scenario on path.scenario = scenario.scenario
order by path.target, path.provenance, path.sort_order, path.period_year
"""
SCALES = """
select indicator_code, tier, source, domain_no, domain_name, direction, goalpost_worst, goalpost_best
from core.dim_indicator order by indicator_code
"""


def build_candidate(
    connection: psycopg.Connection, catalogue: Path | None = None, inputs: Inputs | None = None, today: dt.date | None = None
) -> int:
    """Store what indicators hold now as a candidate; returns its id, or the current release's where nothing changed.

    `inputs` are those that the indicators were built from: without them, those of now. Survey waves are closed that ended before `today`.
    """
    require_migrated(connection)
    folder = catalogue or Settings.from_env().catalogue
    policy = load_policy(folder)
    known = load_known(folder, policy)
    shown = shown_releases(connection)  # before anything of them is read
    require_still_decided(connection, policy)
    with connection.cursor(row_factory=class_row(Cell)) as cursor:
        exact = cursor.execute(CELLS).fetchall()
    today = today or dt.datetime.now(dt.UTC).date()
    waves = read_waves(connection, exact, today)
    try:
        people = people_in(exact)
        fill_told(connection, exact, people, policy)
        earlier = told_before(connection, people)
        unread, family = unread_indicators(connection, folder), n_compared(connection, folder)
        context = Context(known, earlier, without_breakdowns(connection), waves, unread, family)
        cells = sorted(release_rows(exact, policy, context), key=lambda cell: cell.cell_id)
        report = attacked(exact, cells, policy, context)
    except (CannotBeProtected, Contradiction, Undecided) as error:
        raise ReleaseError(f"No candidate is made, as it cannot protect people: {error}") from None
    with connection.cursor(row_factory=dict_row) as cursor:
        road_map = roadmap_rows(cursor.execute(ROAD_MAP).fetchall(), cells, policy)
        path = path_rows(cursor.execute(PATH), cells, road_map, policy)
        composite, domains = composite_rows(cells, cursor.execute(SCALES).fetchall(), read_composite(folder))
    promises = promise_rows(read_promises(connection), cells, today)
    public = _public_tables(connection, cells, folder)
    if not cells:
        raise ReleaseError("There is no indicator to release: no source has been loaded yet. Run the ingest DAGs first.")
    rows = [vars(cell) for cell in cells]
    computed = computed_waves(waves, moved(exact, waves, policy))
    inputs = inputs or read_inputs(connection, catalogue=folder)
    made_from = made_from_now(connection, folder, policy, inputs, exact, cells, waves)
    content = [rows, road_map, path, composite, domains, promises, *filter(None, public.values())]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    with connection.transaction():
        unchanged = connection.execute(
            "select release_id from release.release where state = 'current' and content_hash = %s", (digest,)
        ).fetchone()
        if unchanged:
            keep_snapshots(connection, unchanged[0])
            keep_told(connection, unchanged[0], told(exact, cells, policy, people, context))
            _keep_waves(connection, unchanged[0], computed, waves)
            keep_made_from(connection, unchanged[0], made_from)
            return unchanged[0]
        connection.execute("update release.release set state = 'rejected' where state in ('candidate', 'approved')")
        inserted = connection.execute(
            "insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed, held_against)"
            " values ('candidate', %s, %s, %s, %s, %s) returning release_id",
            (exact[0].catalogue_version, digest, len(cells), sum(cell.is_suppressed for cell in cells), sorted(shown)),
        )
        release_id = first_value(inserted)
        keep_versions(connection, release_id, made_with(folder, inputs))
        keep_snapshots(connection, release_id)
        _store(connection, "indicator", release_id, rows)
        _store(connection, "roadmap", release_id, road_map)
        _store(connection, "roadmap_path", release_id, path)
        for table, of_promises in promises.items():
            _store(connection, table, release_id, of_promises)
        _store(connection, "composite", release_id, composite)
        _store(connection, "composite_domain", release_id, domains)
        for table, public_rows in public.items():
            _store(connection, table, release_id, public_rows)
        used = known_used(exact, cells, policy, known)
        keep_attack(connection, release_id, report, used, n_statements(earlier))
        keep_told(connection, release_id, told(exact, cells, policy, people, context))
        _keep_waves(connection, release_id, computed, waves)
        keep_made_from(connection, release_id, made_from)
    return release_id


def _public_tables(
    connection: psycopg.Connection, cells: list[PublishedCell], catalogue: Path
) -> dict[str, list[dict[str, Any]]]:
    """Tables of the UN's figures, which are public: no rule of disclosure control concerns them. The drawings are made of the others."""
    with connection.cursor(row_factory=class_row(Counted)) as cursor:
        counted = cursor.execute(COUNTED).fetchall()
    with connection.cursor(row_factory=class_row(Share)) as cursor:
        shares = cursor.execute(SHARES).fetchall()
    unodc, unsd = source_of(catalogue, "unodc_glotip"), source_of(catalogue, "unsd_police")
    trafficking, trends, police = trafficking_rows(counted, unodc), trend_rows(counted, unodc), police_rows(shares, cells, unsd)
    return {
        "trafficking": trafficking,
        "trafficking_trend": trends,
        "police_share": police,
        "drawing": drawing_rows(trafficking, trends, police),
    }


def _keep_waves(connection: psycopg.Connection, release_id: int, computed: list[tuple[WaveKey, str]], waves: Waves) -> None:
    """Whose answers the waves rest on that the release computed, and which orders to compute one again it followed."""
    wave_seals.keep(connection, release_id, computed)
    reopening.mark_used(connection, release_id, [key for key, state in waves.states.items() if state.is_reopened])


def attack_on(connection: psycopg.Connection, release_id: int) -> dict[str, Any]:
    """What the attack on the release tried and found. Raises ReleaseError where it was built before attacks were made."""
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(
            "select n_counts, n_earlier, n_relations, n_protected, n_found, findings, known, attacked_at from release.attack"
            " where release_id = %s",
            (release_id,),
        ).fetchone()
    if found is None:
        raise ReleaseError(
            f"Release {release_id} was built before releases were attacked: run a build with `force` to make a new one."
        )
    return found


def _store(connection: psycopg.Connection, table: str, release_id: int, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = sorted(rows[0])
    statement = sql.SQL("copy release.{} (release_id, {}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([release_id, *(row[column] for column in columns)])


def decide(connection: psycopg.Connection, passed: bool) -> None:
    """Keep what the gate said of the candidate: approved, or rejected for ever. Without a candidate nothing changes."""
    connection.execute("update release.release set state = %s where state = 'candidate'", ("approved" if passed else "rejected",))


def publish(
    connection: psycopg.Connection, release_id: int, readers: Readers | None = None, catalogue: Path | None = None
) -> None:
    """Make an approved or an earlier release current, and the one before it superseded, at once, and let readers see it. Raises ReleaseError.

    An earlier one is attacked before, with what readers know today: `catalogue` has the policy and the figures known from elsewhere.
    The caller commits. That readers may see it is committed before, with whatever else `connection` has open: a copy cannot be undone with the rest.
    Without `readers` nobody sees it yet, but it counts as seen.
    """
    with connection.transaction():
        connection.execute("lock table release.release in exclusive mode")
        if _check(connection, release_id) == "superseded":
            attack_again(connection, release_id, catalogue or Settings.from_env().catalogue)
        note_shown(connection, release_id)
    connection.commit()
    _check(connection, release_id)  # begins what the caller commits
    with connection.transaction():
        connection.execute("lock table release.release in exclusive mode")
        _check(connection, release_id)  # as it is now that nobody else decides
        connection.execute(
            "update release.release set state = 'superseded' where state = 'current' and release_id <> %s", (release_id,)
        )
        connection.execute(
            "update release.release set state = 'current', published_at = now() where release_id = %s and state <> 'current'",
            (release_id,),
        )
        if readers is not None:
            bring_up_to_date(connection, readers)


def _check(connection: psycopg.Connection, release_id: int) -> str:
    """The release's state, one in which it may be made current. Raises ReleaseError."""
    state = find(list_releases(connection), release_id).state
    if state == "rejected":
        raise ReleaseError(f"Release {release_id} was rejected by its gate or replaced, and cannot be published.")
    if connection.execute("select 1 from release.attack where release_id = %s", (release_id,)).fetchone() is None:
        raise ReleaseError(
            f"Release {release_id} was built before counts were rounded and releases attacked, so it cannot be shown again after later ones."
        )
    if state == "candidate":
        raise ReleaseError(f"Release {release_id} has not passed its gate yet: run `parity gate candidate` first.")
    return state


def rollback(connection: psycopg.Connection, readers: Readers | None = None, catalogue: Path | None = None) -> int:
    """Make the release published last before the current one current again, as `publish` does; returns its id."""
    target = published_before(list_releases(connection)).release_id
    publish(connection, target, readers, catalogue)
    return target


def list_releases(connection: psycopg.Connection) -> list[Release]:
    """Every release, newest first."""
    require_migrated(connection)
    with connection.cursor(row_factory=class_row(Release)) as cursor:
        return cursor.execute(
            "select release_id, created_at, state, catalogue_version, n_cells, n_suppressed, published_at, shown_at"
            " from release.release order by release_id desc"
        ).fetchall()
