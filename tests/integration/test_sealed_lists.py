"""What a release told of who came and left stays, whatever later lists say: on a real PostgreSQL, with lists of four year-ends."""

from __future__ import annotations

import psycopg
import pytest

from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY
from publication.effective import decide_and_store
from publication.late import RETOLD
from publication.snapshots import FIRST, NEWEST
from tests.integration.dbt_project import build_models, deliver, prepare, query
from tests.integration.test_deliveries_of_contracts import decisions
from tests.integration.test_differences import MAN, PEOPLE, WOMAN, on, release
from tests.integration.three_lists import staff

POLICY = load_policy(REPOSITORY / "catalogue")
TOLD_OF_YEARS = """
select agency_code, person_key, gender, period_year, n_units from core.int_staff__person_year where period_year <= 2025
union all
select agency_code, person_key, gender || event_type, extract(year from event_date)::int, grade from core.fct_staff_event
where extract(year from event_date) <= 2025 and event_type in ('hire', 'separation')
order by 1, 2, 3, 4, 5
"""
LEAVERS = """
select person_key, extract(year from event_date)::int as year, event_type from core.fct_staff_event
where person_key = %s and event_type in ('hire', 'separation') order by event_date
"""


def year_end(day, *, without=(), other=None):
    """Those of 2025, but for some, and others as they are given."""
    other = other or {}
    rows = [{**row, **other.get(row["person_key"], {})} for row in staff("2025-12-31") if row["person_key"] not in without]
    return [{**row, "period_date": day} for row in rows]


def built(url, target):
    with psycopg.connect(url) as connection:
        decide_and_store(connection, POLICY)
    build_models(url, target, "--select", "+int_staff__person_year", "+fct_staff_event", deliveries="effective")
    return query(url, TOLD_OF_YEARS)


def test_a_new_list_changes_nothing_of_who_came_and_left_in_years_that_were_told(three_lists, tmp_path):
    """w0 is back after a year, a woman is listed who says she was hired in 2024, and of others the day of hire or the sex is another than before.
    Leavers are listed late: w13, in post on the sealed list, w1, whom it did not show, and somebody who was on no list."""
    before = built(three_lists, tmp_path)
    assert sum(row["gender"] == "womanseparation" and row["period_year"] == 2025 for row in before) == 10
    returned = [row for row in PEOPLE if row["person_key"] == "w0"]
    late = {**WOMAN, "person_key": "late", "hire_date": "2024-03-01"}
    other = {"w11": {"hire_date": "2024-06-01"}, "m11": {"hire_date": "2019-06-01"}, "w12": {"sex_code": "ช"}}
    other["w13"] = {"separation_date": "2025-11-15"}
    w1 = {**next(row for row in PEOPLE if row["person_key"] == "w1"), "separation_date": "2025-08-01"}
    old = {**WOMAN, "person_key": "old", "hire_date": "2005-03-01", "separation_date": "2019-03-01"}
    new = [{**MAN, "person_key": f"n{n}"} for n in range(12)] + [{**WOMAN, "person_key": f"v{n}"} for n in range(12)]
    rows = [*year_end("2026-12-31", other=other), *on("2026-12-31", [*returned, late, w1, old, *new])]
    deliver(three_lists, "tha_pol", "THA-POL", rows, "2026")
    assert decisions(three_lists)["tha_pol", "2026-12-31"].reason == FIRST
    after = built(three_lists, tmp_path)
    assert after == before
    assert query(three_lists, LEAVERS, "w0") == [
        {"person_key": "w0", "year": 2025, "event_type": "separation"},
        {"person_key": "w0", "year": 2026, "event_type": "hire"},
    ]
    assert [(row["year"], row["event_type"]) for row in query(three_lists, LEAVERS, "w13")] == [(2026, "separation")]
    assert [(row["year"], row["event_type"]) for row in query(three_lists, LEAVERS, "w1")] == [(2025, "separation")]
    assert query(three_lists, LEAVERS, "old") == []
    assert query(three_lists, LEAVERS, "late") == [{"person_key": "late", "year": 2026, "event_type": "hire"}]
    sealed = query(three_lists, "select period_date::text from ops.effective_delivery where is_sealed")
    assert sealed == [{"period_date": "2025-12-31"}], "no release told a flow of which the list of 2024 was the last"


def test_without_a_release_a_gap_alone_is_no_departure(three_lists, tmp_path):
    with psycopg.connect(three_lists) as connection:
        connection.execute("delete from release.snapshot")
    returned = [row for row in PEOPLE if row["person_key"] == "w0"]
    deliver(three_lists, "tha_pol", "THA-POL", [*year_end("2026-12-31"), *on("2026-12-31", returned)], "2026")
    built(three_lists, tmp_path)
    assert query(three_lists, LEAVERS, "w0") == []


def corrected(n_back, n_other=12):
    """The list of 2025 again: some of the ten gone women and men are on it, and as many others as `n_other` of each sex have another function."""
    back = [row for row in PEOPLE if row["person_key"] in {f"{sex}{n}" for sex in "wm" for n in range(n_back)}]
    names = [f"{sex}{n}" for sex in "wm" for n in range(10, 10 + n_other)]
    return [
        *year_end("2025-12-31", other={name: {"function_name": "ชายแดน"} for name in names}),
        *({**row, "hire_date": None} for row in on("2025-12-31", back)),
    ]


def test_a_correction_waits_for_its_leavers_however_many_have_another_function(three_lists):
    one = [row for row in corrected(1) if row["person_key"] != "m0"]
    deliver(three_lists, "tha_pol", "THA-POL", one, "again")
    found = decisions(three_lists)["tha_pol", "2025-12-31"]
    assert found.reason == f"{RETOLD}, in 2025: leavers" and found.n_missing == 9
    assert (found.difference.people, found.difference.women, found.difference.men) == (1, 1, 0)
    deliver(three_lists, "tha_pol", "THA-POL", corrected(6), "once more")
    assert decisions(three_lists)["tha_pol", "2025-12-31"].reason == NEWEST


def test_a_correction_waits_for_who_rose_in_grade_by_it(three_lists):
    rows = [{**row, "rank_name": "พ.ต.อ."} if row["person_key"] == "w13" else row for row in corrected(0, 10)]
    deliver(three_lists, "tha_pol", "THA-POL", rows, "again")
    assert decisions(three_lists)["tha_pol", "2025-12-31"].reason == f"{RETOLD}, in 2025: promotions"


@pytest.mark.parametrize(("hired", "reason"), [("2010-05-01", NEWEST), ("2021-05-01", f"{RETOLD}, in 2024: recruits")])
def test_a_correction_waits_for_who_is_a_recruit_by_it_and_for_no_older_day_of_hire(three_lists, hired, reason):
    """Of three people the day of hire is stated, beside twelve women and twelve men with another function."""
    told = {"w25", "w26", "m25"}
    rows = [{**row, "hire_date": hired} if row["person_key"] in told else row for row in corrected(0, 12)]
    deliver(three_lists, "tha_pol", "THA-POL", rows, "again")
    assert decisions(three_lists)["tha_pol", "2025-12-31"].reason == reason


def test_two_corrections_in_turn_are_held_against_what_each_release_told(three_lists):
    """The first puts twelve back, the next takes eleven of them out again. Any two lists differ by enough people, but against the first release one leaver
    is gone."""
    deliver(three_lists, "tha_pol", "THA-POL", corrected(6), "second")
    release(three_lists)
    out_again = {f"{sex}{n}" for sex in "wm" for n in range(6)} - {"w3"}
    deliver(three_lists, "tha_pol", "THA-POL", [row for row in corrected(6) if row["person_key"] not in out_again], "third")
    found = decisions(three_lists)["tha_pol", "2025-12-31"]
    assert (found.reason, found.n_missing) == (f"{RETOLD}, in 2025: leavers", 9)


def test_a_sealed_list_that_was_wrong_is_mended_by_its_own_correction(three_lists, tmp_path):
    """Twelve were left out of the list of 2025 by mistake. They are on it when it comes again, and so they never left."""
    back = [row for row in PEOPLE if row["person_key"] in {f"{sex}{n}" for sex in "wm" for n in range(6)}]
    again = [{**row, "hire_date": None} for row in on("2026-12-31", back)]
    deliver(three_lists, "tha_pol", "THA-POL", [*year_end("2026-12-31"), *again], "2026")
    deliver(three_lists, "tha_pol", "THA-POL", corrected(6), "again")
    assert decisions(three_lists)["tha_pol", "2025-12-31"].reason == NEWEST
    built(three_lists, tmp_path)
    assert query(three_lists, LEAVERS, "w0") == []
    assert len(query(three_lists, LEAVERS, "w9")) == 1


def test_the_end_that_a_sealed_list_told_stays(warehouse, tmp_path):
    """w0's contract ends in 2026, but she is missing on the list of 2025; w1 is listed as gone, without a day, in 2025 and 2026."""
    prepare(warehouse)
    with psycopg.connect(warehouse) as connection:
        connection.execute(
            "insert into raw.catalogue_hr_code (contract, kind, code, value) values ('tha_pol', 'active', 'ออก', 'left'), ('tha_pol', 'active', 'อยู่', 'active')"
        )
    staff_of = {"w0": {"separation_date": "2026-02-01"}, "w1": {"active_code": "ออก"}}

    def send(day, *, without=(), left=False):
        rows = [{**row, "active_code": "อยู่", "hire_date": None} for row in PEOPLE if row["person_key"] not in without]
        told = {key: staff_of[key] for key in (("w0", "w1") if left else ("w0",))}
        deliver(warehouse, "tha_pol", "THA-POL", on(day, [{**row, **told.get(row["person_key"], {})} for row in rows]), day)

    send("2023-12-31")
    send("2024-12-31")
    release(warehouse)
    send("2025-12-31", without=("w0",), left=True)
    release(warehouse)
    before = built(warehouse, tmp_path)
    assert [(row["person_key"], row["period_year"]) for row in before if row["gender"] == "womanseparation"] == [
        ("w0", 2025),
        ("w1", 2025),
    ]
    send("2026-12-31", without=("w0",), left=True)
    assert built(warehouse, tmp_path) == before


def test_a_correction_waits_for_the_grade_of_one_recruit(three_lists):
    """The first list of `new w0` gives her another grade, so women's share of hires by grade band moves by her."""
    rows = [{**row, "rank_name": "พ.ต.อ."} if row["person_key"] == "new w0" else row for row in corrected(0)]
    deliver(three_lists, "tha_pol", "THA-POL", rows, "again")
    assert decisions(three_lists)["tha_pol", "2025-12-31"].reason == f"{RETOLD}, in 2025: hires"


@pytest.mark.parametrize(("published", "expected"), [((True, True, False), [2]), ((False, False, False), [])])
def test_of_the_releases_from_before_the_last_published_one_seals(warehouse, published, expected):
    """They told as if no list was sealed, and a warehouse may hold nothing but rejected candidates."""
    text = (REPOSITORY / "parity" / "migrations" / "0032_sealed_lists.sql").read_text(encoding="utf-8")
    with psycopg.connect(warehouse) as connection:
        for is_published in published:
            connection.execute(
                "insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed, published_at)"
                " values (%s, '1', '', 0, 0, case when %s then now() end)",
                ("superseded" if is_published else "rejected", is_published),
            )
        connection.execute(text[text.index("update") :])
        rows = connection.execute("select release_id from release.release where seals").fetchall()
    assert [number for (number,) in rows] == expected
