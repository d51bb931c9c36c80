"""A new key for an agency, and everybody's pseudonym with it: who was one person before is one person afterwards.

The ids are read again from the landed files, as nothing else knows them, and are forgotten with the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import psycopg

from ingestion.hr.continuity.keep import forget
from ingestion.hr.continuity.numbers import landed_cells
from ingestion.hr.errors import FileRefused
from ingestion.hr.identity import number_rule, pseudonym
from ingestion.hr.keys import KeyRing, keys_in_use, old_keys
from ingestion.landing import Landing, LandingError
from ingestion.warehouse import copy_rows
from parity.catalogue import HrContract
from parity.catalogue.hr_terms import PERSONAL
from parity.counted import counted
from parity.database import first_value, patient
from parity.migrate import require_migrated

TABLES = ("raw.hr_staff", "raw.hr_event", "raw.hr_training")


class NotRotated(RuntimeError):
    """The key could not be changed, and nothing was."""


@dataclass(frozen=True)
class Rotation:
    """What a rotation did; keys are named by ids that tell nothing of them."""

    agency: str
    old_key: str
    new_key: str
    n_deliveries: int
    n_people: int


def rotate(
    connection: psycopg.Connection,
    landing: Landing,
    contracts: Mapping[str, HrContract],
    ring: KeyRing,
    agency: str,
    *,
    password: str | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Rotation:
    """Re-key an agency in one transaction; loads of it wait meanwhile. Raises NotRotated, KeyMissing."""
    require_migrated(connection)
    with patient(connection), connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext('parity.hr_key'), hashtext(%s))", (agency,))
        row = connection.execute("select key_id from ops.hr_key where agency_code = %s", (agency,)).fetchone()
        if row is None:
            raise NotRotated(f"{agency} has no key yet: one is made when its first file is loaded.")
        old_id = row[0]
        old = keys_in_use(connection, ring, [agency])[agency]
        ring.keep_only(agency, old_id)  # a rotation that was cut off may have left another
        new_id = ring.make(agency)
        new = ring.keys(agency)[new_id]
        deliveries = connection.execute(
            "select distinct delivery_no, contract, file_name, landing_uri from raw.hr_delivery join raw.hr_delivery_period using (delivery_no)"
            " where agency_code = %s and grain = any(%s) order by delivery_no",
            (agency, sorted(PERSONAL)),
        ).fetchall()
        renamed: dict[str, str] = {}
        is_old = old_keys(connection, [agency])
        for number, (delivery_no, contract, file, uri) in enumerate(deliveries, start=1):
            say(f"{number} of {len(deliveries)}: {file}")
            if contract not in contracts:
                raise NotRotated(f"delivery {delivery_no} ({file}): its contract {contract} is gone. Restore {contract}.yml.")
            try:
                rule = replace(number_rule(contracts[contract], frozenset(), is_old=agency in is_old), takes_anything=True)
                for cell in landed_cells(landing, uri, file, contracts[contract], password, rule):
                    renamed[pseudonym(old, cell, rule)] = pseudonym(new, cell, rule)
            except (FileRefused, LandingError) as error:
                raise NotRotated(f"delivery {delivery_no} cannot be read again, so nothing is changed: {error}") from None
        _apply(connection, agency, renamed)
        forget(connection, agency)
        connection.execute("update ops.hr_key set key_id = %s, since = now() where agency_code = %s", (new_id, agency))
        connection.execute(
            "update raw.hr_delivery set rekeyed_at = now() where delivery_no = any(%s)", ([row[0] for row in deliveries],)
        )
        n_people = first_value(connection.execute("select count(*) from rekeyed where is_used"))
    ring.keep_only(agency, new_id)
    return Rotation(agency, old_id, new_id, len(deliveries), n_people)


def _apply(connection: psycopg.Connection, agency: str, renamed: Mapping[str, str]) -> None:
    connection.execute(
        "create temp table rekeyed (old_key text primary key, new_key text, is_used boolean not null default false) on commit drop"
    )
    copy_rows(connection, "rekeyed", ("old_key", "new_key"), renamed.items())
    for table in TABLES:
        left = connection.execute(
            f"select count(distinct person_key) from {table} left join rekeyed on person_key = old_key"  # nosec B608  # a table of TABLES
            " where agency_code = %s and old_key is null",
            (agency,),
        )
        if n_left := first_value(left):
            raise NotRotated(
                f"{counted(n_left, f'person of {agency} in {table} is', f'people of {agency} in {table} are')} in none of the landed files as their contracts read them now, so nothing is"
                " changed. Restore the landing and the contracts with which they were loaded."
            )
        connection.execute(
            f"update rekeyed set is_used = true where old_key in (select person_key from {table} where agency_code = %s)",  # nosec B608  # a table of TABLES
            (agency,),
        )
        connection.execute(
            f"update {table} set person_key = new_key from rekeyed where person_key = old_key and agency_code = %s",  # nosec B608  # a table of TABLES
            (agency,),
        )
