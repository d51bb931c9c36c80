"""Effective deliveries: the step between raw and staging that decides which delivery of each list counts, and keeps what releases were made of.

`publication/snapshots.py` has the rule. Staging and core read ops.effective_delivery; the layers of teams keep seeing the newest deliveries.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from parity.catalogue.policy import Policy
from parity.database import first_value
from parity.deliveries import NOT_REPLACED
from publication import mid_year_store
from publication.cell import MID_YEAR, YEAR
from publication.differences import Differences
from publication.flow_states import sealed_lists
from publication.listings import REGISTERS, UNDATED, Decision, Listing, Place, Published, is_year_closed
from publication.shown import SHOWN, SHOWN_AT, shown_releases
from publication.snapshots import decide
from publication.told_otherwise import RetoldFlows

COLUMNS = (
    "contract", "agency_code", "period_date", "rows_year", "grain", "delivery_no", "newest_no", "has_breakdowns", "is_sealed", "reason",
    "n_differ", "n_women", "n_men", "n_missing",
)  # fmt: skip
DELIVERED = """
select
    delivery.contract, period.agency_code, period.period_date, coalesce(min(contract.grain), min(delivery.grain)) as grain,
    array_agg(delivery.delivery_no order by delivery.is_provisional, coalesce(delivery.delivered_again_at, delivery.delivered_at) desc, delivery.delivery_no desc) as deliveries
from raw.hr_delivery_period as period
inner join raw.hr_delivery as delivery on period.delivery_no = delivery.delivery_no
left join raw.catalogue_hr_contract as contract on delivery.contract = contract.contract
group by delivery.contract, period.agency_code, period.period_date
"""
HELD = f"""
select delivery.contract, held.agency_code, held.period_date, array_agg(held.delivery_no)
from raw.hr_continuity as held
inner join raw.hr_delivery as delivery on held.delivery_no = delivery.delivery_no
where held.is_held and {NOT_REPLACED}
group by 1, 2, 3
"""
REGISTERED = """
select delivery.contract, entry.agency_code, entry.period_date, array_agg(distinct entry.rows_year) as years
from (
    select distinct delivery_no, agency_code, coalesce(period_date, date '1900-01-01') as period_date, cast(extract(year from event_date) as int) as rows_year
    from raw.hr_event
    union
    select distinct delivery_no, agency_code, coalesce(period_date, date '1900-01-01'), cast(extract(year from completed_date) as int)
    from raw.hr_training
    union
    select distinct delivery_no, agency_code, coalesce(period_date, date '1900-01-01'), cast(extract(year from opened_date) as int)
    from raw.hr_complaint
) as entry
inner join raw.hr_delivery as delivery on entry.delivery_no = delivery.delivery_no
group by delivery.contract, entry.agency_code, entry.period_date
"""
# Rolled-back and superseded releases count: readers saw them. Without its contract nobody can tell what a file says.
PUBLISHED = f"""
select
    snapshot.contract, snapshot.agency_code, snapshot.period_date, snapshot.rows_year,
    case when contract.contract is not null then delivery.delivery_no end, bool_or(snapshot.has_breakdowns),
    case when contract.contract is null then concat('put the contract ', snapshot.contract, ' back into catalogue/sources/hr')
        else 'load ' || coalesce(delivery.file_name, landed.name) || ' again' end,
    array_agg(distinct release.release_id), coalesce(array_agg(distinct release.release_id) filter (where release.seals), '{{}}')
from release.snapshot as snapshot
inner join release.release as release on snapshot.release_id = release.release_id and {SHOWN}
left join raw.hr_delivery as delivery
    on snapshot.contract = delivery.contract and snapshot.content_sha256 = delivery.content_sha256 and {NOT_REPLACED}
left join raw.catalogue_hr_contract as contract on snapshot.contract = contract.contract
left join (
    select source, content_sha256, (array_agg(name order by landed_at))[1] as name from ops.landing_file group by source, content_sha256
) as landed on concat('hr/', snapshot.contract) = landed.source and snapshot.content_sha256 = landed.content_sha256
where snapshot.period = 'year'
group by
    snapshot.contract, snapshot.agency_code, snapshot.period_date, snapshot.rows_year, snapshot.content_sha256, delivery.delivery_no,
    contract.contract, landed.name
order by max({SHOWN_AT}) desc, max(release.release_id) desc, delivery.delivery_no desc nulls last
"""
TODAY = "select greatest(current_date, cast(max(delivered_at) as date)) from raw.hr_delivery"
LISTS_UNTIL = """
select period.agency_code, max(period.period_date)
from raw.hr_delivery_period as period
inner join raw.hr_delivery as delivery on period.delivery_no = delivery.delivery_no and delivery.grain in ('roster', 'aggregate')
where period.period_date > date '1900-01-01' and not exists (
    select from raw.hr_continuity as held
    where held.is_held and held.delivery_no = period.delivery_no and held.agency_code = period.agency_code
        and held.period_date = period.period_date)
group by period.agency_code
"""
SPELLS_UNTIL = """
select agency_code, max(greatest(observed_to, extract_date)) from raw.catalogue_hr_contract
where grain = 'spells' and coalesce(observed_to, extract_date) is not null group by agency_code
"""
# An agency without lists is known up to the end of the year before its last entry.
ENTRIES_UNTIL = """
select agency_code, cast(date_trunc('year', max(day)) - interval '1 day' as date)
from (
    select agency_code, event_date as day from raw.hr_event
    union all
    select agency_code, completed_date from raw.hr_training
    union all
    select agency_code, opened_date from raw.hr_complaint
    union all
    select period.agency_code, period.period_date + 1
    from raw.hr_delivery_period as period
    left join raw.hr_continuity as held using (delivery_no, agency_code, period_date)
    where period.period_date > date '1900-01-01' and held.is_held is not true
) as entry
group by agency_code
"""
KEEP = """
insert into release.snapshot (release_id, contract, agency_code, period_date, rows_year, content_sha256, has_breakdowns, period)
select
    %s, counted.contract, counted.agency_code, counted.period_date, counted.rows_year, delivery.content_sha256, counted.has_breakdowns,
    counted.period
from (
    select contract, agency_code, period_date, rows_year, delivery_no, has_breakdowns, 'year' as period from ops.effective_delivery
    union all
    select contract, agency_code, period_date, 0, delivery_no, true, 'mid-year' from ops.mid_year_delivery
) as counted
inner join raw.hr_delivery as delivery on counted.delivery_no = delivery.delivery_no
on conflict do nothing
"""
STORED = """
select contract, agency_code, period_date, rows_year, delivery_no, has_breakdowns, is_sealed, 'year' from ops.effective_delivery
union all
select contract, agency_code, period_date, 0, delivery_no, true, false, 'mid-year' from ops.mid_year_delivery
"""
KEEP_KNOWN = """
insert into ops.effective_decision (releases) values (%s)
on conflict (is_the_one) do update set releases = excluded.releases, decided_at = clock_timestamp()
"""
WITHOUT_BREAKDOWNS = (
    "select agency_code, cast(extract(year from period_date) as int) from ops.effective_delivery where not has_breakdowns"
)


def decide_now(connection: psycopg.Connection, policy: Policy) -> list[Decision]:
    """The decision for each list, and for each mid-year, as deliveries and releases stand now. Reads only."""
    today: dt.date = first_value(connection.execute(TODAY))
    known_until = {agency: min(day, today) for agency, day in _known_until(connection).items()}
    listings = _listings(connection, known_until)
    grains = {listing.place.contract: listing.grain for listing in listings}
    differ = Differences(connection, grains, policy.registers)
    shown = mid_year_store.shown_mid_years(connection)
    retold = RetoldFlows(connection, grains, policy.registers, sealed_lists(listings))
    of_years = decide(listings, known_until, differ, policy, shown, retold=retold, today=today)
    versions = [version for of_agency in shown.values() for version in of_agency]
    return [*of_years, *mid_year_store.mid_years(connection, of_years, versions, grains, differ, policy, today)]


@dataclass(frozen=True)
class Pending:
    """A list whose newest delivery, of the file named, does not count, or that is published without breakdowns. `date`: of a register, a year.

    `file_name` is empty where no file of the list is loaded any more.
    """

    decision: Decision
    file_name: str

    @property
    def date(self) -> str:
        place = self.decision.place
        if self.decision.period == MID_YEAR:
            return f"{MID_YEAR} {place.year}"
        return str(place.rows_year) if place.period_date == UNDATED and place.rows_year else str(place.period_date)


def pending(connection: psycopg.Connection, policy: Policy) -> list[Pending]:
    """What a build now would leave waiting, or publish without breakdowns."""
    names: dict[int | None, str] = dict(connection.execute("select delivery_no, file_name from raw.hr_delivery").fetchall())
    return [
        Pending(decision, names.get(decision.newest_no, ""))
        for decision in decide_now(connection, policy)
        if decision.waits or not decision.has_breakdowns
    ]


def version_of(decisions: Iterable[Decision]) -> str:
    """A hash that changes where other deliveries count, or other breakdowns are published; not where only the reasons differ."""
    return _version((each.place, each.delivery_no, each.has_breakdowns, each.is_sealed, each.period) for each in decisions)


def stored_version(connection: psycopg.Connection) -> str:
    """`version_of` the decisions that are stored."""
    return _version((Place(*row[:4]), *row[4:]) for row in connection.execute(STORED))


def _version(decided: Iterable[tuple[Place, int | None, bool, bool, str]]) -> str:
    lines = sorted(
        f"{place}{delivery_no}{has_breakdowns}{'sealed' if is_sealed else ''}{'' if period == YEAR else period}"
        for place, delivery_no, has_breakdowns, is_sealed, period in decided
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def decide_and_store(connection: psycopg.Connection, policy: Policy) -> list[Decision]:
    """Decide, and replace what is stored. A release that readers see meanwhile counts as not known to the decision."""
    shown = shown_releases(connection)
    decisions = decide_now(connection, policy)
    store(connection, decisions, shown)
    return decisions


def store(connection: psycopg.Connection, decisions: Sequence[Decision], shown: Collection[int] | None = None) -> None:
    """Replace ops.effective_delivery and ops.mid_year_delivery, in one transaction.

    `shown`: the releases that the decision knew readers to have seen; all, where not given.
    """
    known = sorted(shown_releases(connection) if shown is None else shown)
    with connection.transaction():
        connection.execute(KEEP_KNOWN, (known,))
        mid_year_store.store(connection, [each for each in decisions if each.period == MID_YEAR])
        connection.execute("delete from ops.effective_delivery")
        with connection.cursor() as cursor, cursor.copy(f"copy ops.effective_delivery ({', '.join(COLUMNS)}) from stdin") as copy:
            for each in decisions:
                if each.period == YEAR:
                    copy.write_row(_row(each))


def _row(decision: Decision) -> tuple[Any, ...]:
    place, found = decision.place, decision.difference and decision.difference.of_anything
    return (
        place.contract, place.agency_code, place.period_date, place.rows_year, decision.grain, decision.delivery_no, decision.newest_no,
        decision.has_breakdowns, decision.is_sealed, decision.reason, *((found.people, found.women, found.men) if found else (None,) * 3), decision.n_missing,
    )  # fmt: skip


def keep_snapshots(connection: psycopg.Connection, release_id: int) -> None:
    """Note which deliveries the release is made of. An unchanged release that other deliveries make again is made of them, too."""
    connection.execute(KEEP, (release_id,))


def without_breakdowns(connection: psycopg.Connection) -> frozenset[tuple[str, int]]:
    """Agencies and years whose figures are published without breakdowns."""
    return frozenset(connection.execute(WITHOUT_BREAKDOWNS).fetchall())


def _listings(connection: psycopg.Connection, known_until: dict[str, dt.date]) -> list[Listing]:
    published: dict[Place, list[Published]] = defaultdict(list)
    for *names, number, has_breakdowns, remedy, releases, sealing in connection.execute(PUBLISHED):
        found = Published(number, has_breakdowns, remedy or "", frozenset(releases), frozenset(sealing))
        published[Place(*names)].append(found)
    years: dict[tuple[str, str, dt.date], set[int]] = defaultdict(set)
    for contract, agency, date, found in connection.execute(REGISTERED):
        years[contract, agency, date] |= set(found)
    for place in published:
        years[place.contract, place.agency_code, place.period_date].add(place.rows_year)
    held = {(contract, agency, date): frozenset(numbers) for contract, agency, date, numbers in connection.execute(HELD)}
    listings = []
    for contract, agency, date, grain, numbers in connection.execute(DELIVERED):
        of_rows = years[contract, agency, date] - {0} if grain in REGISTERS else {0}
        if of_rows and date == UNDATED and grain in REGISTERS:  # a closed year of which a register has no row is told of as well
            of_rows |= set(range(min(of_rows), _last_closed_year(known_until.get(agency, UNDATED)) + 1))
        for year in of_rows:
            place = Place(contract, agency, date, year)
            listings.append(
                Listing(
                    place, grain, tuple(numbers), tuple(published.pop(place, ())), held.get((contract, agency, date), frozenset())
                )
            )
    return [*listings, *_not_loaded(connection, published)]


def _not_loaded(connection: psycopg.Connection, published: dict[Place, list[Published]]) -> list[Listing]:
    """Published lists that no delivery is loaded of any more. Where the contract is gone as well, the year of the rows tells which list it was."""
    grains: dict[str, str] = (
        dict(connection.execute("select contract, grain from raw.catalogue_hr_contract").fetchall()) if published else {}
    )
    return [
        Listing(place, grains.get(place.contract, "events" if place.rows_year else "roster"), (), tuple(versions))
        for place, versions in published.items()
    ]


def _last_closed_year(until: dt.date) -> int:
    return until.year if is_year_closed(until.year, until) else until.year - 1


def _known_until(connection: psycopg.Connection) -> dict[str, dt.date]:
    """The last day that each agency's deliveries tell of: its last staff list, or else what its spells say, or the year before its last entry."""
    known: dict[str, dt.date] = {}
    for query in (LISTS_UNTIL, SPELLS_UNTIL, ENTRIES_UNTIL):
        known = {**dict(connection.execute(query).fetchall()), **known}
    return known
