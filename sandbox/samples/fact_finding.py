"""Invented reports on agencies' rules and posts, and what must be found of them.

Rules get better from one year to the next, posts a little. Some answers are not known to whoever reports; one agency sends a year's
rules again and one its first post, after a first form that said otherwise; one agency reports no rules in the first year.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

FORM = "fact_finding"
DEPLOYED = ("2024-12-02",)
YEARS = (2024, 2025)
POSTS = {
    "THA-POL": {"border": 6, "airport": 2, "station": 11, "office": 3},
    "IDN-IMM": {"border": 3, "port": 4, "airport": 5, "office": 2},
    "VNM-CUS": {"port": 2, "office": 1},
    "PHL-CG": {"port": 7, "station": 4},
}
NO_RULES = ("PHL-CG", 2024)
SENT_AGAIN = (("THA-POL", 2025, None), ("IDN-IMM", 2025, 1))
CAPS = {"THA-POL": ("written", 15), "IDN-IMM": ("no", None), "VNM-CUS": ("no", None), "PHL-CG": ("practised", 20)}
LEAVE = {"THA-POL": (14, 100), "IDN-IMM": (12, 100), "VNM-CUS": (26, 100), "PHL-CG": (13, 60)}
IN_FORCE = {"THA-POL": 0.5, "IDN-IMM": 0.65, "VNM-CUS": 0.6, "PHL-CG": 0.45}
AT_THE_POST = {
    "womens_toilets": 0.75,
    "changing_room": 0.6,
    "nursing_room": 0.3,
    "residential": 0.35,
    "womens_accommodation": 0.4,
    "woman_every_shift": 0.3,
}
AT_A_BORDER = ("border", "port", "airport")
UNKNOWN = 0.06
Report = dict[str, str]


def reports(rules: dict[str, list[str]], seed: int) -> list[Report]:
    """The answers, in the order in which they are sent; where two answer the same question, the later counts. `rules`: questions by indicator."""
    sent: list[Report] = []
    for agency, kinds in POSTS.items():
        rng = random.Random(f"{seed}/facts/{agency}")
        in_force = {item: rng.random() for items in rules.values() for item in items}
        places = [(kind, rng.choice(("lt10", "10-20", "21-50", "51-100"))) for kind, n in kinds.items() for _ in range(n)]
        equipped = [{item: rng.random() for item in AT_THE_POST} for _ in places]
        for year in YEARS:
            better = 0.1 * (year - YEARS[0])
            if (agency, year) != NO_RULES:
                sent += _twice(_rules(rng, agency, year, in_force, better), (agency, year, None))
            for number, ((kind, band), luck) in enumerate(zip(places, equipped, strict=True), 1):
                found = {item: _yes(luck[item] < share + better, rng) for item, share in AT_THE_POST.items()}
                if found["residential"] != "yes":
                    del found["womens_accommodation"]
                of = {"subject": "post", "agency": agency, "period_year": str(year), "post_no": str(number)}
                sent += _twice(of | {"post_type": kind, "staff_band": band} | found, (agency, year, number))
    return sorted(sent, key=lambda report: report["period_year"])


def _rules(rng: random.Random, agency: str, year: int, luck: dict[str, float], better: float) -> Report:
    (cap, height), (weeks, pay) = CAPS[agency], LEAVE[agency]
    found = {"intake_cap": cap, "maternity_weeks": str(weeks), "maternity_pay_pct": str(pay)}
    found |= {"intake_cap_pct": str(height)} if height else {}
    found |= {item: _yes(draw < IN_FORCE[agency] + better, rng) for item, draw in luck.items()}
    if found["plan_in_force"] == "no":
        found |= {"plan_budget": "no", "plan_report": "no"}
    return {"subject": "policies", "agency": agency, "period_year": str(year)} | found


def _yes(is_so: bool, rng: random.Random) -> str:
    return "unknown" if rng.random() < UNKNOWN else "yes" if is_so else "no"


def _twice(report: Report, about: tuple[str, int, int | None]) -> Iterator[Report]:
    if about in SENT_AGAIN:
        turned = {"yes": "no", "no": "yes"}
        yield {item: turned.get(answer, answer) for item, answer in report.items()}
    yield report


def records(sent: list[Report], asset: dict[str, Any]) -> list[dict[str, Any]]:
    """Submissions without `_id` and uuids, one an hour from the January after the year that they tell of."""
    [version] = asset["versions"]
    paths = {row["name"]: row["$xpath"] for row in version["content"]["survey"] if "name" in row}
    made = []
    for number, report in enumerate(sent):
        start = dt.datetime(int(report["period_year"]) + 1, 1, 10, 9) + dt.timedelta(hours=number)
        end = start + dt.timedelta(minutes=12)
        moments = {"start": f"{start:%Y-%m-%dT%H:%M:%S}.000+07:00", "end": f"{end:%Y-%m-%dT%H:%M:%S}.000+07:00"}
        answers = {path: report[name] for name, path in paths.items() if name in report}
        sent_at = f"{end - dt.timedelta(hours=7):%Y-%m-%dT%H:%M:%S}"
        made.append(
            {**moments, "today": f"{start:%Y-%m-%d}", **answers, "__version__": version["uid"], "_submission_time": sent_at}
        )
    return made


def truth(sent: list[Report], rules: dict[str, list[str]]) -> dict[str, Any]:
    """By agency, year and indicator: [what is met, of what is known], a score as [score, 1]; nothing where too little is known."""
    newest = {(r["agency"], r["period_year"], r["subject"], r.get("post_no")): r for r in sent}
    found: dict[str, Any] = {}
    for (agency, year, subject, _), report in newest.items():
        cells = found.setdefault(agency, {}).setdefault(year, {})
        if subject == "policies":
            cells["REC-05"] = [int(report["intake_cap"] in ("written", "practised")), 1]
            weeks, pay = int(report["maternity_weeks"]), int(report["maternity_pay_pct"])
            cells["WLC-01"] = [min(1, weeks / 14) * min(1, pay / 100 / 0.667), 1]
            for code, items in rules.items():
                answers = [report[item] for item in items]
                n_known = answers.count("yes") + answers.count("no")
                if 2 * n_known >= len(items):
                    cells[code] = [answers.count("yes"), n_known]
        else:
            for code, met in _met(report).items():
                if met is not None:
                    cell = cells.setdefault(code, [0, 0])
                    cell[0], cell[1] = cell[0] + met, cell[1] + 1
    return found


def _met(report: Report) -> dict[str, bool | None]:
    """Whether a post has what each indicator asks for, None where that does not follow."""
    both = [report["womens_toilets"], report["changing_room"]]
    lives = {"yes": report.get("womens_accommodation"), "no": "yes"}.get(report["residential"], "unknown")
    found = {"INF-01": _all(both), "INF-02": _all([report["nursing_room"], lives])}
    return found | ({"VIC-03": _all([report["woman_every_shift"]])} if report["post_type"] in AT_A_BORDER else {})


def _all(answers: Sequence[str | None]) -> bool | None:
    return False if "no" in answers else True if set(answers) == {"yes"} else None
