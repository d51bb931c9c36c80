"""Whether a column can hold what its header promises, by what stands in it. The answer never quotes a cell."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingestion.hr.cells import DAY, NUMBER, plain
from ingestion.hr.dates import BUDDHIST_OFFSET, FIRST_YEAR, LAST_YEAR, parse_date, period_of, plain_digits, serial_date
from parity.catalogue.hr_terms import CanonicalColumn
from parity.counted import counted

DATE_FORMATS = [
    *("%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%d-%b-%Y"),
    *("%d/%m/%y", "%m/%d/%y", "%d-%b-%y", "%Y-%m", "%m/%Y", "%Y%m%d"),
]
SAMPLE = 500  # cells of a column that are tried as dates
# Years before today in which days of each kind lie: nobody serves for longer than 60 years, and few live beyond 100.
YEARS_AGO: dict[str, tuple[int, int]] = {"hire_date": (-1, 60), "birth_date": (14, 100), "separation_date": (-3, 60)}
MOST_CODES = 120  # distinct values of a column that may be codes; more are names of people or places
MOST_SEXES = 12
MOST_RANKS = 400
UNDERSTOOD = 0.5  # share of rows with known words that a column of optional codes needs
TRUSTED = 0.3  # share with which a column is surely one of codes, so that its other values are no names
DISTINCT = 0.99  # of a person's number
MOSTLY, NEARLY_ALL = 0.8, 0.9
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}.*$")


@dataclass(frozen=True)
class Content:
    """The cells of one column."""

    cells: Sequence[str]

    @cached_property
    def texts(self) -> list[str]:
        return [text for cell in self.cells if (text := plain(cell))]

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(self.texts)

    @cached_property
    def is_blank(self) -> bool:
        return not self.texts

    @property
    def distinct_share(self) -> float:
        return len(self.counts) / max(len(self.cells), 1)

    @cached_property
    def days(self) -> list[dt.date]:
        """The days of a sample, in the form that fits most; short where few cells are days."""
        sample = [cell for cell in self.cells if plain(cell)][:SAMPLE]
        marked = [dt.date.fromisoformat(plain(cell)) for cell in sample if cell.startswith(DAY)]
        serial = [day for cell in sample if cell.startswith(NUMBER) and (day := _serial(plain(cell)))]
        texts = [without_time(plain(cell)) for cell in sample if not cell.startswith(DAY)]
        read = [[day for text in texts if (day := _day(text, form))] for form in DATE_FORMATS]
        return [*marked, *max([*read, serial], key=len)]

    @cached_property
    def date_share(self) -> float:
        return len(self.days) / max(min(len(self.texts), SAMPLE), 1)

    def share_that(self, pattern: str) -> float:
        return sum(n for text, n in self.counts.items() if re.fullmatch(pattern, plain_digits(text))) / max(len(self.texts), 1)

    def understood(self, meaning: Mapping[str, object]) -> float:
        """Share of the filled cells that are known words."""
        return sum(n for text, n in self.counts.items() if text.lower() in meaning) / max(len(self.texts), 1)

    @cached_property
    def is_running_number(self) -> bool:
        """1, 2, 3 … down the file: that counts rows."""
        texts = [plain_digits(text) for text in self.texts]
        return len(texts) > 1 and texts == [str(number) for number in range(1, len(texts) + 1)]

    @cached_property
    def looks_like_names(self) -> bool:
        """Words without digits that hardly repeat."""
        return len(self.texts) > 4 and self.distinct_share > UNDERSTOOD and self.share_that(r"[^\d]{3,}") > 1 - TRUSTED


def without_time(text: str) -> str:
    return _TIME.sub("", text)


def is_date(text: str, form: str, calendar: str) -> bool:
    try:
        parse_date(text.lower(), form, calendar, 1940)
    except ValueError:
        return False
    return True


def _serial(text: str) -> dt.date | None:
    """The day that a spreadsheet shows for a number."""
    try:
        return serial_date(int(text), is_1904=False)
    except ValueError:
        return None


def _day(text: str, form: str) -> dt.date | None:
    for calendar in ("gregorian", "buddhist"):
        try:
            return parse_date(text.lower(), form, calendar, 1940)
        except ValueError:
            continue
    return None


def doubt(canonical: CanonicalColumn, content: Content, meaning: Mapping[str, object] | None, today: dt.date) -> str | None:
    """Why the column cannot be, or may not be, this one; None where nothing speaks against it."""
    if content.is_blank:
        return None if canonical.endswith("_date") else "it is empty"
    if canonical.endswith("_date"):
        return _no_day(canonical, content, today)
    if canonical == "person_id":
        return _no_number(content)
    if canonical in ("salary", "hours"):
        return _no_amount(content)
    if canonical in ("n_staff", "n_applied", "n_hired"):
        return None if content.share_that(r"<?\d{1,3}([,. ]?\d{3})*|-") >= DISTINCT else "it holds other things than counts"
    if canonical == "period":
        return _no_period(content)
    if canonical in ("unit", "from_unit", "round"):
        return _no_place(content)
    return _no_code(canonical, content, meaning or {})


def _no_day(canonical: str, content: Content, today: dt.date) -> str | None:
    if content.date_share < MOSTLY:
        return f"only {content.date_share:.0%} of its cells are dates"
    low, high = YEARS_AGO.get(canonical, (-1, 60))
    off = sum(not low <= today.year - day.year <= high for day in content.days)
    if off > UNDERSTOOD * len(content.days):
        return f"{off / len(content.days):.0%} of its dates lie before {today.year - high} or after {today.year - low}"
    return None


def _no_number(content: Content) -> str | None:
    if content.share_that(r".*\d.*") < NEARLY_ALL:
        return "few of its cells hold a digit"
    if content.date_share > UNDERSTOOD and content.share_that(r"\d+") < DISTINCT:
        return "it holds dates"
    if content.distinct_share < DISTINCT:
        return repeats(content)
    if content.is_running_number and len(content.texts) > 4:
        return "it counts 1, 2, 3 …: that may be the row's number, and another person's in the next list"
    return None


def repeats(content: Content) -> str:
    """What speaks against a staff number that does not differ in each row."""
    return f"it holds {counted(len(content.counts), 'different value')} in {counted(len(content.cells), 'row')}"


def _no_amount(content: Content) -> str | None:
    if content.share_that(r"[^\w]*\d[\d.,' ]*[^\w]*") < NEARLY_ALL:
        return "it holds other things than amounts"
    return "it is the same in every row" if len(content.counts) == 1 and len(content.texts) > 4 else None


def _no_period(content: Content) -> str | None:
    if is_year_column(content):
        return None
    n_read = sum(n for text, n in content.counts.items() if is_month(text))
    n_days = sum(cell.startswith(DAY) for cell in content.cells)
    if n_read + n_days < DISTINCT * len(content.texts):
        return f"only {(n_read + n_days) / len(content.texts):.0%} of its cells are months or years"
    return None


def is_year_column(content: Content) -> bool:
    return content.share_that(r"\d{4}") == 1 and all(
        FIRST_YEAR <= int(plain_digits(text)) <= LAST_YEAR + BUDDHIST_OFFSET for text in content.counts
    )


def is_month(text: str) -> bool:
    for calendar in ("gregorian", "buddhist"):
        try:
            period_of(text, "month", calendar)
        except ValueError:
            continue
        return True
    return False


def _no_place(content: Content) -> str | None:
    if content.date_share > UNDERSTOOD and content.share_that(r"\d{1,6}") < DISTINCT:
        return "it holds dates"
    if len(content.texts) > 20 and content.distinct_share > MOSTLY:
        return "hardly any value stands there twice"
    return None


def _no_code(canonical: str, content: Content, meaning: Mapping[str, object]) -> str | None:
    most = MOST_SEXES if canonical == "sex" else MOST_RANKS if canonical == "rank" else MOST_CODES
    if len(content.counts) > most:
        return f"it holds {len(content.counts):,} different values"
    if canonical == "sex" and any(cell.startswith((DAY, NUMBER)) for cell in content.cells) and len(content.counts) > 3:
        return "it holds numbers or dates"
    needs = {"sworn": UNDERSTOOD, "is_active": UNDERSTOOD, "function": UNDERSTOOD, "rank": TRUSTED}.get(canonical, 0)
    if (share := content.understood(meaning)) < needs:
        return f"Parity knows the words in only {share:.0%} of its rows"
    return None
