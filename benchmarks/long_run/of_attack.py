"""The invariant of the attacker: from all releases together that readers saw, no count is found that none of them shows.

Each release is kept with its exact cells when it is made, so that counts of one version of an agency's lists are one count in whichever release,
as benchmarks/made_up_years.py has it. Limits: the release of the earlier code is not among them, as its cells have other columns. Counts of what
people did during a year are one count only where all of the agency's lists are the same.
"""

from __future__ import annotations

import hashlib
import pickle  # nosec B403  # what this module wrote itself
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg.rows import class_row

from benchmarks.long_run.scene import Scene
from benchmarks.long_run.steps import Release, Rollback
from parity.catalogue.policy import Policy, load_policy
from publication.attack import Report, attack
from publication.attacked import with_rows
from publication.cell import CELLS, PUBLISHED, Cell, PublishedCell
from publication.facts import facts_of
from publication.knowledge import Count, Relation
from publication.people import People

SHOWN = "select release_id from release.release where coalesce(shown_at, published_at) is not null"
ROWS = f"select {', '.join(PUBLISHED)} from release.indicator where release_id = %s order by cell_id"
MADE_OF = (
    "select agency_code, period, period_date::text, content_sha256 from release.snapshot where release_id = %s order by 1, 2, 3"
)
STOCK = "stock"


@dataclass(frozen=True)
class Kept:
    """A release as it was made. `lists`: agency, kind of period, day and content of each list that it is made of."""

    release: int
    cells: list[Cell]
    rows: list[PublishedCell]
    lists: list[tuple[str, str, str, str]]

    def version(self, people: People) -> str:
        """What two releases have in common where their counts of these people are one count."""
        own = [each for each in self.lists if each[0] == people.agency_code]
        if people.of == STOCK:
            own = [each for each in own if each[1] == people.period and each[2].startswith(f"{people.period_year}")][-1:]
        return hashlib.sha256(repr(own).encode()).hexdigest()[:12]


def the_attacker_finds_nothing(scene: Scene) -> list[str] | None:
    """One system of constraints over everything that all releases told of staff."""
    if not isinstance(scene.step.kind, Release | Rollback):
        return None
    kept = keep_newest(scene)
    report = joint_attack(kept, load_policy(scene.place.catalogue))
    return [f"found from {len(kept)} releases together: {finding}" for finding in report.fallen]


def keep_newest(scene: Scene) -> list[Kept]:
    """All releases that readers saw; the newest is kept now, while the warehouse still holds its cells."""
    folder = scene.place.home / "releases"
    folder.mkdir(exist_ok=True)
    shown = sorted(number for (number,) in scene.rows(SHOWN))
    if isinstance(scene.step.kind, Release):
        _write(folder / f"{shown[-1]}.pickle", scene, shown[-1])
    return [_read(path) for number in shown if (path := folder / f"{number}.pickle").exists()]


def _write(path: Path, scene: Scene, number: int) -> None:
    with psycopg.connect(scene.place.url) as connection:
        cells = connection.cursor(row_factory=class_row(Cell)).execute(CELLS).fetchall()
        rows = connection.cursor(row_factory=class_row(PublishedCell)).execute(ROWS, (number,)).fetchall()
    path.write_bytes(pickle.dumps(Kept(number, cells, rows, scene.rows(MADE_OF, number))))


def _read(path: Path) -> Kept:
    kept: Kept = pickle.loads(path.read_bytes())  # nosec B301  # what this module wrote itself
    return kept


def joint_attack(releases: Sequence[Kept], policy: Policy) -> Report:
    """The attack on what all these releases told, as one."""
    counts: list[Count[People]] = []
    relations: dict[tuple[object, ...], Relation[People]] = {}
    for kept in releases:
        facts = facts_of(*with_rows(kept.cells, kept.rows), policy)

        def of_version(people: People, kept: Kept = kept) -> People:
            return replace(people, provenance=kept.version(people))

        counts += [
            replace(count, key=of_version(count.key), origin=f"{count.origin} in release {kept.release}")
            for count in facts.counts
        ]
        for relation in facts.relations:
            moved = replace(relation, terms=tuple((of_version(key), n) for key, n in relation.terms))
            relations[moved.terms, moved.is_at_most] = moved
    return attack(counts, list(relations.values()))
