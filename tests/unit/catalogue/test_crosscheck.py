"""Every code that one file uses and another defines: unknown, it is told with its file; known, nothing is said."""

from pathlib import Path

import pytest

from parity.catalogue import load_catalogue
from parity.catalogue.crosscheck import cross_check, cross_check_staff
from parity.catalogue.targets import RoadMap, Scenario, Target
from parity.catalogue.weights import Margin, Total

CATALOGUE = Path(__file__).resolve().parents[3] / "catalogue"
FORM = "workplace_culture"


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(CATALOGUE)


def changed_entry(catalogue, name, n, **fields):
    """The catalogue with other fields in one entry of a list."""
    entries = list(getattr(catalogue, name))
    entries[n] = entries[n].model_copy(update=fields)
    return catalogue.model_copy(update={name: entries})


def changed_form(catalogue, name=FORM, **fields):
    form = catalogue.kobo[name].model_copy(update=fields)
    return catalogue.model_copy(update={"kobo": catalogue.kobo | {name: form}})


def changed_weight(catalogue, **fields):
    return changed_form(catalogue, weight=catalogue.kobo[FORM].weight.model_copy(update=fields))


def changed_list(catalogue, **fields):
    contract = catalogue.hr["tha_pol"].model_copy(update=fields)
    return catalogue.model_copy(update={"hr": catalogue.hr | {"tha_pol": contract}})


def a_target(catalogue, **fields):
    base = {"name": "t", "indicator": "REP-01", "country": "THA", "value": 30, "due": 2030, "source": "a plan"}
    base |= {"made_by": "the cabinet", "made_on": "2024-01-01", "framework": "cedaw"}
    return catalogue.model_copy(
        update={"road_map": catalogue.road_map.model_copy(update={"targets": [Target.model_validate(base | fields)]})}
    )


def with_share_above(catalogue, **of_the_other):
    """Two indicators: the second is among the first, which is changed so."""
    n = next(n for n, one in enumerate(catalogue.indicators) if one.items and one.statistic == "share")
    first = catalogue.indicators[n].model_copy(update=of_the_other)
    second = catalogue.indicators[n].model_copy(update={"id": "ZZZ-99", "among": first.id})
    return catalogue.model_copy(update={"indicators": [*catalogue.indicators[:n], first, second, *catalogue.indicators[n + 1 :]]})


def with_opt_in(catalogue, **fields):
    n = next(n for n, one in enumerate(catalogue.indicators) if one.opt_in)
    return changed_entry(catalogue, "indicators", n, opt_in=catalogue.indicators[n].opt_in.model_copy(update=fields))


def with_breakdown(catalogue, **fields):
    name = next(name for name, one in catalogue.breakdowns.items() if one.answer)
    return catalogue.model_copy(
        update={"breakdowns": catalogue.breakdowns | {name: catalogue.breakdowns[name].model_copy(update=fields)}}
    )


WRONG = {
    "agency of an unknown country": (lambda c: changed_entry(c, "agencies", 0, country="XXX"), "agencies.yml", "'XXX' is no known country"),
    "indicator of an unknown domain": (lambda c: changed_entry(c, "indicators", 0, domain=99), "indicators.yml", "'99' is no known domain"),
    "breakdown": (lambda c: changed_entry(c, "indicators", 0, disagg=["shoe"]), "indicators.yml", "'shoe' is no known breakdown"),
    "breakdown that is lacked": (lambda c: changed_entry(c, "indicators", 0, lacks=["shoe"]), "indicators.yml", "'shoe' is no known breakdown"),
    "item": (lambda c: changed_entry(c, "indicators", 0, items=["q99"]), "indicators.yml", "'q99' is no known questionnaire item"),
    "among a mean": (lambda c: with_share_above(c, statistic="mean"), "indicators.yml", "is no known share of survey answers"),
    "among what asks nobody": (lambda c: with_share_above(c, items=[]), "indicators.yml", "is no known share of survey answers"),
    "target of an unknown indicator": (lambda c: a_target(c, indicator="REP-99"), "targets.yml", "'REP-99' is no known indicator"),
    "target of an unknown country": (lambda c: a_target(c, country="XXX"), "targets.yml", "'XXX' is no known country"),
    "target of an unknown agency": (lambda c: a_target(c, country=None, agency="X"), "targets.yml", "'X' is no known agency"),
    "composite": (
        lambda c: c.model_copy(update={"composite": c.composite.model_copy(update={"domains": [99]})}), "composite.yml", "'99' is no known domain"
    ),
    "agency of a list": (lambda c: changed_list(c, agency="X"), "hr/tha_pol.yml", "'X' is no known agency"),
    "agency code of a list": (lambda c: changed_list(c, agency_codes={"1": "X"}), "hr/tha_pol.yml", "'X' is no known agency"),
    "function of a list": (lambda c: changed_list(c, functions={"desk": "sofa"}), "hr/tha_pol.yml", "'sofa' is no known function"),
    "agency of a form": (lambda c: changed_form(c, agency="X"), f"kobo/{FORM}.yml", "'X' is no known agency"),
    "field of a form": (lambda c: changed_form(c, fields=c.kobo[FORM].fields | {"p": "shoe"}), f"kobo/{FORM}.yml", "'shoe' is no known field"),
    "map of no field": (lambda c: changed_form(c, value_maps={"shoe": {}}), f"kobo/{FORM}.yml", "'shoe' is no known field of this form"),
    "mapped agency": (lambda c: changed_form(c, value_maps={"agency": {"1": "X"}}), f"kobo/{FORM}.yml", "'X' is no known agency"),
    "mapped gender": (lambda c: changed_form(c, value_maps={"gender": {"1": "X"}}), f"kobo/{FORM}.yml", "'X' is no known gender"),
    "mapped band": (lambda c: changed_form(c, value_maps={"grade_band": {"1": "X"}}), f"kobo/{FORM}.yml", "'X' is no known grade band"),
    "weight of an agency": (lambda c: changed_weight(c, frame={"X": 10}, totals=[], margins=[]), f"kobo/{FORM}.yml", "'X' is no known agency"),
    "total of an agency": (
        lambda c: changed_weight(c, totals=[Total.model_construct(agency="X", gender="woman", n=10)]), f"kobo/{FORM}.yml", "'X' is no known agency"
    ),
    "weight in no field": (lambda c: changed_weight(c, field="shoe"), f"kobo/{FORM}.yml", "'shoe' is no known field of this form"),
    "consent in no field": (
        lambda c: changed_form(c, consent=c.kobo[FORM].consent.model_copy(update={"field": "shoe"})), f"kobo/{FORM}.yml", "'shoe' is no known field"
    ),
    "margin of an agency": (
        lambda c: changed_weight(c, margins=[Margin.model_construct(agency="X", gender="woman", n=10)]), f"kobo/{FORM}.yml", "'X' is no known agency"
    ),
    "mapped function": (lambda c: changed_form(c, value_maps={"function": {"1": "sofa"}}), f"kobo/{FORM}.yml", "'sofa' is no known function"),
    "mapped subject": (
        lambda c: changed_form(c, "fact_finding", value_maps={"subject": {"1": "X"}}), "kobo/fact_finding.yml", "'X' is no known subject"
    ),
    "field of another kind of form": (
        lambda c: changed_form(c, "fact_finding", fields=c.kobo["fact_finding"].fields | {"p": "weight"}),
        "kobo/fact_finding.yml", "'weight' is no known field",
    ),
    "opt-in": (lambda c: with_opt_in(c, item="q99"), "indicators.yml", "'q99' is no known questionnaire item"),
    "among itself": (lambda c: changed_entry(c, "indicators", 0, among=c.indicators[0].id), "indicators.yml", "is no known share of survey answers"),
    "breakdown of no answer": (lambda c: with_breakdown(c, answer="shoe"), "indicators.yml", "'shoe' is no known answer about the respondent"),
    "target that neither rises nor falls": (
        lambda c: a_target(c, indicator=next(one.id for one in c.indicators if one.dir not in ("up", "down"))), "targets.yml",
        "is no known indicator that should rise or fall",
    ),
    "stratum in no field": (lambda c: changed_form(c, strata=["shoe"]), f"kobo/{FORM}.yml", "'shoe' is no known field of this form"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_an_unknown_code_is_told_with_its_file_and_line(catalogue, what):
    change, file, words = WRONG[what]
    told = cross_check(CATALOGUE, change(catalogue))
    assert len(told) >= 1
    found = [fault for fault in told if words in fault]
    assert found, told
    assert f"{CATALOGUE}/" in found[0] and file in found[0].split(": ")[0] and found[0].split(": ")[0].split(":")[-1].isdecimal()


@pytest.mark.parametrize("name", ["countries", "agencies", "genders", "grades", "functions", "indicators"])
def test_what_stands_twice_is_told_and_once_is_not(catalogue, name):
    entries = getattr(catalogue, name)
    assert cross_check(CATALOGUE, catalogue) == []
    told = cross_check(CATALOGUE, catalogue.model_copy(update={name: [*entries, entries[0]]}))
    assert any(f"{name}.yml" in fault and "stands here twice" in fault for fault in told)


@pytest.mark.parametrize("name", ["scenarios", "targets"])
def test_a_scenario_and_a_target_stand_once(catalogue, name):
    entries = getattr(catalogue.road_map, name)
    twice = catalogue.road_map.model_copy(update={name: [*entries, entries[1]]})
    told = cross_check(CATALOGUE, catalogue.model_copy(update={"road_map": twice}))
    assert len(told) == 1 and "targets.yml" in told[0] and f"'{entries[1].name}' stands here twice" in told[0]


@pytest.mark.parametrize("n", [0, 4, 9])
def test_the_line_of_a_fault_is_that_of_its_entry(catalogue, n):
    (told,) = cross_check(CATALOGUE, changed_entry(catalogue, "agencies", n, country="XXX"))
    line = int(told.split(":")[1])
    assert (
        f"code: {catalogue.agencies[n].code}," in (CATALOGUE / "agencies.yml").read_text(encoding="utf-8").splitlines()[line - 1]
    )


def test_the_contract_of_one_list_is_checked_alone_in_the_same_words(catalogue):
    good, wrong = (
        catalogue.hr["tha_pol"],
        catalogue.hr["tha_pol"].model_copy(update={"functions": {"desk": "sofa"}, "agency": "X"}),
    )
    assert cross_check_staff(CATALOGUE, good, catalogue) == []
    told = cross_check_staff(CATALOGUE, wrong, catalogue)
    assert told == cross_check(CATALOGUE, changed_list(catalogue, functions={"desk": "sofa"}, agency="X"))
    assert len(told) == 2 and all("hr/tha_pol.yml:" in fault for fault in told)


def test_a_fixed_agency_gives_a_form_its_field(catalogue):
    fixed = changed_form(
        catalogue,
        agency=catalogue.agencies[0].code,
        fields={p: f for p, f in catalogue.kobo[FORM].fields.items() if f != "agency"},
    )
    assert [fault for fault in cross_check(CATALOGUE, fixed) if "agency" in fault] == []


@pytest.mark.parametrize("place", [{"country": "THA", "agency": "THA-POL"}, {"country": None, "agency": None}])
def test_a_target_of_both_or_neither_agency_and_country_is_refused(catalogue, place):
    with pytest.raises(ValueError, match="either an agency or a country"):
        a_target(catalogue, **place)


@pytest.mark.parametrize(
    "change",
    [
        {"hires_factor": 2},
        {"women_share_of_hires": 0.5},
        {"women_separation_factor": 2},
        {"men_separation_factor": 0},
        {"women_leave": "as_men"},
    ],
)
def test_a_first_scenario_that_changes_flows_is_refused_and_a_second_is_not(change):
    plain, other = Scenario(name="as_now", label="As now"), Scenario(name="other", label="Other", **change)
    assert RoadMap(scenarios=[plain, other], targets=[]).scenarios[1] == other
    with pytest.raises(ValueError, match="first scenario must leave flows as they are"):
        RoadMap(scenarios=[other, plain], targets=[])


@pytest.mark.parametrize(("said", "n_faults"), [(None, 0), (True, 0), (False, 1)])
def test_a_contract_that_says_whether_people_are_invented_agrees_with_its_agency(catalogue, said, n_faults):
    faults = cross_check(CATALOGUE, changed_list(catalogue, synthetic=said))
    assert len(faults) == n_faults
    assert all(
        "'synthetic: false' does not fit THA-POL, which has provenance: synthetic in agencies.yml" in fault for fault in faults
    )


def test_each_agency_of_a_file_of_several_is_compared(catalogue):
    several = changed_list(catalogue, agency=None, agency_codes={"1": "THA-POL", "2": "VNM-CUS"}, synthetic=False)
    told = [fault for fault in cross_check(CATALOGUE, several) if "provenance" in fault]
    assert [("THA-POL" in fault, "VNM-CUS" in fault) for fault in told] == [(True, False), (False, True)]
