"""Which lists later ones change nothing of: those that were the newest of a release, while no earlier release had a later one."""

from __future__ import annotations

import datetime as dt

import pytest

from publication.flow_states import seal, sealed_lists
from publication.listings import Decision, Listing, Place, Published

TOLD = [
    ({1: [2022]}, []),  # no year is covered whole: no flow was told
    ({1: [2022, 2023]}, [2023]),
    ({1: [2022, 2023], 2: [2022, 2023, 2024]}, [2023, 2024]),
    ({1: [2022, 2023, 2024]}, [2024]),  # nobody was ever told what the list of 2023 alone tells
    ({1: [2022, 2023, 2024], 2: [2022, 2023]}, [2024]),  # a later release without the list of 2024
    ({1: [2022, 2024]}, [2024]),
    ({1: [2022], 2: [2022, 2023]}, [2023]),
]


def listings(told, agency="A", grain="roster", day=31):
    years = sorted({year for of_release in told.values() for year in of_release})
    return [
        Listing(
            Place("c", agency, dt.date(year, 12, day)),
            grain,
            (year,),
            (Published(year, sealing=frozenset(number for number, of_release in told.items() if year in of_release)),),
        )
        for year in years
    ]


@pytest.mark.parametrize(("told", "expected"), TOLD, ids=str)
def test_the_newest_list_of_each_release_is_sealed(told, expected):
    assert {date.year for date in sealed_lists(listings(told)).get("A", ())} == set(expected)


def test_agencies_are_sealed_by_themselves_and_tables_of_counts_never():
    several = [
        *listings({1: [2022, 2023], 2: [2024]}),
        *listings({1: [2022, 2023]}, agency="B"),
        *listings({1: [2022, 2023]}, "C", "aggregate"),
    ]
    found = sealed_lists(several)
    assert {agency: {date.year for date in dates} for agency, dates in found.items()} == {"A": {2023}, "B": {2023}}


def test_a_list_of_the_middle_of_december_covers_the_year_before():
    assert sealed_lists(listings({1: [2022, 2023]}, day=15)) == {"A": frozenset()}
    assert sealed_lists(listings({1: [2021, 2022, 2023]}, day=15)) == {"A": frozenset({dt.date(2023, 12, 15)})}


def test_a_list_is_marked_once_a_later_one_counts():
    def marked(last_counts):
        decisions = [
            Decision(
                each.place, each.grain, each.newest_no if last_counts or each.place.year < 2024 else None, each.newest_no, ""
            )
            for each in listings({1: [2022, 2023], 2: [2022, 2023, 2024]})
        ]
        sealed = {"A": frozenset({dt.date(2023, 12, 31), dt.date(2024, 12, 31)})}
        return [each.place.year for each in seal(decisions, sealed) if each.is_sealed]

    assert marked(last_counts=True) == [2023]
    assert marked(last_counts=False) == []
