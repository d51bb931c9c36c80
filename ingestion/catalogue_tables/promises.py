"""The tables of the road map: scenarios, what is promised now, and each promise ever made with its milestones, changes and actions.

`target` holds what figures are projected to: a promise that was withdrawn is in `promise` alone.
"""

from __future__ import annotations

from ingestion.catalogue_tables.table import Table
from parity.catalogue.targets import FRAMEWORKS, Target

PROMISED = {
    "target": lambda target: target.name,
    "indicator_code": lambda target: target.indicator,
    "agency_code": lambda target: target.agency or "all",
    "country_code": lambda target: target.country,
    "target_value": lambda target: target.value,
    "due_year": lambda target: target.due,
    "source_text": lambda target: target.source,
}


def _withdrawn(target: Target, field: str) -> object:
    return getattr(target.withdrawn, field) if target.withdrawn else None


PROMISES = (
    Table(
        "scenario",
        lambda catalogue: enumerate(catalogue.road_map.scenarios),
        {
            "scenario": lambda _, scenario: scenario.name,
            "label": lambda _, scenario: scenario.label,
            "sort_order": lambda number, _: number,
            "hires_factor": lambda _, scenario: scenario.hires_factor,
            "women_share_of_hires": lambda _, scenario: scenario.women_share_of_hires,
            "women_separation_factor": lambda _, scenario: scenario.women_separation_factor,
            "men_separation_factor": lambda _, scenario: scenario.men_separation_factor,
            "women_leave": lambda _, scenario: scenario.women_leave,
        },
    ),
    Table(
        "target",
        lambda catalogue: (target for target in catalogue.road_map.targets if target.withdrawn is None),
        PROMISED,
    ),
    Table(
        "promise",
        lambda catalogue: catalogue.road_map.targets,
        {
            **PROMISED,
            "made_by": lambda target: target.made_by,
            "made_date": lambda target: target.made_on,
            "framework": lambda target: target.framework,
            "framework_label": lambda target: FRAMEWORKS[target.framework],
            "withdrawn_date": lambda target: _withdrawn(target, "since"),
            "withdrawn_why": lambda target: _withdrawn(target, "why"),
            "withdrawn_document": lambda target: _withdrawn(target, "document"),
        },
    ),
    Table(
        "milestone",
        lambda catalogue: ((target, milestone) for target in catalogue.road_map.targets for milestone in target.milestones),
        {
            "target": lambda target, _: target.name,
            "milestone_year": lambda _, milestone: milestone.year,
            "milestone_value": lambda _, milestone: milestone.value,
        },
    ),
    Table(
        "promise_change",
        lambda catalogue: ((target, change) for target in catalogue.road_map.targets for change in target.history),
        {
            "target": lambda target, _: target.name,
            "changed_date": lambda _, change: change.changed_on,
            "value_before": lambda _, change: change.value,
            "due_before": lambda _, change: change.due,
            "why": lambda _, change: change.why,
            "document": lambda _, change: change.document,
        },
    ),
    Table(
        "action",
        lambda catalogue: (
            (target, number, action) for target in catalogue.road_map.targets for number, action in enumerate(target.actions)
        ),
        {
            "target": lambda target, *_: target.name,
            "action": lambda *parts: parts[-1].name,
            "sort_order": lambda _, number, __: number,
            "what": lambda *parts: parts[-1].what,
            "owner": lambda *parts: parts[-1].owner,
            "due_date": lambda *parts: parts[-1].due,
            "state": lambda *parts: parts[-1].state,
            "evidence": lambda *parts: parts[-1].evidence,
            "why": lambda *parts: parts[-1].why,
        },
    ),
)
