"""The shapes of numbers, dates and times that may leave the landing: those that the models read, and nothing that only looks alike.

The server checks no answer: words, a telephone number or digits of another script may stand where a number or a date belongs.
"""

from __future__ import annotations

import datetime as dt
import re

CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?(?:Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?"
DAY = r"(?P<day>(?:19|2[01])\d\d-[01]\d-[0-3]\d)"
# A number as dbt's `number_or_null` casts it. A telephone number begins with a plus or with a zero, and is long; no amount is written so.
NUMBER = r"(?!\+\d{7})(?![+-]?0\d{4})[+-]?\d{1,15}(?:\.\d{0,18})?(?:[eE][+-]?\d{1,2})?"
SHAPES = {
    name: re.compile(pattern, re.ASCII)
    for name, pattern in {"number": NUMBER, "date": DAY, "time": CLOCK, "moment": f"{DAY}T{CLOCK}"}.items()
}


def fits(shape: str, value: str) -> bool:
    """Whether a value is written in this shape; a day must be one of the calendar."""
    found = SHAPES[shape].fullmatch(value)
    if found is None:
        return False
    return "day" not in found.groupdict() or _is_day(found["day"])


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def as_text(value: object) -> str | None:
    """An answer as KoboToolbox sends it: text, also where the JSON holds a number; None for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
