"""A file that comes again, byte for byte: its rows are there, and it may be the newest again, where an agency takes a correction back.

What was written last is the newest, as of all files; the time of writing is kept also where the content is the newest anyway, as an earlier
correction may still be on its way.
"""

from __future__ import annotations

import datetime as dt

import psycopg

from ingestion.hr.check import is_provisional
from ingestion.hr.files import DropFile
from ingestion.hr.revision import Revision, compare
from parity.catalogue import HrContract
from parity.database import first_row, first_value
from parity.deliveries import NOT_REPLACED

# The periods of the delivery in which it is the newest of its contract.
NEWEST = """
select mine.agency_code, mine.period_date
from raw.hr_delivery as delivery
inner join raw.hr_delivery_period as mine on delivery.delivery_no = mine.delivery_no
where delivery.delivery_no = %(number)s and not exists (
    select from raw.hr_delivery_period as period
    inner join raw.hr_delivery as other on period.delivery_no = other.delivery_no and other.contract = delivery.contract
    where period.agency_code = mine.agency_code and period.period_date = mine.period_date
        and (not other.is_provisional, coalesce(other.delivered_again_at, other.delivered_at), other.delivery_no)
        > (not delivery.is_provisional, coalesce(delivery.delivered_again_at, delivery.delivered_at), delivery.delivery_no))
"""
STANDING = "select not is_provisional, coalesce(delivered_again_at, delivered_at), said_written_at from raw.hr_delivery where delivery_no = %s"
# Some places tell the time of writing to the minute: what came again stands after what was written in the same.
STAND = """
update raw.hr_delivery as delivery set is_provisional = %(is_provisional)s, delivered_again_at = case when exists (
    select from raw.hr_delivery as other
    where other.contract = delivery.contract and other.delivery_no <> delivery.delivery_no
        and coalesce(other.delivered_again_at, other.delivered_at) = %(at)s
    ) then %(at)s + interval '1 microsecond' else %(at)s end,
    said_written_at = greatest(said_written_at, %(said)s)
where delivery_no = %(number)s
"""
NOTE = "insert into raw.hr_delivered_again (delivery_no, file_name, is_provisional, delivered_at) values (%s, %s, %s, %s)"
OLD = (
    "it was loaded before, and a newer version of its lists counts. If the agency took that one back, send this file again with today's time of"
    " writing (`touch`)"
)


def told_ahead(file: DropFile, now: dt.datetime) -> list[str]:
    """What to tell of a file whose time of writing lies in the future."""
    return (
        [f"its time of writing, {file.delivered_at:%Y-%m-%d}, lies in the future: taken as today"] if file.is_ahead(now) else []
    )


def delivered_before(connection: psycopg.Connection, contract: str, sha256: str) -> int | None:
    """The delivery that has this content, if any."""
    found = connection.execute(
        f"select delivery_no from raw.hr_delivery as delivery where contract = %s and content_sha256 = %s and {NOT_REPLACED}",  # nosec B608  # a constant
        (contract, sha256),
    ).fetchone()
    return found[0] if found else None


def deliver_again(
    connection: psycopg.Connection, contract: HrContract, file: DropFile, number: int, now: dt.datetime
) -> tuple[str, list[str], list[Revision]]:
    """Note that the content of delivery `number` came again. The status that is reported, what to tell, and what the file revises."""
    was_newest = set(connection.execute(NEWEST, {"number": number}).fetchall())
    note_again(connection, contract, file, number, now)
    is_newest = set(connection.execute(NEWEST, {"number": number}).fetchall())
    if is_newest > was_newest:
        return "newest again", told_ahead(file, now), compare(connection, number, contract)
    n_periods = first_value(connection.execute("select count(*) from raw.hr_delivery_period where delivery_no = %s", (number,)))
    return "already loaded", [OLD] if len(is_newest) < n_periods else [], []


def note_again(connection: psycopg.Connection, contract: HrContract, file: DropFile, number: int, now: dt.datetime) -> None:
    """Where the content was written again since, or is final now, delivery `number` stands by that."""
    as_provisional = is_provisional(file.name, contract)
    if file.comes_again(not as_provisional, first_row(connection.execute(STANDING, (number,))), now):
        at, said = file.taken_at(now), file.delivered_at if file.is_ahead(now) else None
        connection.execute(STAND, {"number": number, "is_provisional": as_provisional, "at": at, "said": said})
        connection.execute(NOTE, (number, file.name, as_provisional, at))
