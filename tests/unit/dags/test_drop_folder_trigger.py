"""The watch on the drop folder fires once for what is new and lies still, and never for what was there before."""

from __future__ import annotations

import asyncio

import pytest

from dags.triggers import drop_folder
from dags.triggers.drop_folder import DropFolderTrigger


def file(name: str, n_bytes: int = 1, contract: str = "tha_pol"):
    return (contract, f"/drop/{name}", "2026-11-24T00:00:00+00:00", n_bytes)


def events(monkeypatch: pytest.MonkeyPatch, *looks: set) -> list[dict]:
    """What the watch says when it finds this at each look, the first being the one it begins with."""
    left = [frozenset(look) for look in looks]

    def look():
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

    monkeypatch.setattr(drop_folder, "waiting_files", look)
    return asyncio.run(watch())


def test_a_new_file_fires_once_it_lies_still(monkeypatch):
    a, b = file("a"), file("b", contract="idn_imm")
    assert events(monkeypatch, {a}, {a, b}, {a, b}, {a, b}) == [{"n_files": 1, "contracts": ["idn_imm"]}]


def test_a_file_that_still_grows_waits(monkeypatch):
    assert events(monkeypatch, set(), {file("a", 1)}, {file("a", 2)}, {file("a", 3)}) == []
    assert len(events(monkeypatch, set(), {file("a", 1)}, {file("a", 2)}, {file("a", 2)})) == 1


def test_a_file_written_again_under_its_name_fires(monkeypatch):
    assert len(events(monkeypatch, {file("a", 1)}, {file("a", 2)}, {file("a", 2)})) == 1


def test_what_lay_there_before_and_what_is_taken_away_do_not_fire(monkeypatch):
    assert events(monkeypatch, {file("a"), file("b")}, {file("a")}, {file("a")}, {file("a")}) == []


def test_the_triggerer_can_make_it_again_from_what_is_stored():
    path, arguments = DropFolderTrigger(7).serialize()
    module, _, name = path.rpartition(".")
    assert (module, name) == (DropFolderTrigger.__module__, "DropFolderTrigger")
    assert DropFolderTrigger(**arguments).poll_seconds == 7


def test_the_folders_of_all_contracts_are_listed(monkeypatch, tmp_path):
    monkeypatch.setenv("PARITY_DROP", str(tmp_path))
    folder = tmp_path / "hr" / "tha_pol"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(b"123")
    [(contract, url, _, n_bytes)] = drop_folder.waiting_files()
    assert (contract, n_bytes) == ("tha_pol", 3) and url.endswith("tha_pol/a.csv")
