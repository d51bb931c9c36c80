"""Lists that are held: which ones, and their release by somebody who gives a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from ingestion.hr.anew import replacement
from ingestion.hr.continuity.compare import Lists
from ingestion.hr.continuity.keep import people_of
from ingestion.hr.continuity.measure import measure
from ingestion.hr.continuity.measure import outside as outside_bounds
from ingestion.hr.continuity.pairs import pairs
from parity.catalogue import HrContract
from parity.deliveries import NOT_REPLACED

LEAST_REASON = 10  # characters
# Held lists that are the newest of theirs: a correction of a held list makes it moot.
HELD = f"""
select held.delivery_no, delivery.contract, delivery.file_name as file, held.agency_code as agency, held.period_date::text as period,
    held.compared_date::text as before, held.n_before, held.n_after, held.n_kept, held.n_come, held.n_gone, held.outside, held.cause,
    to_char(delivery.loaded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as loaded_at
from raw.hr_continuity as held
inner join raw.hr_delivery as delivery on held.delivery_no = delivery.delivery_no
where held.is_held and {NOT_REPLACED} and not exists (
    select from raw.hr_delivery_period as period
    inner join raw.hr_delivery as other on period.delivery_no = other.delivery_no and other.contract = delivery.contract
    where period.agency_code = held.agency_code and period.period_date = held.period_date
        and (not other.is_provisional, coalesce(other.delivered_again_at, other.delivered_at), other.delivery_no)
        > (not delivery.is_provisional, coalesce(delivery.delivered_again_at, delivery.delivered_at), delivery.delivery_no))
order by held.agency_code, held.period_date, held.delivery_no
"""
OF_CONTRACT = f"""
select held.delivery_no, held.agency_code, held.period_date
from raw.hr_continuity as held
inner join raw.hr_delivery as delivery on held.delivery_no = delivery.delivery_no
where held.is_held and {NOT_REPLACED} and delivery.contract = %s and held.agency_code = %s and held.period_date > %s
order by held.period_date, held.delivery_no
"""
RELEASE = """
update raw.hr_continuity set is_held = false, accepted_at = clock_timestamp(), accepted_by = %s, accepted_because = %s
where delivery_no = %s and agency_code = %s and period_date = %s and is_held
"""


class NotAccepted(RuntimeError):
    """Nothing was released; the message says why."""


@dataclass(frozen=True)
class Held:
    """A list that stands in raw and counts for no figure."""

    delivery_no: int
    contract: str
    file: str
    agency: str
    period: str
    before: str
    n_before: int
    n_after: int
    n_kept: int
    n_come: int
    n_gone: int
    outside: list[str]
    cause: str
    loaded_at: str

    def __str__(self) -> str:
        return f"{self.agency} {self.period} ({self.file}, delivery {self.delivery_no}): {'; '.join(self.outside)}. {self.cause}"


@dataclass(frozen=True)
class Accepted:
    """A list that counts from now on. `is_following`: it was held against a list before, and continues the one that was accepted."""

    delivery_no: int
    agency: str
    period: str
    is_following: bool = False


def held_lists(connection: psycopg.Connection, number: int | None = None) -> list[Held]:
    """The lists that are held, of one delivery where it is given."""
    found = connection.cursor(row_factory=class_row(Held)).execute(HELD).fetchall()
    return [each for each in found if number in (None, each.delivery_no)]


def accept(
    connection: psycopg.Connection, contracts: Mapping[str, HrContract], number: int, reason: str, who: str
) -> list[Accepted]:
    """Release the held lists of a delivery, and later ones that continue them. Raises NotAccepted."""
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise NotAccepted(f"Say why, in {LEAST_REASON} characters or more: whoever reads the figures may ask.")
    with connection.transaction():
        row = connection.execute("select contract from raw.hr_delivery where delivery_no = %s", (number,)).fetchone()
        if row is None:
            raise NotAccepted(f"There is no delivery {number}: `parity hr held` lists what is held.")
        contract = row[0]
        connection.execute("select pg_advisory_xact_lock(hashtext('parity.hr_load'), hashtext(%s))", (contract,))
        if (new := replacement(connection, number)) is not None:
            raise NotAccepted(
                f"Delivery {number} is replaced by delivery {new}, as its contract has changed: `parity hr held` lists what is held."
            )
        lists = connection.execute(
            "select agency_code, period_date from raw.hr_continuity where delivery_no = %s and is_held order by 2, 1", (number,)
        ).fetchall()
        if not lists:
            raise NotAccepted(f"Delivery {number} is not held: `parity hr held` lists what is.")
        done = []
        for agency, date in lists:
            connection.execute(RELEASE, (who, reason, number, agency, date))
            done.append(Accepted(number, agency, str(date)))
            if contract in contracts:
                done += _following(connection, contracts[contract], Lists(agency, number, date, number, date), who)
    return list(dict.fromkeys(done))


def _following(connection: psycopg.Connection, contract: HrContract, accepted: Lists, who: str) -> list[Accepted]:
    """Later lists that were held, as they were compared with a list before the one that is accepted now."""
    done, before_no, before_date = [], accepted.number, accepted.date
    before = people_of(connection, contract, accepted.agency, before_no, before_date)
    for number, agency, date in connection.execute(OF_CONTRACT, (contract.name, accepted.agency, accepted.date)).fetchall():
        lists = Lists(agency, number, date, before_no, before_date)
        people = people_of(connection, contract, agency, number, date)
        if outside_bounds(measure(pairs(before, people, contract)), contract.continuity, lists.days):
            continue
        because = f"continues delivery {before_no}, which was accepted"
        connection.execute(RELEASE, (who, because, number, agency, date))
        done.append(Accepted(number, agency, str(date), is_following=True))
        before, before_no, before_date = people, number, date
    return done
