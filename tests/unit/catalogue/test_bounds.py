"""Every number in a file of the catalogue has the bounds that its meaning has: the last allowed value is allowed, the next one refused.

Bounds stand a second time here, as nothing else says what they should be. Those of disclosure.yml and gates.yml are in test_policy_limits.py.
"""

import importlib
import pkgutil

import annotated_types as bounds
import pytest
from pydantic import BaseModel, ValidationError, create_model

import parity.catalogue
from tests.unit.catalogue.test_policy_limits import BOUNDS

ELSEWHERE = {("Policy", bound[0]) for bound in BOUNDS}
STEP = 0.001  # of a number that need not be whole
# model → field → least and greatest (None: without end)
NUMBERS: dict[str, dict[str, tuple[float, float | None]]] = {
    "Column": {"step": (STEP, None)},
    "Limits": {"connections": (1, 100), "statement_seconds": (1, None), "idle_seconds": (1, None), "temp_file_mb": (1, None)},
    "Composite": {
        "gap_penalty": (0, 1),
        "domain_needs_pct": (STEP, 100),
        "index_needs_pct": (STEP, 100),
        "floor": (STEP, 10),
        "weight_draws": (100, None),
    },
    "HrContract": {
        "header_row": (1, 50),
        "header_rows": (1, 3),
        "due_days": (1, None),
        "id_width": (2, 30),
        "max_bad_share": (0, 1),
    },
    "Rank": {"grade": (1, 9)},
    "Grade": {"grade": (1, 9)},
    "Continuity": {
        "gone_per_year": (0, 1 - STEP),
        "come_per_year": (0, None),
        "restated": (0, 1),
        "new_words": (0, 1),
    },
    "Measure": {"multiplier": (1, None)},
    "Indicator": {"answered_at_least": (1, None)},
    "Standard": {"year": (1900, 2100)},
    "Known": {"year": (1900, 2200), "least": (0, None), "greatest": (0, None)},
    "Fieldwork": {
        "smallest_cell": (2, None),
        "speeder_share": (STEP, 1 - STEP),
        "straight_line_items": (2, None),
        "duplicate_items": (2, None),
        "duplicate_hours": (1, None),
        "max_unread_pct": (0, 100),
    },
    "Absence": {"share": (0, 1 - STEP), "number": (0, None)},
    "Scenario": {
        "hires_factor": (0, 10),
        "women_share_of_hires": (0, 1),
        "women_separation_factor": (0, 10),
        "men_separation_factor": (0, 10),
    },
    "Target": {"due": (2000, 2100)},
    "Milestone": {"year": (2000, 2100)},
    "Change": {"due": (2000, 2100)},
    "Total": {"n": (0, None)},
    "Margin": {"n": (STEP, None)},
    "ListAge": {"month": (1, None), "year": (1, None)},
}
# model → field → least length of a text or a list
LENGTHS = {
    "Accepted": {"author": 2, "reason": 10},
    "Action": {"what": 10, "owner": 2},
    "Change": {"why": 10, "document": 2},
    "Table": {"columns": 1},
    "Access": {"roles": 1},
    "Composite": {"status": 20, "domains": 2},
    "HrContract": {"delimiter": 1},
    "Known": {"source": 10},
    "Policy": {"flows": 1, "p_levels": 1, "sensitive_levels": 1},
    "RoadMap": {"scenarios": 1},
    "SameMeaning": {"version": 1},
    "Target": {"made_by": 2},
    "Wave": {"name": 1},
    "Withdrawal": {"why": 10, "document": 2},
}
EACH_NUMBER = [(model, field, *ends) for model, fields in NUMBERS.items() for field, ends in fields.items()]
EACH_LENGTH = [(model, field, least) for model, fields in LENGTHS.items() for field, least in fields.items()]


def models():
    """Each model of the catalogue by module and name."""
    modules = [
        importlib.import_module(f"parity.catalogue.{each.name}") for each in pkgutil.iter_modules(parity.catalogue.__path__)
    ]
    return [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, BaseModel) and each.__module__ == module.__name__
    ]


def fields_with(*kinds):
    return [
        (model.__name__, name, info)
        for model in models()
        for name, info in model.model_fields.items()
        if any(isinstance(each, kinds) for each in info.metadata)
    ]


OF_NUMBERS = {(model, name): info for model, name, info in fields_with(bounds.Ge, bounds.Gt, bounds.Le, bounds.Lt)}
OF_LENGTHS = {(model, name): info for model, name, info in fields_with(bounds.MinLen)}


def test_every_bounded_field_is_looked_at():
    known = {(model, field) for model, field, *_ in EACH_NUMBER} | ELSEWHERE
    assert {key for key in OF_NUMBERS if key[0] != "GateLimits"} == known
    assert set(OF_LENGTHS) == {(model, field) for model, field, _ in EACH_LENGTH}


@pytest.mark.parametrize(("model", "field", "least", "most"), EACH_NUMBER)
def test_the_last_value_within_is_allowed_and_the_next_is_not(model, field, least, most):
    info = OF_NUMBERS[model, field]
    of_field = create_model("OfField", value=(info.annotation, info))
    is_whole = info.annotation in (int, int | None)
    step = 1 if is_whole else STEP
    allowed = (least, most if most is not None else 10**6)
    assert [of_field(value=value).model_dump()["value"] for value in allowed] == [*allowed]
    for beyond in [least - step, *([] if most is None else [most + step])]:
        with pytest.raises(ValidationError):
            of_field(value=beyond)


@pytest.mark.parametrize(("model", "field", "least"), EACH_LENGTH)
def test_a_text_or_a_list_that_is_too_short_is_refused(model, field, least):
    lengths = [each.min_length for each in OF_LENGTHS[model, field].metadata if isinstance(each, bounds.MinLen)]
    assert lengths == [least]
