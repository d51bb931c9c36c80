"""Staff files whose landed copy a power cut, a hand or a full disk has spoilt: nothing of a wrong file is loaded, and what was loaded is put right."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import psycopg
import pytest

from dags.steps.waiting import read_known, to_try
from ingestion.hr.errors import FileRefused
from ingestion.hr.files import DropFile
from ingestion.hr.keys import KeyRing
from ingestion.hr.load import load_file
from ingestion.hr.rotate import NotRotated, rotate
from ingestion.landing import Landing, LandingFull, TornFile
from tests.integration.landings import BeforeTheMend, damage, files, full_disk
from tests.unit.ingestion.contracts import HEADER, contract

ABC = contract()
MONTHS = ("01/2024", "02/2024", "03/2024")


def body_of(month: str, n: int = 179) -> bytes:
    rows = [f"{month},{1000 + each},NAME{each},{'FM'[each % 2]},Officer,North,01/02/2010,,1200.50" for each in range(n)]
    return "\n".join([HEADER, *rows]).encode()


class Drop:
    """Three monthly lists of 179 people, and the landing into which they go."""

    def __init__(self, connection: psycopg.Connection, folder: Path) -> None:
        self.connection, self.folder, self.ring = connection, folder, KeyRing(folder / "keys")
        self.landing = Landing(str(folder / "landing"))
        (folder / "drop").mkdir()
        self.files: dict[str, DropFile] = {}
        for number, month in enumerate(MONTHS, start=1):
            self.put(month, body_of(month), number)

    def put(self, month: str, body: bytes, day: int) -> None:
        path = self.folder / "drop" / f"{month.replace('/', '-')}.csv"
        path.write_bytes(body)
        delivered = dt.datetime(2024, 5, day, tzinfo=dt.UTC)
        self.files[month] = DropFile("abc", str(path), path.name, delivered, len(body))

    def load(self, month: str, landing: Landing | None = None, **changes):
        the_contract = contract(**changes)
        return load_file(self.connection, landing or self.landing, the_contract, self.files[month], self.ring)

    def load_torn(self, month: str, keeps: int):
        """As the code before did, after a power cut of which so many bytes came onto the disk."""
        torn = BeforeTheMend(str(self.folder / "landing"))
        torn.keeps = keeps
        try:
            return self.load(month, torn)
        finally:
            self.connection.rollback()

    def n_rows(self) -> dict[str, int]:
        """Rows by the month of the delivery that is the newest."""
        found = self.connection.execute(
            "with newest as (select distinct on (period_date) period_date, delivery_no from raw.hr_delivery_period inner join raw.hr_delivery"
            " using (delivery_no) order by period_date, is_provisional, coalesce(delivered_again_at, delivered_at) desc, delivery_no desc)"
            " select to_char(period_date, 'MM/YYYY'), count(*) from newest inner join raw.hr_staff using (delivery_no, period_date) group by 1"
        ).fetchall()
        self.connection.rollback()
        return dict(found)

    def ask(self, statement: str, *parameters: object) -> list[tuple]:
        found = self.connection.execute(statement, parameters).fetchall()
        self.connection.rollback()
        return found

    def nightly(self) -> list[str]:
        """The files that a night's run takes in."""
        known = read_known(self.connection, {})
        self.connection.rollback()
        digests = {file.url: hashlib.sha256(Path(file.url).read_bytes()).hexdigest() for file in self.files.values()}
        return [each["name"] for each in to_try(self.files.values(), known, lambda file: digests[file.url])]


@pytest.fixture
def drop(warehouse, tmp_path):
    with psycopg.connect(warehouse) as connection:
        yield Drop(connection, tmp_path)


HALF = len(body_of(MONTHS[0], 89)) + 20  # 89 rows, and one that is broken off within its first cells


def test_what_a_power_cut_leaves_was_loaded_as_whole_and_is_corrected_by_the_whole_file(drop):
    """The very case: 89 of 179 rows, under the hash of the whole file, and then 'already loaded'."""
    for month in MONTHS[:2]:
        assert drop.load_torn(month, HALF).n_rows == 89
    assert drop.n_rows() == dict.fromkeys(MONTHS[:2], 89)
    wholes = {hashlib.sha256(body_of(month)).hexdigest() for month in MONTHS[:2]}
    assert {content for (content,) in drop.ask("select content_sha256 from raw.hr_delivery")} == wholes
    for number, month in enumerate(MONTHS[:2], start=1):
        report = drop.load(month)
        assert (report.status, report.n_rows) == ("loaded", 179)
        [told] = [notice for notice in report.notices if "torn" in notice]
        assert told.startswith(f"delivery {number} was loaded from a torn copy of this file (89 rows)") and told.endswith(
            "replaces it"
        )
    assert drop.n_rows() == dict.fromkeys(MONTHS[:2], 179) and drop.ask("select count(*) from raw.hr_staff") == [(2 * 179,)]
    assert drop.ask("select delivery_no, replaced_by from raw.hr_delivery order by 1") == [(1, 3), (2, 4), (3, None), (4, None)]
    places = "select delivered_at from raw.hr_delivery where delivery_no in (%s, %s) group by 1"
    assert len(drop.ask(places, 1, 3)) == len(drop.ask(places, 2, 4)) == 1
    assert [drop.load(month).status for month in MONTHS] == ["already loaded", "already loaded", "loaded"]
    assert drop.nightly() == [] and drop.ask("select count(*) from ops.landing_torn where settled_at is null") == [(0,)]


def release_of(drop, whole: str) -> None:
    """Two releases that were made of a content, and two of another contract that are none of ours."""
    drop.connection.execute("alter table release.snapshot disable trigger all")
    drop.connection.execute(
        "insert into release.snapshot (release_id, contract, agency_code, period_date, rows_year, content_sha256, has_breakdowns)"
        " select n, c, 'ABC-POL', '2024-01-31', 0, %s, true from generate_series(1, 2) as n, unnest(array['abc', 'other']) as c",
        (whole,),
    )
    drop.connection.commit()


def test_a_release_that_was_made_of_a_torn_file_stays_made_of_it_and_the_whole_file_corrects_it(drop):
    drop.load_torn(MONTHS[0], HALF)
    whole, half = (hashlib.sha256(body).hexdigest() for body in (body_of(MONTHS[0]), body_of(MONTHS[0])[:HALF]))
    release_of(drop, whole)
    report = drop.load(MONTHS[0])
    [told] = [notice for notice in report.notices if "torn" in notice]
    assert (
        report.status == "loaded"
        and told.endswith("loaded as a correction of it")
        and [each.n_added for each in report.revisions] == [90]
    )
    assert drop.ask("select content_sha256, n_rows from raw.hr_delivery order by delivery_no") == [(half, 89), (whole, 179)]
    assert drop.load(MONTHS[0]).status == "already loaded" and drop.n_rows() == {MONTHS[0]: 179}
    assert drop.ask("select contract, content_sha256, count(*) from release.snapshot group by 1, 2 order by 1") == [
        ("abc", half, 2),
        ("other", whole, 2),
    ]


def test_a_new_key_reads_the_torn_delivery_by_its_own_bytes(drop):
    drop.load_torn(MONTHS[0], HALF)
    release_of(drop, hashlib.sha256(body_of(MONTHS[0])).hexdigest())
    drop.load(MONTHS[0])
    drop.load(MONTHS[1])
    assert rotate(drop.connection, drop.landing, {"abc": ABC}, drop.ring, "ABC-POL").n_deliveries == 3


def test_an_empty_remnant_no_longer_refuses_the_right_file(drop):
    for month in MONTHS[:2]:
        with pytest.raises(FileRefused):
            drop.load_torn(month, 0)
    for month in MONTHS:
        assert (drop.load(month).status, drop.load(month).status) == ("loaded", "already loaded")
    assert drop.n_rows() == dict.fromkeys(MONTHS, 179) and len(files(drop.landing)) == 3


@pytest.mark.parametrize("how", ["halved", "emptied", "lost"])
def test_a_file_that_was_spoilt_after_it_was_loaded_lands_again_and_is_not_loaded_again(drop, how):
    for month in MONTHS:
        drop.load(month)
    for uri in [uri for (uri,) in drop.ask("select landing_uri from raw.hr_delivery where delivery_no < 3")]:
        damage(drop.landing, uri, how)
    with pytest.raises(NotRotated, match="cannot be read again, so nothing is changed"):
        rotate(drop.connection, drop.landing, {"abc": ABC}, drop.ring, "ABC-POL")
    assert drop.load(MONTHS[0]).status == drop.load(MONTHS[1]).status == "already loaded"
    assert drop.ask("select count(*) from raw.hr_staff") == [(3 * 179,)] and drop.n_rows() == dict.fromkeys(MONTHS, 179)
    assert rotate(drop.connection, drop.landing, {"abc": ABC}, drop.ring, "ABC-POL").n_deliveries == 3


def test_a_byte_that_changed_before_the_load_is_found_though_the_rows_are_as_many(drop):
    """As many rows from the torn bytes as were loaded: nobody can tell whether they are theirs, so the whole file replaces them."""
    drop.load(MONTHS[0])
    [(uri,)] = drop.ask("select landing_uri from raw.hr_delivery")
    path = Path(drop.landing.path_of(uri))
    path.write_bytes(path.read_bytes().replace(b"1003,NAME3,M", b"1003,NAME3,F"))
    report = drop.load(MONTHS[0])
    assert (report.status, report.n_rows) == ("loaded", 179) and "delivery 1 was loaded from a torn copy" in " ".join(
        report.notices
    )
    assert drop.n_rows() == {MONTHS[0]: 179}


def test_a_torn_file_that_was_noted_and_not_settled_is_settled_by_the_next_load(drop):
    """A kill between the mend of the landing and the load forgets nothing."""
    drop.load_torn(MONTHS[0], HALF)

    class Killed(BaseException):
        pass

    class Dies(Landing):
        def open(self, uri, name=""):
            raise Killed

    with pytest.raises(Killed):
        drop.load(MONTHS[0], Dies(str(drop.folder / "landing")))
    drop.connection.rollback()
    assert drop.n_rows() == {MONTHS[0]: 89} and drop.nightly() == ["abc/01-2024.csv", "abc/02-2024.csv", "abc/03-2024.csv"]
    assert [drop.load(month).status for month in MONTHS] == ["loaded"] * 3
    assert drop.n_rows() == dict.fromkeys(MONTHS, 179) and drop.nightly() == []


def test_a_file_that_changes_between_its_landing_and_its_load_stops_the_load_before_any_row(drop):
    class Spoilt(Landing):
        def put_file(self, *arguments, **more):
            landed = super().put_file(*arguments, **more)
            damage(self, landed.uri, "changed")
            return landed

    with pytest.raises(TornFile, match=r"02-2024.csv .*/hr/abc/.*, and its SHA-256 was"):
        drop.load(MONTHS[1], Spoilt(str(drop.folder / "landing")))
    drop.connection.rollback()
    assert drop.ask("select count(*) from raw.hr_delivery") == [(0,)]
    assert drop.load(MONTHS[1]).status == "loaded"


def test_a_full_disk_leaves_nothing_half_and_the_next_run_loads(drop):
    assert drop.load(MONTHS[0]).status == "loaded"
    for month in MONTHS[1:]:
        with full_disk(2000), pytest.raises(LandingFull, match=f"{month.replace('/', '-')}.csv .*no room left in the landing"):
            drop.load(month)
        drop.connection.rollback()
        assert len(files(drop.landing)) == 1 and drop.n_rows() == {MONTHS[0]: 179}
    assert [drop.load(month).status for month in MONTHS] == ["already loaded", "loaded", "loaded"]
    assert drop.n_rows() == dict.fromkeys(MONTHS, 179)
