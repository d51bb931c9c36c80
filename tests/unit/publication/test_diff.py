"""Why figures differ between releases: each reason on its own and two at once, over two and three releases, and never a number that readers could
not see."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from publication.cell import NUMBERS
from publication.diff import REASONS, Between, Reason, between, counts, figure
from publication.made_from import POLICY, MadeOf
from publication.revised import Revised, people_of_lists
from publication.versions import MadeWith
from tests.unit.publication.made_releases import (
    AFTER,
    BEFORE,
    END_OF_2024,
    END_OF_2025,
    ENTRY,
    OTHER_LIST,
    OTHER_MODEL,
    OTHER_POLICY,
    OTHER_PYTHON,
    OTHER_RANKS,
    RANK,
    SURVEY_CELL,
    both,
    cell,
    changes,
    made,
    reasons,
    suppressed,
)


@pytest.mark.parametrize(
    ("what", "found"),
    [
        (OTHER_LIST, ["revised data"]),
        (OTHER_RANKS, ["definition"]),
        ({"parts": {(ENTRY, "REP-01"): "another"}}, ["definition"]),
        (OTHER_MODEL, ["code"]),
        (OTHER_PYTHON, ["code"]),
        (both(OTHER_LIST, OTHER_RANKS), ["revised data", "definition"]),
        (both(OTHER_RANKS, OTHER_MODEL), ["definition", "code"]),
        (both(OTHER_LIST, OTHER_RANKS, OTHER_MODEL), ["revised data", "definition", "code"]),
        (both(OTHER_LIST, OTHER_POLICY), ["revised data", "disclosure"]),
        ({}, ["unexplained"]),
    ],
)
def test_a_figure_that_is_another_one_has_every_reason_that_applies_in_a_fixed_order(what, found):
    assert reasons(BEFORE, AFTER, new=made(2, *AFTER, **what)) == [found]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"lists": made().lists | {"IDN-IMM": {("idn_imm", dt.date(2025, 12, 31), 0, "year"): frozenset({"l"})}}},
        {"parts": {(RANK, "idn_imm"): "another"}},
        {"parts": {(ENTRY, "PRO-01"): "another"}},
        {"parts": {("raw.ref_population", "THA"): "another"}},
        {"parts": {("raw.catalogue_target", "30x30"): "another"}},
        {"parts": {(SURVEY_CELL, ""): "another"}},
        {"parts": {(POLICY, "PRO-01"): "another"}},
    ],
)
def test_what_changed_under_other_figures_is_no_reason(elsewhere):
    assert reasons(BEFORE, AFTER, new=made(2, *AFTER, **elsewhere)) == [["unexplained"]]


def test_a_list_of_an_earlier_year_revises_flows_of_the_year_and_no_stock():
    earlier = {"lists": {"THA-POL": {END_OF_2024: frozenset({"another"}), END_OF_2025: frozenset({"l"})}}}
    new = made(2, *AFTER, **earlier)
    assert reasons(BEFORE, AFTER, new=new) == [["revised data"]]
    assert reasons(BEFORE, AFTER, new=new, of_one_year={"REP-01"}) == [["unexplained"]]
    later = {
        "lists": made().lists
        | {"THA-POL": made().lists["THA-POL"] | {("tha_pol", dt.date(2026, 12, 31), 0, "year"): frozenset({"n"})}}
    }
    assert reasons(BEFORE, AFTER, new=made(2, *AFTER, **later)) == [["unexplained"]]


@pytest.mark.parametrize("column", ["unit", "direction", "indicator_name"])
def test_an_indicator_that_is_published_under_another_definition_is_defined_otherwise(column):
    after = [cell(30.0, **{column: "other"})]
    assert reasons(BEFORE, after, new=made(2, *after)) == [["definition"]]


@pytest.mark.parametrize(
    ("after", "what", "found"),
    [
        ([suppressed()], {}, ["disclosure"]),  # to protect another figure
        ([suppressed()], both(OTHER_LIST, OTHER_POLICY), ["disclosure"]),
        ([cell(25.0)], OTHER_POLICY, ["disclosure"]),
        ([cell(25.0)], OTHER_LIST, ["disclosure"]),  # the list of others moved what protects it
        ([cell(25.0)], OTHER_PYTHON, ["code"]),
        ([suppressed()], OTHER_PYTHON, ["code", "disclosure"]),
        ([suppressed()], {"parts": {(ENTRY, "REP-01"): "sensitive"}}, ["definition", "disclosure"]),
    ],
)
def test_a_figure_whose_exact_one_is_the_same_changed_by_disclosure_or_by_the_code_that_publishes(after, what, found):
    old = made(1, *BEFORE, exact="same")
    assert reasons(BEFORE, after, old, made(2, *after, exact="same", **what)) == [found]


def test_suppression_of_another_figure_is_revised_data_and_disclosure_and_shows_one_side_only():
    new = made(2, suppressed(), exact="another", **OTHER_LIST)
    [hides] = changes(BEFORE, [suppressed()], new=new)
    assert (hides.why.reasons, hides.before, hides.after) == ((Reason.REVISED, Reason.DISCLOSURE), 20.0, None)
    [shows] = changes([suppressed()], BEFORE, made(1, suppressed(), exact="another", **OTHER_LIST), made(2, *BEFORE))
    assert (shows.why.reasons, shows.before, shows.after) == ((Reason.REVISED, Reason.DISCLOSURE), None, 20.0)
    assert (hides.status_after, shows.status_before) == ("suppressed", "suppressed")


def test_a_total_is_revised_with_the_list_of_any_agency_of_its_place_alone():
    parts = [cell(20.0), cell(20.0, agency_code="IDN-IMM", country_code="IDN")]
    total = {"agency_code": "all", "agency_type": "all"}
    before, after = ([*parts, cell(women, **total), cell(women, country_code="IDN", **total)] for women in (20.0, 30.0))
    for each in (*before[2:], *after[2:]):
        each["cell_id"] += each["country_code"]
    found = changes(before, after, new=made(2, *after, **OTHER_LIST))
    assert {each.country: str(each.why) for each in found} == {"THA": "revised data", "IDN": "unexplained"}


def test_a_ratio_that_stayed_the_same_while_its_shares_moved_is_revised_data():
    """Half as many women in post and in command: the exact ratio is the same, the published one follows from rounded counts."""

    def of(women, senior, ratio):
        shares = [cell(women), cell(senior, indicator_code="PRO-01")]
        return [*shares, cell(50.0, indicator_code="PRO-03", estimate=ratio)]

    before, after = of(40.0, 20.0, 0.5), of(20.0, 10.0, 0.6)
    new = made(2, *after, **OTHER_LIST)
    given = {"ratios": {"PRO-03": ["REP-01", "PRO-01"]}}
    assert reasons(before, after, new=new, **given) == [["revised data"]] * 3
    assert sorted(reasons(before, after, new=new)) == [["disclosure"], ["revised data"], ["revised data"]], (
        "not known to be a ratio"
    )


def test_a_total_whose_agencies_moved_against_each_other_is_no_disclosure():
    places = [{"agency_code": code} for code in ("THA-POL", "THA-CUS")]
    total = {"agency_code": "all", "agency_type": "all"}
    before = [*(cell(women, **place) for women, place in zip((20.0, 30.0), places, strict=True)), cell(50.0, **total)]
    after = [*(cell(women, **place) for women, place in zip((30.0, 20.0), places, strict=True)), cell(51.0, **total)]
    new = made(2, *after, **OTHER_LIST)
    new = dataclasses.replace(new, figures=new.figures | {after[2]["cell_id"]: MadeOf(frozenset({"50.0"}), 2, frozenset())})
    assert [str(each.why) for each in changes(before, after, new=new) if each.agency == "all"] == ["revised data"]


def test_a_release_that_was_made_again_unchanged_rests_on_either_version():
    again = made(1, *BEFORE, lists={"THA-POL": {END_OF_2025: frozenset({"l", "another"})}})
    new = {"lists": {"THA-POL": {END_OF_2025: frozenset({"another"})}}, **OTHER_RANKS}
    assert reasons(BEFORE, AFTER, again, made(2, *AFTER, **new)) == [["definition"]]


def test_periods_places_and_indicators_that_come_and_go_are_named():
    before = [cell(period_year=2024), cell(), cell(agency_code="THA-CUS"), cell(indicator_code="PRO-01")]
    after = [cell(), cell(period_year=2026), cell(agency_code="THA-IMM"), cell(indicator_code="PRO-03")]
    found = {(each.indicator, each.cut, each.period): str(each.why) for each in changes(before, after)}
    assert found == {
        ("REP-01", "THA THA-POL police", 2024): "period withheld",
        ("REP-01", "THA THA-CUS police", 2025): "agency",
        ("REP-01", "THA THA-POL police", 2026): "new period",
        ("REP-01", "THA THA-IMM police", 2025): "agency",
        ("PRO-01", "THA THA-POL police", 2025): "definition",
        ("PRO-03", "THA THA-POL police", 2025): "definition",
    }


def test_an_agency_under_another_type_or_country_is_gone_and_new_for_that():
    for column in ("agency_type", "country_code"):
        assert reasons([cell()], [cell(**{column: "other"})]) == [["agency"], ["agency"]]


def test_a_group_that_comes_within_a_known_period_has_the_reasons_of_its_ingredients():
    group = cell(30.0, grade_band="senior")
    before, after = [cell()], [cell(), group]
    assert reasons(before, after, new=made(2, *after, **OTHER_LIST)) == [["revised data"]]
    assert reasons(after, before, made(1, *after), made(2, *before, **OTHER_MODEL)) == [["code"]]
    assert reasons(before, after) == [["unexplained"]]


def test_an_indicator_that_an_agency_delivers_for_the_first_time_is_revised_data():
    training = cell(indicator_code="DEP-03")
    before = [cell(), cell(indicator_code="DEP-03", agency_code="THA-CUS")]
    assert reasons(before, [*before, training], new=made(2, *before, training, **OTHER_LIST)) == [["revised data"]]


def test_a_mid_year_is_a_period_of_its_own_and_no_change_of_its_year():
    year, middle = cell(), cell(25.0, period="mid-year")
    assert reasons([year], [year, middle]) == [["new period"]] == reasons([middle], [middle, year])
    [found] = changes([year, middle], [year, cell(30.0, period="mid-year")])
    assert (found.before, found.after, found.cut) == (25, 30, "THA THA-POL police mid-year")


def test_cells_of_one_key_are_compared_each_with_its_own():
    lacking = {"status": "not available", **dict.fromkeys(NUMBERS)}
    before = [cell(20.0, cell_id="a"), cell(20.0, cell_id="b") | lacking]
    after = [cell(20.0, cell_id="b") | lacking, cell(25.0, cell_id="a")]
    [found] = changes(before, after)
    assert (found.cell_id, found.before, found.after) == ("a", 20.0, 25.0)
    other_ids = [cell(25.0, cell_id="c"), cell(20.0, cell_id="d") | lacking]
    [found] = changes(before, other_ids, new=made(2, *other_ids, **OTHER_LIST))
    assert (found.cell_id, found.before, found.after, str(found.why)) == ("c", 20.0, 25.0, "revised data")
    assert [each.cell_id for each in changes(before, after[:1])] == ["a"]


def test_a_cell_that_shows_no_number_in_either_release_is_no_change():
    missing = cell(status="not available", **dict.fromkeys(NUMBERS))
    for before, after in (([suppressed()], []), ([], [suppressed()]), ([suppressed()], [missing]), ([missing], [suppressed()])):
        assert changes(before, after) == []


def test_a_suppressed_cell_has_no_number_even_where_one_was_left_in_it():
    leaking = cell(3.0, is_suppressed=True)
    assert figure(leaking).numbers == {}
    assert changes([suppressed()], [leaking]) == []


def test_a_figure_that_becomes_available_is_revised_data():
    missing = cell(status="not available", **dict.fromkeys(NUMBERS))
    [found] = changes([missing], [cell()], new=made(2, cell(), **OTHER_LIST))
    assert (str(found.why), found.status_before, found.status_after) == ("revised data", "not available", "shown")


def test_noise_after_the_ninth_digit_is_no_change():
    assert reasons([cell(20.0)], [cell(20.0 + 1e-12)]) == []
    assert reasons([cell(20.0)], [cell(20.0001)]) == [["unexplained"]]


def test_an_interval_that_moved_alone_is_a_change_that_names_its_columns():
    [found] = changes([cell(ci_low=10.0)], [cell(ci_low=11.0)])
    assert found.columns == ("ci_low",) and found.before == found.after == 20.0


def test_over_three_releases_each_step_has_its_own_reasons_and_the_first_and_last_those_of_both():
    first, second, third = [cell(20.0)], [cell(30.0)], [cell(35.0), cell(31.0, period_year=2026)]
    of = [made(1, *first), made(2, *second, **OTHER_LIST), made(3, *third, **both(OTHER_LIST, OTHER_RANKS))]
    assert reasons(first, second, of[0], of[1]) == [["revised data"]]
    assert reasons(second, third, of[1], of[2]) == [["definition"], ["new period"]]
    assert reasons(first, third, of[0], of[2]) == [["revised data", "definition"], ["new period"]]
    assert reasons(third, first, of[2], of[0]) == [["revised data", "definition"], ["period withheld"]]
    assert reasons(third, third, of[2], of[2]) == []


def test_what_was_not_recorded_is_not_known_and_sources_are_compared_one_by_one():
    old = MadeWith("0.1+a", "c1", "p1", {"raw.a": "1", "raw.b": "1", "raw.gone": "1"})
    new = MadeWith("0.1+b", "c2", "p1", {"raw.a": "1", "raw.b": "2", "raw.new": "1"})
    assert between(("1", "1"), old, new) == Between(False, True, False, ("raw.b", "raw.gone", "raw.new"))
    assert between(("1", "2"), MadeWith(None, None, None, None), new) == Between(True, None, None, None)


def test_every_reason_is_explained_and_counted_under_each_kind():
    assert set(REASONS) == set(Reason)
    found = changes(BEFORE, AFTER, new=made(2, *AFTER, **both(OTHER_LIST, OTHER_RANKS)))
    assert counts(found) == {"revised data": {"figure": 1}, "definition": {"figure": 1}}


def test_people_are_those_of_the_list_with_most_of_each_agency():
    def revised(agency, key, people, women):
        return Revised(agency, key[0], "", people, women, None if people is None else people - women, key)

    lists = [
        revised("THA-POL", END_OF_2025, 14, 6),
        revised("THA-POL", ("tha_events", dt.date(1900, 1, 1), 2025, "year"), 12, 12),
        revised("IDN-IMM", END_OF_2024, 10, 5),
        revised("VNM-CUS", END_OF_2025, None, None),
    ]
    of_police = [("THA-POL", each.key) for each in lists[:2]]
    assert people_of_lists(of_police, lists).people == 14
    both = people_of_lists([*of_police, ("IDN-IMM", END_OF_2024)], lists)
    assert (both.people, both.women, both.men) == (24, 11, 13)
    assert people_of_lists([("VNM-CUS", END_OF_2025), *of_police], lists) is None
    assert people_of_lists([("THA-CUS", END_OF_2025)], lists) is None
