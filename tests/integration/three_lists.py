"""For tests: staff lists of three year-ends that readers saw, and registers of events that come to them."""

from __future__ import annotations

from dataclasses import replace

import psycopg

from publication.difference import Difference
from tests.integration.dbt_project import deliver, prepare
from tests.integration.dbt_registers import deliver_register
from tests.integration.test_deliveries_of_contracts import CODES, decisions
from tests.integration.test_differences import MAN, PEOPLE, WOMAN, on, release

EVENTS, SPELLS = "tha_pol_events", "tha_pol_spells"
WORDS = {
    "left": "separation",
    "resigned": "resignation",
    "joined": "hire",
    "risen": "promotion",
    "moved": "transfer",
    "on leave": "leave",
}
YEARS = ("2023-12-31", "2024-12-31", "2025-12-31")
ONE = Difference(1, 1, 0)


def prepare_codes(warehouse: str) -> None:
    """The catalogue, and a contract of events and one of spells next to that of the lists."""
    prepare(warehouse)
    with psycopg.connect(warehouse) as connection:
        for name, grain in ((EVENTS, "events"), (SPELLS, "spells")):
            for table in CODES:
                copied = (
                    f"select (jsonb_populate_record(given, jsonb_build_object('contract', %s::text))).* from raw.{table} as given"
                )
                connection.execute(f"insert into raw.{table} {copied} where contract = 'tha_pol'", (name,))
            connection.execute("update raw.catalogue_hr_contract set grain = %s where contract = %s", (grain, name))
        for code, value in WORDS.items():
            connection.execute(
                "insert into raw.catalogue_hr_code (contract, kind, code, value) values (%s, 'event', %s, %s)",
                (EVENTS, code, value),
            )
        connection.execute(
            "update raw.catalogue_hr_contract set observed_from = '2024-01-01', observed_to = '2025-12-31', extract_date = '2025-12-31' where contract = %s",
            (SPELLS,),
        )


def prepare_three_lists(warehouse: str) -> None:
    """Publish lists of three year-ends. During 2025 ten women and ten men left, w0 to w9 and m0 to m9, and as many came, without a day of either."""
    prepare_codes(warehouse)
    for day in YEARS:
        deliver(warehouse, "tha_pol", "THA-POL", on(day, staff(day)), day)
    release(warehouse)


def staff(day):
    gone = {f"{sex}{n}" for sex in "wm" for n in range(10)} if day == "2025-12-31" else set()
    new = [{**person, "person_key": f"new {person['person_key']}{n}"} for person in (WOMAN, MAN) for n in range(10) if gone]
    return [{**row, "hire_date": None} for row in PEOPLE if row["person_key"] not in gone] + [
        {**row, "hire_date": None} for row in new
    ]


def register(url, name, *entries):
    """Entries of (person, word, day)."""
    rows = [{"person_key": key, "event_code": word, "event_date": day} for key, word, day in entries]
    deliver_register(url, EVENTS, "THA-POL", "event", rows, name=name)


def of_both(n, word, day, prefix=""):
    return [(f"{prefix}{sex}{number}", word, day) for sex in "wm" for number in range(n)]


def found(url, year):
    decision = decisions(url)[EVENTS, str(year)]
    return decision.reason, decision.difference and replace(decision.difference.of_anything, year=None, kind=None)
