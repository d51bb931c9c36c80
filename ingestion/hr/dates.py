"""Dates as agencies write them. A date that cannot be read exactly is an error, never a guess.

Buddhist-era years are 543 ahead of the Gregorian; 29/02/2563 is 2020-02-29 and valid. Months without a day stand for their
first day, and a time behind the day is left out. Digits of Thai, Khmer, Lao, Myanmar and Arabic scripts are read as the digits that they are. A year outside
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
PLACEHOLDER = dt.date(1900, 1, 1)  # what systems write where they know no day
_ROUNDING = 0.5 / 86_400  # of a day: half a second
MONTHS = (  # from January, a line a language and length
    "januari februari maret april mei juni juli agustus september oktober november desember",
    "jan feb mar apr mei jun jul agu sep okt nov des",
    "jan peb mrt apr mei jun jul ags sept okt nop des",
    "januari februari mac april mei jun julai ogos september oktober november disember",
    "jan feb mac apr mei jun jul ogo sep okt nov dis",
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sept oct nov dec",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.",
    "enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre",
)
MONTH_WORDS = {word: number for words in MONTHS for number, word in enumerate(words.split(), start=1)}
# A time behind a day. Where it is one of UTC, midnight alone is surely of that day: elsewhere the day may be the next.
_TIME = re.compile(
    r"(?:T|,\s+|(?<!\s)\s+)(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?)(?:\s?[ap]\.?m\.?)?(?P<zone>\s?(?:Z|UTC))?(?:[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_PARTS = {
    "%d": r"(?P<d>\d{1,2})",
    "%m": r"(?P<m>\d{1,2})",
    "%Y": r"(?P<Y>\d{4})",
    "%y": r"(?P<y>\d{2})",
    "%q": r"(?P<q>[1-4])",
    "%b": r"(?P<b>(?:tháng |thg )?[^\d\s/,-]+|(?:tháng|thg)\s?\d{1,2})",
}


def plain_digits(text: str) -> str:
    """`text` with every decimal digit of any script written 0-9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)


@lru_cache(maxsize=64)
def _pattern(date_format: str) -> re.Pattern[str]:
    pattern = re.escape(date_format)
    for code, expression in _PARTS.items():
        if n_digits(date_format):  # nothing parts the numbers, so each has all its digits
            expression = expression.replace("{1,2}", "{2}")
        pattern = pattern.replace(re.escape(code), expression)
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=64)
def n_digits(date_format: str) -> int:
    """How many digits a date of a form without marks between its numbers has (`%Y%m%d`: 8); 0 for any other form."""
    lengths = {"%d": 2, "%m": 2, "%Y": 4, "%y": 2, "%q": 1}
    codes = re.findall("%.", date_format)
    return sum(lengths[code] for code in codes) if "".join(codes) == date_format and {*codes} <= lengths.keys() else 0


def without_time(text: str) -> str:
    """The day alone of a day with a time. Raises ValueError for a time in UTC other than midnight."""
    for found in _TIME.finditer(text):
        if found.end() != len(text) or not found.start():
            continue
        if found["zone"] and found["clock"].strip("0:.,"):
            raise ValueError("a time in UTC, whose day may be another one where the agency is")
        return text[: found.start()]
    return text


@lru_cache(maxsize=200_000)
def parse_date(text: str, date_format: str, calendar: str, two_digit_years_from: int | None = None) -> dt.date:
    """The Gregorian day that `text` names. Raises ValueError."""
    parts = _parts(text, date_format)
    year = _year(parts, two_digit_years_from)
    month = int(parts["m"]) if parts.get("m") else month_number(parts["b"])
    # A leap day is one in the Gregorian year that the Buddhist year stands for.
    day = dt.date(common_year(year, calendar), month, int(parts.get("d") or 1))
    if day == PLACEHOLDER:
        raise ValueError("a placeholder (1900-01-01), not a date")
    return day


def _parts(text: str, date_format: str) -> dict[str, str]:
    """The part of the text that each code of the form reads. Raises ValueError."""
    text = plain_digits(text.strip().lstrip("'\u2019`"))  # an apostrophe in front keeps a date text in Excel
    pattern = _pattern(date_format)
    found = pattern.fullmatch(text) or pattern.fullmatch(without_time(text))
    if not found:
        raise ValueError(f"not a date of the form {date_format}")
    return {code: said for code, said in found.groupdict().items() if said}


def _year(parts: dict[str, str], two_digit_years_from: int | None) -> int:
    """The year, in the calendar of the file. Raises ValueError."""
    if "Y" in parts:
        return int(parts["Y"])
    if two_digit_years_from is None:
        raise ValueError("a year of two digits, which may mean several")
    return two_digit_years_from + (int(parts["y"]) - two_digit_years_from) % 100


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


def serial_date(number: float, *, is_1904: bool) -> dt.date:
    """The day of a spreadsheet's serial number, whose decimals are a time. Raises ValueError where it is none of a day.

    Below 61 the 1900 system has a 29 February that never was. A number just short of a day is that day, computed with rounding.
    """
    if not 61 <= number <= 80_000:
        raise ValueError("no serial number of a day")
    days = dt.timedelta(int(number + _ROUNDING))
    return dt.date(1904, 1, 1) + days if is_1904 else dt.date(1899, 12, 30) + days


def month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, monthrange(year, month)[1])


def month_number(word: str) -> int:
    """1-12 for a month's number or name (Indonesian, Malay, English, Thai, Filipino; Vietnamese counts). Raises ValueError."""
    word = re.sub(r"^(tháng|thg)\s?", "", word.strip().lower())
    number = int(word) if word.isdecimal() else MONTH_WORDS.get(word) or MONTH_WORDS.get(word.rstrip("."), 0)
    if not 1 <= number <= 12:
        raise ValueError("not a month's name or number")
    return number


@lru_cache(maxsize=4096)
def period_of(text: str, grain: str, calendar: str) -> dt.date:
    """The last day of the month (`MM/YYYY`, `YYYY-MM`, `month YYYY`) or year (`YYYY`) that `text` names. Raises ValueError."""
    text = plain_digits(text.strip())
    if grain == "year":
        return dt.date(year_alone(text, calendar), 12, 31)
    found = re.fullmatch(
        r"(?P<m>\d{1,2})/(?P<Y>\d{4})|(?P<Y2>\d{4})-(?P<m2>\d{1,2})|(?P<b>\D+?|tháng \d{1,2})[ /-](?P<Y3>\d{4})", text, re.I
    )
    try:
        month = month_number(found["m"] or found["m2"] or found["b"]) if found else 0
    except ValueError:
        month = 0
    if not found or not month:
        raise ValueError("not a month (MM/YYYY, YYYY-MM or its name and year)")
    return month_end(common_year(int(found["Y"] or found["Y2"] or found["Y3"]), calendar), month)


@lru_cache(maxsize=4096)
def period_in_form(text: str, form: str, grain: str, calendar: str, two_digit_years_from: int | None = None) -> dt.date:
    """The last day of the month, quarter or year that `text` names in that form. Raises ValueError."""
    parts = _parts(text, form)
    year = common_year(_year(parts, two_digit_years_from), calendar)
    if grain == "year":
        return dt.date(year, 12, 31)
    month = 3 * int(parts["q"]) if "q" in parts else month_number(parts.get("m") or parts["b"])
    if "d" in parts:
        dt.date(year, month, int(parts["d"]))  # the 31st of February names no month
    return month_end(year, month)


def year_alone(text: str, calendar: str, two_digit_years_from: int | None = None) -> int:
    """The Gregorian year that a year of four digits, or of two, names. Raises ValueError."""
    text = plain_digits(text.strip())
    if not re.fullmatch(r"\d{4}" if two_digit_years_from is None else r"\d{4}|\d{2}", text):
        raise ValueError("not a year")
    return common_year(_year({"Y" if len(text) == 4 else "y": text}, two_digit_years_from), calendar)
