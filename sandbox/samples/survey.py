"""Invented answers to the workplace-culture questionnaire: a population that knows its truth, and a sample drawn from it.

Each agency's staff at mid-2025 holds an opinion on every scale item; respondents are a simple random sample without
replacement of each agency. Some do not consent, some say "don't know" (88) or "prefer not to say" (99), and a fifth
answer the form's first version. Records are shaped as API v2 returns them: every answer is text, in the form's order.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from sandbox.samples.kobo_form import DEPLOYED, RENAMED_IN_V2, stable_id, stable_uuid
from sandbox.samples.people import Person

REFERENCE_DAY = dt.date(2025, 6, 30)
SAMPLE_SIZES = {
    "THA-POL": 1250,
    "IDN-IMM": 900,
    "VNM-CUS": 700,
    "PHL-CG": 650,
    "THA-SI": 480,
    "IDN-BM": 340,
    "VNM-AS": 360,
    "PHL-MU": 440,
}
UTC_OFFSET = {"PHL-CG": 8, "PHL-MU": 8}
SCALES = ("agree5", "likely5")
BASE = {
    "promo_merit": 0.46,
    "sup_balance": 0.66,
    "report_fair": 0.55,
    "report_safe": 0.48,
    "lead_commit": 0.58,
    "lead_account": 0.44,
    "respect": 0.78,
    "included": 0.64,
}
WOMEN_SHIFT = {
    "promo_merit": -0.10,
    "sup_balance": -0.04,
    "report_fair": -0.12,
    "report_safe": -0.15,
    "lead_commit": -0.10,
    "lead_account": -0.08,
    "respect": -0.07,
    "included": -0.13,
}
AGENCY_SHIFT = {
    "THA-POL": -0.04,
    "IDN-IMM": 0.05,
    "VNM-CUS": 0.01,
    "PHL-CG": 0.03,
    "THA-SI": 0.02,
    "IDN-BM": -0.01,
    "VNM-AS": -0.03,
    "PHL-MU": 0.04,
}
BAND_SHIFT = {"junior": -0.03, "middle": 0.02, "senior": 0.12}
BANDS = ("junior", "middle", "senior")
AGES = ((25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"))
BEHAVIOURS, OFTEN = ("h1", "h2", "h3", "h4", "h5"), ("never", "once", "few", "many")
TENURES = ((2, "lt2"), (6, "2-5"), (11, "6-10"), (21, "11-20"))


def band(grade: int) -> str:
    return BANDS[(grade - 1) // 3]


def scale_items(content: dict[str, Any]) -> list[str]:
    return [row["name"] for row in content["survey"] if row.get("select_from_list_name") in SCALES]


def _opinion(rng: random.Random, agency: str, gender: str, grade_band: str, item: str) -> int:
    """An answer from 1 to 5; 4 and 5 with the probability that the shifts give."""
    share = BASE.get(item, 0.5) + AGENCY_SHIFT[agency] + BAND_SHIFT[grade_band]
    share += WOMEN_SHIFT.get(item, -0.02) if gender == "woman" else 0
    if rng.random() < share:
        return 5 if rng.random() < 0.35 else 4
    return rng.choices((1, 2, 3), (2, 3, 4))[0]


def population(agency: str, people: list[Person], items: list[str], seed: int) -> list[dict[str, Any]]:
    """Everybody in post at mid-2025 with the answer that they would give to each item."""
    rng = random.Random(f"{seed}/opinions/{agency}")
    lived = random.Random(f"{seed}/behaviour/{agency}")
    members = []
    for person in people:
        if person.is_in_post(REFERENCE_DAY):
            grade_band = band(person.grade_on(REFERENCE_DAY))
            gender = {"missing": "pnts"}.get(person.gender, person.gender)
            answers = {item: _opinion(rng, agency, gender, grade_band, item) for item in items}
            met = _unwanted_behaviour(lived, gender)
            members.append({"agency": agency, "person": person, "sex": gender, "grade_band": grade_band, **answers, **met})
    return members


def draw(members: list[dict[str, Any]], n: int, asset: dict[str, Any], seed: int) -> list[dict[str, Any]]:
    """The records of one agency's sample of `n`, without `_id` and uuids, which the server gives in order of arrival."""
    agency = members[0]["agency"]
    rng = random.Random(f"{seed}/sample/{agency}")
    return [_record(rng, member, asset) for member in rng.sample(members, min(n, len(members)))]


def arrive(records: list[dict[str, Any]], asset: dict[str, Any]) -> list[dict[str, Any]]:
    """Complete records in the order in which they arrived."""
    ordered = sorted(records, key=lambda record: record["_submission_time"])
    return [_received(number, record, asset) for number, record in enumerate(ordered, 1)]


def _received(number: int, record: dict[str, Any], asset: dict[str, Any]) -> dict[str, Any]:
    root = stable_uuid(asset["uid"], number)
    formhub = stable_id("", asset["uid"], "formhub", length=32)
    return (
        {"_id": number, "formhub/uuid": formhub}
        | record
        | {
            "meta/instanceID": f"uuid:{root}",
            "meta/rootUuid": f"uuid:{root}",
            "_xform_id_string": asset["uid"],
            "_uuid": root,
            "_attachments": [],
            "_status": "submitted_via_web",
            "_geolocation": [None, None],
            "_validation_status": {},
            "_submitted_by": None,
        }
    )


def _record(rng: random.Random, member: dict[str, Any], asset: dict[str, Any]) -> dict[str, Any]:
    version = 1 if rng.random() < 0.2 else 2
    opened, days = dt.datetime.fromisoformat(DEPLOYED[version - 1]), 19 if version == 1 else 100
    start = opened + dt.timedelta(days=rng.randrange(days), minutes=rng.randrange(7 * 60, 22 * 60))
    end = start + dt.timedelta(seconds=max(150, int(rng.gauss(560, 140))))
    offset = UTC_OFFSET.get(member["agency"], 7)
    given = {
        "start": f"{start:%Y-%m-%dT%H:%M:%S}.000+{offset:02}:00",
        "end": f"{end:%Y-%m-%dT%H:%M:%S}.000+{offset:02}:00",
        "today": f"{start:%Y-%m-%d}",
    }
    given |= {"consent": "no"} if rng.random() < 0.02 else {"consent": "yes", "eligible": "yes"} | _answers(rng, member)
    deployed = asset["versions"][version - 1]
    current = {old: new for new, old in RENAMED_IN_V2.items()}
    asked = ((row["$xpath"], current.get(row["name"], row["name"])) for row in deployed["content"]["survey"] if "name" in row)
    return {path: given[name] for path, name in asked if name in given} | {
        "__version__": deployed["uid"],
        "_submission_time": f"{end - dt.timedelta(hours=offset):%Y-%m-%dT%H:%M:%S}",
    }


def _answers(rng: random.Random, member: dict[str, Any]) -> dict[str, str]:
    """One person's answers by question; questions that the form does not show them are absent."""
    person: Person = member["person"]
    answers = {
        "sex": member["sex"] if rng.random() > 0.01 else "pnts",
        "age_band": _step(AGES, (REFERENCE_DAY - person.birth).days / 365.25, "55+"),
        "agency": member["agency"],
        "sworn": "sworn" if person.is_sworn else "civilian",
        "grade_band": member["grade_band"],
        "tenure_band": _step(TENURES, (REFERENCE_DAY - person.hired).days / 365.25, "gt20"),
        "function": person.function,
        "border_post": "yes" if person.function == "border" or rng.random() < 0.15 else "no",
        "caring": rng.choice(("none", "children", "adult", "both", "pnts")),
        "tip_trained": rng.choice(("lt1y", "1-3y", "gt3y", "never")),
        "know_channel": rng.choice(("yes", "no", "unsure")),
        "what_one_change": " ".join(f"c{n}" for n in sorted(rng.sample(range(1, 11), 2))),
    }
    for item, opinion in member.items():
        if not isinstance(opinion, int) or (item in ("uniform_fit", "ppe_fit") and not person.is_sworn):
            continue
        chance = rng.random()
        answers[item] = "88" if chance < 0.02 else "99" if chance < 0.035 else str(opinion)
    return answers | _told(rng, member)


def _unwanted_behaviour(rng: random.Random, gender: str) -> dict[str, str]:
    """What somebody met with in the last twelve months and, where it was anything, did."""
    often = (70, 15, 12, 3) if gender == "woman" else (94, 3, 2, 1)
    lived = {"har_optin": "yes", **{item: rng.choices(OFTEN, often)[0] for item in BEHAVIOURS}}
    if any(lived[item] != "never" for item in BEHAVIOURS):
        lived["reported"] = "yes" if rng.random() < 0.3 else "no"
        if lived["reported"] == "yes":
            lived["retaliation"] = "yes" if rng.random() < 0.4 else "no"
    return lived


def _told(rng: random.Random, member: dict[str, Any]) -> dict[str, str]:
    """What of it they tell: a quarter skip these questions, and some prefer not to say."""
    if rng.random() < 0.25:
        return {"har_optin": "skip"}
    told = {item: "pnts" if rng.random() < 0.02 else member[item] for item in BEHAVIOURS}
    answers = {"har_optin": "yes", **told}
    if any(told[item] not in ("never", "pnts") for item in BEHAVIOURS):
        answers["reported"] = "pnts" if rng.random() < 0.1 else member["reported"]
        if answers["reported"] == "yes":
            answers["retaliation"] = "pnts" if rng.random() < 0.1 else member["retaliation"]
    return answers


def _step(steps: tuple[tuple[int, str], ...], value: float, last: str) -> str:
    return next((name for top, name in steps if value < top), last)
