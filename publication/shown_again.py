"""The attack on a release before readers see it again, as after a rollback: with today's policy, what is known from elsewhere today (catalogue/known.yml),
and what other releases told since."""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg.rows import class_row

from parity.catalogue import CatalogueError
from parity.catalogue.known import load_known
from parity.catalogue.policy import load_policy
from parity.database import first_value
from publication.attack import Report
from publication.attack_again import attacked_again
from publication.attack_solver import Undecided
from publication.attack_store import keep_attack, protected_names
from publication.cell import CELLS, PUBLISHED, Cell, PublishedCell
from publication.earlier import people_in
from publication.earlier_store import n_statements, told_before, told_by
from publication.history import ReleaseError
from publication.knowledge import Contradiction

ROWS = f"select {', '.join(PUBLISHED)} from release.indicator where release_id = %s order by cell_id"
MOST_NAMED = 3
REMEDY = (
    "Do not show it again: run build_warehouse with `force` to make a new release, which is protected from what is known today."
)


def attack_again(connection: psycopg.Connection, release_id: int, catalogue: Path) -> None:
    """Attack the release, and keep what the attack tried in place of the report before. Raises ReleaseError where a count falls."""
    try:
        policy = load_policy(catalogue)
        known = load_known(catalogue, policy)
    except CatalogueError as error:
        raise ReleaseError(f"Release {release_id} cannot be attacked, so it is not shown again: {error}") from None
    with connection.cursor(row_factory=class_row(PublishedCell)) as cursor:
        rows = cursor.execute(ROWS, (release_id,)).fetchall()
    now = _cells_now(connection)
    said = told_by(connection, release_id, people_in(now))
    others = told_before(connection, {cell_id: told.people for cell_id, told in said.items()}, without=release_id)
    names = protected_names(connection, release_id)
    try:
        report, used = attacked_again(rows, said, others, now, known, policy, names)
    except (Contradiction, Undecided) as error:
        raise ReleaseError(
            f"Release {release_id} cannot be shown again, as nothing says that it is safe: {error}. {REMEDY}"
        ) from None
    if report.fallen:
        raise ReleaseError(
            f"Release {release_id} cannot be shown again: with what readers know today, counts that it suppresses are found. {_named(report)}. {REMEDY}"
        )
    keep_attack(connection, release_id, report, used, n_statements(others))


def _cells_now(connection: psycopg.Connection) -> list[Cell]:
    """Today's exact cells; none in a warehouse whose models were never built."""
    if not first_value(connection.execute("select to_regclass('indicators.fct_indicator') is not null")):
        return []
    with connection.cursor(row_factory=class_row(Cell)) as cursor:
        return cursor.execute(CELLS).fetchall()


def _named(report: Report) -> str:
    said = [str(finding) for finding in report.fallen]
    more = f"; and {len(said) - MOST_NAMED} more" if len(said) > MOST_NAMED else ""
    return "; ".join(said[:MOST_NAMED]) + more
