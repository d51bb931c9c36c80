"""Whose flows differ between two states of an agency is counted before dbt reads them (publication/told_otherwise.py), and as dbt's models do.

What these say of the stories stands in golden/told_stories.json; test_told_stories.py builds them and compares it.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from random import Random

import psycopg
import pytest

from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY
from publication.listings import UNDATED, Place
from publication.told_otherwise import RetoldFlows
from tests.integration.three_lists import EVENTS, prepare_codes
from tests.integration.told_stories import GRAIN, Story, Told, load, of_kinds, story

N_STORIES = 150
KINDS = {"hires", "leavers", "service", "recruits", "promotions"}
GOLDEN = Path(__file__).parent / "golden" / "told_stories.json"


@pytest.fixture
def stories(warehouse: str) -> list[Story]:
    random = Random(20261127)
    made = [story(random, f"S{number:03}") for number in range(N_STORIES)]
    prepare_codes(warehouse)
    load(warehouse, made)
    return made


def kept() -> Told:
    """What dbt told of the stories, by agency, kind and year."""
    text = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return {
        code: {(kind, int(year)): tuple(counts) for name, counts in of_story.items() for kind, year in [name.split(" ")]}
        for code, of_story in text.items()
    }


def write(told: Told) -> None:
    content = {
        code: {f"{kind} {year}": counts for (kind, year), counts in sorted(of_story.items())}
        for code, of_story in sorted(told.items())
    }
    lines = ",\n".join(f"{json.dumps(code)}: {json.dumps(of_story)}" for code, of_story in content.items())
    GOLDEN.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def test_people_whose_flows_differ_are_those_of_dbt(warehouse, stories):
    expected = kept()
    with psycopg.connect(warehouse) as connection:
        retold = RetoldFlows(
            connection, GRAIN, load_policy(REPOSITORY / "catalogue").registers, {each.code: each.sealed for each in stories}
        )
        found = {each.code: dict(of_kinds(retold(each.sides(1), each.sides(0)), KINDS)) for each in stories}
    differs = {code: (found[code], expected[code]) for code in found if found[code] != expected[code]}
    assert not differs, f"{len(differs)} of {N_STORIES} stories: {next(iter(differs.items()))}"
    assert {kind for told in expected.values() for kind, _ in told} == KINDS
    assert len(expected) == N_STORIES and sum(map(bool, expected.values())) > N_STORIES / 2


@pytest.mark.parametrize(
    ("day", "years"), [(dt.date(2023, 5, 1), {2023, 2024}), (dt.date(2022, 12, 31), {2024})], ids=["between", "day of the list"]
)
def test_of_two_days_of_leaving_after_a_list_the_last_counts(warehouse, day, years):
    """Lists of two years apart, so that the days lie in years of their own; the register says the second day in the second state alone."""
    first, last = dt.date(2022, 12, 31), dt.date(2024, 12, 31)
    person = {
        "sex_code": "ญ",
        "rank_name": "ส.ต.อ.",
        "unit_name": "Office",
        "hire_date": dt.date(2010, 1, 1),
        "active_code": "อยู่",
    }
    lists = {
        Place("tha_pol", "S", day): [{**person, "person_key": key, "period_date": day} for key in people]
        for day, people in ((first, ("stays", "leaves")), (last, ("stays",)))
    }

    def left(*days: dt.date) -> dict[Place, list[dict]]:
        of = {"person_key": "leaves", "sex_code": "ญ", "event_code": "left"}
        return {Place(EVENTS, "S", UNDATED, day.year): [of | {"event_date": day}] for day in days}

    told = Story("S", ({**lists, **left(day)}, {**lists, **left(day, dt.date(2024, 5, 1))}), frozenset())
    prepare_codes(warehouse)
    load(warehouse, [told])
    with psycopg.connect(warehouse) as connection:
        retold = RetoldFlows(connection, GRAIN, load_policy(REPOSITORY / "catalogue").registers, {"S": told.sealed})
        found = dict(of_kinds(retold(told.sides(1), told.sides(0)), {"leavers"}))
    assert found == {("leavers", year): (1, 1, 0) for year in years}
