"""Survey figures that are made without some answers, as no version of the form offers their code: readers are told, the number is not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import psycopg

from parity.catalogue import load_catalogue
from parity.catalogue.kobo_contract import RESPONDENT_FIELDS
from parity.catalogue.served import served
from publication.cell import PublishedCell

NOTE = "made without answers whose code the form does not offer: read with care"
FIELDS = """
select cursor.form, field.name from ops.kobo_cursor as cursor inner join raw.kobo_project as project using (asset_uid)
cross join lateral jsonb_each_text(cursor.unread) as field (name, n) where project.is_counted and field.n::bigint > 0
"""


def unread_indicators(connection: psycopg.Connection, folder: Path) -> frozenset[str]:
    """Codes of the indicators to which, or of whose respondents' profile, answers stayed in the landing. `folder`: of the catalogue."""
    fields = connection.execute(FIELDS).fetchall()
    if not fields:
        return frozenset()
    catalogue = load_catalogue(folder)
    found = set()
    for form, field in fields:
        contract = catalogue.kobo.get(form)
        for indicator in served(contract, catalogue.kobo.values(), catalogue.indicators) if contract else ():
            asked = {*indicator.items, *((indicator.opt_in.item,) if indicator.opt_in else ()), *RESPONDENT_FIELDS}
            if field in asked:
                found.add(indicator.id)
    return frozenset(found)


def with_notes(rows: list[PublishedCell], unread: Collection[str], final: Collection[int]) -> list[PublishedCell]:
    """The rows, with the note on figures of `unread` indicators that are shown. `final`: places of rows that stay as they were published."""
    return [
        with_note(row, NOTE)
        if row.indicator_code in unread and number not in final and not row.is_suppressed and row.unavailable_reason is None
        else row
        for number, row in enumerate(rows)
    ]


def with_note(row: PublishedCell, note: str | None) -> PublishedCell:
    """The row with one more note, after those that it has."""
    return replace(row, quality_flag="; ".join(filter(None, (row.quality_flag, note)))) if note else row
