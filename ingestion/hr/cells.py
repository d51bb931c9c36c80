"""A cell as text. What a spreadsheet stores as a day or a number keeps a mark, as `1.234` and 1.234 are not the same thing."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

DAY, NUMBER = "\x1d", "\x1e"  # separators, which `without_marks` takes out of the texts of a file
LONGEST = 1_000  # characters; nothing that a staff list says in a cell is longer
EXACT_DIGITS = 15  # a spreadsheet keeps no more digits of a number
HALF_A_SECOND = dt.timedelta(milliseconds=500)  # a day that was computed may lack as much
# Marks of the direction of writing, which Windows puts around a date that is copied.
_UNSEEN = dict.fromkeys([0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# In any language (#REF!, #BEZUG!, #N/A, #NV), Excel's words without a mark, LibreOffice's numbers, and a column too narrow for its value.
_ERROR = re.compile(r"#(N/?[ADV]|[^\W\d_][\w/.]{1,24}\s?[!?]|GETTING_DATA|#{2,})|Err:\d{3}")


def without_marks(text: str) -> str:
    """A text of a file, which may hold the marks itself and would pass for a day or a number then."""
    return text.replace(DAY, " ").replace(NUMBER, " ")


def from_spreadsheet(value: object) -> str:
    """The text of a value that a spreadsheet holds; '' for none."""
    if isinstance(value, str):
        return without_marks(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        return DAY + (value + HALF_A_SECOND if value.microsecond and value.year < dt.MAXYEAR else value).date().isoformat()
    if isinstance(value, dt.date):
        return DAY + value.isoformat()
    if isinstance(value, float):
        if abs(value) >= 10**EXACT_DIGITS:
            return f"{NUMBER}{value:E}"
        return f"{NUMBER}{int(value)}" if value.is_integer() else f"{NUMBER}{value!r}"
    if isinstance(value, int):
        return from_spreadsheet(float(value)) if abs(value) >= 10**EXACT_DIGITS else f"{NUMBER}{value}"
    return "" if value is None else str(value)


def plain(cell: str) -> str:
    """What a reader of the file sees: no mark, no blanks around, no marks of direction, accents composed."""
    text = cell.strip(DAY + NUMBER + " \t\r\n\u00a0\u200b\ufeff")
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_UNSEEN)).strip()


def is_sheet_error(text: str) -> bool:
    """Whether the text is what a spreadsheet shows in place of a value that it could not find or show."""
    return text.startswith(("#", "E")) and _ERROR.fullmatch(text) is not None


def describe(cell: str) -> str:
    """What kind of value this is, in words that cannot identify anybody."""
    text = plain(cell)
    if not text:
        return "empty"
    if cell.startswith(DAY):
        return "date"
    if text.isdecimal():
        return f"number of {len(text)} digits"
    return "number" if cell.startswith(NUMBER) else f"text of {len(text)} characters"
