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


def before_it_was_kept(connection):
    """The state of a warehouse that a version before migration 0026 left."""
    connection.execute("delete from release.told")
    connection.execute("update release.release set held_against = null, shown_at = published_at")
    connection.commit()


def test_what_releases_told_before_that_was_kept_is_worked_out_once(connection, looser):
    fill(connection, 4)
    first = a_release(connection)
    fill(connection, 24)
    a_release(connection)
    told = held(connection)
    before_it_was_kept(connection)
    fill(connection, 4)
    third = a_release(connection, looser)
    why = "select distinct is_suppressed, suppression_reason from release.indicator where release_id = %s"
    assert connection.execute(why, (third,)).fetchall() == connection.execute(why, (first,)).fetchall(), "suppressed as it was"
    assert attack_on(connection, third)["n_earlier"] == 12, "of the two releases, the one that told of these people"
    assert {row[:2] for row in held(connection) if row[3]} == {row[:2] for row in told if row[3]}
    assert all(row[2].startswith("[[1, 4]") for row in held(connection) if row[3]), (
        "what `fewer than 5` says, whatever the policy is now"
    )
    kept = connection.execute("select release_id, count(*) from release.told group by 1 order by 1").fetchall()
    assert [number for number, _ in kept] == [first, third], "the second was of others"
    fill(connection, 4)
    a_release(connection)
    assert connection.execute("select count(*) from release.told where release_id = %s", (first,)).fetchone()[0] == kept[0][1]


def test_a_release_of_other_lists_told_nothing_of_todays_people(connection, looser):
    fill(connection, 4)
    first = a_release(connection)
    connection.execute(
        "insert into release.snapshot (release_id, contract, agency_code, period_date, rows_year, content_sha256, has_breakdowns)"
        " values (%s, 'of_a1', 'A1', '2025-12-31', 0, 'x', true), (%s, 'of_a2', 'A2', '2026-12-31', 0, 'y', true)",
        (first, first),
    )
    before_it_was_kept(connection)
    fill(connection, 4)
    second = build_candidate(connection, looser)
    shown = connection.execute("select agency_code from release.indicator where release_id = %s and not is_suppressed", (second,))
    assert shown.fetchall() == [("A1",)], "A2's list of a later year is no matter of 2025"


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
