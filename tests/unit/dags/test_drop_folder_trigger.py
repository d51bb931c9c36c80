"""The watch on the drop folder fires for what needs a try and lies still, whenever it came, and outlives a broken catalogue, location and warehouse."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import shutil
from contextlib import contextmanager

import pytest

from dags.triggers import drop_folder
from dags.triggers.drop_folder import AGAIN_SECONDS, LONGEST_SECONDS, DropFolderTrigger, Fired, Watch, waiting_now
from parity.settings import REPOSITORY


def file(name: str, n_bytes: int = 1, contract: str = "tha_pol"):
    return (contract, f"/drop/{name}", "2026-11-24T00:00:00+00:00", n_bytes)


def events(monkeypatch: pytest.MonkeyPatch, *looks: set | None) -> list[dict]:
    """What the watch says when this needs a try at each look, the first being the one it begins with."""
    left = [look if look is None else frozenset(look) for look in looks]

    def look(_):
        if not left:
            raise EOFError
        return left.pop(0)

    async def watch():
        found = []
        try:
            async for event in DropFolderTrigger(poll_seconds=0).run():
                found.append(event.payload)
        except EOFError:
            return found

    monkeypatch.setattr(Watch, "look", look)
    return asyncio.run(watch())


def test_a_new_file_fires_once_it_lies_still(monkeypatch):
    a, b = file("a"), file("b", contract="idn_imm")
    assert events(monkeypatch, set(), {a}, {a, b}, {a, b}, {a, b}) == [
        {"n_files": 1, "contracts": ["tha_pol"]},
        {"n_files": 1, "contracts": ["idn_imm"]},
    ]


def test_what_came_while_no_watch_was_there_fires(monkeypatch):
    assert events(monkeypatch, {file("a"), file("b")}, {file("a"), file("b")}) == [{"n_files": 2, "contracts": ["tha_pol"]}]


def test_a_file_that_still_grows_waits_and_holds_no_other_back(monkeypatch):
    assert events(monkeypatch, set(), {file("a", 1)}, {file("a", 2)}, {file("a", 3)}) == []
    assert len(events(monkeypatch, set(), {file("a", 1)}, {file("a", 2)}, {file("a", 2)})) == 1
    assert len(events(monkeypatch, {file("a", 1), file("b")}, {file("a", 2), file("b")})) == 1


def test_a_look_that_failed_loses_nothing(monkeypatch):
    assert len(events(monkeypatch, {file("a")}, None, None, {file("a")}, {file("a")})) == 1


def test_what_is_loaded_or_refused_meanwhile_or_taken_away_does_not_fire_again(monkeypatch):
    assert len(events(monkeypatch, {file("a")}, {file("a")}, set(), set(), set())) == 1


def test_what_a_run_left_as_it_was_fires_again_later_and_later():
    fired, a, others = Fired(), frozenset({file("a")}), frozenset({file("b")})
    moments = [moment for moment in range(0, 200_000, 30) if fired.due(a, a, float(moment))]
    pauses = [after - before for before, after in itertools.pairwise(moments)]
    assert pauses[:5] == [AGAIN_SECONDS * 2**n for n in range(5)] and pauses[-1] == LONGEST_SECONDS
    assert fired.due(others, others, 200_000.0) == others  # gone in between, so the next time is the first
    assert fired.due(a, a, 200_001.0) == a


def test_the_triggerer_can_make_it_again_from_what_is_stored():
    path, arguments = DropFolderTrigger(7).serialize()
    module, _, name = path.rpartition(".")
    assert (module, name) == (DropFolderTrigger.__module__, "DropFolderTrigger")
    assert DropFolderTrigger(**arguments).poll_seconds == 7


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """A copy of the catalogue that a test may break, with a drop folder next to it."""
    folder = tmp_path / "catalogue"
    shutil.copytree(REPOSITORY / "catalogue", folder)
    monkeypatch.setenv("PARITY_CATALOGUE", str(folder))
    monkeypatch.setenv("PARITY_DROP", str(tmp_path / "drop"))
    (tmp_path / "drop" / "hr" / "tha_pol").mkdir(parents=True)
    return folder


@pytest.fixture
def drop(catalogue):
    return catalogue.parent / "drop" / "hr" / "tha_pol"


@pytest.fixture
def watch(monkeypatch):
    """A watch over a warehouse that knows nothing; set `is_away` to have it not answer."""
    from dags.steps import waiting, warehouse

    made = Watch()
    made.is_away = False

    @contextmanager
    def open_warehouse(_):
        if made.is_away:
            raise ConnectionError("no route to host")
        yield

    monkeypatch.setattr(warehouse, "open_warehouse", open_warehouse)
    monkeypatch.setattr(waiting, "read_known", lambda _, contracts: waiting.Known())
    return made


def names(found):
    return sorted(url.rsplit("/", 1)[-1] for _, url, *_ in found)


def test_a_catalogue_that_breaks_while_it_is_saved_stops_no_look(watch, catalogue, drop):
    (drop / "a.csv").write_bytes(b"123")
    assert names(watch.look()) == ["a.csv"]
    whole = (catalogue / "agencies.yml").read_text()
    for broken in ("", whole[: len(whole) // 2] + "\n  - {", "\t"):
        (catalogue / "agencies.yml").write_text(broken)
        (drop / "b.csv").write_bytes(b"45")
        assert names(watch.look()) == ["a.csv", "b.csv"]
    (catalogue / "agencies.yml").write_text(whole)
    assert names(watch.look()) == ["a.csv", "b.csv"]


def test_a_contract_that_breaks_while_it_is_saved_is_watched_as_it_was(watch, catalogue, drop):
    (drop / "a.csv").write_bytes(b"123")
    path = catalogue / "sources" / "hr" / "tha_pol.yml"
    before = watch.look()
    path.write_text(path.read_text()[:200])
    assert watch.look() == before and names(before) == ["a.csv"]


def test_a_watch_that_begins_with_a_broken_catalogue_waits_for_it(watch, catalogue, drop):
    (drop / "a.csv").write_bytes(b"123")
    whole = (catalogue / "agencies.yml").read_text()
    (catalogue / "agencies.yml").write_text("- {")
    assert watch.look() is None and watch.look() is None
    (catalogue / "agencies.yml").write_text(whole)
    assert names(watch.look()) == ["a.csv"]


def test_a_warehouse_and_a_location_that_are_away_for_a_moment_lose_nothing(watch, drop, monkeypatch):
    from ingestion.hr import files

    (drop / "a.csv").write_bytes(b"123")
    watch.is_away = True
    assert watch.look() is None
    watch.is_away = False
    assert names(watch.look()) == ["a.csv"]

    def away(contract, *_):
        raise files.LocationError(f"{contract.name}: its location cannot be listed.")

    with monkeypatch.context() as patched:
        patched.setattr(files, "list_location", away)
        assert names(watch.look()) == ["a.csv"]
    (drop / "b.csv").write_bytes(b"4")
    assert names(watch.look()) == ["a.csv", "b.csv"]


def test_what_the_warehouse_knows_by_content_does_not_wait():
    from dags.steps.waiting import Known
    from ingestion.hr.files import DropFile
    from parity.catalogue import load_catalogue

    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    loaded, unread, written = (DropFile("tha_pol", f"/drop/{name}", name, at, 1) for name in ("loaded", "unread", "written"))
    contents = {("tha_pol", "/drop/loaded", at, 1): "x", ("tha_pol", "/drop/written", at - dt.timedelta(days=1), 1): "x"}
    known = Known({("tha_pol", "x"): (True, at, None)}, contents=contents)
    waiting = waiting_now([loaded, unread, written], known, load_catalogue(REPOSITORY / "catalogue"))
    assert names(waiting) == ["unread", "written"]
    assert drop_folder.COMPARE_SECONDS <= 600
