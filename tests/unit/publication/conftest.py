"""What tests of publication may ask for."""

from __future__ import annotations

import pytest

from tests.unit.publication.deliveries import DECEMBERS, World, staff


@pytest.fixture
def world():
    """Four year-ends of one agency, in each of which many people are new."""
    made = World()
    for number, date in enumerate(DECEMBERS):
        made.deliver(date, staff(joined=10 * number))
    return made
