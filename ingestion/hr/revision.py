"""A period that is delivered again: both versions stay, one is in force, and the difference is counted in people and cells.

Final data stand before provisional; of two alike, what was written later. An older version that arrives late is kept and is not in force.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import psycopg

from parity.catalogue import HrContract
from parity.counted import persons
from parity.database import first_row

CELLS = (
    *(
        "sex_code",
        "rank_name",
        "unit_name",
        "function_name",
        "sworn_code",
        "hire_date",
        "separation_date",
        "active_code",
        "salary",
    ),
    *("birth_year", "age_band"),
)
PARTIAL = 0.5  # of the people before: fewer look like a part of the list


@dataclass(frozen=True)
class Revision:
    """What a delivery changed in a period that the delivery `replaced_no` held before."""

    agency: str
    period: str
    replaced_no: int
    is_in_force: bool
    n_people_before: int
    n_people_after: int
    n_added: int
    n_gone: int
    n_changed: int
    changed_cells: dict[str, int]

    def __str__(self) -> str:
        columns = ", ".join(f"{column} of {n:,}" for column, n in sorted(self.changed_cells.items()))
        return (
            f"{self.agency} {self.period}, delivered before: {persons(self.n_people_before)} then, {self.n_people_after:,} now;"
            f" {self.n_added:,} new, {self.n_gone:,} gone, {self.n_changed:,} changed{f' ({columns})' if columns else ''}"
            f"{'' if self.is_in_force else '; another delivery is in force'}"
        )

    @property
    def looks_partial(self) -> bool:
        return self.n_people_after < PARTIAL * self.n_people_before


def compare(connection: psycopg.Connection, number: int, contract: HrContract) -> list[Revision]:
    """Compare the delivery with what was in force for its periods, and keep the comparison in raw.hr_revision."""
    if contract.grain not in ("roster", "spells"):
        return []
    before = connection.execute(
        """
        with versions as (
            select period.agency_code, period.period_date, delivery.delivery_no,
                row_number() over (
                    partition by period.agency_code, period.period_date
                    order by delivery.is_provisional, coalesce(delivery.delivered_again_at, delivery.delivered_at) desc,
                        delivery.delivery_no desc) as rank,
                (not delivery.is_provisional, coalesce(delivery.delivered_again_at, delivery.delivered_at), delivery.delivery_no)
                    < (not new.is_provisional, coalesce(new.delivered_again_at, new.delivered_at), new.delivery_no) as is_older
            from raw.hr_delivery_period as period
            join raw.hr_delivery as delivery using (delivery_no)
            join raw.hr_delivery as new on new.delivery_no = %(number)s and new.contract = delivery.contract
            where delivery.delivery_no <> %(number)s)
        select versions.agency_code, versions.period_date, versions.delivery_no, versions.is_older
        from versions
        join raw.hr_delivery_period as mine
            on mine.delivery_no = %(number)s and mine.agency_code = versions.agency_code
            and mine.period_date = versions.period_date
        where versions.rank = 1 order by 1, 2
        """,
        {"number": number},
    ).fetchall()
    return [_compare_period(connection, number, *row) for row in before]


def _compare_period(
    connection: psycopg.Connection, number: int, agency: str, period: object, replaced: int, is_in_force: bool
) -> Revision:
    differs = ", ".join(f"(old.{cell} is distinct from new.{cell})::int as {cell}" for cell in CELLS)
    sums = ", ".join(f"coalesce(sum({cell}), 0)" for cell in CELLS)
    one = (
        f"select distinct on (person_key) person_key, {', '.join(CELLS)} from raw.hr_staff where delivery_no = %({{}})s"
        " and agency_code = %(agency)s and coalesce(period_date, '1900-01-01') = %(period)s order by person_key, row_no"
    )
    counted = connection.execute(
        f"""
        with old as ({one.format("old")}), new as ({one.format("new")}),
        pairs as (select old.person_key is not null as is_old, new.person_key is not null as is_new, {differs}
            from old full join new using (person_key)),
        kept as (select * from pairs where is_old and is_new)
        select (select count(*) from old), (select count(*) from new), (select count(*) from pairs where not is_old),
            (select count(*) from pairs where not is_new), {sums}, coalesce(sum((greatest({", ".join(CELLS)}) > 0)::int), 0)
        from kept
        """,  # nosec B608  # columns, a constant
        {"old": replaced, "new": number, "agency": agency, "period": period},
    )
    n_before, n_after, n_added, n_gone, *cells, n_changed = first_row(counted)
    changed = {cell: int(n) for cell, n in zip(CELLS, cells, strict=True) if n}
    found = Revision(agency, str(period), replaced, is_in_force, n_before, n_after, n_added, n_gone, int(n_changed), changed)
    connection.execute(
        "insert into raw.hr_revision values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (delivery_no, agency_code, period_date) do update set replaced_no = excluded.replaced_no,"
        " is_in_force = excluded.is_in_force, n_people_before = excluded.n_people_before, n_people_after = excluded.n_people_after,"
        " n_added = excluded.n_added, n_gone = excluded.n_gone, n_changed = excluded.n_changed, changed_cells = excluded.changed_cells",
        (number, replaced, agency, period, is_in_force, n_before, n_after, n_added, n_gone, int(n_changed), json.dumps(changed)),
    )
    return found
