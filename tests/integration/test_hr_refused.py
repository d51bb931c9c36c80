"""Refused staff files through the steps of `ingest_hr`, on a real warehouse: where they go, when they are tried again, and that nothing is lost."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from ingestion.hr.refused import refused_files
from parity.catalogue import Catalogue, HrContract, load_catalogue
from parity.settings import REPOSITORY
from tests.unit.ingestion.contracts import ROW, contract, csv_file

GOOD = csv_file(ROW)
BAD = csv_file(ROW, header="period,id,name,sex,grade,unit,hired,left,pay")  # its rank has another name
WORSE = csv_file(ROW, ROW.replace("1001", "1002"), header="period,id,name,sex,grade,unit,hired,left,pay")
MENDED = {"columns": {**contract().model_dump(exclude_unset=True)["columns"], "rank": {"header": "rank", "old_names": ["grade"]}}}


@pytest.fixture(scope="module")
def whole() -> Catalogue:
    return load_catalogue(REPOSITORY / "catalogue")


@dataclass
class Desk:
    """A drop folder, the contract as somebody edits it, and the nights that look through it."""

    drop: Path
    url: str
    contract: HrContract

    @property
    def folder(self) -> Path:
        return self.drop / "hr" / "abc"

    def put(self, name: str, body: bytes) -> Path:
        """A file that was written an hour ago, as whole files are."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        path.write_bytes(body)
        os.utime(path, (path.stat().st_mtime - 3600,) * 2)
        return path

    def night(self, **asked) -> dict[str, str]:
        """What became of each file that was tried, by its name in the run: its status, or the message of a red task."""
        from airflow.sdk.exceptions import AirflowFailException

        from dags.steps import hr

        outcome = {}
        for task in json.loads(json.dumps(hr.list_new_files(**asked))):
            try:
                outcome[task["name"]] = hr.load_file(**task)["status"]
            except AirflowFailException as error:
                outcome[task["name"]] = str(error)
        return outcome

    def refused(self):
        with psycopg.connect(self.url) as connection:
            return refused_files(connection)

    def n_loaded(self) -> int:
        with psycopg.connect(self.url) as connection:
            return connection.execute("select count(*) from raw.hr_delivery").fetchone()[0]

    def watch(self):
        """The names of what a watch on the folder would have tried, as one that begins now."""
        from dags.triggers.drop_folder import Watch

        watch = Watch()
        watch._read_catalogue = lambda: setattr(watch, "catalogue", self.catalogue())
        return sorted(url.rsplit("/", 1)[-1] for _, url, *_ in watch.look())


@pytest.fixture
def desk(warehouse, tmp_path, monkeypatch, whole):
    parts = make_url(warehouse)
    fields = {"conn_type": "postgres", "host": parts.host, "port": parts.port, "login": parts.username, "schema": parts.database}
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "airflow"))
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps({**fields, "password": parts.password}))
    monkeypatch.setenv("AIRFLOW_CONN_LANDING", json.dumps({"conn_type": "generic", "host": str(tmp_path / "landing")}))
    monkeypatch.setenv("PARITY_DROP", str(tmp_path / "drop"))
    monkeypatch.setenv("PARITY_HR_KEYS", str(tmp_path / "keys"))
    from dags.steps import hr

    made = Desk(tmp_path / "drop", warehouse, contract())
    made.catalogue = lambda: whole.model_copy(update={"hr": {"abc": made.contract}, "set_aside": {}})
    monkeypatch.setattr(hr, "read_catalogue", made.catalogue)
    return made


def test_a_refused_file_moves_aside_with_its_message_and_no_night_is_red_twice(desk):
    desk.put("staff.csv", BAD)
    desk.put("good.csv", GOOD)
    assert desk.watch() == ["good.csv", "staff.csv"]
    first = desk.night()
    assert first["abc/good.csv"] == "loaded" and "column 'rank' is missing" in first["abc/staff.csv"]
    aside = desk.folder / "refused" / "staff.csv"
    assert aside.read_bytes() == BAD and not (desk.folder / "staff.csv").exists()
    note = aside.with_name("staff.csv.why.txt").read_text()
    assert "column 'rank' is missing" in note and "move it back" in note and "abc.yml" in note
    assert str(aside) in first["abc/staff.csv"]
    for _ in range(3):
        assert desk.watch() == [] and desk.night() == {}
    [refused] = desk.refused()
    assert (refused.file_name, refused.moved_to) == ("staff.csv", str(aside))


def test_two_files_of_one_name_that_are_refused_one_after_the_other_are_both_kept(desk):
    bodies = [BAD, WORSE, csv_file(header="nothing,of,it")]
    for body in bodies:
        desk.put("staff.csv", body)
        assert len(desk.night()) == 1
    kept = [path for path in (desk.folder / "refused").iterdir() if not path.name.endswith(".why.txt")]
    assert sorted(path.read_bytes() for path in kept) == sorted(bodies)
    assert all(path.with_name(f"{path.name}.why.txt").exists() for path in kept)
    assert len(desk.refused()) == 3


def test_a_refused_file_is_loaded_when_its_contract_is_corrected_and_lies_in_its_place_again(desk):
    desk.put("staff.csv", BAD)
    desk.night()
    desk.contract = contract(max_bad_share=0.5)  # edited, and no better
    assert desk.watch() == ["staff.csv"]
    [again] = desk.night().values()
    assert "column 'rank' is missing" in again and desk.watch() == [] and desk.night() == {}
    desk.contract = contract(**MENDED)
    assert desk.watch() == ["staff.csv"]
    assert desk.night() == {"abc/refused/staff.csv": "loaded"}
    assert (desk.folder / "staff.csv").read_bytes() == BAD and list((desk.folder / "refused").iterdir()) == []
    assert desk.refused() == [] and desk.watch() == [] and desk.night() == {} and desk.n_loaded() == 1


def test_one_that_is_loaded_later_takes_no_place_of_another_file(desk):
    desk.put("staff.csv", BAD)
    desk.night()
    desk.put("staff.csv", GOOD)
    assert desk.night() == {"abc/staff.csv": "loaded"}
    desk.contract = contract(**MENDED)
    assert desk.night() == {"abc/refused/staff.csv": "loaded"}
    bodies = [path.read_bytes() for path in desk.folder.iterdir() if path.is_file()]
    assert sorted(bodies) == sorted([GOOD, BAD]) and (desk.folder / "staff.csv").read_bytes() == GOOD
    assert desk.night() == {} and desk.n_loaded() == 2


def test_a_file_that_is_put_back_or_corrected_is_tried_again(desk):
    path = desk.put("staff.csv", BAD)
    for _ in range(3):
        assert len(desk.night()) == 1 and desk.night() == {}
        shutil.move(desk.folder / "refused" / "staff.csv", path)
        assert desk.watch() == ["staff.csv"]
    path.write_bytes(GOOD)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert desk.night() == {"abc/staff.csv": "loaded"}


@pytest.mark.parametrize("place", ["of the agency", "for reading only"])
def test_where_parity_may_not_write_the_file_stays_and_only_the_warehouse_remembers(desk, place, monkeypatch):
    path = desk.put("staff.csv", BAD)
    if place == "of the agency":
        desk.contract = contract(location=str(desk.folder))
    else:

        def read_only(*_):
            raise OSError(errno.EROFS, "Read-only file system")

        monkeypatch.setattr(Path, "rename", read_only)
    first = desk.night()
    assert path.read_bytes() == BAD and "It stays where it is" in first["abc/staff.csv"]
    for _ in range(2):
        assert desk.watch() == [] and desk.night() == {}
    os.utime(path)  # sent again, as it is
    monkeypatch.setattr("dags.steps.hr.SECOND_LOOK_SECONDS", 0)
    assert desk.watch() == ["staff.csv"] and len(desk.night()) == 1 and desk.night() == {}
    desk.contract = contract(**MENDED, location=desk.contract.location)
    assert desk.watch() == ["staff.csv"] and desk.night() == {"abc/staff.csv": "loaded"}
    assert desk.refused() == [] and desk.watch() == []


def test_a_file_that_is_written_while_it_is_judged_is_left_alone_and_tried(desk, monkeypatch):
    from ingestion.hr import refused

    path, move = desk.put("staff.csv", BAD), refused._move

    def overwritten(origin, *rest):
        origin.write_bytes(GOOD)
        return move(origin, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(refused, "_move", overwritten)
        assert "column 'rank' is missing" in desk.night()["abc/staff.csv"]
    assert path.read_bytes() == GOOD
    monkeypatch.setattr("dags.steps.hr.SECOND_LOOK_SECONDS", 0)
    assert desk.watch() == ["staff.csv"] and desk.night() == {"abc/staff.csv": "loaded"}


def test_a_file_that_cannot_be_read_hides_no_other_and_is_read_when_it_can_be(desk, monkeypatch):
    from ingestion.hr import files

    desk.put("closed.csv", csv_file(ROW.replace("1001", "1009")))
    desk.put("good.csv", GOOD)
    opened = files.open_file

    def closed(file, *options):
        if file.name == "closed.csv":
            raise files.FileNotReadable(file.name, "not readable (Permission denied)", "Let its owner open it.")
        return opened(file, *options)

    with monkeypatch.context() as patched:
        patched.setattr(files, "open_file", closed)
        first = desk.night()
    assert first["abc/good.csv"] == "loaded" and "not readable (Permission denied)" in first["abc/closed.csv"]
    assert desk.refused() == [] and desk.watch() == ["closed.csv"] and desk.night() == {"abc/closed.csv": "loaded"}


def test_a_file_that_still_grows_is_left_for_the_watch(desk, monkeypatch):
    path = desk.put("staff.csv", GOOD)
    os.utime(path)
    monkeypatch.setattr("dags.steps.hr.time.sleep", lambda _: path.write_bytes(csv_file(ROW, ROW.replace("1001", "1002"))))
    assert desk.night() == {} and desk.n_loaded() == 0
    monkeypatch.setattr("dags.steps.hr.time.sleep", lambda _: None)
    assert desk.night() == {"abc/staff.csv": "loaded"}


def test_a_run_of_a_period_and_of_a_contract_loads_its_files_alone(desk):
    from dags.steps.catalogue import UnknownName

    for day, person in (("2026-02-27", "1001"), ("2026-02-28", "1002"), ("2026-03-01", "1003")):
        path = desk.put(f"{day}.csv", csv_file(ROW.replace("1001", person)))
        at = dt.datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
        os.utime(path, (at, at))
    assert desk.night(period="2026-02-28") == {"abc/2026-02-28.csv": "loaded"}
    assert desk.night(period="2026-02", contract="abc") == {"abc/2026-02-27.csv": "loaded"}
    assert desk.night(period="2026-02") == {} and desk.night(period="2025") == {}
    with pytest.raises(UnknownName, match=r"no contract of staff files 'bcd'.*These exist: abc\."):
        desk.night(contract="bcd")
    assert desk.night(reads_all=False) == {"abc/2026-03-01.csv": "loaded"}


def test_what_was_read_once_is_not_read_again_by_a_watch_but_every_night(desk, monkeypatch):
    from dags.steps import hr

    path, read = desk.put("staff.csv", GOOD), []
    content = hr._content
    monkeypatch.setattr(hr, "_content", lambda file, contracts: read.append(file.name) or content(file, contracts))
    desk.night()
    desk.night(reads_all=False)
    assert read == ["staff.csv"]
    desk.night()
    assert read == ["staff.csv"] * 2
    os.utime(path, (1_700_000_000, 1_700_000_000))
    desk.night(reads_all=False)
    assert read == ["staff.csv"] * 3


def test_what_was_loaded_before_may_be_refused_under_another_contract_and_is_remembered(desk):
    from dags.steps.waiting import read_known
    from ingestion.hr.files import list_location
    from ingestion.hr.refused import remember_refused

    desk.put("staff.csv", GOOD)
    assert desk.night() == {"abc/staff.csv": "loaded"}
    desk.contract = contract(location=str(desk.folder))
    with psycopg.connect(desk.url) as connection:
        [[sha256]] = connection.execute("select content_sha256 from raw.hr_delivery").fetchall()
        [file] = list_location(desk.contract, desk.drop)
        refused = remember_refused(connection, desk.contract, file, sha256, "staff.csv: its rank has another name.")
        assert [each.message for each in refused_files(connection)] == [refused.message]
        known = read_known(connection, {"abc": desk.contract})
        assert known.refused["abc", sha256].is_settled(file, known.fingerprints["abc"])
