"""Who is on a list: people are counted, and a number that is not one person's is a finding. The rows themselves stream through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.hr.block import Column
from ingestion.hr.continuity.list_people import WORDS, ListPeople, left_codes, number_of, person_numbers
from ingestion.hr.errors import FileRefused
from ingestion.hr.findings import MOST, SHARED_BY, Finding
from ingestion.hr.identity import NO_NUMBER, is_filler
from ingestion.hr.people_rows import COLUMNS, Columns, PeopleRows
from ingestion.hr.values import copy_text, text_of_copy
from parity.catalogue import HrContract
from parity.counted import counted, either, persons

Key = tuple[str, str | None]  # agency, period
GENDERS = ("woman", "man", "other")  # other codes tell no sex that could differ
Position = tuple[int, int]  # table, row
LONGEST = 16_000  # digits of a number
# Why a row may not stay; the first stands for one that may.
STAYS, IS_FILLER, IS_SHARED, DIFFERS_IN_SEX, DIFFERS_IN_BIRTH, DIFFERS_IN_HIRE = range(6)
RULES = (
    "",
    NO_NUMBER,
    f"a staff number of {SHARED_BY} rows of the list or more, in several ranks or units",
    "a staff number that stands in another row with another sex",
    "a staff number that stands in another row with another year of birth",
    "a staff number that stands in another row with another day of hire",
)


@dataclass(frozen=True)
class Withdrawn:
    """A row that was read and may not stay: where it stands, and of which list it is."""

    position: tuple[str | None, str | None, int]  # member of an archive, sheet, row
    key: Key
    finding: Finding


@dataclass(frozen=True)
class Repeated:
    """Rows that repeat a number of their list."""

    n: int = 0
    at: Position = (0, 0)  # of the first
    first: tuple[str, str] | None = None  # two of them, as a clerk finds them

    def __add__(self, other: Repeated) -> Repeated:
        """The two of different lists."""
        earlier = min((each for each in (self, other) if each.n), key=lambda each: each.at, default=self)
        return Repeated(self.n + other.n, earlier.at, earlier.first)


@dataclass
class People:
    """Gathers the people of one delivery, a block at a time; `judge` says who they are once all are there."""

    contract: HrContract
    rows: PeopleRows = field(default_factory=PeopleRows)  # once judged: those that stay, by person
    words: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in WORDS})
    tables: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    keys: dict[Key, int] = field(default_factory=dict)
    widths: set[int] = field(default_factory=set)  # kinds of zeros or nines alone that are numbers here

    def add_table(self, file: str, member: str | None, sheet: str | None) -> None:
        self.tables.append((file, member, sheet))

    def add(self, numbers: np.ndarray, cells: pa.Array, out: Mapping[str, Column], is_good: np.ndarray) -> None:
        """The rows without findings. `cells`: their staff numbers as sent. `out`: canonical columns of text, as raw takes them."""
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
            "row": numbers,
            "table": np.full(n, len(self.tables) - 1),
            "filler": self._fillers(cells),
        }
        for list_no in np.unique(lists):
            is_here = is_good & (lists == list_no)
            self.rows.add(int(list_no), found if is_here.all() else {name: column[is_here] for name, column in found.items()})

    def _fillers(self, cells: pa.Array) -> np.ndarray:
        """The kind of each number that is zeros or nines alone, else 0. These are numbers in a list with others of as many digits that begin with them: 0000 is the first of 0000 to 9999."""
        kinds = np.zeros(len(cells), dtype=np.int16)
        for nth, digit in enumerate("09"):
            begins = pc.starts_with(cells, digit).to_numpy(zero_copy_only=False)
            values, codes = _codes(cells.filter(pa.array(begins)), int(begins.sum()))
            of_value = [2 * min(len(value or ""), LONGEST) + nth for value in values]
            self.widths.update(
                kind for kind, value in zip(of_value, values, strict=True) if value and value.isdecimal() and not is_filler(value)
            )
            kinds[begins] = np.array(
                [kind if is_filler(value or "") else 0 for kind, value in zip(of_value, values, strict=True)], dtype=np.int16
            )[codes]
        return kinds

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
        """How many people load, and, of staff lists, the rows that repeat a number and those that may not stay.

        Where more rows may not stay than a file may have (`findings.MOST`), only the first are told.
        """
        repeated, people = Repeated(), np.array([], dtype=np.uint64)
        withdrawn: list[tuple[bool, Position, int, int]] = []  # whether its number is one, position, rule, list
        for list_no in self.rows.lists():
            columns = self.rows.read(list_no)
            rules = np.full(len(columns["row"]), STAYS, dtype=np.int8)
            rules[~np.isin(columns["filler"], [0, *self.widths])] = IS_FILLER
            order = np.argsort(columns["person"], kind="stable")
            repeated += self._repeats(columns, order[rules[order] == STAYS], rules)
            rows = np.flatnonzero(rules != STAYS)[: MOST + 1]
            withdrawn += [(bool(rules[row] != IS_FILLER), _position(columns, row), int(rules[row]), list_no) for row in rows]
            order = order[rules[order] == STAYS]
            columns = {name: columns.pop(name)[order] for name in COLUMNS}
            self.rows.replace(list_no, columns)
            person = columns["person"]
            del columns, order, rules
            people = _united(people, person)
        told = sorted(withdrawn)[: MOST + 1]
        return len(people), repeated, [self._withdrawn(position, rule, list_no) for _, position, rule, list_no in told]

    def lists(self) -> dict[Key, int]:
        """Those that have people."""
        numbers = set(self.rows.lists())
        return {key: list_no for key, list_no in self.keys.items() if list_no in numbers}

    def of_list(self, list_no: int) -> ListPeople:
        """The people of a list, once judged."""
        words = {name: (None, *map(text_of_copy, texts)) for name, texts in self.words.items()}
        return ListPeople.of_rows(self.rows.read(list_no), words, left_codes(self.contract))

    def _repeats(self, columns: Columns, order: np.ndarray, rules: np.ndarray) -> Repeated:
        """The rows of one list that repeat a number. `order`: by person. `rules` takes which of them cannot be one person's."""
        person = columns["person"][order]
        is_repeat = np.concatenate([[False], person[1:] == person[:-1]])[: len(person)]
        n = int(is_repeat.sum())
        if self.contract.grain != "roster" or not n:
            return Repeated()
        group = np.cumsum(~is_repeat) - 1
        in_group = np.bincount(group)[group] > 1
        order, group = order[in_group], np.unique(group[in_group], return_inverse=True)[1]
        starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
        first = starts[np.argmin(order[starts])]  # of the file, not of the pseudonyms
        rules[order] = self._rules({name: column[order] for name, column in columns.items()}, starts)[group]
        one, another = (_position(columns, order[index]) for index in (first, first + 1))
        return Repeated(n, one, (self._where(one), self._where(another)))

    def _rules(self, columns: Columns, starts: np.ndarray) -> np.ndarray:
        """Why the rows of each group, which have one number, cannot be one person's. `starts`: where the groups begin in `columns`."""
        genders = np.array([0, *map(self._gender, self.words["sex"])], dtype=np.int32)
        rules = np.full(len(starts), STAYS, dtype=np.int8)
        for rule, column in (
            (DIFFERS_IN_HIRE, columns["hire_date"]),
            (DIFFERS_IN_BIRTH, columns["birth_year"]),
            (DIFFERS_IN_SEX, genders[columns["sex"]]),
        ):
            rules[_differs(column, starts)] = rule
        if not self.contract.several_rows_per_person:
            posts = columns["rank"].astype(np.int64) * (len(self.words["unit"]) + 1) + columns["unit"]
            n_rows = np.diff(starts, append=len(posts))
            rules[(n_rows >= SHARED_BY) & _differs(posts, starts)] = IS_SHARED
        return rules

    def _where(self, position: Position) -> str:
        table, row = position
        sheet = self.tables[table][2]
        return f"{f'sheet {sheet!r}, ' if sheet else ''}row {row:,}"

    def _withdrawn(self, position: Position, rule: int, list_no: int) -> Withdrawn:
        table, row = position
        file, member, sheet = self.tables[table]
        finding = Finding(file, sheet, row, self.contract.columns["person_id"].header, RULES[rule], "a number")
        return Withdrawn((member, sheet, row), list(self.keys)[list_no], finding)

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


def _united(people: np.ndarray, more: np.ndarray) -> np.ndarray:
    """Each of the two once, in order. Both are in order. Where `more` has nobody new, `people` itself."""
    once = more[np.diff(more, prepend=more[:1] + 1) != 0]
    if not len(people):
        return once
    new = once[people[np.minimum(np.searchsorted(people, once), len(people) - 1)] != once]
    if not len(new):
        return people
    both = np.concatenate((people, new))
    both.sort(kind="stable")
    return both


def _position(columns: Columns, row: int) -> Position:
    return int(columns["table"][row]), int(columns["row"][row])


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
