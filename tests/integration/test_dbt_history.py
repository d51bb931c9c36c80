"""Promotions, demotions, acting ranks, re-coded ranks and transfers told apart; stated events before inferred ones; stock reconciled."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from ingestion.warehouse import copy_rows
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, deliver, prepare, query
from tests.integration.test_dbt_staff import LONG_AGO, on_lists

day = dt.date
ROSTER, EVENTS, AGENCY = "idn_imm", "idn_imm_events", "IDN-IMM"
G3, G4, G5, G7 = "Pengatur Tk. I (II/d)", "Penata Muda (III/a)", "Penata (III/c)", "Pembina (IV/a)"


def career(person: str, sex: str, *steps: tuple[int, str], unit: str = "A", until: int = 12) -> list[dict[str, Any]]:
    """On the lists of 2024, with each rank from its month on."""
    rows = []
    for number, (month, rank) in enumerate(steps):
        last = steps[number + 1][0] - 1 if number + 1 < len(steps) else until
        rows += on_lists(person, sex, (2024, month), (2024, last), rank_name=rank, hire_date=LONG_AGO, unit_name=unit)
    return rows


LISTS = [
    *career("promoted", "P", (1, G3), (5, G4)),
    *career("demoted", "L", (1, G5), (7, G4)),
    *career("acted", "P", (1, G5), (3, "Plt. Pembina"), (6, G5)),
    *career("acted_then_promoted", "P", (1, G5), (3, "Plt. Pembina"), (6, G7)),
    *career("recoded", "L", (1, "Lama"), (6, "Baru")),
    *career("regraded", "L", (1, "Ganda")),
    *career("stated", "P", (1, G3), (4, G4), (10, G5)),
    *career("left_stated", "L", (1, G3), until=4),
    *career("left_unstated", "L", (1, G3), until=4),
    *career("unknown_for_a_while", "P", (1, G3), (4, "")),
    # A unit changes its name in August; one person moves from unit to unit in March.
    *[{**row, "unit_name": "Alpha"} for row in career("stays", "L", (1, G3)) if row["period_date"] >= day(2024, 8, 1)],
    *career("stays", "L", (1, G3), unit="Solo", until=7),
    *on_lists("moves", "P", (2024, 1), (2024, 2), rank_name=G3, hire_date=LONG_AGO, unit_name="B"),
    *on_lists("moves", "P", (2024, 3), (2024, 12), rank_name=G3, hire_date=LONG_AGO, unit_name="C"),
    *on_lists("b_stays", "P", (2024, 1), (2024, 12), rank_name=G3, hire_date=LONG_AGO, unit_name="B"),
    # Sex corrected in July; not on the list of May.
    *on_lists("restated", "L", (2024, 1), (2024, 6), rank_name=G3, hire_date=LONG_AGO),
    *on_lists("restated", "P", (2024, 7), (2024, 12), rank_name=G3, hire_date=LONG_AGO),
    *on_lists("lost_row", "P", (2024, 1), (2024, 4), rank_name=G3, hire_date=LONG_AGO),
    *on_lists("lost_row", "P", (2024, 6), (2024, 12), rank_name=G3, hire_date=LONG_AGO),
    *on_lists("hired", "P", (2024, 9), (2024, 12), rank_name=G3, hire_date=day(2024, 9, 2)),
    *on_lists("hired_stated", "P", (2024, 9), (2024, 12), rank_name=G3),
    *on_lists("back", "L", (2024, 1), (2024, 2), rank_name=G3),
    *on_lists("back", "L", (2024, 10), (2024, 12), rank_name=G3),
]
STATED = [
    ("stated", "PROM", day(2024, 2, 1)),  # with effect from an earlier day than the list shows
    ("left_stated", "OWN WISH", day(2024, 5, 20)),
    ("hired_stated", "NEW", day(2024, 9, 11)),
    ("back", "AGAIN", day(2024, 10, 7)),
]


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url)
        with psycopg.connect(url) as connection:
            connection.execute(
                "insert into raw.catalogue_hr_contract (contract, agency_code, grain, date_precision, leavers)"
                " values (%s, %s, 'events', 'day', 'listed')",
                (EVENTS, AGENCY),
            )
            codes = {
                "PROM": "promotion",
                "END": "separation",
                "OWN WISH": "resignation",
                "AGE": "retirement",
                "NEW": "hire",
                "AGAIN": "rehire",
            }
            copy_rows(
                connection,
                "raw.catalogue_hr_code",
                ("contract", "kind", "code", "value"),
                [(EVENTS, "event", code, meaning) for code, meaning in codes.items()],
            )
            copy_rows(
                connection,
                "raw.catalogue_rank",
                ("contract", "agency_code", "rank_name", "grade", "is_acting", "valid_from", "valid_to"),
                [
                    (ROSTER, AGENCY, "Plt. Pembina", 7, True, day(1900, 1, 1), None),
                    (ROSTER, AGENCY, "Lama", 2, False, day(1900, 1, 1), day(2024, 5, 31)),
                    (ROSTER, AGENCY, "Baru", 4, False, day(2024, 6, 1), None),
                    (ROSTER, AGENCY, "Ganda", 2, False, day(1900, 1, 1), day(2024, 5, 31)),
                    (ROSTER, AGENCY, "Ganda", 3, False, day(2024, 6, 1), None),
                ],
            )
            (number,) = connection.execute(
                "insert into raw.hr_delivery (contract, file_name, content_sha256, landing_uri, grain, is_provisional, delivered_at,"
                " n_rows, n_quarantined, notices) values (%s, 'e', 'e', '', 'events', false, now(), 4, 0, '[]') returning delivery_no",
                (EVENTS,),
            ).fetchone()
            connection.execute(
                "insert into raw.hr_delivery_period values (%s, %s, '1900-01-01', %s)", (number, AGENCY, len(STATED))
            )
            copy_rows(
                connection,
                "raw.hr_event",
                ("delivery_no", "row_no", "agency_code", "person_key", "sex_code", "event_code", "event_date"),
                [(number, row, AGENCY, person, "", code, when) for row, (person, code, when) in enumerate(STATED)],
            )
        deliver(url, ROSTER, AGENCY, LISTS)
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def events(url: str, person: str) -> list[tuple[Any, ...]]:
    rows = query(
        url,
        "select event_type, event_date, interval_from, interval_to, is_inferred, gender from core.fct_staff_event"
        " where person_key = %s order by event_date",
        person,
    )
    return [tuple(row.values()) for row in rows]


def test_promotion_and_demotion_are_seen_between_two_lists(built):
    assert events(built, "promoted") == [("promotion", day(2024, 5, 15), day(2024, 4, 30), day(2024, 5, 31), True, "woman")]
    assert events(built, "demoted") == [("demotion", day(2024, 7, 15), day(2024, 6, 30), day(2024, 7, 31), True, "man")]


def test_an_acting_rank_is_neither_promotion_nor_demotion(built):
    assert [event[0] for event in events(built, "acted")] == ["acting"]


def test_who_is_promoted_after_acting_is_promoted_once_and_then(built):
    assert [event[:4] for event in events(built, "acted_then_promoted")] == [
        ("acting", day(2024, 3, 15), day(2024, 2, 29), day(2024, 3, 31)),
        ("promotion", day(2024, 6, 15), day(2024, 5, 31), day(2024, 6, 30)),
    ]


@pytest.mark.parametrize("person", ["recoded", "regraded"])
def test_a_rank_with_another_name_or_grade_in_the_contract_is_no_event(built, person):
    assert events(built, person) == []
    assert query(built, "select change_type from core.int_staff__change where person_key = %s", person) == [
        {"change_type": "re-coded"}
    ]


def test_a_promotion_that_is_stated_is_not_inferred_again_and_a_later_one_is(built):
    assert [event[:2] + event[4:] for event in events(built, "stated")] == [
        ("promotion", day(2024, 2, 1), False, "woman"),
        ("promotion", day(2024, 10, 15), True, "woman"),
    ]


def test_a_separation_has_its_stated_day_or_an_interval(built):
    assert events(built, "left_stated") == [("separation", day(2024, 5, 20), day(2024, 5, 20), day(2024, 5, 20), False, "man")]
    assert events(built, "left_unstated") == [("separation", day(2024, 5, 15), day(2024, 4, 30), day(2024, 5, 31), True, "man")]


def test_a_resignation_is_a_separation_whose_reason_is_kept(built):
    [row] = query(built, "select event_type, separation_reason from staging.stg_hr__event where person_key = 'left_stated'")
    assert row == {"event_type": "separation", "separation_reason": "resignation"}


def test_no_rate_of_resignation_is_told_where_few_separations_have_a_reason(built):
    assert not query(built, "select 1 from indicators.ind_hr__resignation_rate")


def test_a_hire_has_its_stated_day_where_the_list_has_none(built):
    assert [event[:2] + event[4:5] for event in events(built, "hired_stated")] == [("hire", day(2024, 9, 11), False)]


def test_a_rehire_that_is_stated_makes_a_second_spell(built):
    assert [event[0] + str(event[4]) for event in events(built, "back")] == ["separationTrue", "hireFalse"]
    assert query(built, "select count(*) as n from core.int_staff__spell where person_key = 'back'") == [{"n": 2}]


def test_a_transfer_is_a_person_that_moves_and_not_a_unit_that_is_renamed(built):
    assert [event[:1] + event[2:4] for event in events(built, "moves")] == [("transfer", day(2024, 2, 29), day(2024, 3, 31))]
    assert events(built, "stays") == []


def test_the_stock_of_every_cell_is_accounted_for(built):
    """Against the lists themselves, counted here."""
    known = query(
        built, "select rank_name, grade, valid_from, valid_to from staging.stg_catalogue__rank where contract = %s", ROSTER
    )

    def cell(row: dict[str, Any]) -> tuple[str, int | None]:
        grades = [
            rank["grade"]
            for rank in known
            if rank["rank_name"] == row["rank_name"] and rank["valid_from"] <= row["period_date"] <= rank["valid_to"]
        ]
        return {"P": "woman", "L": "man"}[row["sex_code"]], grades[0] if grades else None

    stock = Counter((row["period_date"], *cell(row)) for row in LISTS)
    cells = query(built, "select * from core.int_staff__reconciliation where agency_code = %s", AGENCY)
    assert {(c["period_date"], c["gender"], c["grade"]): c["n_after"] for c in cells if c["n_after"]} == {
        key: n for key, n in stock.items() if key[0] > day(2024, 1, 31)
    }
    for c in cells:
        explained = c["n_hired"] - c["n_separated"] + c["n_moved_in"] - c["n_moved_out"]
        assert c["n_after"] == c["n_before"] + explained + c["difference"]
    off = {(c["period_date"].month, c["gender"], c["grade"]): c["difference"] for c in cells if c["difference"]}
    assert off == {
        (5, "woman", 3): -1,  # lost_row
        (6, "woman", 3): 1,
        (7, "man", 3): -1,  # restated
        (7, "woman", 3): 1,
        (4, "woman", 3): -1,  # unknown_for_a_while
        (4, "woman", None): 1,
        (6, "man", 2): -2,  # recoded, regraded
        (6, "man", 4): 1,
        (6, "man", 3): 1,
    }


def test_every_difference_has_its_people_and_its_reason(built):
    rows = query(
        built,
        "select distinct person_key, reason from core.int_staff__flow"
        " where reason not in ('hire', 'separation', 'promotion', 'demotion', 'acting') order by 1, 2",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("lost_row", "back on the list"),
        ("lost_row", "missing from the list"),
        ("recoded", "re-coded"),
        ("regraded", "re-coded"),
        ("restated", "sex restated"),
        ("unknown_for_a_while", "grade not stated"),
    ]
