"""What figures count of registers, as the policy says it, is what dbt's models count: else a correction would be held against the wrong rows."""

from __future__ import annotations

import re
from typing import get_args

import pytest
import yaml

from parity.catalogue import CatalogueError
from parity.catalogue.hr_terms import EventType
from parity.catalogue.loader import read_list
from parity.catalogue.models import Indicator
from parity.catalogue.policy import load_policy
from parity.catalogue.registers import words_of
from parity.settings import REPOSITORY

CATALOGUE, MODELS = REPOSITORY / "catalogue", REPOSITORY / "dbt" / "models"
POLICY = load_policy(CATALOGUE)
OF_PEOPLE = {"grade_band", "tenure_band", "grade_from"}  # breakdowns by what a person is, not by what the row of a register says


def sql(folder, name="*"):
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((MODELS / folder).rglob(f"{name}.sql")))


def counted(register):
    return {frozenset(words_of(register, each)) for each in POLICY.registers[register].values()}


def test_events_are_counted_as_in_the_models():
    """A type of event that a model of an indicator names is one count, of all words that staging and core take for it."""
    words = {each: {each} for each in get_args(EventType)}
    (reasons,) = re.findall(r'reasons = "\(([^)]*)\)"', sql("staging/hr", "stg_hr__event"))
    words["separation"] |= set(re.findall(r"\w+", reasons))
    for word, kind in re.findall(r"when event_type = '(\w+)' then '(\w+)'", sql("core", "fct_staff_event")):
        words[kind] |= {word}
    types = set(re.findall(r"event_type = '(\w+)'", sql("indicators")))
    assert {"hire", "separation", "promotion"} <= types
    assert counted("events") == {frozenset(words[kind]) for kind in types}


def test_stages_courses_and_complaints_are_counted_as_in_the_models():
    text = sql("indicators", "ind_hr__*")
    assert {word for words in counted("applicants") for word in words} == set(re.findall(r"stage = '(\w+)'", text))
    kinds = {frozenset(re.findall(r"\w+", named)) - {""} for named in re.findall(r"complaint_type in \(([^)]*)\)", text)}
    assert kinds < counted("complaints")
    assert len(counted("training")) == 1, "hours of all courses are counted, and each by itself"


def test_what_figures_of_flows_are_broken_down_by_is_counted_apart():
    flows = [each for each in read_list(CATALOGUE / "indicators.yml", Indicator) if each.id in POLICY.flows]
    named = {split for each in flows for split in each.disagg or ()}
    apart = {each.apart for counts in POLICY.registers.values() for each in counts.values() if each.apart}
    assert named - OF_PEOPLE == apart - {"in_time"}


def test_whoever_comes_and_leaves_has_the_names_that_the_stock_follows_from():
    """publication/spell_years.py and told_otherwise.py know these two."""
    for change in POLICY.over_time.values():
        assert {change.plus, change.minus} == {"hires", "leavers"} <= POLICY.registers["events"].keys()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"training": None}, "say under 'training' what figures count of it"),
        ({"events": {"hires": {"words": ["hired"]}}}, "'hired' under events, hires, is no word of a register. Did you mean 'hire'?"),
        ({"complaints": {"complaints": {}}}, "no row of a register is said to be of 'complaints to close', which HAR-06 counts"),
        ({"events": {"hires": {}, "leavers": {"words": ["separation"], "apart": "reason_group"}}}, "RET-03 counts leavers by reason_group"),
        ({"events": {"hires": {}, "leavers": {}}}, "RET-03 counts leavers by reason_group: say so with `apart`"),
    ],
)  # fmt: skip
def test_a_policy_that_forgets_what_figures_count_is_refused_with_its_remedy(tmp_path, changes, why):
    policy = yaml.safe_load((CATALOGUE / "disclosure.yml").read_text(encoding="utf-8"))
    policy["registers"] = {name: counts for name, counts in (policy["registers"] | changes).items() if counts is not None}
    (tmp_path / "disclosure.yml").write_text(yaml.safe_dump(policy), encoding="utf-8")
    with pytest.raises(CatalogueError) as refused:
        load_policy(tmp_path)
    assert why in str(refused.value)
