"""Which indicators a form is there for, and that no form's answers count for one that it does not serve."""

from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from parity.catalogue import KoboContract
from parity.catalogue.served import served
from parity.catalogue.weights import Weight
from tests.unit.catalogue.edited import edit, faults

INDICATORS = [
    SimpleNamespace(id="CUL-01", source="survey"),
    SimpleNamespace(id="CUL-02", source="survey"),
    SimpleNamespace(id="RET-07", source="survey"),
    SimpleNamespace(id="REC-05", source="fact_finding"),
    SimpleNamespace(id="REP-01", source="hr"),
]
FACTS = {name: name for name in ("subject", "agency", "period_year", "post_no", "post_type", "staff_band")}


def form(name, serves=None, **more):
    contract = {"name": name, "asset_name": name, "fields": {}, "weight": {"equal": True}, "serves": serves}
    return KoboContract.model_validate(contract | more)


def codes(contract, *others):
    return [indicator.id for indicator in served(contract, [contract, *others], INDICATORS)]


def test_a_form_serves_what_it_names_and_the_others_share_the_rest():
    culture, leavers, pulse = form("culture"), form("leavers", ["RET-07"]), form("pulse", [])
    assert codes(culture, leavers, pulse) == ["CUL-01", "CUL-02"]
    assert codes(leavers, culture, pulse) == ["RET-07"]
    assert codes(pulse, culture, leavers) == []
    assert codes(culture, form("panel"), pulse) == ["CUL-01", "CUL-02", "RET-07"]


def test_two_forms_may_serve_one_indicator():
    assert codes(form("a", ["CUL-02"]), form("b", ["CUL-02", "CUL-01"])) == ["CUL-02"]


def test_a_form_serves_indicators_of_its_kind_alone():
    facts = KoboContract.model_validate({"name": "facts", "kind": "fact_finding", "asset_name": "facts", "fields": FACTS})
    assert codes(facts, form("culture")) == codes(facts, form("culture", ["REC-05"])) == ["REC-05"]


@pytest.mark.parametrize(
    ("old", "new", "indicator", "field"),
    [
        ("would_return: would_return", "would_return: leave_int", "RET-05", "leave_int"),
        ("left_pay: left_pay", "left_pay: har_optin", "HAR-01", "har_optin"),
        ("serves: [RET-07]", "serves: []", "RET-07", "left_family"),
    ],
)
def test_answers_that_would_count_for_what_a_form_does_not_serve_are_told_with_line_and_remedy(
    folder, old, new, indicator, field
):
    path = folder / "sources" / "kobo" / "exit_interview.yml"
    edit(path, old, new)
    told = faults(folder)
    line = next(n for n, row in enumerate(path.read_text().splitlines(), 1) if row.endswith(f": {field}"))
    said = f"{path}:{line}: '{field}' counts for {indicator}, which this form does not serve. Add {indicator} to serves"
    assert any(fault.startswith(said) for fault in told)


def test_what_another_form_serves_is_not_counted_of_the_rest(folder):
    path = folder / "sources" / "kobo" / "workplace_culture.yml"
    edit(path, "worklife/wfc3: wfc3", "worklife/wfc3: left_family")
    assert any("'left_family' counts for RET-07, which this form does not serve" in fault for fault in faults(folder))


@pytest.mark.parametrize(
    ("code", "hint"), [("RET-08", "Did you mean"), ("RET-01", "'RET-01' is no known indicator"), ("REC-05", "'REC-05'")]
)
def test_a_form_can_serve_only_indicators_of_its_kind(folder, code, hint):
    path = folder / "sources" / "kobo" / "exit_interview.yml"
    line = edit(path, "serves: [RET-07]", f"serves: [RET-07, {code}]")
    [fault] = faults(folder)
    assert fault.startswith(f"{path}:{line}: '{code}' is no known indicator of a survey form.") and hint in fault


def test_a_weight_is_of_exactly_one_kind():
    assert [Weight(**said).kind for said in ({"field": "w"}, {"frame": {"A": 1}}, {"equal": True})] == ["field", "frame", "equal"]
    for said in ({}, {"equal": False}, {"equal": True, "frame": {"A": 1}}, {"equal": True, "field": "w"}):
        with pytest.raises(ValidationError, match="equal: true where each respondent counts once"):
            Weight(**said)
