"""A correction of a published register concerns nobody or enough people in each kind of event that a figure counts: on a real PostgreSQL."""

from __future__ import annotations

from itertools import count

import psycopg
import pytest

from publication.differences import Differences
from publication.listings import UNDATED, Place, worst_part
from publication.snapshots import NEWEST, WAITS
from tests.integration.dbt_project import deliver, prepare
from tests.integration.dbt_registers import deliver_register
from tests.integration.test_deliveries_of_contracts import decisions
from tests.integration.test_differences import DECEMBER, MAN, POLICY, WOMAN, release
from tests.integration.three_lists import EVENTS

NUMBERS = count()
SEXES = {"w": "ญ", "m": "ช"}


def entries(word, women=(0, 15), men=(0, 15), day="2024-05-01"):
    """Of people whom no list has: those of one word are others than those of another."""
    people = [(f"{word} {sex}{n}", SEXES[sex]) for sex, numbers in (("w", women), ("m", men)) for n in range(*numbers)]
    return [{"person_key": key, "sex_code": sex, "event_code": word, "event_date": day} for key, sex in people]


WITHOUT_ONE = entries("resigned", women=(1, 15))
CORRECTED = [
    ({"resigned": WITHOUT_ONE}, "leavers"),
    ({"resigned": WITHOUT_ONE, "moved": entries("moved", (6, 15), (6, 15))}, "leavers"),
    ({"resigned": WITHOUT_ONE, "joined": entries("joined", (6, 15), (6, 15))}, "leavers"),
    ({"risen": entries("risen", women=(1, 15)), "left": entries("left", (6, 15), (6, 15))}, "promotions"),
    ({"joined": entries("joined", women=(1, 15)), "left": entries("left", (6, 15), (6, 15))}, "hires"),
    ({"resigned": WITHOUT_ONE, "left": entries("left", (6, 15), (6, 15))}, "leavers, reason_group resignation"),
    ({"resigned": entries("resigned", women=(1, 15), day="2024-05-02")}, "leavers"),  # another day of it covers nobody
    ({"moved": entries("moved", women=(1, 15))}, None),  # transfers are in no figure
    ({"resigned": entries("resigned", day="2024-05-02")}, None),
    ({"left": entries("left", (6, 15), (6, 15)), "moved": []}, None),
]  # fmt: skip


def test_no_kind_of_event_covers_another(three_lists):
    """No correction is published, so that each is held against the register as it was first."""
    first = {word: entries(word) for word in ("left", "resigned", "joined", "risen", "moved")}
    deliver_register(three_lists, EVENTS, "THA-POL", "event", [row for rows in first.values() for row in rows], name="first")
    release(three_lists)
    for number, (changes, kind) in enumerate(CORRECTED):
        rows = [row for rows in {**first, **changes}.values() for row in rows]
        deliver_register(three_lists, EVENTS, "THA-POL", "event", rows, name=f"correction {number}")
        found = decisions(three_lists)[EVENTS, "2024"]
        expected = (f"{WAITS}: {kind}", 9, 1) if kind else (NEWEST, None, None)
        assert (found.reason, found.n_missing, found.difference and found.difference.people) == expected, changes


def judged(url, contract, agency, grain, before, after, *, date=UNDATED, year=0):
    """Which kind of event misses most people between two versions of a register, and how many; None where none misses any."""
    table = {"applicants": "applicant", "complaints": "complaint"}.get(grain, grain)
    for name, rows in (("before", before), ("after", after)):
        deliver_register(url, contract, agency, table, rows, name=f"{name} {next(NUMBERS)}")
    with psycopg.connect(url) as connection:
        newest = connection.execute("select max(delivery_no) from raw.hr_delivery").fetchone()[0]
        sides = [(Place(contract, agency, date, year), number) for number in (newest - 1, newest)]
        part, missing = worst_part([Differences(connection, {contract: grain}, POLICY.registers)(*sides)], POLICY)
    return (part.kind, missing) if missing else None


@pytest.fixture
def registers(warehouse):
    prepare(warehouse)
    people = [{**person, "person_key": f"{person['person_key']}{n}"} for person in (WOMAN, MAN) for n in range(15)]
    deliver(warehouse, "tha_pol", "THA-POL", people)
    return warehouse


def test_no_course_stage_or_complaint_covers_another(registers):
    def courses(code, n, hours=6):
        keys = [f"{sex}{number}" for sex in "wm" for number in range(n)]
        return [{"person_key": key, "course_code": code, "completed_date": "2024-03-01", "hours": hours} for key in keys]

    def of_courses(before, after):
        return judged(registers, "tha_pol_training", "THA-POL", "training", before, after, year=2024)

    victims, leaders = courses("การคัดแยกผู้เสียหาย", 15), courses("ผู้นำ", 15)
    assert of_courses([*victims, *leaders], [*victims[1:], *leaders[:5]]) == ("courses, course_type victim_identification", 9)
    assert of_courses([*victims, *leaders], [*victims[1:], *courses("ผู้นำ", 15, hours=7)]) == (
        "courses, course_type victim_identification", 9
    )  # fmt: skip
    assert of_courses(leaders, courses("ผู้นำ", 15, hours=7)) is None
    assert of_courses(leaders, [*leaders, *leaders, *leaders[:1]]) is None, "an entry that stands twice is one"

    def applicants(*counts):
        cell = {"period_date": DECEMBER}
        return [
            {**cell, "stage": stage, "round_name": round_name, "gender": gender, "n_low": n, "n_high": n}
            for stage, round_name, *numbers in counts
            for gender, n in zip(("woman", "man", "all"), (*numbers, sum(numbers)), strict=True)
        ]

    def of_applicants(before, after):
        return judged(
            registers, "vnm_cus_applicants", "VNM-CUS", "applicants", applicants(*before), applicants(*after), date=DECEMBER
        )

    before = [("applied", "1", 40, 60), ("applied", "2", 40, 60), ("hired", None, 20, 20)]
    assert of_applicants(before, [("applied", "1", 46, 66), before[1], ("hired", None, 19, 20)]) == ("hires", 9)
    assert of_applicants(before, [("applied", "1", 46, 66), ("applied", "2", 39, 60), before[2]]) == (
        "applicants, intake_round 2", 9
    )  # fmt: skip
    assert of_applicants(before, [("applied", "1", 46, 66), ("applied", "2", 34, 54), before[2]]) is None
    assert of_applicants(before, [("applied", "1", 46, 66), *before[1:]]) is None

    def complaints(code, n, closed="2024-09-01"):
        return [
            {"complaint_code": code, "opened_date": "2024-03-01", "closed_date": closed, "sex_code": sex}
            for sex in "PL"
            for _ in range(n)
        ]

    def of_complaints(before, after):
        return judged(registers, "idn_imm_complaints", "IDN-IMM", "complaints", before, after, year=2024)

    harassed, others = complaints("Pelecehan Seksual", 15), complaints("Lainnya", 15)
    assert of_complaints([*harassed, *others], [*harassed[1:], *others[:10]])[1] == 9
    late = complaints("Pelecehan Seksual", 15, "2024-10-01")
    assert of_complaints(harassed, late) is None
    assert of_complaints(harassed, [{**late[0], "closed_date": "2024-04-01"}, *late[1:]]) == (
        "complaints to close, in_time no",
        9,
    )
