"""What releases told that were published before that was kept (migration 0026): worked out once, at the first build after the upgrade.

A release counts as telling of today's people of an agency and year where the lists up to that year are those that it was made of. Where they are
not, nothing says that the people are the same, and nothing is assumed. Releases from before counts were rounded are left out: they showed
exact counts, which no later release can take back, and cannot be shown again.

Where a row contradicts what is known of today's people, it was about others, and so were the other cells of the row.

Limits: of the policy of such a release its thresholds are known by its reasons alone (`rules_of`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import psycopg
from psycopg.rows import class_row

from parity.catalogue.policy import Policy
from publication.attacked import told, with_rows
from publication.cell import PUBLISHED, Cell, PublishedCell, Status
from publication.earlier import is_of_staff
from publication.earlier_store import keep_told
from publication.facts import facts_of
from publication.shown import SHOWN

RELEASES = f"""
select release_id from release.release
where {SHOWN} and exists (select from release.attack where attack.release_id = release.release_id)
    and not exists (select from release.told where told.release_id = release.release_id)
order by release_id
"""
ROWS = f"select {', '.join(PUBLISHED)} from release.indicator where release_id = %s and cell_id = any(%s)"
LISTS_THEN = "select agency_code, period_date, rows_year, contract, content_sha256 from release.snapshot where release_id = %s"
LISTS_NOW = """
select effective.agency_code, effective.period_date, effective.rows_year, effective.contract, delivery.content_sha256
from ops.effective_delivery as effective
inner join raw.hr_delivery as delivery on effective.delivery_no = delivery.delivery_no
"""
WORDS = {
    "min_count": re.compile(r"fewer than (\d+) (?:people|cases) "),
    "min_base_hr": re.compile(r"fewer than (\d+) (?:staff|cases)$"),
}
BASES = (5, 3, 10, 1)  # that counts were ever rounded to
Lists = Mapping[str, frozenset[tuple[dt.date, int, str, str]]]  # of each agency: date, year of a register, contract and content


def fill_told(connection: psycopg.Connection, cells: Sequence[Cell], people: Mapping[str, str], policy: Policy) -> int:
    """Keep what earlier releases told of these cells, where that is not kept; returns how many releases that were."""
    releases = [number for (number,) in connection.execute(RELEASES)]
    staff = [cell for cell in cells if is_of_staff(cell)]
    now = _lists(connection.execute(LISTS_NOW)) if releases else {}
    for number in releases:
        then = _lists(connection.execute(LISTS_THEN, (number,)))
        same = [cell for cell in staff if _until(then, cell) == _until(now, cell)]
        with connection.cursor(row_factory=class_row(PublishedCell)) as cursor:
            rows = cursor.execute(ROWS, (number, [cell.cell_id for cell in same])).fetchall()
        rules = rules_of(rows, policy)
        statements = told(same, rows, rules, people)
        others = {people[cell_id] for cell_id in _false(same, rows, rules)}
        keep_told(connection, number, [each for each in statements if each.people not in others])
    return len(releases)


def rules_of(rows: Iterable[PublishedCell], policy: Policy) -> Policy:
    """`policy` with the thresholds that the rows were published under, as far as their reasons and their rounded counts say which."""
    rows = list(rows)
    said = {
        name: [int(found[1]) for row in rows if (found := words.match(row.suppression_reason or ""))]
        for name, words in WORDS.items()
    }
    known: dict[str, int] = {name: max(numbers) for name, numbers in said.items() if numbers}
    counts = [int(row.n) for row in rows if row.status == Status.ROUNDED and row.n]
    known["rounding_base"] = next(base for base in (policy.rounding_base, *BASES) if not any(count % base for count in counts))
    return policy.model_copy(update=known)


def _false(cells: Sequence[Cell], rows: Sequence[PublishedCell], policy: Policy) -> set[str]:
    """The ids of the cells of which a row says what is not so of today's people: it was of others."""
    cells, rows = with_rows(cells, rows)
    said = facts_of(cells, rows, policy).said
    return {rows[number].cell_id for number, counts in said.items() if any(not count.is_so for count in counts)}


def _lists(rows: Iterable[tuple[str, dt.date, int, str, str]]) -> Lists:
    found: dict[str, set[tuple[dt.date, int, str, str]]] = defaultdict(set)
    for agency, date, year, contract, content in rows:
        found[agency].add((date, year, contract, content))
    return {agency: frozenset(lists) for agency, lists in found.items()}


def _until(lists: Lists, cell: Cell) -> set[tuple[dt.date, int, str, str]]:
    """The lists that a cell can rest on: those of its agency that tell of no later year."""
    return {each for each in lists.get(cell.agency_code, ()) if (each[1] or each[0].year) <= cell.period_year}
