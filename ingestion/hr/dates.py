"""Dates as agencies write them. A date that cannot be read exactly is an error, never a guess.

Buddhist-era years are 543 ahead of the Gregorian; 29/02/2563 is 2020-02-29 and valid. Months without a day stand for their
first day. Digits of Thai, Khmer, Lao, Myanmar and Arabic scripts are read as the digits that they are.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from calendar import monthrange
from functools import lru_cache

BUDDHIST_OFFSET = 543
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
    year = int(parts["Y"]) - (BUDDHIST_OFFSET if calendar == "buddhist" else 0)
    if not 1900 <= year <= 2100:
        raise ValueError("year out of range: is the calendar right?")
    return dt.date(year, int(parts["m"]), int(parts.get("d") or 1))


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
    offset = BUDDHIST_OFFSET if calendar == "buddhist" else 0
    if grain == "year":
        if not re.fullmatch(r"\d{4}", text):
            raise ValueError("not a year")
        return dt.date(int(text) - offset, 12, 31)
    found = re.fullmatch(r"(?P<m>\d{1,2})/(?P<Y>\d{4})|(?P<Y2>\d{4})-(?P<m2>\d{1,2})", text)
    if not found:
        raise ValueError("not a month (MM/YYYY or YYYY-MM)")
    return month_end(int(found["Y"] or found["Y2"]) - offset, int(found["m"] or found["m2"]))
