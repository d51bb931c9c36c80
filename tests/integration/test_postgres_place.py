"""PostgreSQL started by root from a closed folder: its programs and data move to where its user can go, once, and are found again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from stack import postgres_place as place
from stack.instance import Instance, free_port
from stack.postgres import Postgres, run_as
from stack.temporary_server import open_folder

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as another user: run these tests as root")


@pytest.fixture
def outside(monkeypatch):
    """A stand-in for /var/lib/parity."""
    folder = open_folder("/tmp", "/var/tmp")
    monkeypatch.setattr(place, "OUTSIDE", folder)
    place.programs.cache_clear()
    yield folder
    place.programs.cache_clear()
    shutil.rmtree(folder)


@pytest.fixture
def closed(tmp_path, outside, monkeypatch):
    """An instance's folder and a wheel of PostgreSQL in a folder of mode 0700."""
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    for part in (place.PROGRAMS, place.LIBRARIES):
        shutil.copytree(place._wheel() / part, folder / "wheel" / part)
    monkeypatch.setattr(place, "_wheel", lambda: folder / "wheel")
    home = folder / "sample"
    home.mkdir(mode=0o711)
    return home


@contextmanager
def running(home: Path):
    """The server of the instance in `home`, settled, started and stopped as `up` and `down` do it."""
    sentence = place.settle(home)
    server = Postgres(place.data_folder(home), free_port(), "secret")
    server.initialise()
    process = subprocess.Popen(
        server.command(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PATH": os.environ["PATH"]},
        **run_as(),
    )
    try:
        server.wait_until_ready()
        with psycopg.connect(server.url(), autocommit=True) as connection:
            yield connection, sentence
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def test_a_server_starts_from_a_closed_folder_and_finds_its_data_at_the_second_and_third_start(closed, outside):
    with running(closed) as (connection, said):
        connection.execute("create table kept as select 42 as n")
    assert str(outside) in said and "parity-postgres may not enter" in said
    for _ in range(2):
        with running(closed) as (connection, _):
            assert connection.execute("select n from kept").fetchone() == (42,)
            (data,) = connection.execute("show data_directory").fetchone()
    assert Path(data).stat().st_mode & 0o777 == 0o700 and Path(data).owner() == "parity-postgres"
    assert [path.name for path in outside.glob("postgresql-*")] == [place.programs().parents[1].name]


def test_data_of_an_open_folder_stay_in_it_and_move_only_when_the_folder_is_closed(outside, closed):
    home = open_folder("/tmp") / "sample"
    home.mkdir(mode=0o711)
    try:
        with running(home) as (connection, said):
            connection.execute("create table kept as select 42 as n")
        assert said is None and place.data_folder(home) == home / "postgres"
        home.parent.chmod(0o700)
        for _ in range(2):
            with running(home) as (connection, said):
                assert connection.execute("select n from kept").fetchone() == (42,)
            assert str(outside) in said and not (home / "postgres").exists()
        home.parent.chmod(0o711)  # open again: they stay where they are
        with running(home) as (connection, _):
            assert connection.execute("select n from kept").fetchone() == (42,)
    finally:
        shutil.rmtree(home.parent)


def test_a_moved_instance_keeps_its_data_and_a_copied_one_is_refused(closed, outside):
    with running(closed) as (connection, _):
        connection.execute("create table kept as select 42 as n")
    moved = closed.with_name("moved")
    closed.rename(moved)
    (sentence,) = place.left_behind(closed)
    assert f"no longer in {closed}" in sentence
    with running(moved) as (connection, _):
        assert connection.execute("select n from kept").fetchone() == (42,)
    assert place.left_behind(closed) == []
    copy = closed.with_name("copy")
    shutil.copytree(moved, copy)
    with pytest.raises(place.PostgresError, match=r"is a copy of .*moved"):
        place.settle(copy)
    with running(moved) as (connection, _):
        assert connection.execute("select n from kept").fetchone() == (42,)


def test_data_of_a_deleted_instance_are_named_and_left(closed, outside):
    place.settle(closed)
    kept = place.data_folder(closed).parent
    assert place.left_behind(closed) == []
    shutil.rmtree(closed)
    for _ in range(2):
        (sentence,) = place.left_behind(closed.with_name("other"))
        assert str(kept) in sentence and "remove it if" in sentence
        assert kept.is_dir()


def test_where_no_folder_is_open_the_remedy_is_said(closed, tmp_path, monkeypatch):
    monkeypatch.setattr(place, "OUTSIDE", tmp_path / "closed" / "outside")
    with pytest.raises(place.PostgresError, match=r"neither in .*/srv/parity"):
        place.programs()


def test_an_instance_knows_where_its_data_lie(closed):
    instance = Instance(closed)
    instance.prepare()
    instance.choose_ports()
    assert instance.postgres.data == closed / "postgres"
    place.settle(closed)
    assert instance.postgres.data == place.data_folder(closed) != closed / "postgres"
