"""What one cell means under a contract: text for raw, or an error that never quotes the cell.

Each distinct value of a column is judged once, however many rows hold it: `Meanings` remembers the answer, and which values were bad.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Hashable
from decimal import Decimal
from typing import TypeVar

from ingestion.hr.cells import DAY, LONGEST, NUMBER, is_sheet_error, plain
from ingestion.hr.dates import (
    cell_date,
    month_end,
    month_number,
    n_digits,
    parse_date,
    period_in_form,
    period_of,
    plain_digits,
    serial_date,
    year_alone,
)
from ingestion.hr.errors import FileRefused
from parity.catalogue import HrContract

UNKNOWN_CODE = "code not in the contract"
REMEMBERED = 100_000
MOST_PEOPLE = 100_000_000  # no table of an agency counts as many
AGE_BANDS = ((18, "under 18"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (120, "55+"))
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_UNESCAPED = {escaped: chr(code) for code, escaped in _ESCAPES.items()}
_ESCAPED = re.compile(r"\\.")
# Burmese stores the vowel E behind its consonant; the Zawgyi font, which looks the same, stores it before.
_ZAWGYI = re.compile("(?:^|[^\u1000-\u109f])\u1031[\u1000-\u1021]|[\u1060-\u1097]")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
Judge = Callable[[str], str | None]
Raw = TypeVar("Raw", bound=Hashable)  # a cell, or the cells of several columns


class Meanings(dict[Raw, str | None]):
    """Raw value → its text for COPY. `bad`: raw value → why it has none; those map to None.

    The first REMEMBERED values are kept, so that memory does not grow with the file.
    """

    def __init__(self, judge: Callable[[Raw], str | None]) -> None:
        super().__init__()
        self.judge = judge
        self.bad: dict[Raw, str] = {}

    def __missing__(self, raw: Raw) -> str | None:
        try:
            text = self.judge(raw)
        except ValueError as error:
            self.bad[raw] = str(error)
            text = None
        result = None if text is None else copy_text(text)
        if len(self) < REMEMBERED:
            self[raw] = result
        return result


def _age_band(age: int) -> str:
    if not 15 <= age < 100:
        raise ValueError("an age under 15 or over 99: is the calendar right?")
    return next(band for limit, band in AGE_BANDS if age < limit)


def _with_leading_zero(cell: str, text: str, form: str) -> str | None:
    """The digits of a number that a form of digits alone fits, with the zero that a number cannot begin with; None for all else."""
    width = n_digits(form)
    is_one = cell.startswith(NUMBER) and width and text.isdecimal() and width - 1 <= len(text) <= width
    return text.zfill(width) if is_one else None


def copy_text(text: str) -> str:
    """`text` as COPY's text format writes it."""
    return text if text.isalnum() else text.translate(_ESCAPES)


def text_of_copy(text: str) -> str:
    """What COPY reads from `copy_text`."""
    return _ESCAPED.sub(lambda found: _UNESCAPED[found[0]], text) if "\\" in text else text


class Values:
    """The judges of one table's cells."""

    def __init__(self, contract: HrContract, file: str, *, is_workbook: bool, is_1904: bool) -> None:
        self.contract, self.file, self.is_workbook, self.is_1904 = contract, file, is_workbook, is_1904
        self.blank = {plain(value) for value in contract.blank_values}

    def _text(self, cell: str) -> str:
        text = plain(cell)
        if "\0" in text:
            raise ValueError("holds a NUL character")
        if len(text) > LONGEST:
            raise ValueError(f"longer than {LONGEST:,} characters")
        if is_sheet_error(text):
            raise ValueError("an error of the spreadsheet instead of a value")
        if max(text, default="") >= "\u1000" and _ZAWGYI.search(text):
            raise FileRefused(
                self.file,
                "holds Burmese text in the Zawgyi font's encoding",
                "Convert the file to Unicode and send it again: the two cannot be told apart row by row.",
            )
        return text

    def sound(self, cell: str) -> str:
        """The cell as it is. Raises ValueError where a spreadsheet's error stands in it."""
        if len(cell) > LONGEST or not cell.lstrip(NUMBER).isalnum():
            self._text(cell)
        return cell

    def words(self, cell: str) -> str | None:
        text = self._text(cell)
        return None if text in self.blank or not text else text

    def code(self, known: Collection[str], *, may_be_blank: bool = True) -> Judge:
        """A cell that must hold one of `known`; marks of footnotes behind it are not part of it."""

        def judge(cell: str) -> str | None:
            text = self._text(cell)
            if text not in known and self.contract.footnote_marks:
                text = text.rstrip(self.contract.footnote_marks).rstrip()
            if text in known:
                return text
            if may_be_blank and (not text or text in self.blank):
                return None
            raise ValueError(UNKNOWN_CODE)

        return judge

    def day(self, cell: str) -> dt.date | None:
        contract, text = self.contract, self._text(cell)
        if not text or text in self.blank:
            return None
        if cell.startswith(DAY):
            return self._possible(cell_date(dt.date.fromisoformat(text), contract.calendar))
        if with_zero := _with_leading_zero(cell, text, contract.date_format):
            text = with_zero
        elif self.is_workbook and (cell.startswith(NUMBER) or (text.isdecimal() and len(text) == 5)):
            return self._serial(text)
        try:
            day = parse_date(text, contract.date_format, contract.calendar, contract.two_digit_years_from)
        except ValueError as error:
            raise ValueError(f"{self._why_no_date(text, error)} ({contract.calendar})") from None
        return self._possible(day)

    def _serial(self, text: str) -> dt.date:
        try:
            day = serial_date(float(text), is_1904=self.is_1904)
        except ValueError:
            day = dt.date.min
        if day < self.contract.dates_from:
            raise ValueError("a number that is no day, such as a year alone")
        return day

    def _possible(self, day: dt.date) -> dt.date:
        if day < self.contract.dates_from and self.contract.impossible_dates == "quarantine":
            raise ValueError(f"a day before {self.contract.dates_from}, the first that `dates_from` allows")
        return day

    def _why_no_date(self, text: str, error: ValueError) -> str:
        expected = self.contract.date_format
        why = str(error) if any(word in str(error) for word in ("placeholder", "UTC")) else f"not a date of the form {expected}"
        swapped = expected.translate(str.maketrans("dm", "md"))
        try:
            parse_date(text, swapped, self.contract.calendar, self.contract.two_digit_years_from)
        except ValueError:
            return why
        return f"{why}, though one of the form {swapped}" if swapped != expected else why

    def date(self, cell: str) -> str | None:
        day = self.day(cell)
        return day.isoformat() if day else None

    def period(self, cell: str) -> str | None:
        period, contract = self.contract.period, self.contract
        text = self._text(cell)
        try:
            if cell.startswith(DAY):
                day = cell_date(dt.date.fromisoformat(text), contract.calendar)
                return month_end(day.year, 12 if period.grain == "year" else day.month).isoformat()
            if period.format is None:
                return period_of(text, period.grain, contract.calendar).isoformat()
            text = _with_leading_zero(cell, text, period.format) or text
            return period_in_form(text, period.format, period.grain, contract.calendar, contract.two_digit_years_from).isoformat()
        except ValueError as error:
            raise ValueError(f"no period: {error}") from None

    def period_of_two(self, pair: tuple[str, str]) -> str | None:
        """From the cells of the year and of the month."""
        try:
            year = year_alone(self._text(pair[0]), self.contract.calendar, self.contract.two_digit_years_from)
            return month_end(year, month_number(plain_digits(self._text(pair[1])))).isoformat()
        except ValueError as error:
            raise ValueError(f"no period: {error}") from None

    def year_of_birth(self, cell: str) -> str | None:
        """From a cell that holds a year alone, or a true date."""
        text, contract = self._text(cell), self.contract
        if not text or text in self.blank:
            return None
        if cell.startswith(DAY):
            year = cell_date(dt.date.fromisoformat(text), contract.calendar).year
        else:
            year = year_alone(text, contract.calendar, contract.two_digit_years_from)
        if year < contract.dates_from.year:
            raise ValueError(f"a year before {contract.dates_from.year}, the first that `dates_from` allows")
        return str(year)

    def age_band_by_year(self, pair: tuple[str | None, str | None]) -> str | None:
        """From (year of birth, period as raw has it). None where the birthday, which nobody knows, decides between two bands."""
        if pair[0] is None or pair[1] is None:
            return None
        at = dt.date.fromisoformat(pair[1])
        oldest = at.year - int(pair[0])
        youngest = oldest if (at.month, at.day) == (12, 31) else oldest - 1
        bands = {_age_band(age) for age in (youngest, oldest)}
        return bands.pop() if len(bands) == 1 else None

    def birth_year(self, cell: str) -> str | None:
        born = self.day(cell)
        return str(born.year) if born else None

    def age_band(self, pair: tuple[str, str | None]) -> str | None:
        """From (birth date, period as raw has it). The day itself goes no further than this."""
        born, period = self.day(pair[0]), pair[1]
        if born is None or period is None:
            return None
        at = dt.date.fromisoformat(period)
        age = at.year - born.year - ((at.month, at.day) < (born.month, born.day))
        return _age_band(age)

    def number(self, cell: str) -> str | None:
        """A number in digits and a point. Marks of thousands must part groups of three."""
        return self._number(plain_digits(self._text(cell)), is_true=cell.startswith(NUMBER))

    def _number(self, text: str, *, is_true: bool) -> str | None:
        """As `number`, of a text in digits 0-9; `is_true`: a spreadsheet holds it as a number."""
        if not text or text in self.blank:
            return None
        if not is_true:
            mark, decimal = self.contract.thousands_mark, self.contract.decimal_mark
            if mark and mark in text:
                if not re.fullmatch(rf"-?\d{{1,3}}({re.escape(mark)}\d{{3}})+({re.escape(decimal)}\d+)?", text):
                    raise ValueError(f"not a number with '{mark}' between thousands")
                text = text.replace(mark, "")
            if decimal != "." and "." in text:
                raise ValueError(f"not a number with '{decimal}' before its decimals")
            text = text.replace(decimal, ".")
        if not _NUMBER.fullmatch(text):
            raise ValueError(f"not a number written 1234{self.contract.decimal_mark}56")
        return text

    def hours(self, cell: str) -> str | None:
        number = self.number(cell)
        if number and number.startswith("-"):
            raise ValueError("less than no hour")
        return number

    def count(self, cell: str, multiplier: int = 1) -> tuple[int, int] | None:
        """The least and the most people that a cell of an aggregate table stands for. None: it does not say.

        `<5` is 1 to 4; `1.2` in thousands is 1150 to 1249, whatever the agency rounded.
        """
        text = plain_digits(self._text(cell)).rstrip(self.contract.footnote_marks or None).rstrip()
        if not text or text in self.blank or text in {"-", "–", "—"}:
            return None
        if found := re.fullmatch(r"<\s*(\d{1,3})", text):
            if int(found[1]) < 2:
                raise ValueError("not a count of people")
            return 1, int(found[1]) - 1
        number = self._number(text, is_true=cell.startswith(NUMBER))
        count = Decimal(number or "NaN") * multiplier
        if number is None or count != count.to_integral_value() or count < 0:
            raise ValueError("not a count of people")
        decimals = len(number.partition(".")[2])
        if count > MOST_PEOPLE:
            raise ValueError(f"more than {MOST_PEOPLE:,} people")
        half = 0 if multiplier == 1 else int(Decimal(multiplier).scaleb(-decimals) / 2)
        return max(int(count) - half, 0), int(count) + max(half - 1, 0)
