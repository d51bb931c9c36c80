"""Dates as agencies write them. A date that cannot be read exactly is an error, never a guess.

Buddhist-era years are 543 ahead of the Gregorian; 29/02/2563 is 2020-02-29 and valid. Months without a day stand for their
first day. Digits of Thai, Khmer, Lao, Myanmar and Arabic scripts are read as the digits that they are. A year outside
1900-2100 after conversion means that the calendar is not the contract's, and is an error too.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from calendar import monthrange
from functools import lru_cache

BUDDHIST_OFFSET = 543
FIRST_YEAR, LAST_YEAR = 1900, 2100
MONTH_WORDS = {
    word: number
    for words in (
        "januari februari maret april mei juni juli agustus september oktober november desember",
        "january february march april may june july august september october november december",
    )
    for number, word in enumerate(words.split(), start=1)
}
_PARTS = {"%d": r"(?P<d>\d{1,2})", "%m": r"(?P<m>\d{1,2})", "%Y": r"(?P<Y>\d{4})"}


def plain_digits(text: str) -> str:
    """`text` with every decimal digit of any script written 0-9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)


@lru_cache(maxsize=64)
def _pattern(date_format: str) -> re.Pattern[str]:
    pattern = re.escape(date_format)
    for code, expression in _PARTS.items():
        pattern = pattern.replace(re.escape(code), expression)
    return re.compile(pattern)


@lru_cache(maxsize=200_000)
def parse_date(text: str, date_format: str, calendar: str) -> dt.date:
    """The Gregorian day that `text` names. Raises ValueError."""
    found = _pattern(date_format).fullmatch(plain_digits(text.strip()))
    if not found:
        raise ValueError(f"not a date of the form {date_format}")
    parts = found.groupdict()
    return dt.date(common_year(int(parts["Y"]), calendar), int(parts["m"]), int(parts.get("d") or 1))


def common_year(year: int, calendar: str) -> int:
    """The Gregorian year. Raises ValueError where that is beyond what staff files speak of."""
    year -= BUDDHIST_OFFSET if calendar == "buddhist" else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("year out of range: is the calendar right?")
    return year


def cell_date(day: dt.date, calendar: str) -> dt.date:
    """The day of a spreadsheet's date cell: Gregorian, unless a Buddhist year was typed as if it were. Raises ValueError."""
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day
    return day.replace(year=common_year(day.year, calendar))


def serial_date(number: int, *, is_1904: bool) -> dt.date:
    """The day of a spreadsheet's serial number. Raises ValueError below 61: the 1900 system has a 29 February that never was."""
    if not 61 <= number <= 80_000:
        raise ValueError("no serial number of a day")
    return dt.date(1904, 1, 1) + dt.timedelta(number) if is_1904 else dt.date(1899, 12, 30) + dt.timedelta(number)


def month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, monthrange(year, month)[1])


def month_number(word: str) -> int:
    """1-12 for a month's number or name (Indonesian, English). Raises ValueError."""
    if word.isdecimal():
        return int(word)
    if word.lower() not in MONTH_WORDS:
        raise ValueError(f"'{word}' is no month")
    return MONTH_WORDS[word.lower()]


@lru_cache(maxsize=4096)
def period_of(text: str, grain: str, calendar: str) -> dt.date:
    """The last day of the month (`MM/YYYY`, `YYYY-MM`) or year (`YYYY`) that `text` names. Raises ValueError."""
    text = plain_digits(text.strip())
    if grain == "year":
        if not re.fullmatch(r"\d{4}", text):
            raise ValueError("not a year")
        return dt.date(common_year(int(text), calendar), 12, 31)
    found = re.fullmatch(r"(?P<m>\d{1,2})/(?P<Y>\d{4})|(?P<Y2>\d{4})-(?P<m2>\d{1,2})", text)
    month = int(found["m"] or found["m2"]) if found else 0
    if not found or not 1 <= month <= 12:
        raise ValueError("not a month (MM/YYYY or YYYY-MM)")
    return month_end(common_year(int(found["Y"] or found["Y2"]), calendar), month)
