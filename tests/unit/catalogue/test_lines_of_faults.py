"""Where a fault stands: the line of an entry, of a key that stands twice, of a day that no calendar has; and the nearest known word."""

import pytest

from parity.catalogue.errors import CatalogueError, impossible_day, line_of, nearest, repeated_keys

TEXT = """# words
first: 1
list:
  - {name: a}
  - name: b
    deep:
      key: x
      5: y
last:
  one: 1
"""


@pytest.mark.parametrize(("location", "line"), [
    ((), 2), (("first",), 2), (("list",), 3), (("list", 0), 4), (("list", 0, "name"), 4), (("list", 1), 5), (("list", 1, "deep", "key"), 7),
    (("list", 1, "deep", 5), 8), (("list", 2), 3), (("list", "name"), 3), (("list", 1, "nothing", "key"), 5), (("nothing",), 2),
    (("last", "one"), 10), (("last", "one", "deeper"), 10), (("first", 0), 2),
])  # fmt: skip
def test_the_line_is_that_of_the_entry_or_of_its_nearest_parent(tmp_path, location, line):
    path = tmp_path / "a.yml"
    path.write_text(TEXT, encoding="utf-8")
    assert line_of(path, location) == line


def test_an_empty_file_has_its_faults_in_the_first_line(tmp_path):
    (tmp_path / "a.yml").touch()
    assert line_of(tmp_path / "a.yml", ("first",)) == 1


@pytest.mark.parametrize(("text", "found"), [
    ("a: 1\nb: 2\n", []), ("a: 1\nb: 2\na: 3\n", [(3, "a")]), ("a: 1\na: 2\na: 3\n", [(2, "a"), (3, "a")]),
    ("x: {a: 1, a: 2}\ny: {a: 1}\n", [(1, "a")]), ("- {a: 1}\n- {a: 1}\n- {b: 1, b: 2}\n", [(3, "b")]), ("", []),
    ("base: &b {a: 1}\nx: *b\ny: *b\n", []), ("c: &c\n  d: *c\n  d: 1\n", [(3, "d")]), ("b: {z: 1, z: 1}\na: 1\na: 1\n", [(1, "z"), (3, "a")]),
])  # fmt: skip
def test_a_key_that_stands_twice_in_one_entry_is_found_and_in_two_entries_is_none(text, found):
    assert repeated_keys(text) == found


@pytest.mark.parametrize(("text", "line"), [
    ("a: 2024-02-29\nb: 2023-02-29\n", 2), ("a:\n  - 2024-01-01\n  - {b: 2024-13-01}\n  - 2024-14-01\n", 3), ("x: 2024-02-30\n", 1),
    ("a: 2024-01-01\n", 1), ("", 1),
])  # fmt: skip
def test_the_first_day_that_no_calendar_has_is_found(text, line):
    assert impossible_day(text) == line


@pytest.mark.parametrize(("word", "said"), [
    ("patroll", " Did you mean 'patrol'?"), ("patrol", " Did you mean 'patrol'?"), ("xyz", ""), ("", ""),
])  # fmt: skip
def test_the_nearest_word_is_told_where_one_is_near(word, said):
    assert nearest(word, ["border", "patrol", "control"]) == said


def test_numbers_are_compared_as_words_and_without_words_nothing_is_near():
    assert nearest("12", [1, 112, 300]) == " Did you mean '112'?" and nearest("a", []) == ""


def test_every_fault_stands_on_its_own_line():
    error = CatalogueError(["one", "two"])
    assert str(error) == "The catalogue has faults:\n  one\n  two" and error.faults == ["one", "two"]
