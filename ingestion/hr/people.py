"""Who is on a list: people are counted, and a number that is not one person's is a finding.

A row takes some 35 bytes here, so that a list of a million people needs 35 MB: the rows themselves stream through.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.hr.block import Column
from ingestion.hr.continuity.list_people import NUMBERS, WORDS, ListPeople, left_codes, number_of, person_numbers
from ingestion.hr.counted import counted, either, persons
from ingestion.hr.errors import FileRefused
from ingestion.hr.findings import SHARED_BY, Finding
from ingestion.hr.identity import NO_NUMBER, is_filler
from ingestion.hr.values import copy_text, text_of_copy
from parity.catalogue import HrContract

Key = tuple[str, str | None]  # agency, period
GENDERS = ("woman", "man", "other", "undisclosed")
PLACES = {"list": np.int32, "row": np.int32, "table": np.int16}  # where a row stands, beside what is known of its person
COLUMNS = NUMBERS | PLACES


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
    parts: dict[str, list[np.ndarray]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    words: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in WORDS})
    columns: dict[str, np.ndarray] = field(default_factory=dict)  # once judged: of the rows that stay, by list and person
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
        period, agency = _codes(out["period"], n), _codes(out["agency"], n)
        lists = np.empty(n, dtype=np.int32)
        agencies = np.empty(n, dtype=np.uint64)
        for agency_no, agency_code in enumerate(agency[0]):
            of_agency = agency[1] == agency_no
            agencies[of_agency] = number_of(agency_code or "")
            for period_no, day in enumerate(period[0]):
                lists[of_agency & (period[1] == period_no)] = self.keys.setdefault((agency_code or "", day), len(self.keys))
        found = {
            "person": person_numbers(out["person_key"]) ^ agencies,
            **{name: self._worded(name, out.get(name), n) for name in WORDS},
            "birth_year": _mapped(out.get("birth_year"), n, int),
            "hire_date": _mapped(out.get("hire_date"), n, _ordinal),
            "is_in_post": self._is_in_post(out, n),
            "list": lists,
            "row": numbers,
            "table": np.full(n, len(self.tables) - 1),
        }
        for name, kind in COLUMNS.items():
            column = found[name].astype(kind, copy=False)
            self.parts[name].append(column if is_good.all() else column[is_good])

    def _worded(self, name: str, column: Column | None, n: int) -> np.ndarray:
        words = self.words[name]
        return _mapped(column, n, lambda text: words.setdefault(text, len(words) + 1))

    def _is_in_post(self, out: Mapping[str, Column], n: int) -> np.ndarray:
        """As dbt reads a list: spells without a day of the list know nobody out of post."""
        left = {copy_text(code) for code in left_codes(self.contract)}
        period, separation = _mapped(out["period"], n, _ordinal), _mapped(out.get("separation_date"), n, _ordinal)
        has_left = _mapped(out.get("is_active"), n, lambda code: code.strip() in left)
        return (period == 0) | ((separation == 0) | (separation > period)) & (has_left == 0)

    def judge(self) -> tuple[int, Repeated, list[Withdrawn]]:
        """How many people load, and, of staff lists, the rows that repeat a number and those that may not stay."""
        if not self.parts["row"]:
            return 0, Repeated(), []
        columns = {}
        for name, parts in self.parts.items():
            columns[name] = np.concatenate(parts)
            parts.clear()
        fillers = self._filler_rows(columns)
        withdrawn = [self._withdrawn(columns, row, NO_NUMBER) for row in fillers]
        if fillers:
            columns = {name: np.delete(column, fillers) for name, column in columns.items()}
        order = (
            np.lexsort((columns["person"], columns["list"]))
            if len(self.keys) > 1
            else np.argsort(columns["person"], kind="stable")
        )
        repeated, rules = self._repeats(columns, order)
        if rules:
            withdrawn += [self._withdrawn(columns, row, rule) for row, rule in rules.items()]
            order = order[~np.isin(order, list(rules))]
        self.columns = {name: columns.pop(name)[order] for name in (*NUMBERS, "list")}
        return self._n_people(), repeated, withdrawn

    def lists(self) -> Iterator[tuple[Key, ListPeople]]:
        """The people of each list, once judged."""
        words = {name: (None, *map(text_of_copy, texts)) for name, texts in self.words.items()}
        left = left_codes(self.contract)
        keys = list(self.keys)
        starts: list[int] = np.flatnonzero(np.diff(self.columns["list"], prepend=-1)).tolist() if self.columns else []
        for start, end in zip_longest(starts, starts[1:]):
            of_list = {name: column[start:end] for name, column in self.columns.items()}
            yield keys[of_list["list"][0]], ListPeople.of_rows(of_list, words, left)

    def _n_people(self) -> int:
        person = self.columns["person"]
        if len(self.keys) > 1:
            return len(np.unique(person))
        return len(person) and 1 + int((person[1:] != person[:-1]).sum())

    def _filler_rows(self, columns: Mapping[str, np.ndarray]) -> list[int]:
        wrong = {place for place, kind in self.fillers.items() if kind not in self.widths}
        if not wrong:
            return []
        numbers, tables = columns["row"], columns["table"]
        rows = np.flatnonzero(np.isin(numbers, [row for _, row in wrong]))
        return [int(row) for row in rows if (int(tables[row]), int(numbers[row])) in wrong]

    def _repeats(self, columns: Mapping[str, np.ndarray], order: np.ndarray) -> tuple[Repeated, dict[int, str]]:
        """The rows that repeat a number of their list, and those of them that cannot be one person's: row → why. `order`: by list and person."""
        person, lists = columns["person"][order], columns["list"][order]
        is_repeat = np.concatenate([[False], (person[1:] == person[:-1]) & (lists[1:] == lists[:-1])])[: len(person)]
        repeated = Repeated(int(is_repeat.sum()))
        if self.contract.grain != "roster" or not repeated.n:
            return Repeated(), {}
        group = np.cumsum(~is_repeat) - 1
        in_group = np.bincount(group)[group] > 1
        order, group = order[in_group], np.unique(group[in_group], return_inverse=True)[1]
        starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
        first = starts[np.argmin(order[starts])]  # of the file, not of the pseudonyms
        repeated.first = (self._where(columns, order[first]), self._where(columns, order[first + 1]))
        rules: dict[int, str] = {}
        of_order = {name: column[order] for name, column in columns.items()}
        posts = of_order["rank"].astype(np.int64) * (len(self.words["unit"]) + 1) + of_order["unit"]
        if not self.contract.several_rows_per_person:
            for number in np.flatnonzero((np.bincount(group) >= SHARED_BY) & _differs(posts, starts)):
                rules[int(number)] = f"a staff number of {SHARED_BY} rows of the list or more, in several ranks or units"
        genders = np.array([0, *map(self._gender, self.words["sex"])], dtype=np.int32)
        for words, column in (
            ("another sex", genders[of_order["sex"]]),
            ("another year of birth", of_order["birth_year"]),
            ("another day of hire", of_order["hire_date"]),
        ):
            for number in np.flatnonzero(_differs(column, starts)):
                rules.setdefault(int(number), f"a staff number that stands in another row with {words}")
        places = np.flatnonzero(np.isin(group, list(rules))) if rules else np.array([], dtype=int)
        return repeated, dict(sorted((int(order[place]), rules[int(group[place])]) for place in places))

    def _where(self, columns: Mapping[str, np.ndarray], row: int) -> str:
        sheet = self.tables[columns["table"][row]][2]
        return f"{f'sheet {sheet!r}, ' if sheet else ''}row {columns['row'][row]:,}"

    def _withdrawn(self, columns: Mapping[str, np.ndarray], row: int, rule: str) -> Withdrawn:
        file, member, sheet = self.tables[columns["table"][row]]
        number = int(columns["row"][row])
        finding = Finding(file, sheet, number, self.contract.columns["person_id"].header, rule, "a number")
        return Withdrawn((member, sheet, number), list(self.keys)[columns["list"][row]], finding)

    def _gender(self, code: str) -> int:
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


def _ordinal(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


def _codes(column: Column, n: int) -> tuple[list[str | None], np.ndarray]:
    if isinstance(column, pa.Scalar):
        return [column.as_py()], np.zeros(n, dtype=np.int32)
    found = pc.dictionary_encode(column, null_encoding="encode")
    return found.dictionary.to_pylist(), found.indices.to_numpy()


def _mapped(column: Column | None, n: int, meaning: Callable[[str], int]) -> np.ndarray:
    """Numbers that texts stand for; 0 where there is none."""
    if column is None:
        return np.zeros(n, dtype=np.int32)
    values, codes = _codes(column, n)
    return np.array([0 if value is None else meaning(value) for value in values], dtype=np.int32)[codes]


def _differs(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """True for each group in which two known values (not 0) differ."""
    known = np.where(values == 0, np.iinfo(values.dtype).max, values)
    least, most = np.minimum.reduceat(known, starts), np.maximum.reduceat(values, starts)
    return (most != 0) & (least != most)
