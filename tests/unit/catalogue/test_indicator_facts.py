"""The page of indicators: each fact of an indicator is told where it has one, and not where it has none."""

from types import SimpleNamespace

import pytest

from parity.catalogue.indicators import Breakdown, Indicator
from parity.catalogue.models import Catalogue
from parity.catalogue.reference_page import _entry

BREAKDOWNS = {name: Breakdown(name=f"by {name}", needs="x") for name in ("gender", "grade", "unit")}
STANDARD = {"document": "Book", "table": "Table 3", "year": 1999, "says": "what is fair"}
CATALOGUE = SimpleNamespace(breakdowns=BREAKDOWNS, survey_items={"a": "Is it fair?", "b": "Is it unfair?"})


def indicator(**changes):
    said = {
        "id": "CUL-01",
        "tier": "core",
        "domain": 1,
        "name": "Fairness",
        "source": "survey",
        "formula": "f",
        "unit": "pct",
        "dir": "up",
    }
    return Indicator.model_validate(said | {"target": "t", "ref": "r", "needs": "n", "items": ["a", "b"]} | changes)


def told(**changes):
    return "\n".join(_entry(indicator(**changes), CATALOGUE))


@pytest.mark.parametrize(("changes", "fact"), [
    ({"reference_value": "share of men"}, "Compare it with `reference_value`: share of men."), ({"disagg": ["gender", "grade"]}, "Broken down by by gender; by grade."),
    ({"lacks": {"unit": "a map"}}, "- Not yet by by unit (needs a map)."), ({"disagg": ["gender"], "lacks": {"unit": "m"}}, "by gender. Not yet by by unit (needs m)."),
    ({"reversed": ["b"]}, "`b` (turned round): Is it unfair?"), ({"answers": {"y": 1, "n": 0}}, "Counts: `y`; does not: `n`; any other"),
    ({"answered_at_least": 2}, "Of those who answered at least 2 of the 2."), ({"opt_in": {"item": "a", "answer": "y"}}, "Only those who were willing (`a`)"),
    ({"among": "CUL-02"}, "Among those who count in the numerator of CUL-02."), ({"sensitive": True}, "Sensitive: on 30 answers at least"),
    ({"tier": "ext"}, "### CUL-01 Fairness (ext)"), ({"population": "officers"}, "Counts officers. Of the survey's wave."),
    ({"period": "a day"}, "Of a day."), ({"standards": [STANDARD], "differs": "nothing"}, "- Standard: Book, Table 3 (1999).\n- Differs: nothing."),
])  # fmt: skip
def test_a_fact_is_told_where_there_is_one(changes, fact):
    assert fact in told(**changes) and fact not in told()


def test_an_indicator_is_told_with_its_definition_unit_and_questions():
    assert told().splitlines() == [
        "### CUL-01 Fairness", "", "- **f**", "- Unit: pct; higher is better. Target: t.", "- From the questionnaire. Needs n.",
        "- Counts respondents of the wave who answered; 'don't know' and 'prefer not to say' are no answer. Of the survey's wave.", "- After: r.",
        "- `a`: Is it fair?", "- `b`: Is it unfair?",
    ]  # fmt: skip


def test_whoever_counts_among_others_fulfils_their_conditions_too():
    first = indicator(id="CUL-02", opt_in={"item": "a", "answer": "y"})
    second, third = (
        indicator(id="CUL-03", among="CUL-02"),
        indicator(id="CUL-04", among="CUL-03", opt_in={"item": "b", "answer": "n"}),
    )
    catalogue = SimpleNamespace(indicators=[first, second, third])
    catalogue.conditions = lambda one: Catalogue.conditions(catalogue, one)
    found = {one.id: [(c.item, c.answer, c.indicator) for c in catalogue.conditions(one)] for one in catalogue.indicators}
    assert found == {
        "CUL-02": [("a", "y", None)], "CUL-03": [("a", "y", None), (None, None, "CUL-02")],
        "CUL-04": [("b", "n", None), ("a", "y", None), (None, None, "CUL-02"), (None, None, "CUL-03")],
    }  # fmt: skip
