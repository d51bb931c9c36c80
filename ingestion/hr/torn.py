"""What becomes of rows that were loaded from a torn file.

- **No release was made of them**: the whole file replaces the delivery, as one that is held is replaced (`ingestion.hr.anew`), and takes its place.
- **A release was made of them**: readers saw figures of the torn content. So the delivery, and the release, are called by the content that they came from,
  and the whole file is a correction like any other that an agency sends: the rules of corrections decide when figures move, and a correction that does not
  continue the list before is held. The torn bytes stay in the landing under their own hash, as a change of keys reads every file again.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from ingestion.hr.again import delivered_before
from ingestion.hr.anew import HeldWhole, fingerprint
from ingestion.hr.check import Delivery, Keys, read_rows
from ingestion.hr.errors import FileRefused
from ingestion.hr.findings import Findings
from ingestion.hr.keys import old_keys
from ingestion.landing import Landing
from ingestion.landing.ledger import OpenTorn, open_torn, settle_torn
from parity.catalogue import HrContract
from parity.counted import counted
from parity.database import first_row, first_value

REPLACES = "delivery {number} was loaded from a torn copy of this file ({rows}): the landing had lost a part of it. The whole file replaces it"
CORRECTS = "delivery {number} was loaded from a torn copy of this file ({rows}), and a release was made of it: the whole file is loaded as a correction of it"
STANDING = "select grain, rekeyed_at, n_rows from raw.hr_delivery where delivery_no = %s"
WAS_RELEASED = "select exists (select from release.snapshot where (contract, content_sha256) = (%s, %s))"
RECALL = "update raw.hr_delivery set content_sha256 = %(found)s, landing_uri = %(uri)s where delivery_no = %(number)s"
# Releases know their lists by content.
RECALL_RELEASES = (
    "update release.snapshot set content_sha256 = %(found)s where contract = %(contract)s and content_sha256 = %(whole)s"
)


@dataclass(frozen=True)
class LoadedFromTorn(HeldWhole):
    """A delivery that the whole file replaces."""

    n_rows: int

    @property
    def notice(self) -> str:
        return REPLACES.format(number=self.number, rows=counted(self.n_rows, "row"))


@dataclass(frozen=True)
class Settled:
    """What is to tell, and the delivery that is to be replaced, where there is one."""

    notices: tuple[str, ...] = ()
    replaced: LoadedFromTorn | None = None


def settle(
    connection: psycopg.Connection, landing: Landing, contract: HrContract, sha256: str, password: str | None = None
) -> Settled:
    """Decide, within the load's transaction, whether a delivery of this content was loaded from torn bytes, and what becomes of it."""
    settled = Settled()
    for torn in open_torn(connection, f"hr/{contract.name}", sha256):
        number = delivered_before(connection, contract.name, sha256)
        if number is None:
            settle_torn(connection, torn.torn_no, "nothing was loaded from it")
        elif not torn.aside_uri or not _was_loaded_from(connection, landing, contract, torn, number, password):
            settle_torn(connection, torn.torn_no, f"delivery {number} was loaded from the whole file")
        elif first_value(connection.execute(WAS_RELEASED, (contract.name, sha256))):
            settled = Settled((_call_by_its_content(connection, contract, torn, torn.aside_uri, number),))
            settle_torn(connection, torn.torn_no, f"delivery {number} was loaded from it, and is corrected by the whole file")
        else:
            settled = Settled(replaced=LoadedFromTorn(number, *first_row(connection.execute(STANDING, (number,)))))
            settle_torn(connection, torn.torn_no, f"delivery {number} was loaded from it, and is replaced by the whole file")
    return settled


def _was_loaded_from(
    connection: psycopg.Connection,
    landing: Landing,
    contract: HrContract,
    torn: OpenTorn,
    number: int,
    password: str | None,
) -> bool:
    """Whether the torn bytes make as many rows as the delivery has. Where the contract has changed since, nobody can tell: then it counts as loaded from them."""
    asked = "select file_name, n_rows, n_quarantined, contract_sha256 from raw.hr_delivery where delivery_no = %s"
    name, n_rows, n_quarantined, was = first_row(connection.execute(asked, (number,)))
    if was not in (None, fingerprint(contract)):
        return True
    delivery = Delivery(name, contract, Findings(name), old_keys=old_keys(connection, contract.agencies))
    try:
        with landing.open(torn.aside_uri or "", name) as source:
            for _ in read_rows(delivery, source, Keys(), password):
                pass
    except FileRefused:
        return False
    return (delivery.n_rows, delivery.findings.n_bad) == (n_rows, n_quarantined)


def _call_by_its_content(connection: psycopg.Connection, contract: HrContract, torn: OpenTorn, uri: str, number: int) -> str:
    _, _, n_rows = first_row(connection.execute(STANDING, (number,)))
    said = {"found": torn.found_sha256, "whole": torn.content_sha256, "uri": uri, "number": number, "contract": contract.name}
    connection.execute(RECALL, said)
    connection.execute(RECALL_RELEASES, said)
    return CORRECTS.format(number=number, rows=counted(n_rows, "row"))


TO_LOOK_AT_AGAIN = "select source, content_sha256 from ops.landing_torn where settled_at is null and starts_with(source, 'hr/')"


def to_look_at_again(connection: psycopg.Connection) -> set[tuple[str, str]]:
    """Contract and content of files that were found torn, and are not settled: they are taken in again where they lie in the drop folder."""
    return {(source.removeprefix("hr/"), sha256) for source, sha256 in connection.execute(TO_LOOK_AT_AGAIN)}
