"""How many people differ between the lists that two releases were made of. For insiders only: readers never learn it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg

from parity.catalogue.registers import Registers
from parity.database import first_value
from parity.deliveries import NOT_REPLACED
from publication.cell import MID_YEAR
from publication.diff import People
from publication.differences import Differences
from publication.listings import UNDATED, Place
from publication.made_from import ListKey

# A release that other deliveries make again is made of them, too: the last of them stands for it.
LISTS = f"""
select
    snapshot.contract, snapshot.agency_code, snapshot.period_date, snapshot.rows_year, snapshot.period,
    max(delivery.delivery_no) filter (where snapshot.release_id = %(before)s) as before,
    max(delivery.delivery_no) filter (where snapshot.release_id = %(after)s) as after
from release.snapshot as snapshot
left join raw.hr_delivery as delivery
    on snapshot.contract = delivery.contract and snapshot.content_sha256 = delivery.content_sha256 and {NOT_REPLACED}
where snapshot.release_id in (%(before)s, %(after)s)
group by snapshot.contract, snapshot.agency_code, snapshot.period_date, snapshot.rows_year, snapshot.period
having count(distinct snapshot.release_id) = 2
    and array_agg(distinct snapshot.content_sha256) filter (where snapshot.release_id = %(before)s)
    <> array_agg(distinct snapshot.content_sha256) filter (where snapshot.release_id = %(after)s)
order by snapshot.agency_code, snapshot.contract, snapshot.period_date, snapshot.rows_year, snapshot.period desc
"""
GRAINS = """
select delivery.contract, coalesce(min(contract.grain), min(delivery.grain))
from raw.hr_delivery as delivery
left join raw.catalogue_hr_contract as contract on delivery.contract = contract.contract
group by delivery.contract
"""
RECORDED = "select count(distinct release_id) from release.snapshot where release_id in (%s, %s)"


@dataclass(frozen=True)
class Revised:
    """A list of which both releases have another version. `date`: of a register, a year, and of a mid-year, that it is one. The counts are None where one
    is not loaded any more."""

    agency_code: str
    contract: str
    date: str
    people: int | None
    women: int | None
    men: int | None
    key: ListKey

    def record(self) -> dict[str, Any]:
        """For machines."""
        return {name: value for name, value in vars(self).items() if name != "key"}


def revised_lists(connection: psycopg.Connection, before: int, after: int, registers: Registers) -> list[Revised] | None:
    """Each list that was revised between the two releases, with the people who differ; None where it was not kept what one of them was made of."""
    if before != after and first_value(connection.execute(RECORDED, (before, after))) < 2:
        return None
    count = Differences(connection, dict(connection.execute(GRAINS).fetchall()), registers)
    found = []
    for *names, period, old, new in connection.execute(LISTS, {"before": before, "after": after}).fetchall():
        place = Place(*names)
        numbers: tuple[int | None, int | None, int | None] = (None, None, None)
        if old is not None and new is not None:
            differ = count((place, old), (place, new)).of_anything
            numbers = (differ.people, differ.women, differ.men)
        key = (place.contract, place.period_date, place.rows_year, period)
        found.append(Revised(place.agency_code, place.contract, _date(place, period), *numbers, key))
    return found


def people_of_lists(lists: Iterable[tuple[str, ListKey]], revised: Iterable[Revised]) -> People | None:
    """How many differ at least between these lists, by agency: of several lists of one agency, the one with most. None where none of them was
    revised, or where one is not loaded any more."""
    known = {(each.agency_code, each.key): each for each in revised}
    by_agency: dict[str, list[Revised]] = defaultdict(list)
    for agency, key in lists:
        if each := known.get((agency, key)):
            by_agency[agency].append(each)
    if not by_agency or any(each.people is None for found in by_agency.values() for each in found):
        return None
    most = [max(found, key=lambda each: each.people or 0) for found in by_agency.values()]
    return People(*(sum(getattr(each, name) for each in most) for name in ("people", "women", "men")))


def _date(place: Place, period: str) -> str:
    if period == MID_YEAR:
        return f"{MID_YEAR} {place.year}"
    return str(place.rows_year) if place.period_date == UNDATED and place.rows_year else str(place.period_date)
