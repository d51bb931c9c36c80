"""What integration tests of several files may ask for."""

from __future__ import annotations

import pytest

from tests.integration.three_lists import prepare_three_lists


@pytest.fixture
def three_lists(warehouse: str) -> str:
    """The URL of a warehouse with lists of three year-ends that readers saw."""
    prepare_three_lists(warehouse)
    return warehouse
