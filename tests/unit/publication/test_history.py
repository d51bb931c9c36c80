"""Which release readers see, which they saw before, and which was taken back."""

import datetime as dt

import pytest

from publication.history import Release, ReleaseError, find, published_before, require_seen, require_standing, taken_back_by

DAY = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def release(number, state="superseded", day=None):
    at = None if day is None else DAY + dt.timedelta(days=day)
    return Release(number, DAY, state, "1", 10, 1, at)


def test_without_a_number_the_current_release_is_meant():
    releases = [release(3, "candidate"), release(2, "current", 2), release(1, day=1)]
    assert find(releases, None).release_id == 2 and find(releases, 1).release_id == 1


@pytest.mark.parametrize(
    ("number", "sentence"), [(None, "No release is current yet"), (7, "no release 7: `parity release list`")]
)
def test_a_release_that_is_not_there_is_named_with_what_to_do(number, sentence):
    with pytest.raises(ReleaseError, match=sentence):
        find([release(1, "candidate")], number)


def test_the_release_before_is_the_one_published_last_and_not_the_one_built_last():
    assert published_before([release(4, "current", 9), release(3, day=2), release(2, day=5), release(1, day=1)]).release_id == 2
    with pytest.raises(ReleaseError, match="only one was ever published"):
        published_before([release(1, "current", 1)])


def test_a_release_is_taken_back_when_an_older_one_becomes_current_and_until_it_is_published_again():
    first, second, third = release(1, day=1), release(2, "current", 5), release(3, day=3)
    assert taken_back_by(third, [first, second, third]) == second
    assert taken_back_by(second, [first, second, third]) is None and taken_back_by(first, [first, second, third]) is None
    fourth = release(4, "current", 6)
    assert taken_back_by(third, [first, second, third, fourth]) == second, "also after the next release"
    again = release(3, "current", 7)
    assert taken_back_by(again, [first, second, again]) is None


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (release(2, "candidate"), "never published"),
        (release(2, "approved"), "never published"),
        (release(2, "rejected"), "was rejected by its gate or replaced"),
    ],
)
def test_what_readers_never_saw_is_refused(refused, sentence):
    for require in (require_seen, lambda found: require_standing(found, [refused])):
        with pytest.raises(ReleaseError, match=sentence):
            require(refused)


def test_what_was_taken_back_was_seen_and_does_not_stand():
    older, newer = release(1, "current", 5), release(2, day=3)
    require_seen(newer)
    with pytest.raises(ReleaseError, match="Release 2 was taken back: release 1"):
        require_standing(newer, [older, newer])
