"""What is wrong with a promise is told with its file, line, name and field, and with what to write instead."""

import shutil

import pytest

from parity.catalogue import load_catalogue
from tests.unit.catalogue.edited import CATALOGUE, faults

PROMISE = """  - name: pledge
    indicator: REP-01
    agency: THA-POL
    value: 30
    due: 2030
    made_by: the cabinet
    made_on: 2024-03-08
    source: a plan
    framework: cedaw
"""
MORE = {
    "milestones": "    milestones: [{year: 2026, value: 20}, {year: 2028, value: 25}]\n",
    "actions": "    actions:\n      - {name: quota, what: Open the examination, owner: Recruitment, due: 2026-06-30, state: planned}\n",
    "history": "    history:\n      - {changed_on: 2025-01-01, value: 35, due: 2028, why: the budget was cut, document: decree 7}\n",
    "withdrawn": "    withdrawn: {since: 2026-01-01, why: another plan replaced it, document: decree 9}\n",
}
BEFORE = "scenarios:\n  - {name: current, label: As they are}\ntargets:\n"


@pytest.fixture
def checked(tmp_path):
    """A function that gives the faults of a road map with this promise alone."""
    folder = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE, folder)

    def found(text):
        (folder / "targets.yml").write_text(BEFORE + text, encoding="utf-8")
        return [fault.replace(f"{folder}/", "") for fault in faults(folder)]

    return found


WRONG = {
    "due before it was made": ("", "due: 2030", "due: 2023", 8, "due: 2023 is before the promise was made (2024-03-08). Correct `due` or"),
    "no per cent": ("", "value: 30", "value: 130", 7, "value: 130 is no per cent, as REP-01 is measured in. Give a number from 0 to 100."),
    "no per cent below": ("", "value: 30", "value: -1", 7, "value: -1 is no per cent"),
    "milestone when it is due": ("milestones", "year: 2028", "year: 2030", 13, "milestones.1.year: 2030 is not between 2024, when the"),
    "milestone before it was made": ("milestones", "year: 2026", "year: 2023", 13, "milestones.0.year: 2023 is not between 2024, when"),
    "milestone twice": ("milestones", "year: 2028", "year: 2026", 13, "milestones.1.year: 2026 comes after 2026. Give each year once"),
    "milestone backwards": ("milestones", "value: 20", "value: 26", 13, "milestones.0.value: 26 is beyond what follows it, 25"),
    "milestone beyond": ("milestones", "value: 25", "value: 31", 13, "milestones.1.value: 31 is beyond what follows it, 30"),
    "milestone of no per cent": ("milestones", "value: 20", "value: -2", 13, "milestones.0.value: -2 is no per cent"),
    "action before it was made": ("actions", "2026-06-30", "2023-06-30", 14, "actions.0.due: 2023-06-30 is before the promise was made"),
    "done without evidence": ("actions", "planned", "done", 14, "actions.0.state: done without evidence. Add `evidence`"),
    "dropped without a reason": ("actions", "planned", "dropped", 14, "actions.0.state: dropped without a reason. Add `why`."),
    "unknown state": ("actions", "planned", "under way", 14, "targets.0.actions.0.state: Input should be 'planned'"),
    "change before it was made": ("history", "2025-01-01", "2023-01-01", 14, "history.0.changed_on: 2023-01-01 is before the promise was"),
    "change of nothing": ("history", "value: 35, due: 2028, ", "", 14, "history.0: says neither which value nor which year was promised"),
    "change to the same": ("history", "value: 35", "value: 30", 14, "history.0.value: 30 is what was promised after the change, too"),
    "change to the same year": ("history", "due: 2028", "due: 2030", 14, "history.0.due: 2030 is what was promised after the change, too"),
    "former value of no per cent": ("history", "value: 35", "value: 350", 14, "history.0.value: 350 is no per cent"),
    "withdrawn before it was made": ("withdrawn", "2026-01-01", "2022-01-01", 13, "withdrawn.since: 2022-01-01 is before the promise was"),
    "empty author": ("", "made_by: the cabinet", "made_by: ''", 9, "targets.0.made_by: String should have at least 2"),
    "misspelt framework": ("", "cedaw", "cedav", 12, "Did you mean 'cedaw'?"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_fault_is_told_with_line_promise_field_and_remedy(checked, what):
    part, old, new, line, words = WRONG[what]
    text = PROMISE + MORE.get(part, "")
    assert old in text
    told = checked(text.replace(old, new, 1))
    assert any(fault.startswith(f"targets.yml:{line}: ") and words in fault for fault in told), told
    assert len(told) == 1


def test_a_promise_with_all_its_parts_has_no_fault(checked):
    assert checked(PROMISE + "".join(MORE.values())) == []


OF_BEFORE = (
    PROMISE.replace("    made_by: the cabinet\n", "")
    .replace("    made_on: 2024-03-08\n", "")
    .replace("    framework: cedaw\n", "")
)


def test_a_promise_of_before_these_fields_is_read_and_its_author_is_not_stated(checked, tmp_path):
    assert checked(OF_BEFORE + "".join(MORE.values())) == []
    [target] = load_catalogue(tmp_path / "catalogue").road_map.targets
    assert (target.made_by, target.made_on, target.framework) == ("Not stated", None, "not_stated")
    [told] = checked(OF_BEFORE + MORE["milestones"].replace("2028", "2030"))
    assert "milestones.1.year: 2030 is not between the day of the promise, and 2030, when it is due." in told


def test_an_action_stands_once_in_its_promise_and_may_stand_in_another(checked):
    twice = PROMISE + MORE["actions"] + MORE["actions"].partition("\n")[2]
    [told] = checked(twice)
    assert "promise 'pledge', actions.1.name: 'quota' stands here twice. Give each action of a promise a name of its own." in told
    other = PROMISE.replace("pledge", "other")
    assert checked(PROMISE + MORE["actions"] + other + MORE["actions"]) == []


def test_changes_stand_in_their_order_and_each_says_what_was_before(checked):
    later = "      - {changed_on: 2024-06-01, value: 33, why: the budget was cut, document: decree 8}\n"
    [told] = checked(PROMISE + MORE["history"] + later)
    assert "history.1.changed_on: 2024-06-01 comes after 2025-01-01. Give each day once, the earliest first." in told
    assert checked(PROMISE + MORE["history"] + later.replace("2024-06-01", "2025-06-01")) == []


def test_milestones_of_what_should_fall_go_down(checked):
    falling = PROMISE.replace("REP-01", "RET-01").replace("value: 30", "value: 3")
    down = "    milestones: [{year: 2026, value: 5}, {year: 2028, value: 4}]\n"
    assert checked(falling + down) == []
    [told] = checked(falling + down.replace("value: 4", "value: 2"))
    assert "milestones.1.value: 2 is beyond what follows it, 3: RET-01 should go down." in told


def test_the_invented_promises_show_each_kind_of_entry():
    targets = load_catalogue(CATALOGUE).road_map.targets
    assert all(target.source.startswith("Invented: ") and target.made_by.startswith("Invented: ") for target in targets)
    assert {action.state for target in targets for action in target.actions} == {"planned", "under_way", "done", "dropped"}
    assert any(target.history for target in targets) and any(target.withdrawn for target in targets)
    assert any(target.milestones for target in targets)
