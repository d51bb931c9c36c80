"""The words of contracts of staff files: canonical columns, grains, and what codes may mean."""

from __future__ import annotations

from typing import Literal, get_args

CanonicalColumn = Literal[
    "person_id",
    "sex",
    "rank",
    "unit",
    "function",
    "sworn",
    "hire_date",
    "separation_date",
    "birth_date",
    "birth_year",
    "is_active",
    "salary",
    "period",
    "month",
    "agency",
    "event",
    "event_date",
    "from_unit",
    "n_staff",
    "course",
    "completed_date",
    "hours",
    "complaint_type",
    "opened_date",
    "closed_date",
    "round",
    "n_applied",
    "n_hired",
]
Grain = Literal["roster", "spells", "events", "aggregate", "training", "complaints", "applicants"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
EventType = Literal[
    "hire",
    "rehire",
    "promotion",
    "demotion",
    "acting",
    "transfer",
    "secondment",
    "leave",
    "return",
    "separation",  # for whatever reason; the next ones say which
    "resignation",
    "retirement",
    "dismissal",
    "death",
]
PostType = Literal["border", "airport", "port", "rail", "checkpoint"]
NEEDED = {
    "roster": {"person_id", "sex"},
    "spells": {"person_id", "sex"},
    "events": {"person_id", "event", "event_date"},
    "aggregate": set(),
    "training": {"person_id", "course", "completed_date"},
    "complaints": {"complaint_type", "opened_date"},
    "applicants": set(),
}
# Columns that a grain reads and no other; a file of these three holds nothing else, but for its period and agency.
OWN = {
    "training": {"course", "completed_date", "hours"},
    "complaints": {"complaint_type", "opened_date", "closed_date"},
    "applicants": {"round", "n_applied", "n_hired"},
}
SHARED = {"training": {"person_id"}, "complaints": {"sex"}, "applicants": {"sex"}}
PERSONAL = frozenset({"roster", "spells", "events", "training"})  # grains whose rows are of people, by pseudonym
CourseType = Literal["victim_identification", "gender_equality", "leadership", "operational", "other"]
ComplaintType = Literal["sexual_harassment", "discrimination", "other"]
Stage = Literal["applied", "hired"]


def read_by(grain: Grain) -> set[str]:
    """The columns that a file of this grain is read for."""
    if grain in OWN:
        return OWN[grain] | SHARED[grain] | {"period", "month", "agency"}
    return {*get_args(CanonicalColumn)} - set().union(*OWN.values())
