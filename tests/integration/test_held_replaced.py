"""A held delivery whose contract has changed is loaded anew when its file comes again, and nothing of the old one counts or is in the way."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import json
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
from dags.steps.waiting import read_known, to_try
from ingestion.hr.anew import fingerprint
from ingestion.hr.continuity.hold import NotAccepted, accept, held_lists
from ingestion.hr.errors import FileRefused
from ingestion.hr.files import DropFile
from ingestion.hr.load import load_file
from ingestion.hr.rotate import rotate
from ingestion.raw_files import RawFiles
from parity.catalogue.policy import load_policy
from parity.database import first_value
from publication.effective import decide_now
from tests.integration.desk import Desk
from tests.integration.force import HEADER, Force, force_contract
from tests.integration.test_continuity import CATALOGUE

WIDTH = {"id_width": 6}
EVERYTHING = (
    "raw.hr_delivery",
    "raw.hr_delivery_period",
    "raw.hr_staff",
    "raw.hr_continuity",
    "raw.hr_revision",
    "quarantine.hr_row",
)


class Drop:
    """A folder of the lists of one force; each can be loaded again and again, as a nightly run does."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.files, self.written = desk, {}, dt.datetime(2024, 2, 1, tzinfo=dt.UTC)
        self.raw = RawFiles(str(desk.folder / "raw"))

    def put(self, name: str, *lists: tuple[str, Force]) -> None:
        self.written += dt.timedelta(days=1)
        path = self.desk.folder / f"{name}.csv"
        path.write_text("\n".join([HEADER, *(each.row(period) for period, force in lists for each in force.rows)]))
        self.files[name] = DropFile("abc", str(path), path.name, self.written, path.stat().st_size)

    def load(self, name: str, **changes):
        desk = self.desk
        return load_file(desk.connection, desk.landing, force_contract(**changes), self.files[name], desk.ring, files=self.raw)

    def nightly(self, **changes) -> list[str]:
        """What a night makes of the folder, file by file."""
        connection, the_contract = self.desk.connection, force_contract(**changes)
        known = read_known(connection, {"abc": the_contract})
        digests = {file.url: self._digest(file) for file in self.files.values()}
        new = to_try(self.files.values(), known, lambda file: digests[file.url])
        return [self.load(Path(each["url"]).stem, **changes).status for each in new]

    def _digest(self, file: DropFile) -> str:
        return hashlib.sha256(Path(file.url).read_bytes()).hexdigest()

    def ask(self, statement: str):
        return self.desk.connection.execute(statement).fetchall()

    def held(self) -> list[int]:
        return [each.delivery_no for each in held_lists(self.desk.connection)]

    def everything(self) -> dict[str, list[str]]:
        return {table: sorted(map(str, self.ask(f"select * from {table}"))) for table in EVERYTHING}


@pytest.fixture
def drop(desk):
    """Two lists that continue, and a third that lost its zeros: delivery 3 is held."""
    drop, force = Drop(desk), Force()
    drop.put("one", ("01/2024", force))
    force.turnover(0.02)
    drop.put("two", ("02/2024", force))
    drop.after = copy.deepcopy(force)
    force.lose_zeros()
    drop.put("three", ("03/2024", force))
    assert [drop.load(name).held for name in ("one", "two")] == [[], []]
    report = drop.load("three")
    assert len(report.held) == 1 and "the contract can put them back (`id_width`)" in report.held[0]
    return drop


def test_the_same_file_under_a_corrected_contract_is_loaded_and_continues(drop):
    report = drop.load("three", **WIDTH)
    assert (report.status, report.n_people, report.held) == ("loaded", 400, [])
    [told] = [notice for notice in report.notices if "replaced" in notice]
    assert told.startswith("delivery 3 has this content and was held; the contract has changed since")
    [found] = report.lists
    assert (found.before, found.n_kept, found.n_come, found.n_gone) == ("2024-02-29", 400, 0, 0)
    assert report.revisions == [] and drop.held() == []
    assert drop.ask("select delivery_no, replaced_by from raw.hr_delivery order by 1") == [
        (1, None),
        (2, None),
        (3, 4),
        (4, None),
    ]
    assert drop.load("three", **WIDTH).status == "already loaded"


def test_what_is_replaced_keeps_its_record_and_its_comparison_and_has_no_rows(drop):
    drop.load("three", **WIDTH)
    for table in ("raw.hr_staff", "raw.hr_delivery_period"):
        assert drop.ask(f"select distinct delivery_no from {table} order by 1") == [(1,), (2,), (4,)]
    assert drop.ask("select n_rows from raw.hr_delivery where delivery_no = 3") == [(400,)]
    assert drop.ask("select delivery_no, is_held from raw.hr_continuity order by 1") == [(2, False), (3, True), (4, False)]
    assert drop.raw.names("raw.hr_staff") == {f"delivery-{number:08}.parquet" for number in (1, 2, 4)}


def test_the_new_delivery_stands_where_the_old_one_stood(drop):
    at = drop.files["three"].delivered_at
    drop.load("three", **WIDTH)
    assert drop.ask("select delivered_at, delivered_again_at from raw.hr_delivery where delivery_no = 4") == [(at, None)]


def test_a_file_that_was_written_again_in_the_meantime_stands_by_that(drop):
    first, later = drop.files["three"].delivered_at, drop.files["three"].delivered_at + dt.timedelta(days=9)
    drop.files["three"] = DropFile("abc", drop.files["three"].url, "three.csv", later, 1)
    assert drop.load("three", **WIDTH).status == "loaded"
    assert drop.ask("select delivered_at, delivered_again_at from raw.hr_delivery where delivery_no = 4") == [(first, later)]
    assert drop.ask("select delivery_no from raw.hr_delivered_again") == [(4,)]


def _without_zeros(force: Force) -> Force:
    damaged = copy.deepcopy(force)
    damaged.lose_zeros()
    return damaged


def test_under_the_same_contract_nothing_happens(drop):
    before = drop.everything()
    report = drop.load("three")
    assert report.status == "already loaded" and len(report.held) == 1 and report.notices == []
    assert drop.load("three", due_days=30).status == "already loaded"  # how it is read has not changed
    assert drop.everything() == before


def test_where_the_new_contract_refuses_the_file_everything_stays(drop):
    before, files = drop.everything(), drop.raw.names("raw.hr_staff")
    with pytest.raises(FileRefused):
        drop.load("three", sex_codes={"F": "woman"}, max_bad_share=0.01)
    assert drop.everything() == before and drop.raw.names("raw.hr_staff") == files and drop.held() == [3]
    assert drop.load("three", **WIDTH).held == []


def test_a_chain_of_contracts_each_of_which_holds_it_again(drop):
    for number, width in enumerate((7, 8, 6), start=4):
        report = drop.load("three", id_width=width)
        assert report.status == "loaded" and bool(report.held) is (width != 6)
        assert drop.held() == ([] if width == 6 else [number])
    assert drop.ask("select delivery_no, replaced_by from raw.hr_delivery where delivery_no > 2 order by 1") == [
        (3, 4), (4, 5), (5, 6), (6, None),
    ]  # fmt: skip
    for number in (3, 4, 5):
        with pytest.raises(NotAccepted, match=f"Delivery {number} is replaced by delivery 6, as its contract has changed"):
            accept(drop.desk.connection, {"abc": force_contract()}, number, "because it is right", "somebody")


def test_a_new_key_can_be_made_after_it_and_everybody_stays_who_they_are(drop):
    drop.load("three", **WIDTH)
    done = rotate(drop.desk.connection, drop.desk.landing, {"abc": force_contract(**WIDTH)}, drop.desk.ring, "ABC-POL")
    assert done.n_deliveries == 3
    drop.put("four", ("04/2024", _without_zeros(drop.after)))
    [found] = drop.load("four", **WIDTH).lists
    assert (found.before, found.n_kept, found.is_held) == ("2024-03-31", 400, False)


def test_a_later_list_continues_and_a_later_held_one_is_replaced_as_well(drop):
    drop.after.turnover(0.02)
    drop.put("four", ("04/2024", _without_zeros(drop.after)))
    assert drop.load("four").held and drop.held() == [3, 4]
    assert drop.nightly(**WIDTH) == ["loaded", "loaded"]
    assert drop.held() == []
    drop.after.turnover(0.02)
    drop.put("five", ("05/2024", drop.after))
    [found] = drop.load("five", **WIDTH).lists
    assert found.before == "2024-04-30" and not found.is_held


@pytest.mark.parametrize("changes", [WIDTH, {"id_width": 9}], ids=["continues", "is held again"])
def test_a_nightly_run_replaces_once(drop, changes):
    assert drop.nightly() == []
    assert drop.nightly(**changes) == ["loaded"]
    before = drop.everything()
    assert drop.nightly(**changes) == drop.nightly(**changes) == []
    assert drop.everything() == before


def test_a_delivery_from_before_the_contract_was_kept_is_replaced_once(drop):
    drop.desk.connection.execute("update raw.hr_delivery set contract_sha256 = null")
    assert drop.nightly() == ["loaded"]
    assert drop.held() == [4] and drop.nightly() == []


def test_a_delivery_that_counts_in_part_is_not_replaced_and_says_so(desk):
    drop, force = Drop(desk), Force()
    drop.put("first", ("01/2024", force))
    drop.load("first")
    drop.put("both", ("02/2024", force), ("03/2024", _without_zeros(force)))
    assert len(drop.load("both").held) == 1
    before = drop.everything()
    assert drop.nightly(**WIDTH) == []
    report = drop.load("both", **WIDTH)
    assert report.status == "already loaded" and len(report.held) == 1
    [told] = report.notices
    assert "not loaded anew, as some of its lists count" in told and "parity hr accept 2" in told
    assert drop.everything() == before
    drop.put("march", ("03/2024", _without_zeros(force)))  # the remedy
    assert drop.load("march", **WIDTH).held == [] and drop.held() == []


def test_an_accepted_delivery_is_not_replaced(drop):
    accept(drop.desk.connection, {"abc": force_contract()}, 3, "the agency confirmed it", "somebody")
    assert drop.nightly(**WIDTH) == [] and drop.load("three", **WIDTH).notices == []


def test_a_correction_of_the_same_moment_stays_the_newest(drop):
    moment = drop.files["three"].delivered_at
    drop.put("corrected", ("03/2024", drop.after))
    drop.files["corrected"] = DropFile("abc", drop.files["corrected"].url, "corrected.csv", moment, 1)
    assert drop.load("corrected").held == [] and drop.held() == []
    assert drop.nightly(**WIDTH) == []


def test_an_earlier_version_that_is_replaced_stays_behind_its_correction(drop):
    drop.put("corrected", ("03/2024", drop.after))
    assert drop.load("corrected").held == []
    assert drop.nightly(**WIDTH) == ["loaded"]
    newest = [
        each for each in decide_now(drop.desk.connection, load_policy(CATALOGUE)) if str(each.place.period_date) == "2024-03-31"
    ]
    assert [each.newest_no for each in newest] == [4]
    rotate(drop.desk.connection, drop.desk.landing, {"abc": force_contract(**WIDTH)}, drop.desk.ring, "ABC-POL")


def test_a_contract_that_reads_another_agency_leaves_no_list_at_the_old_one(drop):
    assert drop.load("three", agency="ABC-NEW").held == [] and drop.held() == []
    lists = "select delivery_no, agency_code from raw.hr_delivery_period order by 1"
    assert drop.ask(lists) == [(1, "ABC-POL"), (2, "ABC-POL"), (4, "ABC-NEW")]


def test_what_counts_is_the_new_delivery(drop):
    def of_march():
        found = decide_now(drop.desk.connection, load_policy(CATALOGUE))
        return [(each.newest_no, "held" in each.reason) for each in found if str(each.place.period_date) == "2024-03-31"]

    assert of_march() == [(3, True)]
    drop.load("three", **WIDTH)
    assert of_march() == [(4, False)]


def test_the_commands_name_the_new_delivery(drop, warehouse, monkeypatch):
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
    run = CliRunner().invoke
    drop.load("three", **WIDTH)
    assert json.loads(run(app, ["hr", "held", "--json"]).output) == []
    refused = run(app, ["hr", "accept", "3", "--reason", "the agency confirmed it"])
    assert refused.exit_code == 1 and "is replaced by delivery 4" in " ".join(refused.output.split())


def test_only_one_delivery_that_is_not_replaced_has_a_content(drop):
    copied = "insert into raw.hr_delivery (contract, file_name, content_sha256, landing_uri, grain, is_provisional, delivered_at, n_rows, n_quarantined, notices)"
    copied += " select contract, file_name, content_sha256, landing_uri, grain, is_provisional, delivered_at, 0, 0, '[]' from raw.hr_delivery where delivery_no = 3"
    with pytest.raises(psycopg.errors.UniqueViolation):
        drop.desk.connection.execute(copied)
    assert first_value(drop.desk.connection.execute("select count(*) from raw.hr_delivery")) == 3


def test_a_fingerprint_is_that_of_how_a_file_is_read():
    assert (
        fingerprint(force_contract())
        == fingerprint(force_contract(due_days=20))
        == fingerprint(force_contract(max_bad_share=0.05))
    )
    assert (
        len({fingerprint(force_contract(**changes)) for changes in ({}, WIDTH, {"encoding": "cp874"}, {"max_bad_share": 0.5})})
        == 4
    )
