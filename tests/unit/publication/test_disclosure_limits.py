"""Limits that the catalogue gives one number are told apart, whole groups are shown, and each rule asks only the figures that it is about."""

from dataclasses import replace

import pytest

from publication.disclosure import NEVER_TOLD, Base, families, further_parts, lone_agencies, reason, too_small, totals_that_reveal
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY
from tests.unit.publication.test_parts_of_surveys import AGENCIES, BANDS, FEW, FUNCTIONS, SEXES, named, respondents, withheld

# In the catalogue several limits are 5 or 10: with one number each, none can stand in for another.
DISTINCT = POLICY.model_copy(update={"min_base_hr": 11, "min_base_survey": 13, "min_base_sensitive": 31, "min_count": 4})
OF_STAFF = ("share of staff", "share of cases", "rate of staff", "comparison of staff")
SHARES = ("share of staff", "share of cases", "survey")


@pytest.mark.parametrize(("kind", "least"), [*((kind, 11) for kind in OF_STAFF), ("survey", 13)])
def test_each_kind_of_figure_has_a_least_base_of_its_own(kind, least):
    who = {"share of cases": "cases", "survey": "respondents", "comparison of staff": "people on a side"}.get(kind, "staff")
    assert reason(Base(kind, least - 1, None), DISTINCT) == f"fewer than {least} {who}"
    assert reason(Base(kind, least, None), DISTINCT) is None


@pytest.mark.parametrize("kind", [*OF_STAFF, "survey"])
def test_a_sensitive_figure_has_the_larger_base_whatever_its_kind(kind):
    assert (reason(Base(kind, 30, None, is_sensitive=True), DISTINCT) or "").startswith("fewer than 31 ")
    assert reason(Base(kind, 31, None, is_sensitive=True), DISTINCT) is None


@pytest.mark.parametrize("kind", [*OF_STAFF, "survey"])
@pytest.mark.parametrize("count", [0, 100])
def test_nobody_and_everybody_are_no_few_people(kind, count):
    assert reason(Base(kind, 100, count), POLICY) is None


@pytest.mark.parametrize("kind", SHARES)
@pytest.mark.parametrize(("count", "where"), [(1, "in"), (3, "in"), (4, None), (96, None), (97, "outside"), (99, "outside")])
def test_a_few_people_inside_or_outside_are_named_as_what_they_are(kind, count, where):
    who = "cases" if kind == "share of cases" else "people"
    assert reason(Base(kind, 100, count), DISTINCT) == (f"fewer than 4 {who} {where} the group" if where else None)
    assert too_small(where != "outside", who == "cases", DISTINCT).split()[-3] == (where or "in")


@pytest.mark.parametrize("kind", OF_STAFF)
def test_only_estimates_of_a_survey_are_judged_by_their_interval(kind):
    assert reason(Base(kind, 100, 50, half_width=99.0, rse_pct=99.0), POLICY) is None
    assert reason(Base("survey", 100, 50, half_width=99.0, rse_pct=99.0), POLICY) == "too imprecise to publish"
    assert reason(Base("survey", 100, 50), POLICY) is None


def test_a_survey_answered_by_too_few_says_so_before_its_interval():
    assert reason(Base("survey", 100, 50, 99.0, 99.0, 1.0), POLICY) == f"response rate under {POLICY.min_response_rate:g} %"


def sensitive(**changes):
    return a_cell(
        **{"indicator_code": "HAR-01", "is_sensitive": True, "period_year": 2025, "provenance": "real", "gender": "woman"}
        | {"country_code": "all", "agency_type": "all", "agency_code": "all", "source": "survey"}
        | changes
    )


def asked(*places):
    return [("HAR-01", "real", 2025, *place) for place in places]


def test_rows_of_totals_make_no_agency_more_where_one_is_asked():
    """Respondents are counted by agency and also by country, by type and of all."""
    of_totals = asked(("THA", "all", "all"), ("all", "all", "police"), ("all", "A", "all"), ("all", "all", "all"))
    assert lone_agencies([], [*asked(("THA", "A", "police")), *of_totals])(sensitive(country_code="THA"))
    assert not lone_agencies([], asked(("THA", "A", "police"), ("THA", "B", "police")))(sensitive(country_code="THA"))


@pytest.mark.parametrize("elsewhere", [{"period_year": 2024}, {"provenance": "synthetic"}])
def test_agencies_of_other_years_and_sources_hide_nobody(elsewhere):
    here, there = (
        respondents(name, agency_code=name, **changes) for name, changes in (("A", {"provenance": "real"}), ("B", elsewhere))
    )
    assert lone_agencies([here, there])(sensitive(country_code="THA"))
    assert not lone_agencies([here, respondents("B", agency_code="B")])(sensitive(country_code="THA"))
    another = {"year": elsewhere.get("period_year", 2025), "provenance": elsewhere.get("provenance", "real")}
    of_both = [*asked(("THA", "A", "police")), ("HAR-01", another["provenance"], another["year"], "THA", "B", "police")]
    assert lone_agencies([], of_both)(sensitive(country_code="THA"))


def test_agencies_that_deliver_staff_lists_alone_hide_no_respondent():
    surveyed, listed = respondents("A", agency_code="A"), respondents("B", agency_code="B", source="hr")
    assert lone_agencies([surveyed, listed])(sensitive(country_code="THA"))


def test_a_place_where_nobody_is_surveyed_is_no_single_agency():
    assert not lone_agencies([respondents("A", agency_code="A")])(sensitive(country_code="VNM"))


@pytest.mark.parametrize("parts", [SEXES, AGENCIES], ids=["sexes", "agencies"])
def test_a_whole_that_is_withheld_tells_nothing_of_its_parts(parts):
    why = [FEW if cell is parts[-1] or reason_why else None for cell, reason_why in zip(parts, withheld(parts), strict=True)]
    assert families(parts, withheld(parts)) and families(parts, why) == []
    assert further_parts(parts, why, POLICY) == []


def test_only_parts_of_the_same_sensitive_figure_take_its_totals_with_them():
    part = {"level": "country_type_gender", "country_code": "THA", "agency_type": "police", "n": 20}
    total = sensitive(level="country_gender", country_code="THA", n=110)
    same = {name: sensitive(**part | {name: value}) for name, value in (("n", 20), ("n_positive", 7))}
    others = [
        sensitive(**part | change)
        for change in (
            {"indicator_code": "HAR-02"}, {"gender": "man"}, {"period_year": 2024}, {"provenance": "synthetic"}, {"country_code": "IDN"},
            {"is_sensitive": False}, {"level": "agency_type_gender"},
        )
    ]  # fmt: skip
    assert [totals_that_reveal([each, total], [True, False], POLICY) for each in same.values()] == [[1], [1]]
    assert [totals_that_reveal([each, total], [True, False], POLICY) for each in others] == [[]] * len(others)
    assert totals_that_reveal([same["n"], total], [False, False], POLICY) == []


def test_parts_and_figures_that_are_not_sensitive_reveal_no_totals():
    part = sensitive(level="country_type_gender", country_code="THA", agency_type="police", n=20)
    plain = sensitive(level="country_gender", country_code="THA", is_sensitive=False)
    finer = sensitive(level="agency_gender", country_code="THA", agency_type="police", agency_code="A")
    assert totals_that_reveal([part, plain, finer, part], [True, False, False, True], POLICY) == []


def test_two_withheld_parts_that_pass_together_leave_the_widest_total_and_one_person_less_takes_it():
    parts = [
        sensitive(level="country_type_gender", country_code=country, agency_type="police", n=15) for country in ("THA", "IDN")
    ]
    total = sensitive(level="gender", n=200)
    assert sum(part.n for part in parts) == POLICY.min_base_sensitive
    assert totals_that_reveal([*parts, total], [True, True, False], POLICY) == []
    assert totals_that_reveal([parts[0], replace(parts[1], n=14), total], [True, True, False], POLICY) == [2]
    large = replace(parts[0], n=90)  # withheld as uncertain: alone, it is the total less the others
    assert totals_that_reveal([large, parts[1], total], [True, False, False], POLICY) == [2]


def test_a_part_withheld_alone_takes_another_however_many_it_holds():
    why = [NEVER_TOLD, None, None]
    large = [replace(BANDS[0], n=60, n_positive=30), *BANDS[1:]]
    assert further_parts(large, why, POLICY) == [2]


def test_parts_without_a_count_are_judged_by_their_people_alone():
    """A mean counts nobody inside or outside."""
    parts = [respondents(band, n, n_positive=None, grade_band=band) for band, n in (("junior", 4), ("middle", 5), ("senior", 60))]
    assert further_parts(parts, [FEW, FEW, None], POLICY) == [2]
    assert further_parts([replace(parts[0], n=9), *parts[1:]], [FEW, FEW, None], POLICY) == []
    mixed = [replace(parts[0], n=9, n_positive=2), *parts[1:]]  # of one the count is not known, so of both it is not
    assert further_parts(mixed, [FEW, FEW, None], POLICY) == []


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (SEXES, [["man", "woman"]]),
        (SEXES[:2], []),  # no figure of everybody that one sex could be taken from
        (BANDS, [["band junior", "band middle", "band senior"]]),
        (FUNCTIONS, [["function a", "function b"]]),
        (AGENCIES, [["A", "B"]]),
        (AGENCIES[:2], []),
        ([*SEXES, *AGENCIES], [["man", "woman"], ["A", "B", "all"]]),
    ],
    ids=["sexes", "sexes without all", "bands", "functions", "agencies", "agencies without a total", "two families"],
)
def test_a_family_holds_the_parts_of_a_shown_whole_and_never_the_whole(parts, found):
    assert [named(parts, family) for family in families(parts, withheld(parts))] == found
