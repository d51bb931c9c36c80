"""Whom a flag may put on hold: never somebody about whom a person has decided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.kobo.flag import ON_HOLD, Hold, decide

OURS = {"uid": ON_HOLD, "timestamp": 100, "by_whom": "robot", "label": "On Hold"}
HOLD = Hold(100, "robot")
APPROVED = {"uid": "validation_status_approved", "timestamp": 90, "by_whom": "ana", "label": "Approved"}
HELD_BY_ANA = OURS | {"by_whom": "ana"}
HELD_LATER_BY_THE_SAME_ACCOUNT = OURS | {"timestamp": 101}


@pytest.mark.parametrize(
    ("is_flagged", "ours", "status", "kind"),
    [
        (True, None, {}, "hold"),
        (True, None, APPROVED, "decided"),
        (True, None, HELD_BY_ANA, "decided"),
        (True, HOLD, OURS, "held"),
        (True, HOLD, APPROVED, "decided"),
        (True, HOLD, HELD_LATER_BY_THE_SAME_ACCOUNT, "decided"),
        (True, HOLD, {}, "decided"),  # somebody took our hold away
        (True, None, None, "gone"),
        (False, HOLD, OURS, "release"),
        (False, HOLD, APPROVED, None),
        (False, HOLD, HELD_BY_ANA, None),
        (False, HOLD, {}, None),
        (False, HOLD, None, None),
    ],
)
def test_each_case_is_decided_once(is_flagged, ours, status, kind):
    found = decide({1} if is_flagged else set(), {1: ours} if ours else {}, {} if status is None else {1: status})
    told = {name: numbers for name, numbers in vars(found).items() if numbers}
    assert told == ({kind: (1,)} if kind else {})


STATUS = st.sampled_from([{}, OURS, APPROVED, HELD_BY_ANA, HELD_LATER_BY_THE_SAME_ACCOUNT])
NUMBERS = st.integers(1, 9)


@given(st.sets(NUMBERS), st.sets(NUMBERS), st.dictionaries(NUMBERS, STATUS))
def test_nothing_is_written_over_what_is_not_empty_or_ours(flagged, held, statuses):
    found = decide(flagged, dict.fromkeys(held, HOLD), statuses)
    assert all(statuses[number] == {} and number not in held for number in found.hold)
    assert all(statuses[number] == OURS and number in held for number in found.release)
    assert set(found.hold) <= flagged and not set(found.release) & flagged
