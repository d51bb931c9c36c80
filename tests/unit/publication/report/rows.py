"""Published rows about an invented agency, as the views would give them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from publication.report.read import Place, Published

POLICE = Place("THA", "THA-POL", "Thailand Police (synthetic)")
RELEASE = {
    "release_id": 7,
    "published_at": dt.datetime(2026, 11, 27, 9, 0, tzinfo=dt.UTC),
    "catalogue_version": "2026.4",
    "provenance_note": "Synthetic data: invented people and answers.",
}
PLACE = {"country_code": "THA", "country_name": "Thailand", "agency_code": "THA-POL", "agency_name": POLICE.name}


def figure(code: str, year: int, estimate: float | None, **changes: Any) -> dict[str, Any]:
    return {
        "indicator_code": code, "indicator_name": "Women's share of personnel", "domain_no": 1, "domain_name": "Representation", "unit": "pct",
        "target_text": "30 % by 2030 (30x30)", "gender": "all", "period_year": year, "estimate": estimate, "ci_low": None, "ci_high": None,
        "status": "rounded" if estimate is not None else "suppressed", "suppression_reason": None, "unavailable_reason": None,
        "quality_flag": None, "n_agencies": None, "n_agencies_missing": None,
    } | changes  # fmt: skip


TRUST = {
    "indicator_name": "Trust in the complaint system",
    "domain_no": 8,
    "domain_name": "Harassment and complaint handling",
    "target_text": ">= 75 %",
}
FIGURES = [
    figure("REP-01", 2022, 12.4), figure("REP-01", 2023, 12.7), figure("REP-01", 2024, 13.2), figure("REP-01", 2025, 13.4),
    figure("RET-04", 2025, 1.27, unit="ratio", indicator_name="Ratio of separation rates", domain_name="Retention and attrition", domain_no=3,
           ci_low=0.91, ci_high=1.78, target_text="1"),
    figure("HAR-03", 2025, 62.0, ci_low=57.0, ci_high=67.0, quality_flag="response rate under 30 %: read with care", **TRUST),
    figure("HAR-03", 2025, 48.0, ci_low=41.0, ci_high=55.0, gender="woman", **TRUST),
    figure("HAR-03", 2025, None, status="bounded", ci_low=0.0, ci_high=8.0, gender="man", **TRUST),
    figure("PRO-01", 2025, None, indicator_name="Women in command", suppression_reason="fewer than 10 staff"),
    figure("DEP-06", 2025, None, indicator_name="Kit that fits", status="not available", unavailable_reason="not available: needs answers"),
]  # fmt: skip
PROMISE = PLACE | {
    "target": "tha_30_by_30", "indicator_code": "REP-01", "indicator_name": "Women's share of personnel", "unit": "pct", "direction": "up",
    "level": "agency", "provenance": "synthetic", "framework": "asean_rpa_wps",
    "framework_label": "ASEAN Regional Plan of Action on Women, Peace and Security", "made_by": "Invented: Commissioner-General's office",
    "made_date": dt.date(2023, 3, 8), "source_text": "Invented: pledge 30 % by 2030", "first_value": 35.0, "first_due_year": 2029,
    "target_value": 30.0, "due_year": 2030, "state": "behind", "period_year": 2025, "current_value": 13.4, "ci_low": None, "ci_high": None,
    "words": "Behind: 13.4 % in 2025, where the milestone is 20 %. Promised: 30 % by the end of 2030.", "base_year": 2022, "base_value": 12.4,
    "expected_value": 20.0, "withdrawn_date": None, "withdrawn_why": None, "withdrawn_document": None, "is_in_catalogue": True,
}  # fmt: skip
MISSED = PROMISE | {
    "target": "tha_15_by_25", "target_value": 15.0, "due_year": 2025, "first_value": 15.0, "first_due_year": 2025, "state": "missed",
    "base_year": None, "base_value": None, "words": "Missed: 13.4 % at the end of 2025; 15 % was promised.",
}  # fmt: skip
UNKNOWN = PROMISE | {
    "target": "tha_command", "indicator_code": "PRO-01", "indicator_name": "Women in command", "state": "not known", "target_value": 20.0,
    "due_year": 2032, "first_value": 20.0, "first_due_year": 2032, "base_year": None, "base_value": None, "current_value": None,
    "words": "Not known: the figure of 2025 is withheld (fewer than 10 staff).",
}  # fmt: skip
MILESTONES = [
    PLACE | {"target": "tha_30_by_30", "milestone_year": year, "milestone_value": value, "unit": "pct", "state": state, "current_value": current}
    for year, value, state, current in ((2025, 20.0, "missed", 13.4), (2027, 25.0, "to come", None))
]  # fmt: skip
CHANGES = [
    PLACE | {
        "target": "tha_30_by_30", "unit": "pct", "change_no": 1, "changed_date": dt.date(2024, 5, 2), "value_before": 35.0, "value_after": 30.0,
        "due_before": 2029, "due_after": 2030, "why": "The five-year budget allows fewer new posts", "document": "Invented: decree 7/2024",
        "is_stated": True,
    }
]  # fmt: skip


def action(name: str, due: dt.date, state: str, **changes: Any) -> dict[str, Any]:
    return PLACE | {
        "target": "tha_30_by_30", "action": name, "sort_order": 0, "what": "Open the entry examination to women in all units",
        "owner": "Invented: Recruitment division", "due_date": due, "state": state, "evidence": None, "why": None,
    } | changes  # fmt: skip


ACTIONS = [
    action("quota", dt.date(2025, 6, 30), "done", evidence="https://example.org/order-12"),
    action("posts", dt.date(2026, 6, 30), "planned"),
    action("childcare", dt.date(2027, 12, 31), "under_way", what="Open childcare rooms at the ten largest stations"),
    action("height", dt.date(2025, 12, 31), "dropped", why="The rule stands in a law"),
]
SCENARIOS = [
    PLACE | {"target": target, "scenario": name, "scenario_label": label, "words": words}
    for target in ("tha_30_by_30", "tha_15_by_25")
    for name, label, words in (
        ("current", "Flows as they are", "Never: with these flows it levels off at 18 %. By the end of 2030 it would be 15 %."),
        ("half", "Half of those hired are women", "Off track: 30 % is reached in 2035, 5 years late. It does not last: the share peaks at 30.7 % in 2044,"
         " is below 30 % again from 2052 and levels off at 28 %."),
    )
]  # fmt: skip
LINES = [
    {"target": "tha_30_by_30", "scenario": "current", "period_year": year, "value": 13.4 + 0.3 * (year - 2025)} for year in range(2025, 2041)
]  # fmt: skip


def published(**changes: Any) -> Published:
    series = [PLACE | row for row in FIGURES if row["gender"] == "all" and row["estimate"] is not None]
    given: dict[str, Any] = {
        "place": POLICE, "release": RELEASE, "provenance": "synthetic", "figures": FIGURES, "promises": [MISSED, PROMISE, UNKNOWN],
        "milestones": MILESTONES, "changes": CHANGES, "actions": ACTIONS, "scenarios": SCENARIOS, "lines": LINES, "series": series,
    }  # fmt: skip
    return Published(**given | changes)
