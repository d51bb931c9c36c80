"""Invented answers to the workplace-culture questionnaire: a population that knows its truth, and a sample drawn from it.

Each agency's staff at mid-2025 holds an opinion on every scale item; respondents are a simple random sample without
replacement of each agency. Some do not consent, some say "don't know" (88) or "prefer not to say" (99).
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from typing import Any

from parity.catalogue import Catalogue, KoboContract
from stack.samples.kobo_form import ADDED_IN_V2, RENAMED_IN_V2, stable_id, stable_uuid
from stack.samples.people import Person

REFERENCE_DAY = dt.date(2025, 6, 30)
SAMPLE_SIZES = {"THA-POL": 1250, "IDN-IMM": 900, "VNM-CUS": 700, "PHL-CG": 650}
BASE = {
    "promo_merit": 0.46, "sup_balance": 0.66, "report_fair": 0.55, "report_safe": 0.48, "lead_commit": 0.58,
    "lead_account": 0.44, "respect": 0.78, "included": 0.64,
}
WOMEN_SHIFT = {
    "promo_merit": -0.10, "sup_balance": -0.04, "report_fair": -0.12, "report_safe": -0.15, "lead_commit": -0.10,
    "lead_account": -0.08, "respect": -0.07, "included": -0.13,
}
AGENCY_SHIFT = {"THA-POL": -0.04, "IDN-IMM": 0.05, "VNM-CUS": 0.01, "PHL-CG": 0.03}
BAND_SHIFT = {"junior": -0.03, "middle": 0.02, "senior": 0.12}
BANDS = ("junior", "middle", "senior")


def band(grade: int) -> str:
    return BANDS[(grade - 1) // 3]


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
    members = []
    for person in people:
        if person.is_in_post(REFERENCE_DAY):
            grade_band = band(person.grade_on(REFERENCE_DAY))
            gender = {"missing": "pnts"}.get(person.gender, person.gender)
            answers = {item: _opinion(rng, agency, gender, grade_band, item) for item in items}
            members.append({"agency": agency, "person": person, "gender": gender, "band": grade_band, **answers})
    return members


def truth(members: list[dict[str, Any]], catalogue: Catalogue) -> dict[str, dict[str, float]]:
    """Per indicator and gender ('all' for both) the population's mean share of favourable answers."""
    result: dict[str, dict[str, float]] = {}
    for indicator in catalogue.indicators:
        if indicator.source != "survey":
            continue
        scores = defaultdict(list)
        for member in members:
            score = sum(member[item] >= 4 for item in indicator.items) / len(indicator.items)
            scores["all"].append(score)
            scores[member["gender"]].append(score)
        result[indicator.id] = {gender: sum(values) / len(values) for gender, values in scores.items()}
    return result


def submissions(
    members: list[dict[str, Any]], contract: KoboContract, asset: dict[str, Any], seed: int, first_id: int
) -> list[dict[str, Any]]:
    """API-shaped records of one agency's sample."""
    agency = members[0]["agency"]
    rng = random.Random(f"{seed}/sample/{agency}")
    drawn = rng.sample(members, SAMPLE_SIZES[agency])
    paths = {canonical: path for path, canonical in reversed(contract.fields.items())}
    items = [name for name in paths if name in members[0] and name not in ("agency",)]
    return [_record(rng, first_id + n, member, paths, items, asset) for n, member in enumerate(drawn)]


def _record(
    rng: random.Random, number: int, member: dict[str, Any], paths: dict[str, str], items: list[str], asset: dict[str, Any]
) -> dict[str, Any]:
    version = 1 if rng.random() < 0.2 else 2
    root = stable_uuid(asset["uid"], number)
    start = dt.datetime(2025, 5, 5, 7) + dt.timedelta(minutes=rng.randrange(60 * 24 * 120))
    if version == 1:
        start = dt.datetime(2025, 5, 1, 7) + dt.timedelta(minutes=rng.randrange(60 * 24 * 18))
    end = start + dt.timedelta(seconds=max(150, int(rng.gauss(560, 140))))
    record: dict[str, Any] = {
        "_id": number,
        "formhub/uuid": stable_id("", asset["uid"], "formhub", length=32),
        "start": f"{start:%Y-%m-%dT%H:%M:%S}.000+07:00",
        "end": f"{end:%Y-%m-%dT%H:%M:%S}.000+07:00",
        "today": f"{start:%Y-%m-%d}",
    }
    if rng.random() < 0.02:
        record["consent"] = "no"
    else:
        record |= {"consent": "yes", "eligible": "yes"} | _answers(rng, member, paths, items, version)
    return record | {
        "__version__": asset["versions"][version - 1]["uid"],
        "meta/instanceID": f"uuid:{root}",
        "meta/rootUuid": f"uuid:{root}",
        "_xform_id_string": asset["uid"],
        "_uuid": root,
        "_attachments": [],
        "_status": "submitted_via_web",
        "_geolocation": [None, None],
        "_submission_time": f"{end - dt.timedelta(hours=7):%Y-%m-%dT%H:%M:%S}",
        "_validation_status": {},
        "_submitted_by": None,
    }


def _answers(
    rng: random.Random, member: dict[str, Any], paths: dict[str, str], items: list[str], version: int
) -> dict[str, str]:
    person: Person = member["person"]
    tenure = (REFERENCE_DAY - person.hired).days / 365.25
    profile = {
        "gender": member["gender"] if rng.random() > 0.01 else "pnts",
        "age_band": _age_band(person),
        "agency": member["agency"],
        "sworn": "sworn" if person.is_sworn else "civilian",
        "grade_band": member["band"],
        "tenure_band": next((n for top, n in ((2, "lt2"), (6, "2-5"), (11, "6-10"), (21, "11-20")) if tenure < top), "gt20"),
        "function": person.function,
    }
    answers = {paths[name]: value for name, value in profile.items()}
    for item in items:
        if (version == 1 and item in ADDED_IN_V2) or (item in ("uniform_fit", "ppe_fit") and not person.is_sworn):
            continue
        draw = rng.random()
        value = "88" if draw < 0.02 else "99" if draw < 0.035 else str(member[item])
        path = paths[item]
        if version == 1 and item in RENAMED_IN_V2:
            path = path.replace(item, RENAMED_IN_V2[item])
        answers[path] = value
    return answers


def _age_band(person: Person) -> str:
    age = (REFERENCE_DAY - person.birth).days / 365.25
    return next((name for top, name in ((25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54")) if age < top), "55+")
