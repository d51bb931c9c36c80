"""The survey of the story: two waves and a pilot on a form that is deployed four times, and what its respondents answer. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from benchmarks.long_run.world import AGENCIES, World
from parity.settings import REPOSITORY
from sandbox.samples.kobo_form import content, read_form

FORM = "workplace_culture"
PROJECT = "Workplace culture, a made-up story"
PILOT = 0
SECTIONS = {
    "sex": "profile", "age_band": "profile", "agency": "profile", "sworn": "profile", "grade_band": "profile", "tenure_band": "profile",
    "function": "profile", "respect": "culture", "included": "culture", "promo_merit": "fairness", "sup_balance": "worklife",
    "har_optin": "harassment", "h1": "harassment/har_items", "h2": "harassment/har_items", "h3": "harassment/har_items",
    "h4": "harassment/har_items", "h5": "harassment/har_items",
}  # fmt: skip
FORMER = "fairness/promotion_on_merit"  # the key of `promo_merit` in the first version of the form
VERSIONS = 4
FRAME = 150  # of each agency so many could answer


@dataclass(frozen=True)
class Wave:
    number: int
    first_day: dt.date
    last_day: dt.date


def waves(world: World) -> tuple[Wave, ...]:
    """The first ends with the first December of the story, the second runs from the January after it."""
    ends = world.ends
    december = next(day for day in ends if day.month == 12)
    last = ends[min(len(ends) - 1, ends.index(december) + 12)]
    return (
        Wave(1, ends[0].replace(day=15), december),
        Wave(2, dt.date(december.year + 1, 1, 15), last),
    )


def contract(world: World, standing: dict[str, Any]) -> dict[str, Any]:
    """The catalogue's contract of the form, with the story's project, waves and frame."""
    frame = dict.fromkeys((agency.code for agency in AGENCIES), FRAME)
    return {
        **{key: value for key, value in standing.items() if key != "strata"},
        "asset_name": PROJECT,
        "waves": [{"name": f"wave {wave.number}", "from": wave.first_day, "to": wave.last_day} for wave in waves(world)],
        "strata": ["agency"],
        "weight": {"frame": frame},
    }


@lru_cache(maxsize=4)
def version(number: int) -> dict[str, Any]:
    """The form as it is deployed for the `number`-th time: first without a question and with another one's former name, then as the catalogue
    has it, then with a reworded label, then with one more choice of the last question."""
    survey, choices, _ = read_form(REPOSITORY / "catalogue" / "questionnaire" / FORM)
    found = content(survey, choices, version=1 if number == 1 else 2)
    if number >= 3:
        row = next(row for row in found["survey"] if row.get("name") == "respect")
        row["label"] = [f"{label} " for label in row["label"]]
    if number >= 4:
        extra = dict(next(choice for choice in found["choices"] if choice["list_name"] == "change"))
        found["choices"].append(extra | {"name": "c11", "$kuid": "story0c11", "$autovalue": "c11", "label": ["Other"] * 4})
    return found


@dataclass(frozen=True)
class Answer:
    """A respondent of a wave (0: the pilot), and how often they were edited."""

    wave: int
    number: int
    edits: int = 0

    @property
    def root(self) -> str:
        digest = hashlib.sha256(f"story/{self.wave}/{self.number}".encode()).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"


def given(world: World, answer: Answer) -> dict[str, str]:
    """What they answered, by question. Every second is a woman, and the five agencies take turns."""
    rng = random.Random(f"{world.seed}/{answer.wave}/{answer.number}")
    said = {
        "sex": "woman" if answer.number // len(AGENCIES) % 2 else "man",
        "age_band": rng.choice(("18-24", "25-34", "35-44", "45-54")),
        "agency": AGENCIES[answer.number % len(AGENCIES)].code,
        "sworn": rng.choice(("sworn", "civilian")),
        "grade_band": rng.choice(("junior", "junior", "middle")),
        "tenure_band": rng.choice(("lt2", "2-5", "6-10")),
        "function": rng.choice(("patrol", "investigation")),
        **{item: str(rng.randrange(1, 6)) for item in ("respect", "included", "promo_merit", "sup_balance")},
        "har_optin": "yes",
        **{f"h{n}": "once" if n == 1 and rng.random() < 0.3 else "never" for n in range(1, 6)},
    }
    if answer.edits:
        said |= {"respect": "5", "sup_balance": str((int(said["sup_balance"]) + answer.edits) % 5 + 1)}
    return said


def record(world: World, answer: Answer, deployed: int, day: dt.date) -> dict[str, Any]:
    """The submission as KoboToolbox stores it, but for its number."""
    said = given(world, answer)
    keys = {f"{SECTIONS[name]}/{name}": value for name, value in said.items()}
    if deployed == 1:
        keys[FORMER] = keys.pop("fairness/promo_merit")
    moment = f"{day}T0{answer.number % 9}:00:00"
    return {
        "consent": "yes",
        "eligible": "yes",
        "start": f"{moment}.000+00:00",
        "end": f"{moment[:-5]}09:00.000+00:00",
        **keys,
        "meta/instanceID": f"uuid:{answer.root}",
        "meta/rootUuid": f"uuid:{answer.root}",
        "_uuid": answer.root,
        "_submission_time": moment,
        "_validation_status": {},
        "_attachments": [],
        "_submitted_by": None,
    }
