"""Which figures some answers are missing from, by what the last syncs of the forms left in the landing."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from publication.unread import unread_indicators

CATALOGUE = REPOSITORY / "catalogue"
PUT = (
    "insert into ops.kobo_cursor (asset_uid, form, rights, n_live, is_suspect, unread, synced_at)"
    " values (%s, %s, 'manage_asset', 0, false, %s, now() - %s * interval '1 day')"
)


@pytest.fixture
def of(warehouse):
    """The indicators told of, after syncs of (project, form, unread answers by field, days ago)."""
    with psycopg.connect(warehouse) as connection:

        def told(*syncs):
            connection.execute("delete from ops.kobo_cursor")
            for uid, form, unread, days in syncs:
                connection.execute(PUT, (uid, form, Jsonb(unread), days))
            return unread_indicators(connection, CATALOGUE)

        yield told


def test_answers_to_an_item_are_missing_from_the_indicators_that_count_it(of):
    catalogue = load_catalogue(CATALOGUE)
    for item in ("respect", "promo_merit", "leave_int"):
        expected = {one.id for one in catalogue.indicators if one.source == "survey" and item in one.items}
        assert expected and of(("a", "workplace_culture", {item: 3, "pos": 0}, 0)) == expected


def test_answers_to_the_profile_are_missing_from_every_figure_of_their_form_alone(of):
    workplace, leavers = of(("a", "workplace_culture", {"gender": 1}, 0)), of(("b", "exit_interview", {"grade_band": 9}, 0))
    assert leavers == {"RET-07"} and len(workplace) > 10 and not workplace & leavers
    assert of(("a", "workplace_culture", {"gender": 1}, 0), ("b", "exit_interview", {"agency": 1}, 0)) == workplace | leavers


def test_no_answer_missing_a_project_that_counts_no_more_and_a_form_without_a_contract_tell_nothing(of):
    assert of(("a", "workplace_culture", {}, 0)) == of(("a", "workplace_culture", {"respect": 0}, 0)) == frozenset()
    assert of(("old", "workplace_culture", {"respect": 7}, 2), ("a", "workplace_culture", {}, 1)) == frozenset()
    assert of(("x", "long_gone", {"respect": 7}, 0)) == frozenset()
