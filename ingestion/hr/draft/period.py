"""Where the period of a row stands: in a column, in the names of the sheets, or in the name of the file."""

from __future__ import annotations

import re

from ingestion.hr.dates import month_number, plain_digits
from ingestion.hr.draft.columns import Matching
from ingestion.hr.draft.text import Draft
from ingestion.hr.plausible import Content, is_year_column
from ingestion.hr.specimen import Specimen

YEAR = r"(?P<year>(?:19|20|25)\d\d)"
MONTH, DAY, GAP = r"(?P<month>0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])", "[-_. ]?"
WORD = r"(?P<month>[^\W\d_]+\.?)"
# What a name of a file may hold, the most exact first: what it is, and what the reviewer must know.
NAMES = (
    (rf"(?<!\d){YEAR}{GAP}{MONTH}{GAP}{DAY}(?!\d)", "the name of the file holds a day: its month is taken"),
    (rf"(?<!\d){YEAR}{GAP}{MONTH}(?!\d)", None),
    (
        rf"(?<!\d){DAY}{GAP}{MONTH}{GAP}{YEAR}(?!\d)",
        "the name of the file holds a day, read as day, month, year: is that its order?",
    ),
    (
        rf"(?<!\d){MONTH}{GAP}{DAY}{GAP}{YEAR}(?!\d)",
        "the name of the file holds a day, read as month, day, year: is that its order?",
    ),
    (rf"(?<!\d){MONTH}{GAP}{YEAR}(?!\d)", None),
    (rf"(?<![^\W\d_]){WORD}[-_. ]*{YEAR}(?!\d)", None),
    (rf"(?<!\d){YEAR}[-_. ]*{WORD}(?![^\W\d_])", None),
    (rf"(?<!\d){YEAR}(?!\d)", "the name of the file holds a year only: is the list one of the whole year?"),
)
BY_AGREEMENT = r".*(?P<year>\d{4})-(?P<month>\d\d).*"
SHEETS = r"(?P<month>\D+?) ?(?P<year>\d{4})"
EXAMPLE = "2024-01"  # a period that `BY_AGREEMENT` reads


def add_period(out: Draft, example: Specimen, found: Matching, columns: dict[str, Content]) -> None:
    """Add the field `period`, where the grain has one. A column that tells no period is left out."""
    grain, header = out.fields["grain"], found.columns.get("period")
    if grain == "spells" or (grain in ("events", "training", "complaints") and header is None):
        if header is not None:
            found.rest.append(found.columns.pop("period"))
        return
    if header is not None:
        out.fields["period"] = {"column": header, "grain": "year" if is_year_column(columns[header]) else "month"}
    elif example.sheets and all(_is_month(re.fullmatch(SHEETS, plain_digits(title))) for title in example.sheets):
        out.fields["period"] = {"sheet_pattern": SHEETS}
    else:
        pattern, remark = by_name((example.member or example.file).rsplit("/", 1)[-1])
        out.fields["period"] = {"name_pattern": pattern, "grain": "month" if "<month>" in pattern else "year"}
        if remark:
            out.remark("period", remark)


def by_name(file: str) -> tuple[str, str | None]:
    """The pattern that reads the period out of the name of a file, and what the reviewer must know."""
    for pattern, remark in NAMES:
        whole = f".*?{pattern}.*"
        if _is_month(re.fullmatch(whole, plain_digits(file))):
            return whole, remark
    return (
        BY_AGREEMENT,
        "nothing in the file tells its month. Agree on a name such as staff_2024-03.csv, or name the column.",
    )


def _is_month(found: re.Match[str] | None) -> bool:
    if found is None:
        return False
    try:
        month_number(found.groupdict().get("month") or "12")
    except ValueError:
        return False
    return True
