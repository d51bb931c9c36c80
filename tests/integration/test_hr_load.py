"""Staff files into a real PostgreSQL: what is delivered again, late, by halves or by two agencies, and what never arrives there."""

from __future__ import annotations

import datetime as dt
import io
import logging
import os
from pathlib import Path

import psycopg
import pytest

from ingestion.hr.errors import FileRefused
from ingestion.hr.files import DropFile
from ingestion.hr.identity import NumberRule, pseudonym
from ingestion.hr.keys import KeyMissing, KeyRing
from ingestion.hr.load import load_file
from ingestion.hr.rotate import NotRotated, rotate
from ingestion.landing import Landing
from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.contracts import HEADER, contract

ABC = contract()
DAY = dt.datetime(2024, 1, 10, tzinfo=dt.UTC)


def person(n: int, period: str = "12/2023", sex: str = "F", rank: str = "Officer", pay: str = "1200.50") -> str:
    return f"{period},{1000 + n},NAME{n},{sex},{rank},North,01/02/2010,,{pay}"


class Agency:
    """Sends files in the order of the calls, a day apart unless told otherwise."""

    def __init__(self, connection: psycopg.Connection, folder: Path) -> None:
        self.connection, self.folder, self.sent = connection, folder, 0
        self.landing, self.ring = Landing(str(folder / "landing")), KeyRing(folder / "keys")

    def send(
        self, *rows: str, the_contract=ABC, name: str | None = None, day: int | None = None, body: bytes | None = None, **more
    ):
        self.sent += 1
        path = self.folder / (name or f"file{self.sent}.csv")
        path.write_bytes(body or "\n".join([HEADER, *rows]).encode())
        delivered = DAY + dt.timedelta(days=self.sent if day is None else day)
        file = DropFile(the_contract.name, str(path), path.name, delivered, path.stat().st_size)
        return load_file(self.connection, self.landing, the_contract, file, self.ring, **more)

    def ask(self, statement: str, *parameters: object) -> list[tuple]:
        return self.connection.execute(statement, parameters).fetchall()


@pytest.fixture
def agency(warehouse, tmp_path):
    with psycopg.connect(warehouse) as connection:
        yield Agency(connection, tmp_path)


def test_the_same_content_is_one_load_under_any_name(agency):
    assert agency.send(person(1), person(2)).n_rows == 2
    assert agency.send(person(1), person(2), name="again.csv").status == "already loaded"
    assert agency.ask("select count(*) from raw.hr_staff") == [(2,)]


NEWEST = (
    "select distinct on (period_date) period_date::text, delivery_no from raw.hr_delivery_period inner join raw.hr_delivery using (delivery_no)"
    " order by period_date, is_provisional, coalesce(delivered_again_at, delivered_at) desc, delivery_no desc"
)


def test_a_file_sent_again_after_its_correction_is_the_newest_again_and_is_not_loaded_twice(agency):
    one, other = (person(1), person(2)), (person(1), person(3), person(4))
    reports = [agency.send(*rows) for rows in (one, other, one, other, one)]
    assert [report.status for report in reports] == ["loaded", "loaded", *["newest again"] * 3]
    assert agency.ask(NEWEST) == [("2023-12-31", 1)]
    assert agency.ask("select count(*) from raw.hr_staff") == [(5,)]
    [revision] = reports[-1].revisions
    assert (revision.replaced_no, revision.is_in_force, revision.n_added, revision.n_gone) == (2, True, 1, 2)
    assert agency.ask("select delivery_no, count(*) from raw.hr_delivered_again group by 1 order by 1") == [(1, 2), (2, 1)]


def test_what_is_the_newest_and_comes_again_stays_so_also_where_an_older_correction_comes_after_it(agency):
    assert agency.send(person(1), day=1).status == "loaded"
    assert agency.send(person(1), day=3).status == "already loaded"
    assert agency.send(person(1), person(2), day=2).status == "loaded"
    assert agency.ask(NEWEST) == [("2023-12-31", 1)]


def test_a_file_that_lies_there_since_before_its_correction_is_told_how_to_become_the_newest(agency):
    agency.send(person(1), day=1)
    agency.send(person(2), day=2)
    for _ in range(2):
        report = agency.send(person(1), day=1)
        assert report.status == "already loaded" and "touch" in report.notices[0]
    assert agency.ask(NEWEST) == [("2023-12-31", 2)] and agency.ask("select * from raw.hr_delivered_again") == []


def test_a_file_sent_again_within_the_minute_of_its_correction_stands_after_it(agency):
    agency.send(person(1), day=1)
    agency.send(person(2), day=2)
    assert [agency.send(person(1), day=2).status for _ in range(2)] == ["newest again", "already loaded"]
    assert agency.send(person(2), day=2).status == "already loaded"
    assert agency.ask(NEWEST) == [("2023-12-31", 1)]


def test_of_several_periods_those_are_the_newest_again_that_were_corrected(agency):
    agency.send(person(1), person(1, "01/2024"))
    agency.send(person(2, "01/2024"))
    report = agency.send(person(1), person(1, "01/2024"))
    assert (report.status, [each.period for each in report.revisions]) == ("newest again", ["2024-01-31"])


def test_a_provisional_file_that_comes_again_as_final_is_final(agency):
    changed = contract(provisional_pattern="*draft*")
    agency.send(person(1), name="draft1.csv", the_contract=changed, day=1)
    agency.send(person(2), name="draft2.csv", the_contract=changed, day=2)
    assert agency.send(person(1), name="list.csv", the_contract=changed, day=1).status == "newest again"
    assert agency.send(person(2), name="draft3.csv", the_contract=changed, day=5).status == "already loaded"
    assert agency.ask(NEWEST) == [("2023-12-31", 1)]


def test_a_period_sent_again_keeps_both_and_counts_people_and_cells(agency):
    agency.send(person(1), person(2), person(3))
    [revision] = agency.send(person(1), person(2, sex="M", pay="9"), person(4), person(5)).revisions
    assert revision.is_in_force
    assert (revision.n_people_before, revision.n_people_after, revision.n_added, revision.n_gone) == (3, 4, 2, 1)
    assert (revision.n_changed, revision.changed_cells) == (1, {"sex_code": 1, "salary": 1})
    assert str(revision).endswith("3 people then, 4 now; 2 new, 1 gone, 1 changed (salary of 1, sex_code of 1)")
    assert agency.ask("select count(*) from raw.hr_staff") == [(7,)]


def test_only_the_periods_that_are_sent_again_are_revised(agency):
    agency.send(person(1), person(1, "01/2024"))
    [revision] = agency.send(person(1, "01/2024"), person(2, "01/2024"), person(1, "02/2024")).revisions
    assert (revision.period, revision.n_added, revision.n_gone) == ("2024-01-31", 1, 0)


def test_final_stands_before_provisional_even_where_it_came_first(agency):
    changed = contract(provisional_pattern="*draft*")
    agency.send(person(1), the_contract=changed)
    [revision] = agency.send(person(1), person(2), name="draft2.csv", the_contract=changed).revisions
    assert not revision.is_in_force


def test_an_older_version_that_arrives_late_is_kept_and_not_in_force(agency):
    agency.send(person(1), person(2), day=9)
    [revision] = agency.send(person(1), day=3).revisions
    assert (revision.is_in_force, revision.n_gone) == (False, 1)


def test_a_list_of_half_the_people_looks_partial(agency):
    agency.send(*[person(n) for n in range(10)])
    [revision] = agency.send(*[person(n) for n in range(4)]).revisions
    assert revision.looks_partial


def test_two_agencies_in_one_workbook_keep_their_people_apart(agency):
    both = contract(
        format="workbook",
        columns={
            "agency": {"header": "service"},
            "period": {"header": "period"},
            "person_id": {"header": "id"},
            "sex": {"header": "sex"},
        },
        identifying=[],
        ranks=[],
        agency_codes={"P": "ABC-POL", "C": "ABC-CUS"},
    )
    rows = [
        ["service", "period", "id", "sex"],
        ["P", "12/2023", "1", "F"],
        ["C", "12/2023", "1", "F"],
        ["C", "12/2023", "2", "M"],
    ]
    agency.send(the_contract=both, name="both.xlsx", body=make.xlsx(rows))
    assert agency.ask("select agency_code, count(*), count(distinct person_key) from raw.hr_staff group by 1 order by 1") == [
        ("ABC-CUS", 2, 2),
        ("ABC-POL", 1, 1),
    ]
    assert agency.ask("select count(distinct person_key) from raw.hr_staff") == [(3,)]
    assert {path.name for path in (agency.folder / "keys").iterdir()} == {"ABC-POL.json", "ABC-CUS.json"}


def test_what_is_refused_at_the_last_row_leaves_nothing(agency):
    strict = contract(max_bad_share=0)
    with pytest.raises(FileRefused, match="1 of 30,001 rows breaks the contract"):
        agency.send(*[person(n) for n in range(30_000)], person(1, sex="?"), the_contract=strict)
    for table in ("raw.hr_delivery", "raw.hr_staff", "raw.hr_delivery_period", "quarantine.hr_row"):
        assert agency.ask(f"select count(*) from {table}") == [(0,)]
    assert agency.send(person(1), the_contract=strict).n_rows == 1


def test_a_lost_key_stops_the_load_and_says_what_to_restore(agency):
    agency.send(person(1))
    (agency.folder / "keys" / "ABC-POL.json").unlink()
    with pytest.raises(KeyMissing, match=r"Restore ABC-POL.json from your backup"):
        agency.send(person(2))
    assert agency.ask("select count(*) from raw.hr_staff") == [(1,)]


def test_nothing_that_names_a_person_is_in_the_database_its_files_or_a_log(agency, postgres, caplog):
    """Neither of rows that load, nor of rows that are quarantined, nor of a file that is refused half-way."""
    caplog.set_level(logging.DEBUG)
    secrets = {"name": "Zulaikhaq", "id": "ZQ7719331", "born": "17/03/1981", "street": "Jalan Qwxz"}
    columns = {name: {"header": name} for name in ("period", "sex")} | {
        "person_id": {"header": "id"},
        "birth_date": {"header": "born"},
    }
    with_all = contract(columns=columns, identifying=["name", "street"], ranks=[])
    head = "period,id,name,sex,born,street"
    good = ["12/2023", secrets["id"], secrets["name"], "F", secrets["born"], secrets["street"]]
    for rows, refused in [([good], False), ([good, [*good[:3], secrets["name"], *good[4:]]], False), ([good, ["x"] * 5], True)]:
        body = "\n".join(map(",".join, [head.split(","), *rows])).encode()
        strict = with_all.model_copy(update={"max_bad_share": 0 if refused else 1})
        try:
            agency.send(the_contract=strict, body=body)
            assert not refused
        except FileRefused as error:
            assert refused
            logging.getLogger("any").error("%s", error)
    assert agency.ask("select distinct birth_year, age_band from raw.hr_staff") == [(1981, "35-44")]
    agency.connection.commit()
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute("checkpoint")
    needles = [*secrets.values(), "1981-03-17"]
    holds_the_key = False
    (key,) = agency.ask("select person_key from raw.hr_staff limit 1")[0]
    for path in [path for path in postgres.data.rglob("*") if path.is_file()]:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue  # the server removes files of its own while this looks
        holds_the_key |= key.encode() in content
        assert not [needle for needle in needles if needle.encode() in content], path
    assert holds_the_key  # what is stored is found in this way
    assert not [needle for needle in needles if needle in caplog.text]
    # The tables themselves too: a page of the server may hold its text compressed.
    for schema, table in agency.ask("select schemaname, tablename from pg_tables where schemaname !~ '^(pg_|information)'"):
        out = io.BytesIO()
        with agency.connection.cursor() as cursor, cursor.copy(f'copy {schema}."{table}" to stdout') as copy:
            for block in copy:
                out.write(block)
        assert not [needle for needle in needles if needle.encode() in out.getvalue()], table


def test_a_new_key_keeps_everybodys_history(agency):
    agency.send(person(1), person(2))
    agency.send(person(1, "01/2024"), person(3, "01/2024"))
    before = agency.ask("select row_no, delivery_no, person_key from raw.hr_staff order by 2, 1")
    done = rotate(agency.connection, agency.landing, {"abc": ABC}, agency.ring, "ABC-POL")
    after = agency.ask("select row_no, delivery_no, person_key from raw.hr_staff order by 2, 1")
    assert (done.n_deliveries, done.n_people) == (2, 3)
    assert [row[:2] for row in before] == [row[:2] for row in after]
    assert not {row[2] for row in before} & {row[2] for row in after}
    assert after[0][2] == after[2][2] and len({row[2] for row in after}) == 3
    [(key_id, key)] = agency.ring.keys("ABC-POL").items()
    assert key_id == done.new_key and after[0][2] == pseudonym(key, "1001")
    # The next delivery meets them under the new key.
    [revision] = agency.send(person(1), person(2), person(9)).revisions
    assert (revision.n_added, revision.n_gone) == (1, 0)
    assert agency.ask("select count(*) from raw.hr_delivery where rekeyed_at is not null") == [(2,)]


def test_rows_of_a_number_that_is_not_one_persons_are_taken_back_and_kept_as_findings(agency):
    report = agency.send(person(1), person(2), person(3), person(1, sex="M"))
    assert (report.n_rows, report.n_people, report.n_quarantined) == (2, 2, 2)
    assert agency.ask("select row_no from raw.hr_staff order by 1") == [(3,), (4,)]
    assert agency.ask("select n_rows from raw.hr_delivery_period") == agency.ask("select n_rows from raw.hr_delivery") == [(2,)]
    assert agency.ask("select row_no, column_name from quarantine.hr_row order by 1") == [(2, "id"), (5, "id")]


def test_people_who_were_hashed_without_separators_stay_who_they_are(agency):
    """As a warehouse of an earlier version: its key is old. A contract that says `keep` tells them apart all the same."""
    rows = [person(1).replace("1001", number) for number in ("1-11", "2-22")]
    agency.send(*rows)
    keys_apart = agency.ask("select distinct person_key from raw.hr_staff")
    agency.connection.execute("update ops.hr_key set drops_separators = true")
    agency.connection.execute("delete from raw.hr_staff")
    agency.connection.commit()
    agency.send(*rows, name="old.csv", body="\n".join([HEADER, *rows, ""]).encode())
    (key,) = agency.ring.keys("ABC-POL").values()
    old = [(row,) for row in sorted(pseudonym(key, number) for number in ("111", "222"))]
    assert agency.ask("select person_key from raw.hr_staff order by 1") == old != sorted(keys_apart)
    rotate(agency.connection, agency.landing, {"abc": ABC}, agency.ring, "ABC-POL")
    assert len(agency.ask("select distinct person_key from raw.hr_staff")) == 2
    agency.send(*rows, person(5), the_contract=contract(id_separators="keep"))
    assert len(agency.ask("select distinct person_key from raw.hr_staff")) == 5


def test_a_new_key_is_made_for_a_list_that_earlier_versions_loaded_with_words_for_numbers(agency):
    agency.send(person(1), person(2).replace("1002", "N/A"))
    (key,) = agency.ring.keys("ABC-POL").values()
    agency.connection.execute(
        "insert into raw.hr_staff (delivery_no, agency_code, row_no, period_date, person_key, sex_code)"
        " select 1, 'ABC-POL', 3, '2023-12-31', %s, 'F'",
        (pseudonym(key, "N/A", NumberRule(takes_anything=True)),),
    )
    agency.connection.commit()
    assert rotate(agency.connection, agency.landing, {"abc": ABC}, agency.ring, "ABC-POL").n_people == 2


def test_a_rotation_that_cannot_find_everybody_changes_nothing(agency):
    agency.send(person(1), person(2))
    agency.connection.execute("update raw.hr_staff set person_key = md5('x') where row_no = 3")
    agency.connection.commit()
    before = agency.ask("select person_key from raw.hr_staff order by 1")
    with pytest.raises(NotRotated, match=r"1 person of ABC-POL in raw.hr_staff is in none of the landed files"):
        rotate(agency.connection, agency.landing, {"abc": ABC}, agency.ring, "ABC-POL")
    assert agency.ask("select person_key from raw.hr_staff order by 1") == before
    assert agency.send(person(1), person(2), person(3)).revisions[0].n_added == 2  # the key in use is the old one still


def test_a_rotation_cut_off_before_it_deleted_the_old_key_is_mended_by_the_next(agency):
    agency.send(person(1))
    agency.ring.make("ABC-POL")
    rotate(agency.connection, agency.landing, {"abc": ABC}, agency.ring, "ABC-POL")
    assert len(agency.ring.keys("ABC-POL")) == 1
    assert agency.send(person(1), person(2)).revisions[0].n_added == 1


def test_an_agency_without_a_key_has_nothing_to_rotate(agency):
    with pytest.raises(NotRotated, match="no key yet"):
        rotate(agency.connection, agency.landing, {"abc": ABC}, agency.ring, "ABC-POL")


def test_the_key_files_are_their_owners_alone(agency):
    agency.send(person(1))
    assert (
        os.stat(agency.folder / "keys").st_mode & 0o777,
        os.stat(agency.folder / "keys" / "ABC-POL.json").st_mode & 0o777,
    ) == (
        0o700,
        0o600,
    )


def test_events_of_a_period_sent_again_replace_that_period_only(agency):
    log = contract(
        name="log",
        grain="events",
        period={"name_pattern": r"log_(?P<year>\d{4})_(?P<month>\d\d).*"},
        columns={
            "person_id": {"header": "id"},
            "event": {"header": "what"},
            "event_date": {"header": "when"},
        },
        identifying=[],
        ranks=[],
        sex_codes={},
        event_codes={"PROM": "promotion", "END": "separation"},
    )
    for name, body in [
        ("log_2024_01.csv", "id,what,when\n1,PROM,05/01/2024\n2,END,07/01/2024"),
        ("log_2024_02.csv", "id,what,when\n3,PROM,05/02/2024"),
        ("log_2024_01b.csv", "id,what,when\n1,PROM,06/01/2024"),
    ]:
        agency.send(the_contract=log, name=name, body=body.encode())
    assert agency.ask("select period_date, count(*) from raw.hr_event group by 1 order by 1") == [
        (dt.date(2024, 1, 31), 3),
        (dt.date(2024, 2, 29), 1),
    ]
    assert agency.ask("select period_date, count(*) from raw.hr_delivery_period group by 1 order by 1") == [
        (dt.date(2024, 1, 31), 2),
        (dt.date(2024, 2, 29), 1),
    ]
