"""What readers may have seen counts from before the copy to their database begins: after a crash, and beside a publication by hand."""

import psycopg
import pytest

from publication.effective import decide_and_store
from publication.history import ReleaseError
from publication.readers import Readers
from publication.releases import attack_on, build_candidate, decide, list_releases, publish
from publication.shown import shown_releases
from publication.still_decided import require_still_decided
from tests.integration import made_cells, test_differences
from tests.integration.made_cells import CATALOGUE, fill
from tests.integration.test_differences import PEOPLE, POLICY, deliver, reasons, release

connection = made_cells.connection
filled = test_differences.filled


def approved(connection, women):
    fill(connection, women)
    number = build_candidate(connection, CATALOGUE)
    decide(connection, passed=True)
    connection.commit()
    return number


def stopped(*_):
    raise InterruptedError("a power cut")


def test_a_release_whose_publication_was_lost_counts_as_seen(connection, monkeypatch):
    first = approved(connection, 20)
    publish(connection, first)
    connection.commit()
    second = approved(connection, 40)
    with monkeypatch.context() as patched, pytest.raises(InterruptedError):
        patched.setattr("publication.releases.bring_up_to_date", stopped)
        publish(connection, second, Readers("of no database", "nobody"))
    connection.rollback()
    assert [(each.release_id, each.state) for each in list_releases(connection)] == [(second, "approved"), (first, "current")]
    assert shown_releases(connection) == {first, second}
    third = approved(connection, 40)
    assert attack_on(connection, third)["n_earlier"] == 12, "what the lost one told"
    publish(connection, third)
    connection.commit()


def test_a_release_is_refused_where_readers_saw_another_since_it_was_built(connection):
    publish(connection, approved(connection, 20))
    ours = approved(connection, 30)
    (other,) = connection.execute(
        "insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed, shown_at)"
        " values ('superseded', '1', '', 0, 0, now()) returning release_id"
    ).fetchone()
    connection.commit()
    with pytest.raises(ReleaseError, match=f"saw release {other} after release {ours} was built.*run build_warehouse again"):
        publish(connection, ours)
    connection.rollback()
    again = approved(connection, 30)
    publish(connection, again)
    connection.commit()
    publish(connection, again)


def decided(url):
    with psycopg.connect(url) as connection:
        return decide_and_store(connection, POLICY)


def held(url):
    with psycopg.connect(url) as connection:
        require_still_decided(connection, POLICY)


def test_a_decision_that_a_publication_by_hand_overtook_is_refused(filled):
    deliver(filled, "tha_pol", "THA-POL", PEOPLE, "first")
    decided(filled)
    by_hand = release(filled, "candidate")  # built of the first list, and approved
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[1:], "second")
    decided(filled)  # the next build: nobody has seen the first list, so the second counts
    held(filled)
    with psycopg.connect(filled) as connection:
        connection.execute("update release.release set state = 'current', shown_at = now() where release_id = %s", (by_hand,))
    with pytest.raises(ReleaseError, match=f"before readers saw release {by_hand}, and would be decided otherwise now"):
        held(filled)
    decided(filled)
    held(filled)
    assert len(reasons(filled)) == 1


def test_a_publication_that_changes_no_decision_and_a_list_that_arrives_stop_nothing(filled):
    deliver(filled, "tha_pol", "THA-POL", PEOPLE, "first")
    decided(filled)
    by_hand = release(filled, "candidate")
    with psycopg.connect(filled) as connection:
        connection.execute("update release.release set state = 'current', shown_at = now() where release_id = %s", (by_hand,))
    held(filled)
    decided(filled)
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[1:], "second")
    held(filled)
