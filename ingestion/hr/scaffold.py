"""Drafts a contract from an example of a file. All of it is a suggestion, and a draft loads nothing until a person has reviewed it.

A draft is always a valid contract that is marked as a draft, or there is none and a FileRefused says why. It holds headers, words that Parity
knows, and codes of many rows; nothing in it can be the name of a person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import get_args

from ingestion.hr.cells import plain
from ingestion.hr.draft.codes import add_codes
from ingestion.hr.draft.columns import Matching, contents, matching
from ingestion.hr.draft.dates import add_dates, add_numbers
from ingestion.hr.draft.grain import grain_of, measures
from ingestion.hr.draft.meanings import Meanings, private_words
from ingestion.hr.draft.period import add_period
from ingestion.hr.draft.text import Draft
from ingestion.hr.draft.trial import bad_columns, contract_of, say_outcome, tried
from ingestion.hr.errors import FileRefused
from ingestion.hr.heading import YEAR
from ingestion.hr.plausible import Content
from ingestion.hr.specimen import Specimen, is_total, specimen
from parity.catalogue import HrContract
from parity.catalogue.hr_terms import CanonicalColumn, Grain, read_by
from parity.catalogue.hr_words import HrWords
from parity.counted import counted as told
from parity.counted import either

OF_COUNTS, OF_EVENTS = {"n_staff"}, {"event", "event_date", "from_unit"}
OF_PEOPLE: tuple[CanonicalColumn, ...] = ("person_id", "birth_date", "hire_date", "separation_date", "salary")
FOR_SURE = ("utf-8", "utf-16")
TRIALS = 4
__all__ = ["Draft", "draft"]


def draft(
    path: Path,
    name: str,
    agency: str,
    words: HrWords,
    known: Mapping[str, HrContract],
    *,
    grain: Grain | None = None,
    password: str | None = None,
    today: dt.date | None = None,
) -> Draft:
    """A draft for files like this one; `known` are the contracts there are, whose ranks are the best suggestions. Raises FileRefused."""
    path = Path(path)
    example, meanings = specimen(path, words, password), Meanings(words, known)
    columns = contents(example)
    today = today or dt.date.today()
    if grain is None:
        first = matching(example, columns, meanings, get_args(CanonicalColumn), None, today)
        grain = grain_of(first, measures(columns, first.rest, meanings), columns)
    refused: dict[CanonicalColumn, tuple[str, str]] = {}  # column → its header, and why it is left out
    for _ in range(TRIALS):
        out = _drafted(path, name, agency, example, columns, meanings, grain, today, refused)
        contract = contract_of(out, path.name)
        outcome = tried(path, contract, password)
        bad = {} if isinstance(outcome, FileRefused) else bad_columns(outcome, contract)
        if not bad:
            break
        refused |= {
            canonical: (column.header, bad[canonical]) for canonical, column in contract.columns.items() if canonical in bad
        }
    say_outcome(out, outcome)
    return out


def _drafted(
    path: Path,
    name: str,
    agency: str,
    example: Specimen,
    columns: dict[str, Content],
    meanings: Meanings,
    grain: Grain,
    today: dt.date,
    refused: Mapping[CanonicalColumn, tuple[str, str]],
) -> Draft:
    found = matching(example, columns, meanings, _wanted(grain) - refused.keys(), grain, today)
    out = Draft({"name": name, "agency": agency, "grain": grain})
    private = private_words(example.column(header) for header in found.identifying if header in columns)
    _form(out, path, example, private)
    counted = measures(columns, found.rest, meanings) if grain in ("aggregate", "applicants") else []
    if "n_staff" in found.columns or "n_applied" in found.columns:
        counted = []
    if grain == "applicants":
        counted = [measure | {"stage": "applied"} for measure in counted]
    if grain in ("aggregate", "applicants"):
        for personal in OF_PEOPLE:
            if personal in found.columns:
                found.rest.append(found.columns.pop(personal))
    add_period(out, example, found, columns)
    add_dates(out, found, columns)
    for remark in found.remarks:
        out.remark("columns", remark)
    out.fields["columns"] = {canonical: {"header": header} for canonical, header in found.columns.items()}
    if counted:
        out.fields["measures"] = counted
        found.rest = [header for header in found.rest if header not in {measure["header"] for measure in counted}]
        if len({year for measure in counted for year in YEAR.findall(measure["header"])}) > 1:
            out.remark("measures", "they count several years, and a row has one period: keep those of one year in this contract.")
        if grain == "applicants":
            out.remark("measures", "say of each column whether it counts who applied or who was hired (stage: hired).")
    _left_over(out, found, refused)
    if totals := _totals(example):
        out.fields["total_markers"] = totals
    add_codes(out, found, columns, meanings, private)
    amounts = [
        header for canonical, header in found.columns.items() if canonical in ("salary", "n_staff", "n_applied", "n_hired")
    ]
    add_numbers(out, [columns[header] for header in (*amounts, *(measure["header"] for measure in counted))])
    out.fields["needs_review"] = True
    out.remark("needs_review", "remove this line when you have been through all of the above: until then nothing is loaded.")
    return out


def _wanted(grain: Grain) -> set[str]:
    """The columns that a draft of this grain looks for."""
    if grain in ("roster", "spells"):
        return read_by(grain) - OF_COUNTS - OF_EVENTS
    return read_by(grain) - (OF_EVENTS if grain == "aggregate" else OF_COUNTS if grain == "events" else set())


def _form(out: Draft, path: Path, example: Specimen, private: Collection[str]) -> None:
    """How the file is opened: everything down to its header."""
    fields, heading = out.fields, example.heading
    ending = re.search(r"(\.(csv|txt|tsv))?\.[A-Za-z0-9]{1,5}$", path.name)
    fields["file_pattern"] = f"*{ending[0]}" if ending else "*"
    fields["format"] = example.format
    if example.format == "csv":
        fields |= {"encoding": example.encoding, "delimiter": example.delimiter}
        if example.encoding not in FOR_SURE:
            out.remark("encoding", "guessed. Open the file in it and read a few lines.")
    fields["header_row"] = heading.row
    if heading.row > 1:
        out.remark("header_row", f"{told(heading.row - 1, 'line of titles stands', 'lines of titles stand')} above the header.")
    if heading.n_rows > 1:
        fields["header_rows"] = heading.n_rows
        out.remark("header_rows", f"the header takes {heading.n_rows} rows; their names are joined by ' / '.")
    if example.other_sheets and any({*title.lower().split()} & {*private} for title in example.sheets):
        fields["sheets"] = "*"
        out.remark("sheets", "the title of a sheet may be somebody's name and is not copied here: list the sheets to be read.")
    elif example.other_sheets:
        fields["sheets"] = example.sheets
        out.remark(
            "sheets",
            f"{told(len(example.other_sheets), 'other sheet has', 'other sheets have')} not this header, and {either(len(example.other_sheets), 'is not read: should it', 'are not read: should they')} be?",
        )
    elif len(example.sheets) > 1:
        fields["sheets"] = "*"
        out.remark(
            "sheets", f"all {len(example.sheets)} sheets have this header and are read: does one repeat the people of another?"
        )


def _left_over(out: Draft, found: Matching, refused: Mapping[CanonicalColumn, tuple[str, str]]) -> None:
    """The columns that are not read, and why."""
    out.fields["identifying"] = found.identifying
    out.fields["ignored"] = found.rest
    for remark in found.left_out:
        out.remark("ignored", remark)
    for canonical, (header, why) in refused.items():
        out.remark("ignored", f"'{header}' may be {canonical}, but {why}. It is left out.")
    if found.rest:
        out.remark(
            "ignored", "not understood, so left out: map what Parity should know, move what names a person to `identifying`."
        )


def _totals(example: Specimen) -> list[str]:
    """Words at the start of rows that mark a total."""
    found = dict.fromkeys(
        text for row in example.below for cell in row[:3] if (text := plain(cell)) and is_total(text, example.totals)
    )
    return [*found]
