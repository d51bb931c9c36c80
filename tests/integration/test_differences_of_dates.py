"""Who differs between lists of two dates of one agency: time that goes by, and those who had left before, cover nobody."""

from __future__ import annotations

import datetime as dt

import psycopg

from publication.difference import Difference
from publication.differences import Differences
from publication.listings import Place
from tests.integration import test_differences
from tests.integration.dbt_project import deliver
from tests.integration.test_differences import DECEMBER, MAN, POLICY, WOMAN, numbers, whole

filled = test_differences.filled


def test_two_dates_of_one_agency_are_compared_by_people(filled):
    deliver(filled, "tha_pol", "THA-POL", [{**WOMAN, "period_date": "2024-12-31"}, {**MAN, "period_date": "2024-12-31"}], "2024")
    deliver(filled, "tha_pol", "THA-POL", [WOMAN], "2025")
    with psycopg.connect(filled) as connection:
        earlier, later = numbers(filled)
        count = Differences(connection, {"tha_pol": "roster"}, POLICY.registers)
        sides = (Place("tha_pol", "THA-POL", dt.date(2024, 12, 31)), earlier), (Place("tha_pol", "THA-POL", DECEMBER), later)
        assert count(*sides) == count(*reversed(sides)) == Difference(1, 0, 1)


def test_of_two_dates_only_people_in_post_differ_and_time_that_goes_by_covers_nobody(filled):
    """November and December of one agency: one woman leaves. Twelve had left in November, one came and left in December, and twelve men pass two years."""
    november = dt.date(2025, 11, 30)
    gone = [{**WOMAN, "person_key": f"gone{n}", "separation_date": "2025-11-10"} for n in range(12)]
    young = [{**MAN, "person_key": f"young{n}", "hire_date": "2023-12-15"} for n in range(12)]
    short = {**WOMAN, "person_key": "short", "hire_date": "2025-12-02", "separation_date": "2025-12-20"}
    before = [{**each, "period_date": november} for each in [WOMAN, MAN, *gone, *young]]
    deliver(filled, "tha_pol", "THA-POL", before, "november")
    deliver(filled, "tha_pol", "THA-POL", [{**WOMAN, "separation_date": "2025-12-05"}, MAN, *young, short], "december")
    with psycopg.connect(filled) as connection:
        sides = [
            (Place("tha_pol", "THA-POL", day), number) for day, number in zip((november, DECEMBER), numbers(filled), strict=True)
        ]
        found = Differences(connection, {"tha_pol": "roster"}, POLICY.registers)(*sides)
    assert (found.people, found.women, found.men) == (1, 1, 0)
    assert whole(found) == Difference(26, 14, 12)
    assert found.missing(POLICY) == 9
