"""Who differs between two deliveries of a list, counted on a real PostgreSQL, and what is decided and kept of it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import psycopg
import pytest

from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY
from publication.difference import Difference
from publication.differences import SERVICE_YEARS, Differences
from publication.effective import decide_now, keep_snapshots, pending, store, version_of, without_breakdowns
from publication.listings import UNDATED, Place
from publication.snapshots import OPEN, WAITS
from tests.integration.dbt_project import deliver, prepare
from tests.integration.dbt_registers import deliver_register

POLICY = load_policy(REPOSITORY / "catalogue")
DECEMBER = dt.date(2025, 12, 31)
WOMAN = {
    "period_date": DECEMBER, "person_key": "w", "sex_code": "ญ", "rank_name": "ร.ต.อ.", "unit_name": "Border Post 1", "function_name": "สืบสวน",
    "sworn_code": "ตำรวจ", "hire_date": "2015-05-01", "salary": 30000,
}  # fmt: skip
MAN = {**WOMAN, "person_key": "m", "sex_code": "ช", "unit_name": "Office"}


@pytest.fixture
def filled(warehouse):
    prepare(warehouse)
    return warehouse


def numbers(url):
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("select delivery_no from raw.hr_delivery order by delivery_no")]


def between(url, contract, agency, date, grain, year=0):
    """Who differs between the first and the second delivery."""
    place = Place(contract, agency, date, year)
    with psycopg.connect(url) as connection:
        first, second = ((place, number) for number in numbers(url)[:2])
        return Differences(connection, {contract: grain}, POLICY.registers)(first, second)


def whole(found):
    """Who differs in anything."""
    return replace(found.of_anything, apart=())


def by_kind(found):
    """By kind of event: how many people differ, and how many differ in anything."""
    return {part.kind: (part.people, part.of_anything.people) for part in found.apart}


def staff(url, before, after):
    for name, rows in (("before", before), ("after", after)):
        deliver(url, "tha_pol", "THA-POL", rows, name)
    return between(url, "tha_pol", "THA-POL", DECEMBER, "roster")


SAME = [
    {"unit_name": "Border Post 2"},
    {"unit_name": " Border Post 1"},
    {"sex_code": "หญิง"},
    {"salary": 30000.0},
    {"sex_code": " ญ "},
]
OTHER = [
    {"unit_name": "Office"},
    {"unit_name": "Anti-Trafficking Division"},
    {"rank_name": "พ.ต.อ."},
    {"rank_name": None},
    {"function_name": "ชายแดน"},
    {"sworn_code": "พลเรือน"},
    {"hire_date": "2010-05-01"},
    {"separation_date": "2025-12-15"},
    {"hire_date": "2026-01-01"},
]
OTHER_DAY = [{"hire_date": "2016-05-01"}, {"separation_date": "2026-02-01"}, {"salary": 30900}]


@pytest.mark.parametrize("said", SAME, ids=str)
def test_who_is_written_otherwise_and_means_the_same_does_not_differ(filled, said):
    assert staff(filled, [WOMAN, MAN], [MAN, {**WOMAN, **said}]) == Difference()


@pytest.mark.parametrize("said", OTHER, ids=str)
def test_who_has_another_value_that_a_figure_is_broken_down_by_differs(filled, said):
    assert staff(filled, [WOMAN, MAN], [{**WOMAN, **said}, MAN]) == Difference(1, 1, 0)


@pytest.mark.parametrize("said", OTHER_DAY, ids=str)
def test_who_has_another_value_that_leaves_every_band_as_it_was_is_counted_apart(filled, said):
    """Her service at the end of 2025 is of 6 to 10 years with either day of hire."""
    assert staff(filled, [WOMAN, MAN], [{**WOMAN, **said}, MAN]) == Difference(in_all=Difference(1, 1, 0))


def test_who_is_hired_after_the_day_of_both_lists_is_on_neither(filled):
    to_come = {**WOMAN, "person_key": "new", "hire_date": "2026-01-01"}
    assert staff(filled, [WOMAN, MAN, to_come], [WOMAN, MAN, {**to_come, "rank_name": "พ.ต.อ."}]) == Difference()


def test_people_with_another_day_do_not_cover_one_with_another_grade(filled):
    others = [{**MAN, "person_key": f"{sex}{n}", "sex_code": sex} for sex in ("ช", "ญ") for n in range(12)]
    moved = [{**row, "hire_date": "2015-05-02"} for row in others]
    found = staff(filled, [WOMAN, *others], [{**WOMAN, "rank_name": "พ.ต.อ."}, *moved])
    assert found == Difference(1, 1, 0, in_all=Difference(25, 13, 12)) and found.missing(POLICY) == 9


def test_bands_of_service_are_those_of_the_models():
    macro = (REPOSITORY / "dbt" / "macros" / "service.sql").read_text(encoding="utf-8")
    assert re.findall(r"'[^']+': (\d+)", macro) == [str(years) for years in SERVICE_YEARS]


def test_who_came_left_or_has_another_sex_differs(filled):
    after = [{**WOMAN, "sex_code": "ช"}, {**MAN, "person_key": "m2"}, {**MAN, "person_key": "n", "sex_code": "ไม่ระบุ"}]
    assert staff(filled, [WOMAN, MAN], after) == Difference(4, 1, 3)


def test_several_rows_of_one_person_are_one_person(filled):
    assert staff(filled, [WOMAN, {**WOMAN, "rank_name": None}], [{**WOMAN, "rank_name": None}, WOMAN]) == Difference()


def test_another_meaning_of_a_code_is_no_difference_of_people(filled):
    deliver(filled, "tha_pol", "THA-POL", [WOMAN, MAN], "before")
    with psycopg.connect(filled) as connection:
        connection.execute("update raw.catalogue_rank set grade = 9")
        connection.execute("update raw.catalogue_unit set post_type = null")
    deliver(filled, "tha_pol", "THA-POL", [WOMAN, MAN], "after")
    assert between(filled, "tha_pol", "THA-POL", DECEMBER, "roster") == Difference()


def test_another_salary_alone_is_counted_apart(filled):
    rise = staff(filled, [WOMAN, MAN], [{**WOMAN, "salary": 30900}, {**MAN, "salary": 30900, "function_name": "ป้องกัน"}])
    assert rise == Difference(1, 0, 1, in_all=Difference(2, 1, 1))


def register(url, contract, agency, table, before, after):
    for name, rows in (("before", before), ("after", after)):
        deliver_register(url, contract, agency, table, rows, name=name)


def test_of_a_register_people_differ_in_the_year_of_their_rows_and_their_sex_is_that_of_the_lists(filled):
    row = {"person_key": "w", "course_code": "ผู้นำ", "completed_date": "2024-03-01", "hours": 6}
    register(
        filled, "tha_pol_training", "THA-POL", "training",
        [row, {**row, "person_key": "m"}, {**row, "completed_date": "2025-03-01"}],
        [{**row, "hours": 7}, {**row, "completed_date": "2025-03-01"}],
    )  # fmt: skip
    deliver(filled, "tha_pol", "THA-POL", [WOMAN, MAN])
    by_year = [between(filled, "tha_pol_training", "THA-POL", UNDATED, "training", year) for year in (2024, 2025)]
    assert [whole(each) for each in by_year] == [Difference(2, 1, 1), Difference()]
    assert by_kind(by_year[0]) == {"courses": (1, 2), "courses, course_type leadership": (1, 2)}, "she has other hours of it"


def test_complaints_differ_by_rows_as_they_name_nobody(filled):
    row = {"complaint_code": "Lainnya", "opened_date": "2024-03-01", "sex_code": "P"}
    register(
        filled, "idn_imm_complaints", "IDN-IMM", "complaint", [row, row, {**row, "sex_code": "L"}], [{**row, "closed_date": "2024-09-01"}, row]
    )  # fmt: skip
    found = between(filled, "idn_imm_complaints", "IDN-IMM", UNDATED, "complaints", 2024)
    assert whole(found) == Difference(2, 1, 1)
    kinds = ("complaints to close", "complaints to close, in_time no")
    assert by_kind(found) == dict.fromkeys(kinds, (1, 2)), "one woman's was closed late"


def test_tables_of_counts_differ_by_the_people_who_must_have_come(filled):
    def counts(women, men):
        cell = {"period_date": DECEMBER, "round_name": "1", "stage": "applied"}
        return [
            {**cell, "gender": gender, "n_low": n, "n_high": n}
            for gender, n in (("woman", women), ("man", men), ("all", women + men))
        ]

    register(filled, "vnm_cus_applicants", "VNM-CUS", "applicant", counts(40, 60), counts(43, 52))
    assert whole(between(filled, "vnm_cus_applicants", "VNM-CUS", DECEMBER, "applicants")) == Difference(11, 3, 8)


def test_an_aggregate_table_is_compared_by_grade_and_not_by_the_names_of_its_ranks(filled):
    with psycopg.connect(filled) as connection:
        for number, rank, n in ((1, "ร.ต.อ.", 30), (2, " ร.ต.อ. ", 33)):
            connection.execute(
                "insert into raw.hr_delivery (contract, file_name, content_sha256, landing_uri, grain, is_provisional, delivered_at, n_rows,"
                " n_quarantined, notices) values ('tha_pol', 'f', %s, '', 'aggregate', false, now(), 1, 0, '[]')",
                (str(number),),
            )
            connection.execute(
                "insert into raw.hr_aggregate (delivery_no, row_no, agency_code, period_date, gender, rank_name, n_low, n_high)"
                " values (%s, 1, 'THA-POL', %s, 'woman', %s, %s, %s)",
                (number, DECEMBER, rank, n, n),
            )
    assert between(filled, "tha_pol", "THA-POL", DECEMBER, "aggregate") == Difference(3, 3, 0)


def test_spells_differ_like_staff_rows(filled):
    rows = [{"person_key": f"p{number}", "sex_code": "F", "rank_name": "CHIEF", "hire_date": "2010-01-01"} for number in range(3)]
    deliver(filled, "usa_cpd_roster", "USA-CPD", rows, "before")
    deliver(filled, "usa_cpd_roster", "USA-CPD", [{**rows[0], "separation_date": "2016-05-01"}, *rows[1:]], "after")
    found = between(filled, "usa_cpd_roster", "USA-CPD", UNDATED, "spells")
    parts = (Difference(1, 1, 0, year=2016), Difference(1, 1, 0, year=2016, kind="leavers"))
    assert found == Difference(1, 1, 0, apart=parts)


def spell(key, hired, left=None, sex="F", rank="CHIEF"):
    return {"person_key": key, "sex_code": sex, "rank_name": rank, "hire_date": hired, "separation_date": left}


CHANGES = [
    (spell("p", "2009-03-01"), spell("p", "2009-03-01", "2014-05-01"), {2014: 1, 2015: 1, 2016: 1}),
    (spell("p", "2009-03-01", "2014-05-01"), spell("p", "2009-03-01", "2014-06-01"), {2014: 1}),
    (spell("p", "2013-03-01", "2014-05-01"), spell("p", "2013-03-01", "2014-06-01"), {2014: 1, 2015: 1, 2016: 1}),  # recruits of three years
    (spell("p", "1990-03-01", "1999-05-01"), spell("p", "1990-03-01", "2001-06-01"), {}),  # before the agency is observed
    (spell("p", "2009-03-01"), spell("p", "2009-03-01", "2017-02-01"), {}),  # after it
    (spell("p", "2009-03-01"), spell("p", "2009-03-01", "2018-02-01"), dict.fromkeys(range(2009, 2017), 1)),  # after the extract: no figure has it
    (spell("p", "2015-03-01"), spell("p", "2015-03-01", sex="M"), {2015: 1, 2016: 1}),
    (spell("p", "2015-03-01"), {**spell("p", "2015-03-01"), "salary": 30}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES, ids=str)
def test_spells_differ_in_the_closed_years_that_show_it(filled, before, after, expected):
    for name, row in (("before", before), ("after", after)):
        deliver(filled, "usa_cpd_roster", "USA-CPD", [row, spell("other", "2001-01-01", sex="M")], name)
    found = between(filled, "usa_cpd_roster", "USA-CPD", UNDATED, "spells")
    assert {each.year: each.of_anything.people for each in found.apart if each.kind is None} == expected
    assert found.of_anything.people == (1 if expected else 0)


def test_another_day_of_the_same_year_in_spells_is_counted_apart(filled):
    rows = [spell("p", "2009-03-01", "2014-05-01"), spell("other", "2001-01-01", sex="M")]
    deliver(filled, "usa_cpd_roster", "USA-CPD", rows, "before")
    deliver(filled, "usa_cpd_roster", "USA-CPD", [{**rows[0], "separation_date": "2014-06-01"}, rows[1]], "after")
    found = between(filled, "usa_cpd_roster", "USA-CPD", UNDATED, "spells")
    assert [(each.kind, each.people, each.of_anything.people) for each in found.apart] == [(None, 0, 1), ("leavers", 0, 1)]


def release(url, state="current"):
    """A release of what is decided now, published unless it is a candidate."""
    with psycopg.connect(url) as connection:
        store(connection, decide_now(connection, POLICY))
        connection.execute("update release.release set state = 'superseded' where state = 'current'")
        (number,) = connection.execute(
            "insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed, published_at)"
            " values (%s, '1', '', 0, 0, %s) returning release_id",
            (state, None if state == "candidate" else dt.datetime.now(dt.UTC)),
        ).fetchone()
        keep_snapshots(connection, number)
        return number


def test_ten_people_of_one_year_do_not_cover_one_of_another_in_spells(filled):
    def rows(n_2006, n_2014):
        left = {**dict.fromkeys(range(n_2006), "2006-05-01"), **dict.fromkeys(range(20, 20 + n_2014), "2014-05-01")}
        return [
            spell(f"p{n}", "2002-01-01" if n < 20 else "2010-01-01", left.get(n, "2006-04-01" if n < 20 else "2014-04-01"))
            for n in range(40)
        ]

    deliver(filled, "usa_cpd_roster", "USA-CPD", rows(0, 0), "first")
    release(filled)
    deliver(filled, "usa_cpd_roster", "USA-CPD", rows(12, 1), "second")
    [found] = waiting(filled)
    assert (found.decision.reason, found.decision.n_missing) == (f"{WAITS}, in 2014", 9)
    deliver(filled, "usa_cpd_roster", "USA-CPD", rows(12, 0), "third")
    assert waiting(filled) == []
    release(filled)
    deliver(filled, "usa_cpd_roster", "USA-CPD", rows(12, 12), "fourth")
    assert waiting(filled) == []


def waiting(url):
    with psycopg.connect(url) as connection:
        return pending(connection, POLICY)


def reasons(url):
    with psycopg.connect(url) as connection:
        return {(each.decision.place.contract, each.date): each.decision.reason for each in pending(connection, POLICY)}


PEOPLE = [{**MAN, "person_key": f"m{number}"} for number in range(40)] + [
    {**WOMAN, "person_key": f"w{number}"} for number in range(20)
]


def on(day, people=PEOPLE):
    return [{**row, "period_date": day} for row in people]


def test_only_releases_that_readers_saw_count_and_every_one_of_them(filled):
    deliver(filled, "tha_pol", "THA-POL", PEOPLE, "first")
    release(filled, "candidate")
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[1:], "second")
    assert reasons(filled) == {}, "nobody saw the first"
    release(filled)
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[12:], "third")
    assert reasons(filled) == {}
    release(filled)
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[2:], "fourth")
    assert reasons(filled) == {("tha_pol", "2025-12-31"): WAITS}, (
        "one person less than in the first release, ten more than in the second"
    )


def test_a_warehouse_that_is_loaded_again_from_the_landing_compares_with_the_same_files(filled):
    deliver(filled, "tha_pol", "THA-POL", PEOPLE, "first")
    release(filled)
    with psycopg.connect(filled) as connection:
        connection.execute("delete from raw.hr_delivery_period; delete from raw.hr_staff; delete from raw.hr_delivery")
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[1:], "second")
    deliver(filled, "tha_pol", "THA-POL", PEOPLE, "first")
    with psycopg.connect(filled) as connection:
        connection.execute("update raw.hr_delivery set delivered_at = timestamptz '2026-01-01' where file_name = 'first'")
    assert reasons(filled) == {("tha_pol", "2025-12-31"): WAITS}


def test_the_version_of_what_counts_stays_after_a_publication_and_changes_with_what_counts(filled):
    def version():
        with psycopg.connect(filled) as connection:
            return version_of(decide_now(connection, POLICY))

    deliver(filled, "tha_pol", "THA-POL", [row for year in (2023, 2024) for row in on(f"{year}-12-31")] + PEOPLE, "first")
    before = version()
    release(filled)
    assert version() == before
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[1:], "second")
    assert version() == before
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[12:], "third")
    assert version() != before


def test_rows_of_an_open_year_wait_and_a_closed_year_without_rows_is_told_of(filled):
    row = {"person_key": "w", "course_code": "ผู้นำ", "completed_date": "2023-03-01", "hours": 6}
    deliver(filled, "tha_pol", "THA-POL", PEOPLE, "lists")
    deliver_register(filled, "tha_pol_training", "THA-POL", "training", [row, {**row, "completed_date": "2026-03-01"}])
    assert reasons(filled) == {("tha_pol_training", "2026"): OPEN}
    release(filled)
    deliver_register(
        filled, "tha_pol_training", "THA-POL", "training", [row, {**row, "completed_date": "2024-03-01"}], name="again"
    )
    assert reasons(filled)["tha_pol_training", "2024"] == f"{WAITS}: courses"
    with psycopg.connect(filled) as connection:
        store(connection, decide_now(connection, POLICY))
        years = connection.execute(
            "select rows_year, delivery_no is null, n_missing from ops.effective_delivery where rows_year < 2026 and grain = 'training'"
            " order by rows_year"
        ).fetchall()
    assert years == [(2023, False, None), (2024, False, 9), (2025, False, None)]


def test_a_year_end_too_like_its_neighbour_has_no_breakdowns(filled):
    deliver(filled, "tha_pol", "THA-POL", on("2024-12-31"), "first")
    release(filled)
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[1:], "second")
    release(filled)
    with psycopg.connect(filled) as connection:
        assert without_breakdowns(connection) == {("THA-POL", 2025)}


def test_each_release_from_before_counts_as_made_of_the_deliveries_that_were_newest_when_it_was_built(filled):
    """The statement of the migration, on a warehouse with two releases. What came after them is in neither, and waits."""
    text = (REPOSITORY / "parity" / "migrations" / "0023_effective_deliveries.sql").read_text()
    statement = text[text.index("with rows_of_register") :]

    def publish(state):
        with psycopg.connect(filled) as connection:
            connection.execute(
                "insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed, published_at)"
                " values (%s, '1', '', 0, 0, now())",
                (state,),
            )

    deliver(filled, "tha_pol", "THA-POL", PEOPLE, "first")
    publish("superseded")
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[1:], "second")
    deliver_register(
        filled, "tha_pol_training", "THA-POL", "training", [{"person_key": "w", "course_code": "ผู้นำ", "completed_date": "2024-03-01"}]
    )  # fmt: skip
    publish("current")
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[2:], "third")
    with psycopg.connect(filled) as connection:
        connection.execute(statement)
        found = connection.execute(
            "select snapshot.release_id, snapshot.contract, snapshot.rows_year, delivery.file_name from release.snapshot as snapshot"
            " inner join raw.hr_delivery as delivery using (contract, content_sha256) order by 1, 2"
        ).fetchall()
        waiting = [(each.file_name, each.decision.reason) for each in pending(connection, POLICY)]
    assert found == [(1, "tha_pol", 0, "first"), (2, "tha_pol", 0, "second"), (2, "tha_pol_training", 2024, "register")]
    assert waiting == [("third", WAITS)]
