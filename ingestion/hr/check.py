"""Reads and judges one delivery under its contract, in one pass and without a database; the loader listens to the same pass."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ingestion.hr.block import Rows
from ingestion.hr.dates import common_year, month_end, month_number, plain_digits
from ingestion.hr.errors import FileRefused
from ingestion.hr.files import matches, refuse_unreadable
from ingestion.hr.findings import Findings
from ingestion.hr.header import positions
from ingestion.hr.identity import NumberRule, number_rule
from ingestion.hr.people import People, Repeated, Withdrawn, tell_repeated
from ingestion.hr.reader import read_tables
from ingestion.hr.rows import RowReader
from ingestion.hr.table import Table
from ingestion.hr.words import codes_of, no_numbers
from parity.catalogue import HrContract
from parity.counted import counted, either, times

CHECK_ONLY = b"only to check, never stored"


class Keys(dict):
    """Every agency's key where nothing is stored."""

    def __missing__(self, agency: str) -> bytes:
        return CHECK_ONLY


@dataclass
class Delivery:
    """A pass over one delivery, which raw knows by `number`: what it holds is complete once `read_rows` has ended."""

    file: str
    contract: HrContract
    findings: Findings
    number: int = 0
    n_rows: int = 0
    n_by_period: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    old_keys: frozenset[str] = frozenset()  # agencies whose numbers were hashed without separators
    no_numbers: frozenset[str] = field(
        default_factory=no_numbers
    )  # words in place of a staff number, of the installation's catalogue
    people: People = field(init=False)
    n_people: int = 0
    has_repeats: bool = False
    withdrawn: list[Withdrawn] = field(default_factory=list)  # rows that were handed out, and may not stay

    def __post_init__(self) -> None:
        self.people = People(self.contract)

    @property
    def is_provisional(self) -> bool:
        return is_provisional(self.file, self.contract)


def is_provisional(file: str, contract: HrContract) -> bool:
    pattern = contract.provisional_pattern
    return contract.maturity == "provisional" or bool(pattern and matches(file, pattern))


def read_rows(delivery: Delivery, source: BinaryIO, keys: Mapping[str, bytes], password: str | None = None) -> Iterator[Rows]:
    """The delivery's lines for raw, as they are read, in the order of `rows.RAW_COLUMNS`. Raises FileRefused, at the end too: then none of them may stay."""
    name, contract = delivery.file, delivery.contract
    delivery.findings.codes = codes_of(contract)
    refuse_unreadable(name)
    if not matches(name, contract.file_pattern):
        raise FileRefused(
            name,
            f"does not match the names that {contract.name} expects ({contract.file_pattern})",
            "Rename it, or drop it into the folder of its own contract.",
        )

    def rule(agency: str) -> NumberRule:
        return number_rule(contract, delivery.no_numbers, is_old=agency in delivery.old_keys)

    for table in read_tables(source, name, contract, password):
        period = named_period(table, contract)
        column_positions = positions(table, contract, period)
        reader = RowReader(
            contract,
            table,
            column_positions,
            keys,
            period.isoformat() if period else None,
            delivery.findings,
            delivery.number,
            delivery.people,
            rule,
        )
        for batch in table.batches:
            rows = reader.read(batch)
            delivery.n_rows += rows.n_rows
            delivery.n_by_period += rows.n_by_period
            yield rows
        reader.finish()
    repeated = _identify(delivery)
    _judge(delivery)
    if early := sorted({day for _, day in delivery.n_by_period if day and day > dt.date.today().isoformat()}):
        delivery.findings.notices.append(
            f"it holds a list of {', '.join(early)}, a day that has not come: its figures wait until then. Is the period right?"
        )
    if told := tell_repeated(name, contract, delivery.n_rows + delivery.findings.n_bad, delivery.n_people, repeated):
        delivery.findings.notices.append(told)


def check(path: Path, contract: HrContract, password: str | None = None) -> Delivery:
    """Read the file under its contract. Raises FileRefused where it cannot be used or too many rows are bad."""
    path = Path(path)
    try:
        with path.open("rb") as source:
            return check_content(source, path.name, contract, password)
    except OSError as error:
        raise FileRefused(path.name, f"not readable ({error.strerror})", "Put it back, or let its owner open it.") from None


def check_content(source: BinaryIO | bytes, file: str, contract: HrContract, password: str | None = None) -> Delivery:
    """As `check`, for an open file or bytes of that name."""
    delivery = Delivery(file, contract, Findings(file))
    for _ in read_rows(delivery, io.BytesIO(source) if isinstance(source, bytes) else source, Keys(), password):
        pass
    return delivery


def _identify(delivery: Delivery) -> Repeated:
    """Count the people, and take back the rows of numbers that are not one person's."""
    delivery.n_people, repeated, delivery.withdrawn = delivery.people.judge()
    delivery.has_repeats = delivery.contract.grain != "roster" or repeated.n > 0
    for row in delivery.withdrawn:
        delivery.findings.add_row([row.finding])
        delivery.n_rows -= 1
        delivery.n_by_period[row.key] -= 1
    delivery.n_by_period = +delivery.n_by_period
    return repeated


def _judge(delivery: Delivery) -> None:
    contract, findings = delivery.contract, delivery.findings
    if off := findings.totals_off:
        findings.notices.append(
            f"{counted(len(off), 'total differs', 'totals differ')} from the rows above {either(len(off), 'it', 'them')}, first: {off[0]}"
        )
    total = delivery.n_rows + findings.n_bad
    if not total:
        raise FileRefused(delivery.file, "holds no row of staff", "Send the file again with its rows.")
    if findings.n_bad <= contract.max_bad_share * total:
        return
    column, rule, n, first = findings.summary()[0]
    where = f"column '{column}', " if column else ""
    codes = "".join(f"; '{code}' in column '{name}' {times(n)}" for name, code, n in findings.unknown_codes()[:5])
    raise FileRefused(
        first.file,
        f"{findings.n_bad:,} of {counted(total, 'row')} {either(findings.n_bad, 'breaks', 'break')} the contract, most often ({counted(n, 'row')}, here first):"
        f" {where}{rule}{codes}",
        f"Mend them, or correct {contract.name}.yml; up to {contract.max_bad_share:.0%} are quarantined.",
        sheet=first.sheet,
        row=first.row_no,
    )


def named_period(table: Table, contract: HrContract) -> dt.date | None:
    """The period that the name of the sheet or of the file tells; None where a column does."""
    period = contract.period
    for setting, pattern, name, what in (
        ("sheet_pattern", period.sheet_pattern, table.sheet or "", "sheet"),
        ("name_pattern", period.name_pattern, table.file.rsplit("/", 1)[-1], "file"),
    ):
        if not pattern:
            continue
        found = re.fullmatch(pattern, plain_digits(name))
        try:
            if found is None:
                raise ValueError(f"it does not match {setting}")
            month = month_number(found["month"]) if "month" in found.groupdict() else 12
            return month_end(common_year(int(found["year"]), contract.calendar), month)
        except ValueError as error:
            raise FileRefused(
                table.file,
                f"the {what}'s name tells no period: {error}",
                f"Name the {what} as {contract.name}.yml expects"
                + (", or leave it out of `sheets`." if what == "sheet" else "."),
                sheet=table.sheet,
            ) from None
    return None
