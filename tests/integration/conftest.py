"""What integration tests of several files may ask for."""

from __future__ import annotations

import psycopg
import pytest

from tests.integration.desk import Desk
from tests.integration.three_lists import prepare_three_lists


@pytest.fixture
def three_lists(warehouse: str) -> str:
    """The URL of a warehouse with lists of three year-ends that readers saw."""
    prepare_three_lists(warehouse)
    return warehouse


@pytest.fixture
def desk(warehouse, tmp_path):
    with psycopg.connect(warehouse, autocommit=True) as connection:
        yield Desk(connection, tmp_path)
