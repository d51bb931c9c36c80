"""What a contract of a form, its weights and waves may say, and what other entries of the catalogue may: kept and broken, rule by rule."""

import datetime as dt

import pytest
from pydantic import ValidationError

from parity.catalogue import KoboContract
from parity.catalogue.accepted import Accepted
from parity.catalogue.indicators import Indicator
from parity.catalogue.known import Known
from parity.catalogue.kobo_contract import FINDING_FIELDS, Absence
from parity.catalogue.models import _line
from parity.catalogue.targets import Target
from parity.catalogue.weights import Margin, Weight

FINDING = {f"about/{name}": name for name in sorted(FINDING_FIELDS)}


def respondents(**changes):
    return KoboContract.model_validate(
        {"name": "pulse", "asset_name": "Pulse", "fields": {"q": "consent"}, "weight": {"equal": True}} | changes
    )


def finding(**changes):
    return KoboContract.model_validate(
        {"name": "facts", "kind": "fact_finding", "asset_name": "Facts", "fields": FINDING} | changes
    )


def test_an_earlier_project_is_named_by_its_uid_once():
    assert respondents(include_earlier_projects=["a1", "a2"]).include_earlier_projects == ["a1", "a2"]
    with pytest.raises(ValidationError, match="names a1 more than once"):
        respondents(include_earlier_projects=["a1", "a2", "a1"])
    with pytest.raises(ValidationError, match="There is no word for all"):
        respondents(include_earlier_projects="all")


def test_a_question_is_answered_once_for_a_version():
    answer = {"path": "q", "version": "v1", "same": True}
    assert len(respondents(same_meaning=[answer, {**answer, "version": "v2"}, {**answer, "path": "r"}]).same_meaning) == 3
    with pytest.raises(ValidationError, match="'q' is answered twice for version v1"):
        respondents(same_meaning=[answer, {**answer, "same": False}])


def test_respondents_need_a_weight_and_a_fact_finding_form_has_nothing_of_theirs():
    with pytest.raises(ValidationError, match="respondents need a weight"):
        respondents(weight=None)
    assert respondents().source == "survey" and finding().source == "fact_finding"
    with pytest.raises(ValidationError, match="a fact-finding form has no period_year, weight"):
        finding(weight={"equal": True}, period_year=2024)


@pytest.mark.parametrize("field", sorted(FINDING_FIELDS))
def test_a_fact_finding_form_asks_what_its_answers_are_of(field):
    rest = {path: name for path, name in FINDING.items() if name != field}
    with pytest.raises(ValidationError, match=f"needs the fields {field}"):
        finding(fields=rest)


def test_the_agency_of_a_fact_finding_form_may_be_fixed():
    assert (
        finding(fields={path: name for path, name in FINDING.items() if name != "agency"}, agency="THA-POL").agency == "THA-POL"
    )


def test_an_item_of_a_fact_finding_form_stands_in_the_group_of_what_it_tells_of():
    assert finding(fields=FINDING | {"post/lit": "lit", "policies/more/p": "p"}).subjects == {"lit": "post", "p": "policies"}
    for path in ("lit", "other/lit", "posts/lit"):
        with pytest.raises(ValidationError, match="must stand in the group of what it tells of: policies, post"):
            finding(fields=FINDING | {path: "lit"})


@pytest.mark.parametrize(
    ("n_gone", "n_held", "is_beyond"), [(2, 3, False), (3, 3, True), (3, 30, False), (4, 30, True), (3, 29, True)]
)
def test_more_than_a_number_and_more_than_a_share_is_beyond_both(n_gone, n_held, is_beyond):
    assert Absence(share=0.1, number=2).is_beyond(n_gone, n_held) is is_beyond


# ---- weights


def total(gender="woman", band=None, n=10, agency="ABC"):
    return {"agency": agency, "gender": gender, "grade_band": band, "n": n}


BANDS = [total(band=band) for band in ("junior", "middle", "senior")]


@pytest.mark.parametrize(("weight", "kind"), [
    ({"field": "w"}, "field"), ({"frame": {"ABC": 10}}, "frame"), ({"equal": True}, "equal"),
])  # fmt: skip
def test_a_weight_is_of_one_kind(weight, kind):
    assert Weight(**weight).kind == kind
    with pytest.raises(ValidationError, match="weight names either a field or a frame, or says equal: true"):
        Weight(**({"field": "w", "equal": True} | weight | ({"frame": {"ABC": 1}} if kind != "frame" else {})))


def test_a_weight_of_no_kind_is_refused():
    with pytest.raises(ValidationError, match="weight names either"):
        Weight()


@pytest.mark.parametrize(("poststratify", "parts", "said"), [
    ("totals", {"totals": [total()]}, None), ("totals", {}, "totals are listed where, and only where"),
    ("hr", {"totals": [total()]}, "totals are listed where, and only where"), ("rake", {}, "margins are listed where, and only where"),
    ("none", {"margins": [{"agency": "ABC", "gender": "woman", "n": 1}]}, "margins are listed where, and only where"),
    ("rake", {"margins": [{"agency": "ABC", "gender": "woman", "n": 9}, {"agency": "ABC", "grade_band": "junior", "n": 9}]}, None),
])  # fmt: skip
def test_totals_and_margins_are_listed_where_weights_are_brought_to_them(poststratify, parts, said):
    refused = []
    try:
        Weight(equal=True, poststratify=poststratify, **parts)
    except ValidationError as error:
        refused.append(str(error))
    assert len(refused) == (said is not None) and all(str(said) in each for each in refused)


@pytest.mark.parametrize(("totals", "said"), [
    ([total()], None), (BANDS, None), ([*BANDS, total("man")], None), (BANDS[:2], "give one for each of junior, middle, senior"),
    ([*BANDS, total()], "give one for each of"), ([*BANDS, BANDS[0]], "give one for each of"), ([total(), total()], "give one for each of"),
    ([total(n=0)], "sum to 0"), ([{**one, "n": 0} for one in BANDS], "sum to 0"), ([*BANDS[:2], {**BANDS[2], "n": 0}], None),
    ([total(), total(agency="XYZ", band="junior")], "totals of XYZ, woman: give one for each of"),
])  # fmt: skip
def test_totals_of_a_gender_are_whole(totals, said):
    refused = []
    try:
        Weight(equal=True, poststratify="totals", totals=totals)
    except ValidationError as error:
        refused.append(str(error))
    assert len(refused) == (said is not None) and all(str(said) in each for each in refused)


def test_margins_of_an_agency_have_the_same_people_by_gender_and_by_grade():
    women, men = ({"agency": "ABC", "gender": gender, "n": n} for gender, n in (("woman", 3), ("man", 7)))
    Weight(equal=True, poststratify="rake", margins=[women, men, {"agency": "ABC", "grade_band": "junior", "n": 10}])
    for n in (9, 11):
        with pytest.raises(ValidationError, match=f"the margins of ABC have 10 people by gender, {n} by grade band"):
            Weight(equal=True, poststratify="rake", margins=[women, men, {"agency": "ABC", "grade_band": "junior", "n": n}])


def test_a_margin_is_of_a_gender_or_of_a_grade_band():
    assert (
        Margin(agency="ABC", gender="man", n=1).kind == "gender"
        and Margin(agency="ABC", grade_band="senior", n=1).kind == "grade_band"
    )
    for both in ({}, {"gender": "man", "grade_band": "senior"}):
        with pytest.raises(ValidationError, match="either a gender or a grade band"):
            Margin(agency="ABC", n=1, **both)


# ---- indicators


def indicator(**changes):
    said = {
        "id": "CUL-01",
        "tier": "core",
        "domain": 1,
        "name": "x",
        "source": "survey",
        "formula": "x",
        "unit": "pct",
        "dir": "up",
    }
    return Indicator.model_validate(said | {"target": "x", "ref": "x", "needs": "x", "items": ["a", "b"]} | changes)


@pytest.mark.parametrize(("changes", "said"), [
    ({"num": "n", "den": "d", "formula": None}, None), ({"num": "n", "den": "d"}, "either num and den, or a formula"),
    ({"formula": None}, "either num and den, or a formula"), ({"num": "n", "formula": None}, "either num and den, or a formula"),
    ({"source": "fact_finding"}, None), ({"source": "hr"}, "only an indicator of a survey or of fact-finding has items"),
    ({"reversed": ["b"]}, None), ({"reversed": ["c"]}, "reversed, but not among the items: c"),
    ({"statistic": "mean", "unit": "mean 1-5"}, None), ({"statistic": "mean"}, "the unit of a mean is 'mean 1-5'"),
    ({"unit": "mean 1-5"}, "the unit of a mean is 'mean 1-5'"),
    ({"answers": {"y": 1, "n": 0}}, None), ({"answers": {"y": 2}}, "answers count 0 or 1"),
    ({"answers": {"y": 1}, "reversed": ["a"]}, "answers count 0 or 1"),
    ({"answers": {"y": 1}, "statistic": "mean", "unit": "mean 1-5"}, "answers count 0 or 1"),
    ({"score": "any"}, None), ({"score": "any", "items": []}, "opt_in, among and score are of an indicator with items"),
    ({"among": "CUL-02", "items": []}, "opt_in, among and score"), ({"opt_in": {"item": "a", "answer": "y"}, "items": []}, "opt_in, among"),
    ({"answered_at_least": 2}, None), ({"answered_at_least": 3}, "answered_at_least is more than there are items"),
    ({"items": []}, None), ({"items": [], "answered_at_least": 2}, "answered_at_least is more than"),
])  # fmt: skip
def test_an_indicator_says_how_it_is_computed(changes, said):
    refused = []
    try:
        indicator(**changes)
    except ValidationError as error:
        refused.append(str(error))
    assert len(refused) == (said is not None) and all(str(said) in each for each in refused)


def test_four_and_five_count_and_for_a_question_that_is_turned_round_one_and_two_do():
    assert indicator(reversed=["b"]).answer_scores("a") == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 1}
    assert indicator(reversed=["b"]).answer_scores("b") == {"1": 1, "2": 1, "3": 0, "4": 0, "5": 0}
    mean = indicator(statistic="mean", unit="mean 1-5", reversed=["b"])
    assert mean.answer_scores("a") == {str(n): n for n in range(1, 6)} and mean.answer_scores("b") == {
        str(n): 6 - n for n in range(1, 6)
    }
    assert indicator(answers={"y": 1}).answer_scores("a") == {"y": 1}


def test_a_definition_is_a_formula_or_a_quotient():
    assert indicator().definition == "x" and indicator(formula=None, num="n", den="d").definition == "n / d"


# ---- what somebody answers for, promised or knows


def test_a_failure_is_accepted_to_the_end_of_its_last_day():
    entry = Accepted(suite="s", check="c", author="anna", reason="known and dated", until=dt.date(2026, 11, 28))
    days = [entry.holds_on(dt.date(2026, 11, day)) for day in (27, 28, 29)]
    assert days == [True, True, False]


def test_a_promise_is_of_an_agency_or_a_country():
    said = {"name": "t", "indicator": "REP-01", "value": 30, "due": 2030, "source": "law"}
    said |= {"made_by": "the cabinet", "made_on": "2024-01-01", "framework": "cedaw"}
    assert Target(**said, agency="ABC").agency and Target(**said, country="THA").country
    for places in ({}, {"agency": "ABC", "country": "THA"}):
        with pytest.raises(ValidationError, match="either an agency or a country"):
            Target(**said, **places)


def known(**changes):
    said = {
        "indicator": "REP-01",
        "agency": "ABC",
        "year": 2024,
        "who": "woman",
        "least": 3,
        "greatest": 3,
        "source": "annual report",
    }
    return Known(**said | changes)


def test_a_known_count_is_a_range_and_is_told_with_what_it_is_of():
    assert known(greatest=4).greatest == 4
    with pytest.raises(ValidationError, match=r"greatest \(2\) is below least \(3\)"):
        known(greatest=2)
    assert str(known()) == "REP-01 of ABC 2024, woman"
    assert str(known(gender="man", breakdown="unit", breakdown_value="North")) == "REP-01 of ABC 2024, woman, man, unit North"


@pytest.mark.parametrize(("faults", "said"), [
    ((), "it has a fault. Correct it"), (("one\n fault.",), "one fault. Correct it"),
    (("first.", "second."), "first. (1 more: parity hr check FILE --contract abc lists them.) Correct it"),
    (("first.", "second.", "third."), "(2 more:"),
])  # fmt: skip
def test_a_contract_that_is_set_aside_is_told_in_one_line_with_its_first_fault(faults, said):
    told = _line("abc", faults)
    assert said in told and told.endswith("or take abc.yml away. Other files are not affected.") and "\n" not in told
