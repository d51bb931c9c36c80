"""Files of a machine whose clock is ahead: they are taken as written when they come, and once for each writing."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest

from ingestion.hr.files import DropFile
from ingestion.hr.load import LoadReport, load_file
from parity.migration_plan import migrations
from publication.effective import TODAY
from tests.integration.test_hr_load import ABC, NEWEST, Agency, person
from tests.unit.ingestion.contracts import HEADER

AHEAD = dt.datetime(2131, 1, 1, tzinfo=dt.UTC)
NOTICE = "its time of writing, 2131-01-01, lies in the future: taken as today"


class Drop(Agency):
    """A folder whose files are sent with the time that they say."""

    def send_at(self, *rows: str, at: dt.datetime, name: str = "list.csv") -> LoadReport:
        path = self.folder / name
        path.write_bytes("\n".join([HEADER, *rows]).encode())
        file = DropFile(ABC.name, str(path), path.name, at, path.stat().st_size)
        return load_file(self.connection, self.landing, ABC, file, self.ring)


@pytest.fixture
def drop(warehouse, tmp_path):
    with psycopg.connect(warehouse) as connection:
        yield Drop(connection, tmp_path)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def test_a_time_of_writing_in_the_future_is_taken_as_today_and_said(drop):
    report = drop.send_at(person(1), at=AHEAD)
    assert report.notices == [NOTICE]
    assert drop.ask("select notices from raw.hr_delivery") == [([NOTICE],)]
    [(taken, said)] = drop.ask("select delivered_at, said_written_at from raw.hr_delivery")
    assert now() - dt.timedelta(hours=1) < taken <= now() and said == AHEAD
    assert drop.ask(TODAY) == drop.ask("select current_date")


def test_a_clock_that_is_ahead_by_hours_is_a_time_zone(drop):
    at = now() + dt.timedelta(hours=20)
    assert drop.send_at(person(1), at=at).notices == []
    assert drop.ask("select delivered_at, said_written_at from raw.hr_delivery") == [(at, None)]


def test_it_is_not_the_newest_again_at_each_look(drop):
    drop.send_at(person(1), at=AHEAD)
    for _ in range(2):
        assert drop.send_at(person(1), at=AHEAD).status == "already loaded"
    drop.send_at(person(2), at=now(), name="correction.csv")
    for _ in range(2):
        report = drop.send_at(person(1), at=AHEAD)
        assert report.status == "already loaded" and "touch" in report.notices[0]
    assert drop.ask(NEWEST) == [("2023-12-31", 2)] and drop.ask("select * from raw.hr_delivered_again") == []


def test_written_again_by_the_same_machine_it_is_the_newest_again_once(drop):
    drop.send_at(person(1), at=AHEAD)
    drop.send_at(person(2), at=AHEAD + dt.timedelta(hours=1), name="correction.csv")
    later = AHEAD + dt.timedelta(hours=2)
    reports = [drop.send_at(person(1), at=later) for _ in range(3)]
    assert [report.status for report in reports] == ["newest again", "already loaded", "already loaded"]
    assert reports[0].notices == [NOTICE]
    assert drop.ask(NEWEST) == [("2023-12-31", 1)]
    assert drop.ask(TODAY) == drop.ask("select current_date")
    assert drop.ask("select count(*) from raw.hr_delivered_again where delivered_at <= now() + interval '1 minute'") == [(1,)]


def test_sent_again_with_a_right_clock_it_is_the_newest_again(drop):
    drop.send_at(person(1), at=AHEAD)
    drop.send_at(person(2), at=now(), name="correction.csv")
    at = now() + dt.timedelta(minutes=1)
    assert [drop.send_at(person(1), at=at).status for _ in range(2)] == ["newest again", "already loaded"]


def test_what_was_loaded_with_such_a_time_is_mended(drop):
    """As 0035 does: the day on which it was loaded is the best that is known."""
    for n, name in ((1, "a.csv"), (2, "b.csv"), (3, "c.csv")):
        drop.send_at(person(n), at=now(), name=name)
    drop.connection.execute("alter table raw.hr_delivery drop column said_written_at")
    drop.connection.execute("update raw.hr_delivery set delivered_at = %s where delivery_no = 1", (AHEAD,))
    drop.connection.execute("update raw.hr_delivery set delivered_again_at = %s where delivery_no = 2", (AHEAD,))
    drop.connection.execute(
        "insert into raw.hr_delivered_again (delivery_no, file_name, is_provisional, delivered_at) values (2, 'b.csv', false, %s)",
        (AHEAD,),
    )
    before = drop.ask("select delivered_at, null::timestamptz from raw.hr_delivery where delivery_no = 3")
    [migration] = [each for each in migrations() if each.number == 35]
    drop.connection.execute(migration.text)
    rows = drop.ask(
        "select delivered_at, delivered_again_at, loaded_at, said_written_at from raw.hr_delivery order by delivery_no"
    )
    assert rows[0][0] == rows[0][2] and rows[0][1] is None and rows[0][3] == AHEAD
    assert rows[1][1] == drop.ask("select noted_at from raw.hr_delivered_again")[0][0] and rows[1][3] == AHEAD
    assert [(rows[2][0], rows[2][3])] == before
    assert drop.ask(TODAY) == drop.ask("select current_date")
