"""The rows of people by list, in memory and on disk."""

from __future__ import annotations

import numpy as np
import pytest

from ingestion.hr import people_rows
from ingestion.hr.people_rows import COLUMNS, PeopleRows

SEED = 20261128


def rows(random, n):
    return {name: random.integers(0, np.iinfo(kind).max, n, dtype=kind) for name, kind in COLUMNS.items()}


def joined(parts):
    return {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}


def same(found, expected):
    return all(found[name].dtype == kind and np.array_equal(found[name], expected[name]) for name, kind in COLUMNS.items())


@pytest.mark.parametrize("in_memory", [1 << 20, 100])
def test_rows_come_back_by_list_in_the_order_they_came_in(monkeypatch, in_memory):
    monkeypatch.setattr(people_rows, "IN_MEMORY", in_memory)
    random, store, parts = np.random.default_rng(SEED), PeopleRows(), {0: [], 1: [], 2: []}
    for n in (3, 0, 1, 40, 7, 2):
        for list_no, of_list in parts.items():
            of_list.append(rows(random, n + list_no))
            store.add(list_no, of_list[-1])
    assert store.lists() == [0, 1, 2]
    assert all(same(store.read(list_no), joined(of_list)) for list_no, of_list in parts.items())
    fewer = {name: column[5:9] for name, column in joined(parts[1]).items()}
    store.replace(1, fewer)
    assert same(store.read(1), fewer) and same(store.read(0), joined(parts[0])) and same(store.read(2), joined(parts[2]))


def test_a_list_without_rows_is_none():
    store = PeopleRows()
    store.add(0, rows(np.random.default_rng(SEED), 2))
    store.add(1, rows(np.random.default_rng(SEED), 0))
    assert store.lists() == [0] and len(store.read(1)["row"]) == 0
    store.replace(0, rows(np.random.default_rng(SEED), 0))
    assert store.lists() == []


def test_rows_beyond_what_memory_may_take_are_in_a_file_that_has_no_name(monkeypatch, tmp_path):
    monkeypatch.setattr(people_rows, "IN_MEMORY", 100)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    store = PeopleRows()
    store.add(0, rows(np.random.default_rng(SEED), 50))
    assert store._file._rolled and list(tmp_path.iterdir()) == []


def test_a_temporary_file_that_was_cut_short_is_an_error_and_gives_no_rows():
    store = PeopleRows()
    store.add(0, rows(np.random.default_rng(SEED), 5))
    store._file.truncate(40)
    with pytest.raises(OSError, match="cut short"):
        store.read(0)
