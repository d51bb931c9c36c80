"""In which form and calendar the dates of an example stand, and how its numbers are written."""

from __future__ import annotations

import re

from ingestion.hr.cells import DAY, plain
from ingestion.hr.dates import BUDDHIST_OFFSET, FIRST_YEAR, LAST_YEAR, plain_digits
from ingestion.hr.draft.columns import Matching
from ingestion.hr.draft.text import Draft
from ingestion.hr.plausible import DATE_FORMATS, Content, is_date, without_time
from parity.counted import counted, either

DATES = ("hire_date", "separation_date", "birth_date", "event_date", "completed_date", "opened_date", "closed_date")
MOST_CELLS = 5_000


def add_dates(out: Draft, found: Matching, columns: dict[str, Content]) -> None:
    """Add `calendar`, `date_format` and `two_digit_years_from`, and mark what can be read in two ways."""
    headers = [header for canonical, header in found.columns.items() if canonical in DATES]
    sample = [
        without_time(text)
        for header in headers
        for cell in columns[header].cells[:MOST_CELLS]
        if (text := plain(cell)) and not cell.startswith(DAY)
    ]
    if not sample:
        return
    years = [int(year) for text in sample for year in re.findall(r"\d{4}", plain_digits(text))]
    ahead = sum(FIRST_YEAR + BUDDHIST_OFFSET < year <= LAST_YEAR + BUDDHIST_OFFSET for year in years)
    if ahead * 2 > len(years):
        out.fields["calendar"] = "buddhist"
        out.remark("calendar", "most years lie 543 ahead.")
    calendar = out.fields.get("calendar", "gregorian")
    n_read = {form: sum(is_date(text, form, calendar) for text in sample) for form in DATE_FORMATS}
    best = max(DATE_FORMATS, key=n_read.__getitem__)
    if not n_read[best]:
        out.remark("date_format", "no form of date fits the columns of dates: write it with %d, %m or %b, %Y or %y.")
        out.fields["date_format"] = DATE_FORMATS[0]
        return
    out.fields["date_format"] = best
    if "%y" in best:
        out.fields["two_digit_years_from"] = 1940
        out.remark("two_digit_years_from", "years have two digits: say the first year that they can mean.")
    swapped = best.translate(str.maketrans("dm", "md"))
    if swapped != best and n_read.get(swapped) == n_read[best]:
        out.remark("date_format", f"no day is above 12, so it may as well be {swapped}: ask the agency.")
    if n_read[best] < len(sample):
        out.remark(
            "date_format",
            f"{len(sample) - n_read[best]:,} of {counted(len(sample), 'date')} {either(len(sample) - n_read[best], 'does', 'do')} not fit it.",
        )


def add_numbers(out: Draft, amounts: list[Content]) -> None:
    """Add the marks of thousands and decimals of columns of pay and of counts."""
    texts = {plain_digits(text) for content in amounts for text in content.counts}
    for thousands, decimal in ((",", "."), (".", ",")):
        grouped = rf"\d{{1,3}}(\{thousands}\d{{3}})+(\{decimal}\d+)?"
        grouped_otherwise = rf"\d{{1,3}}(\{decimal}\d{{3}})+(\{thousands}\d+)?"
        if any(re.fullmatch(grouped, text) for text in texts) and not any(
            re.fullmatch(grouped_otherwise, text) for text in texts
        ):
            out.fields |= {"thousands_mark": thousands, "decimal_mark": decimal}
            out.remark("thousands_mark", "`1.234` and `1,234` mean different things in different countries: ask.")
            return
