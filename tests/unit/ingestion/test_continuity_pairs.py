"""Two lists side by side, as arrays, give what a loop over their people gives."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.hr.continuity.list_people import WORDS, ListPeople, coded
from ingestion.hr.continuity.measure import Measured, Pair, measure
from ingestion.hr.continuity.pairs import pairs
from tests.integration.force import force_contract

CONTRACT = force_contract()
SEXES, RANKS = [None, *CONTRACT.sex_codes], [None, *(rank.name for rank in CONTRACT.ranks)]


@dataclass(frozen=True)
class Person:
    key: int
    sex: str | None
    rank: str | None
    unit: str | None
    birth_year: int
    hire_date: int
    is_in_post: int


def list_of(people: list[Person]) -> ListPeople:
    columns, words = {"person": np.array([each.key for each in people], dtype=np.uint64)}, {}
    for name, kind in (("birth_year", np.int16), ("hire_date", np.int32), ("is_in_post", np.uint8)):
        columns[name] = np.array([getattr(each, name) for each in people], dtype=kind)
    for name in WORDS:
        columns[name], words[name] = coded(pa.array([getattr(each, name) for each in people], pa.string()))
    return ListPeople.of_rows(columns, words, ())


def by_hand(old: list[Person], new: list[Person]) -> Measured:
    """One pair a person, of dictionaries."""
    grades = {rank.name: rank.grade for rank in CONTRACT.ranks}
    before, after = {each.key: each for each in old}, {each.key: each for each in new}
    ranks, units = {each.rank for each in old} | {None}, {each.unit for each in old} | {None}

    def side(person: Person | None):
        if person is None or not person.is_in_post:
            return None
        return (str(CONTRACT.sex_codes.get(person.sex or "", "undisclosed")), grades.get(person.rank or ""))

    found = []
    for key in before.keys() | after.keys():
        was, now = before.get(key), after.get(key)
        differs = Counter(
            name for name in ("birth_year", "hire_date") if was and now and 0 < getattr(was, name) != getattr(now, name) > 0
        )
        is_in_post = now is not None and now.is_in_post
        found.append(
            Pair(
                side(was),
                side(now),
                was is not None and now is not None,
                1,
                differs["birth_year"],
                differs["hire_date"],
                int(is_in_post and now.rank not in ranks),
                int(is_in_post and now.unit not in units),
            )
        )
    return measure(found)


def lists():
    person = st.builds(
        Person,
        key=st.integers(0, 12),
        sex=st.sampled_from(SEXES),
        rank=st.sampled_from(RANKS),
        unit=st.sampled_from([None, "North", "South", "a \\ b"]),
        birth_year=st.sampled_from([0, 1980, 1981]),
        hire_date=st.sampled_from([0, 730_000, 730_001]),
        is_in_post=st.sampled_from([0, 1]),
    )
    return st.lists(person, max_size=12, unique_by=lambda each: each.key)


@pytest.mark.slow
@given(lists(), lists())
def test_arrays_count_what_a_loop_counts(old, new):
    assert measure(pairs(list_of(old), list_of(new), CONTRACT)) == by_hand(old, new)


@given(lists())
def test_a_copy_of_the_version_before_which_was_not_compressed_is_read_alike(people):
    compressed = list_of(people).as_bytes()
    with pa.ipc.open_stream(compressed) as stream:
        [batch], sink = stream, pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as before:
        before.write_batch(batch)
    old, new = (ListPeople.from_bytes(body) for body in (sink.getvalue().to_pybytes(), compressed))
    assert (old.words, old.left, len(old)) == (new.words, new.left, len(new))
    assert all((old.columns[name] == column).all() for name, column in new.columns.items())


@given(lists())
def test_a_copy_is_read_as_it_was_written(people):
    written = list_of(people)
    read = ListPeople.from_bytes(written.as_bytes())
    assert (read.words, read.left, len(read)) == (written.words, written.left, len(people))
    assert all((read.columns[name] == column).all() for name, column in written.columns.items())


@pytest.mark.parametrize("turn", [1, -1])
def test_of_several_rows_of_a_person_the_one_in_post_counts_then_the_earliest_hire(turn):
    rows = [
        Person(7, "F", RANKS[1], "gone", 1980, 729_000, 0),
        Person(7, "F", RANKS[1], "unknown hire", 1980, 0, 1),
        Person(7, "F", RANKS[1], "late", 1980, 730_001, 1),
        Person(7, "F", RANKS[1], "early", 1980, 730_000, 1),
        Person(3, "M", RANKS[1], "other", 1980, 730_000, 1),
    ]
    people = list_of(rows[::turn])
    units = [people.words["unit"][place] for place in people.columns["unit"]]
    assert people.columns["person"].tolist() == [3, 7] and units == ["other", "early"]
