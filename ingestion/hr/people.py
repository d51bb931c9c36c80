"""Who is on a list: people are counted, and a number that is not one person's is a finding.

A row takes some 30 bytes here, so that a list of a million people needs 30 MB: the rows themselves stream through.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.hr.block import Column
from ingestion.hr.counted import counted, either, persons
from ingestion.hr.errors import FileRefused
from ingestion.hr.findings import SHARED_BY, Finding
from ingestion.hr.identity import NO_NUMBER, is_filler
from parity.catalogue import HrContract

Key = tuple[str, str | None]  # agency, period
GENDERS = ("woman", "man", "other", "undisclosed")
DIFFERS = ("another sex", "another year of birth", "another day of hire")  # in the order of the columns that are kept
MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


@dataclass(frozen=True)
class Withdrawn:
    """A row that was read and may not stay: where it stands, and of which list it is."""

    place: tuple[str | None, str | None, int]  # member of an archive, sheet, row
    key: Key
    finding: Finding


@dataclass
class Repeated:
    """Rows that repeat a number of their list."""

    n: int = 0
    first: tuple[str, str] | None = None  # two of them, as a clerk finds them


@dataclass
class People:
    """Gathers the people of one delivery, a block at a time; `judge` says who they are once all are there."""

    contract: HrContract
    parts: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    tables: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    keys: dict[Key, int] = field(default_factory=dict)
    fillers: dict[tuple[int, int], tuple[int, str]] = field(default_factory=dict)  # table and row → digits, and which
    widths: set[tuple[int, str]] = field(default_factory=set)  # of the other numbers that begin so

    def add_table(self, file: str, member: str | None, sheet: str | None) -> None:
        self.tables.append((file, member, sheet))

    def note_fillers(self, numbers: np.ndarray, cells: pa.Array) -> None:
        """Zeros or nines alone are a number in a list with others of as many digits that begin with them: 0000 is the first of 0000 to 9999."""
        for digit in "09":
            begins = pc.starts_with(cells, digit)
            texts = cells.filter(begins).to_pylist()
            for row, text in zip(numbers[begins.to_numpy(zero_copy_only=False)], texts, strict=True):
                if is_filler(text):
                    self.fillers[len(self.tables) - 1, int(row)] = (len(text), digit)
                elif text.isdecimal():
                    self.widths.add((len(text), digit))

    def add(self, numbers: np.ndarray, out: Mapping[str, Column], is_good: np.ndarray) -> None:
        """The rows without findings. `out`: canonical columns of text, as raw takes them."""
        n = len(numbers)
        person = _hashed(out["person_key"])
        period, agency = _codes(out["period"], n), _codes(out["agency"], n)
        lists = np.empty(n, dtype=np.int32)
        agencies = np.empty(n, dtype=np.uint64)
        for agency_no, agency_code in enumerate(agency[0]):
            of_agency = agency[1] == agency_no
            agencies[of_agency] = _number(agency_code or "")
            for period_no, day in enumerate(period[0]):
                lists[of_agency & (period[1] == period_no)] = self.keys.setdefault((agency_code or "", day), len(self.keys))
        columns = (
            person ^ agencies,
            lists,
            numbers.astype(np.int64),
            np.full(n, len(self.tables) - 1, dtype=np.int16),
            _mapped(out.get("sex"), n, self._sex, np.int8),
            _mapped(out.get("birth_year"), n, int, np.int16),
            _mapped(out.get("hire_date"), n, lambda text: dt.date.fromisoformat(text).toordinal(), np.int32),
            _mapped(out.get("rank"), n, _short, np.int32) ^ _mapped(out.get("unit"), n, _short, np.int32),
        )
        self.parts.append(columns if is_good.all() else tuple(column[is_good] for column in columns))

    def judge(self) -> tuple[int, Repeated, list[Withdrawn]]:
        """How many people load, and, of staff lists, the rows that repeat a number and those that may not stay."""
        if not self.parts:
            return 0, Repeated(), []
        columns = [np.concatenate(column) for column in zip(*self.parts, strict=True)]
        fillers = self._filler_rows(columns)
        withdrawn = [self._withdrawn(columns, row, NO_NUMBER) for row in fillers]
        if fillers:
            columns = [np.delete(column, fillers) for column in columns]
        n_people, repeated, more = self._repeats(columns)
        return n_people, repeated, [*withdrawn, *more]

    def _filler_rows(self, columns: list[np.ndarray]) -> list[int]:
        wrong = {place for place, kind in self.fillers.items() if kind not in self.widths}
        if not wrong:
            return []
        numbers, tables = columns[2], columns[3]
        rows = np.flatnonzero(np.isin(numbers, [row for _, row in wrong]))
        return [int(row) for row in rows if (int(tables[row]), int(numbers[row])) in wrong]

    def _repeats(self, columns: list[np.ndarray]) -> tuple[int, Repeated, list[Withdrawn]]:
        person, lists, numbers, tables, *told, posts = columns
        order = np.lexsort((numbers, tables, lists, person))
        person, lists = person[order], lists[order]
        is_next = person[1:] == person[:-1]
        n_people = len(person) - int(is_next.sum())
        is_repeat = np.concatenate([[False], is_next & (lists[1:] == lists[:-1])])[: len(person)]
        repeated = Repeated(int(is_repeat.sum()))
        if self.contract.grain != "roster" or not repeated.n:
            return n_people, Repeated(), []
        group = np.cumsum(~is_repeat) - 1
        in_group = np.bincount(group)[group] > 1
        order, group = order[in_group], np.unique(group[in_group], return_inverse=True)[1]
        starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
        first = starts[np.argmin(order[starts])]  # of the file, not of the pseudonyms
        repeated.first = (self._where(columns, order[first]), self._where(columns, order[first + 1]))
        rules: dict[int, str] = {}
        if not self.contract.several_rows_per_person:
            for number in np.flatnonzero((np.bincount(group) >= SHARED_BY) & _differs(posts[order], starts)):
                rules[int(number)] = f"a staff number of {SHARED_BY} rows of the list or more, in several ranks or units"
        for words, column in zip(DIFFERS, told, strict=True):
            for number in np.flatnonzero(_differs(column[order], starts)):
                rules.setdefault(int(number), f"a staff number that stands in another row with {words}")
        places = np.flatnonzero(np.isin(group, list(rules))) if rules else np.array([], dtype=int)
        withdrawn = [self._withdrawn(columns, order[place], rules[int(group[place])]) for place in places]
        return len(np.unique(np.delete(columns[0], order[places]))), repeated, withdrawn

    def _where(self, columns: list[np.ndarray], row: int) -> str:
        sheet = self.tables[columns[3][row]][2]
        return f"{f'sheet {sheet!r}, ' if sheet else ''}row {columns[2][row]:,}"

    def _withdrawn(self, columns: list[np.ndarray], row: int, rule: str) -> Withdrawn:
        _, lists, numbers, tables, *_ = columns
        file, member, sheet = self.tables[tables[row]]
        finding = Finding(file, sheet, int(numbers[row]), self.contract.columns["person_id"].header, rule, "a number")
        return Withdrawn((member, sheet, int(numbers[row])), list(self.keys)[lists[row]], finding)

    def _sex(self, code: str) -> int:
        gender = self.contract.sex_codes.get(code)
        return GENDERS.index(gender) + 1 if gender in GENDERS else 0


def tell_repeated(file: str, contract: HrContract, n_rows: int, n_people: int, repeated: Repeated) -> str | None:
    """What to tell of rows that repeat a number; None where there are none, or the contract says that they are meant. Raises FileRefused for many."""
    if not repeated.n or contract.several_rows_per_person:
        return None
    first = " and ".join(repeated.first or ())
    told = f"{repeated.n:,} of {counted(n_rows, 'row')} {either(repeated.n, 'repeats', 'repeat')} a staff number of their list ({persons(n_people)}; first: {first})"
    if repeated.n > contract.max_bad_share * n_rows:
        raise FileRefused(
            file,
            told,
            f"Send each person once, or correct which column holds the number in {contract.name}.yml. If people have several rows,"
            " say `several_rows_per_person: true` there.",
        )
    return f"{told}. Of those that load, the row in post counts, then the highest grade. `several_rows_per_person: true` says that this is meant"


def _hashed(keys: Column) -> np.ndarray:
    """64 bits of each pseudonym, of 32 hex digits; a row without one has findings."""
    texts = pc.fill_null(keys, "0" * 32)
    words = np.frombuffer(texts.buffers()[2], dtype=np.uint64)[4 * texts.offset : 4 * (texts.offset + len(texts))].reshape(-1, 4)
    return words[:, 0] * MIX[0] ^ words[:, 1] * MIX[1]


def _number(text: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()))


def _short(text: str) -> int:
    """31 bits of a text, never 0."""
    return (int(_number(text)) & 0x7FFFFFFF) | 1


def _codes(column: Column, n: int) -> tuple[list[str | None], np.ndarray]:
    if isinstance(column, pa.Scalar):
        return [column.as_py()], np.zeros(n, dtype=np.int32)
    found = pc.dictionary_encode(column, null_encoding="encode")
    return found.dictionary.to_pylist(), found.indices.to_numpy()


def _mapped(column: Column | None, n: int, meaning: Callable[[str], int], kind: type[np.integer]) -> np.ndarray:
    """Numbers that texts stand for; 0 where there is none."""
    if column is None:
        return np.zeros(n, dtype=kind)
    values, codes = _codes(column, n)
    return np.array([0 if value is None else meaning(value) for value in values], dtype=kind)[codes]


def _differs(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """True for each group in which two known values (not 0) differ."""
    known = np.where(values == 0, np.iinfo(values.dtype).max, values)
    least, most = np.minimum.reduceat(known, starts), np.maximum.reduceat(values, starts)
    return (most != 0) & (least != most)
