"""Which registers change what staff lists have told: as dbt reads them, not as somebody remembers it."""

from __future__ import annotations

import re

from parity.settings import REPOSITORY
from publication.listings import RETELLING

STAGED = {
    "events": "stg_hr__event",
    "spells": "stg_hr__spell",
    "training": "stg_hr__training",
    "complaints": "stg_hr__complaint",
    "applicants": "stg_hr__applicant",
}
MADE_OF_LISTS = (
    "fct_headcount",
    "int_staff__spell",
    "int_staff__person_year",
    "int_staff__promotion_year",
    "int_staff__year_tally",
)


def refs():
    """Of each dbt model, those that it reads."""
    return {
        path.stem: set(re.findall(r"ref\('(\w+)'\)", path.read_text(encoding="utf-8")))
        for path in (REPOSITORY / "dbt" / "models").rglob("*.sql")
    }


def read_by(model, of_models, seen=()):
    found = set(of_models.get(model, ())) - set(seen)
    return found.union(*(read_by(each, of_models, {*seen, *found}) for each in found))


def test_events_and_spells_alone_change_what_is_made_of_lists():
    of_models = refs()
    assert {*STAGED.values(), *MADE_OF_LISTS} <= of_models.keys()
    read = set().union(*(read_by(model, of_models) for model in MADE_OF_LISTS))
    assert "stg_hr__staff" in read
    assert {grain for grain, model in STAGED.items() if model in read} == set(RETELLING)
