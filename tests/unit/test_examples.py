"""What `make test` and `make test-long` try of random examples."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import pytest_itemcollected
from tests.examples import ALL, SOME, examples


@pytest.mark.parametrize(("profile", "n"), [(SOME, 30), (ALL, 150), (SOME, 30)])
def test_a_dear_test_tries_a_fifth_and_in_the_night_all(profile: str, n: int) -> None:
    before = settings.get_current_profile_name()
    try:
        settings.load_profile(profile)
        assert examples(150) == n
    finally:
        settings.load_profile(before)


def test_tests_of_random_examples_and_no_others_are_marked_for_the_night() -> None:
    @given(st.integers())
    def of_examples(n: int) -> None:
        pass

    marks = []
    for test in (of_examples, examples):
        found: list[str] = []
        pytest_itemcollected(cast(pytest.Item, SimpleNamespace(obj=test, add_marker=found.append)))
        marks.append(found)
    assert marks == [["random"], []]
