"""What is wrong with rows of a file: where, which rule, and what kind of value stood there, never the value itself.

The one exception is a code that the contract does not know, that many rows share and that cannot be a name: the clerk must see it. A surname
that many people share stands in its place where the columns of a file have moved.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ingestion.hr.errors import FileRefused
from ingestion.hr.words import could_be_a_name, known_words, public_words

SHARED_BY = 5  # rows; what stands in fewer may be one person's
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule of a row; `column` is the header of its cell, '' where the row as a whole is wrong."""

    file: str
    sheet: str | None
    row_no: int
    column: str
    rule: str
    value_class: str


@dataclass
class Findings:
    """Every finding of a delivery, and how often each unknown code stands there: (column, code) → rows."""

    file: str
    all: list[Finding] = field(default_factory=list)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    n_bad: int = 0
    notices: list[str] = field(default_factory=list)
    totals_off: list[str] = field(default_factory=list)
    codes: frozenset[str] = frozenset()  # those that the contract knows

    def add_row(self, found: list[Finding]) -> None:
        """The findings of one more row."""
        self.n_bad += 1
        self.all += found
        if self.n_bad > MOST:
            first = self.all[0]
            raise FileRefused(
                first.file,
                f"more than {MOST:,} rows break the contract, here: column '{first.column}', {first.rule}",
                "Check that the contract is this file's.",
                sheet=first.sheet,
                row=first.row_no,
            )

    def unknown_codes(self) -> list[tuple[str, str, int]]:
        """(column, code, rows) of unknown codes that `SHARED_BY` rows or more hold and that cannot be a name, most frequent first."""
        if not self.unknown:
            return []
        public = public_words(known_words(), self.codes)
        return [
            (column, code, n)
            for (column, code), n in self.unknown.most_common()
            if n >= SHARED_BY and not could_be_a_name(code, public, self.codes)
        ]

    def summary(self) -> list[tuple[str, str, int, Finding]]:
        """(column, rule, rows, the first of them), most frequent first."""
        counts = Counter((finding.column, finding.rule) for finding in self.all)
        first: dict[tuple[str, str], Finding] = {}
        for finding in self.all:
            first.setdefault((finding.column, finding.rule), finding)
        return [(*key, n, first[key]) for key, n in counts.most_common()]
