"""Why figures of surveys and fact-finding differ between releases, and what is known of a release that recorded less."""

from __future__ import annotations

import dataclasses

import pytest

from publication.diff import Reason
from publication.made_from import NOT_RECORDED, MadeFrom, WaveVersions
from publication.versions import MadeWith
from tests.unit.publication.made_releases import (
    AFTER,
    BEFORE,
    ENTRY,
    OTHER_LIST,
    OTHER_POLICY,
    RANK,
    both,
    cell,
    changes,
    made,
    reasons,
    suppressed,
)

SURVEY = {"indicator_code": "CUL-01", "source": "survey", "unit": "mean 1-5"}
WAVE = ("culture", 2025)


def survey(number, *cells, **changes):
    return made(number, *cells, forms=("culture",), exact="-", **changes)


def test_a_figure_of_a_wave_that_was_open_is_a_closed_wave():
    still_open = suppressed(status="wave open", **SURVEY)
    assert reasons([still_open], [cell(3.0, **SURVEY)]) == [["closed wave"]]
    of_group = cell(3.0, gender="woman", **SURVEY)
    assert reasons([still_open], [cell(3.0, **SURVEY), of_group]) == [["closed wave"], ["closed wave"]]


def test_a_figure_that_is_carried_moves_by_disclosure_alone_whatever_changed_meanwhile():
    before, after = [cell(3.0, **SURVEY)], [suppressed(**SURVEY)]
    new = survey(3, *after, made_in=1, **both(OTHER_POLICY, {"parts": {(ENTRY, "CUL-01"): "another"}}))
    assert reasons(before, after, survey(1, *before), new) == [["disclosure"]]
    assert reasons(before, after, survey(2, *before, made_in=1), new, others={1: survey(1)}) == [["disclosure"]]


@pytest.mark.parametrize(
    ("is_same", "found"),
    [(False, "revised data"), (True, "unexplained"), (None, "revised data: not recorded by release 1 and 3")],
)
def test_a_wave_that_was_computed_again_is_revised_where_its_answers_are_others(is_same, found):
    before, after = [cell(3.0, **SURVEY)], [cell(4.0, **SURVEY)]
    waves = WaveVersions({WAVE: {1: None, 3: is_same}})
    [back], [forth] = (
        changes(*cells, *releases, waves=waves)
        for cells, releases in (
            ((before, after), (survey(1, *before), survey(3, *after))),
            ((after, before), (survey(3, *after), survey(1, *before))),
        )
    )
    assert str(back.why) == str(forth.why) == found


def test_a_figure_of_fact_finding_is_revised_with_its_answers_alone():
    fact = {"source": "fact_finding", "indicator_code": "LDR-01"}
    before, after = [cell(20.0, **fact)], [cell(30.0, **fact)]
    old = made(1, *before, parts={("raw.kobo_submission", ""): "a"})
    for state, found in (("a", "unexplained"), ("b", "revised data")):
        [each] = changes(before, after, old, made(2, *after, parts={("raw.kobo_submission", ""): state}))
        assert str(each.why) == found


OLD_VERSIONS = MadeWith("0.1", "code", "policy", {"raw.hr_staff": "1", RANK: "1", ENTRY: "1"})


def old_release(number=1, **versions):
    return MadeFrom(number, "1", dataclasses.replace(OLD_VERSIONS, **versions))


def test_a_release_that_recorded_nothing_by_figure_says_what_is_not_recorded():
    nothing = MadeFrom(1, "1", NOT_RECORDED)
    [found] = changes(BEFORE, AFTER, nothing, made(2, *AFTER))
    assert found.why.not_recorded == (Reason.REVISED, Reason.DEFINITION, Reason.CODE, Reason.DISCLOSURE)
    assert str(found.why) == "revised data or definition or code or disclosure: not recorded by release 1"
    [found] = changes(BEFORE, AFTER, nothing, old_release(2))
    assert found.why.by == (1, 2)


@pytest.mark.parametrize(
    ("versions", "found"),
    [
        ({}, "unexplained"),
        ({"code_hash": "another"}, "code: not recorded by release 1 and 2"),
        ({"policy_hash": "another"}, "disclosure: not recorded by release 1 and 2"),
        ({"source_hashes": OLD_VERSIONS.source_hashes | {RANK: "2"}}, "definition: not recorded by release 1 and 2"),
        ({"source_hashes": OLD_VERSIONS.source_hashes | {"raw.hr_staff": "2"}}, "revised data: not recorded by release 1 and 2"),
        (
            {"source_hashes": OLD_VERSIONS.source_hashes | {RANK: "2"}, "code_hash": "another"},
            "definition or code: not recorded by release 1 and 2",
        ),
    ],
)
def test_of_an_old_release_it_is_known_what_did_not_change_at_all(versions, found):
    [each] = changes(BEFORE, AFTER, old_release(1), old_release(2, **versions))
    assert str(each.why) == found


def test_an_old_release_that_kept_its_lists_says_whether_the_data_were_revised():
    old, new = (
        dataclasses.replace(each, lists=lists, has_lists=True)
        for each, lists in (
            (old_release(1), made().lists),
            (
                old_release(2, code_hash="another", source_hashes=OLD_VERSIONS.source_hashes | {"raw.hr_staff": "2"}),
                OTHER_LIST["lists"],
            ),
        )
    )
    [found] = changes(BEFORE, AFTER, old, new)
    assert str(found.why) == "revised data, code: not recorded by release 1 and 2"
    assert found.why.reasons == (Reason.REVISED, Reason.NOT_RECORDED)
