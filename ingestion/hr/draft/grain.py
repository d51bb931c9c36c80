"""What a row of an example is: a person, an event, or a count of people."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingestion.hr.cells import plain
from ingestion.hr.draft.columns import Matching
from ingestion.hr.draft.meanings import Meanings
from ingestion.hr.plausible import Content
from ingestion.hr.words import is_named
from parity.catalogue.hr_terms import Grain

COUNT = re.compile(r"[\d.,<\- ]*")
MOST_STAFF = 7  # digits of a count


def measures(columns: Mapping[str, Content], headers: list[str], meanings: Meanings) -> list[dict[str, str]]:
    """Columns that count women, men or all: an aggregate table. An amount of money counts nobody."""
    words, found = meanings.words, []
    pay = words.columns.get("salary", [])
    for header in headers:
        parts = {part for part in re.split(r"[^\w*]+", header.lower()) if part}
        for gender, names in (*words.sex.items(), ("all", words.totals)):
            if parts & {*names} and header in columns and _counts(columns[header]) and not is_named(header, pay, is_exact=False):
                found.append({"header": header, "gender": gender})
                break
    return found


def _counts(content: Content) -> bool:
    return bool(content.texts) and all(
        COUNT.fullmatch(text) and len(re.sub(r"\D", "", text)) <= MOST_STAFF for text in map(plain, content.cells[:2_000])
    )


def grain_of(found: Matching, counted: list[dict[str, str]], columns: Mapping[str, Content]) -> Grain:
    """What a row is. A list in which people have names or numbers is one of people, whatever else it counts."""
    mapped = found.columns
    if "n_applied" in mapped:
        return "applicants"
    if {"course", "completed_date", "person_id"} <= mapped.keys():
        return "training"
    if "complaint_type" in mapped and "person_id" not in mapped:
        return "complaints"
    if "event" in mapped and "event_date" in mapped:
        return "events"
    people = {"person_id", "birth_date", "hire_date"} & mapped.keys() or any(
        header in columns and columns[header].looks_like_names for header in found.identifying
    )
    genders = {measure["gender"] for measure in counted}
    if "n_staff" in mapped and not people:
        return "aggregate"
    if genders and not people and ({"woman", "man"} <= genders or "salary" not in mapped):
        return "aggregate"
    return "roster"
