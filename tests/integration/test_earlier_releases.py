"""What each release told is kept, and is part of the attack on the next: on a real PostgreSQL, with three releases and a rollback."""

import shutil

import pytest
import yaml

from publication.releases import attack_on, build_candidate, decide, publish, rollback
from tests.integration import made_cells
from tests.integration.made_cells import CATALOGUE, fill

connection = made_cells.connection


@pytest.fixture
def looser(tmp_path):
    """The catalogue with a policy that withholds and rounds less."""
    folder = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE, folder)
    policy = yaml.safe_load((folder / "disclosure.yml").read_text())
    policy |= {"min_count": 3, "rounding_base": 3, "min_base_hr": 9, "min_base_survey": 9, "min_base_sensitive": 30}
    policy["rounding_base_sensitive"] = 9
    (folder / "disclosure.yml").write_text(yaml.safe_dump(policy))
    return folder


def a_release(connection, catalogue=CATALOGUE):
    number = build_candidate(connection, catalogue)
    decide(connection, passed=True)
    publish(connection, number)
    connection.commit()
    return number


def held(connection):
    """All that readers were ever told, whatever is current."""
    return set(
        connection.execute(
            "select distinct told.cell_id, told.people, told.sides::text, row.is_suppressed from release.told as told"
            " inner join release.release as release on told.release_id = release.release_id and release.published_at is not null"
            " inner join release.indicator as row on told.release_id = row.release_id and told.cell_id = row.cell_id"
        )
    )


def test_what_a_release_suppressed_stays_so_under_a_looser_policy(connection, looser):
    fill(connection, 4)
    first = a_release(connection)
    assert attack_on(connection, first)["n_earlier"] == 0
    fill(connection, 4)
    second = a_release(connection, looser)
    why = "select distinct is_suppressed, suppression_reason from release.indicator where release_id = %s"
    assert connection.execute(why, (first,)).fetchall() == connection.execute(why, (second,)).fetchall()
    fill(connection, 24)
    third = build_candidate(connection, looser)
    assert connection.execute(why, (third,)).fetchall() == [(False, None)], "other people"
    assert attack_on(connection, third)["n_earlier"] == 0


def test_a_candidate_that_nobody_saw_is_no_knowledge(connection, looser):
    fill(connection, 4)
    build_candidate(connection)
    decide(connection, passed=False)
    number = build_candidate(connection, looser)
    assert attack_on(connection, number)["n_earlier"] == 0
    assert connection.execute(
        "select distinct is_suppressed from release.indicator where release_id = %s", (number,)
    ).fetchall() == [(False,)]


def test_a_rollback_tells_readers_nothing_that_the_attack_did_not_hold(connection):
    fill(connection, 20)
    first = a_release(connection)
    fill(connection, 40)
    a_release(connection)
    before = held(connection)
    assert rollback(connection) == first
    connection.commit()
    assert held(connection) == before
    fill(connection, 40)
    fourth = build_candidate(connection, CATALOGUE)
    assert attack_on(connection, fourth)["n_earlier"] == 12, "what the release that was taken back told"
