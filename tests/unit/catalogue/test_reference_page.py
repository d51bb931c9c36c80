"""The reference page follows from the catalogue."""

from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY

CATALOGUE = load_catalogue(REPOSITORY / "catalogue")


def test_forty_are_core_and_each_says_how_it_is_computed_and_what_it_needs():
    assert sum(indicator.tier == "core" for indicator in CATALOGUE.indicators) == 40
    assert all(indicator.definition and indicator.needs for indicator in CATALOGUE.indicators)
