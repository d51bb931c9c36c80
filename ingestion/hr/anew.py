"""A held delivery whose contract has changed since is loaded anew when its file comes again, and the old delivery is replaced.

Only where every list of it is held: then nothing of it counts anywhere. Its rows and its list of periods go; its record, what was quarantined
and the comparison that held it stay. The new delivery takes its place among the others, so that a correction that came since stays the newest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from ingestion.hr.rows import TABLES
from ingestion.raw_files import RawFiles, delivery_file
from parity.catalogue import HrContract
from parity.deliveries import NOT_REPLACED

NOT_OF_THE_CONTENT = {"location", "connection", "due_days"}  # where a file lies and when it is due: it is read as before
# A delivery that was corrected by one of the same moment stands behind it by its number alone, which a new number would turn round.
HELD_WHOLE = f"""
select delivery.contract, delivery.content_sha256, delivery.contract_sha256, delivery.delivery_no, delivery.grain, delivery.rekeyed_at
from raw.hr_delivery as delivery
where {NOT_REPLACED} and exists (
    select from raw.hr_continuity as held where held.delivery_no = delivery.delivery_no and held.is_held
) and not exists (
    select from raw.hr_delivery_period as period
    left join raw.hr_continuity as held using (delivery_no, agency_code, period_date)
    where period.delivery_no = delivery.delivery_no and held.is_held is not true
) and not exists (
    select from raw.hr_delivery_period as mine
    inner join raw.hr_delivery_period as period using (agency_code, period_date)
    inner join raw.hr_delivery as other on period.delivery_no = other.delivery_no and other.contract = delivery.contract
    where mine.delivery_no = delivery.delivery_no and other.delivery_no > delivery.delivery_no
        and coalesce(other.delivered_again_at, other.delivered_at) = coalesce(delivery.delivered_again_at, delivery.delivered_at))
"""
TAKE_PLACE = """
update raw.hr_delivery as new
set is_provisional = old.is_provisional, delivered_at = old.delivered_at, delivered_again_at = old.delivered_again_at,
    said_written_at = old.said_written_at
from raw.hr_delivery as old where old.delivery_no = %(old)s and new.delivery_no = %(new)s
"""
REPLACEMENT = """
with recursive chain as (
    select delivery_no, replaced_by from raw.hr_delivery where delivery_no = %s
    union all
    select next.delivery_no, next.replaced_by from chain inner join raw.hr_delivery as next on chain.replaced_by = next.delivery_no
)
select delivery_no from chain where replaced_by is null and delivery_no <> %s
"""
ANEW = "delivery {number} has this content and was held; the contract has changed since, so the file is loaded anew and delivery {number} is replaced"
IN_PART = (
    "the contract has changed since this file was loaded as delivery {number}. It is not loaded anew, as some of its lists count. Send the lists that are"
    " held as a file of their own, or accept them: parity hr accept {number}"
)


@dataclass(frozen=True)
class HeldWhole:
    """A delivery of which every list is held, and that the same content under another contract replaces."""

    number: int
    grain: str
    rekeyed_at: Any

    @property
    def notice(self) -> str:
        return ANEW.format(number=self.number)

    @property
    def table(self) -> str:
        return f"raw.hr_{TABLES[self.grain]}"


def fingerprint(contract: HrContract) -> str:
    """Changes when a file may be read in another way. Keys that say nothing count for nothing, so that new ones of later versions change nothing."""
    said = contract.model_dump(mode="json", exclude_defaults=True, exclude=NOT_OF_THE_CONTENT)
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def to_load_anew(connection: psycopg.Connection, contracts: Mapping[str, HrContract]) -> dict[tuple[str, str], HeldWhole]:
    """Contract and content → the delivery that is held whole, where that contract has changed since."""
    return {
        (name, content): HeldWhole(*rest)
        for name, content, was, *rest in connection.execute(HELD_WHOLE)
        if name in contracts and was != fingerprint(contracts[name])
    }


def told_in_part(connection: psycopg.Connection, contract: HrContract, number: int) -> list[str]:
    """What to tell of a delivery of which some lists are held and others count, where its contract has changed since."""
    row = connection.execute("select contract_sha256 from raw.hr_delivery where delivery_no = %s", (number,)).fetchone()
    return [IN_PART.format(number=number)] if row and row[0] not in (None, fingerprint(contract)) else []


def stand_aside(connection: psycopg.Connection, old: HeldWhole) -> None:
    """Take the rows and periods of the old delivery away, before the new one is compared with what stands."""
    connection.execute(
        sql.SQL("delete from {} where delivery_no = %s").format(sql.Identifier(*old.table.split("."))), (old.number,)
    )
    connection.execute("delete from raw.hr_delivery_period where delivery_no = %s", (old.number,))
    # The new delivery has no number yet, and only one may stand with this content.
    connection.execute("update raw.hr_delivery set replaced_by = delivery_no where delivery_no = %s", (old.number,))


def take_place(connection: psycopg.Connection, old: HeldWhole, number: int) -> None:
    """Delivery `number` stands where the old one stood."""
    connection.execute(TAKE_PLACE, {"old": old.number, "new": number})
    connection.execute("update raw.hr_delivery set replaced_by = %s where delivery_no = %s", (number, old.number))


def remove_file(files: RawFiles, old: HeldWhole) -> None:
    """The old delivery's Parquet file; `export` clears away what is left where this is cut off."""
    name = delivery_file(old.number, old.rekeyed_at)
    if name in files.names(old.table):
        files.remove(old.table, name)


def replacement(connection: psycopg.Connection, number: int) -> int | None:
    """The delivery that has the content of delivery `number` now, where that was replaced."""
    found = connection.execute(REPLACEMENT, (number, number)).fetchone()
    return found[0] if found else None
