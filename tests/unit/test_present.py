"""Values that must be there."""

from __future__ import annotations

import pytest

from parity.present import present


@pytest.mark.parametrize("value", [0, "", False, 7])
def test_a_value_is_given_back_even_where_it_counts_as_false(value: object) -> None:
    assert present(value) is value


def test_a_value_that_is_missing_is_an_error_and_no_number() -> None:
    with pytest.raises(LookupError, match="missing"):
        present(None)
