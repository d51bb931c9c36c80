"""Staff files where agencies leave them: an S3 bucket (moto's server) and an SFTP server (Debian's OpenSSH), both on loopback."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import psycopg
import pytest

from ingestion.hr.errors import FileRefused
from ingestion.hr.files import LocationError, list_location, open_file
from ingestion.hr.keys import KeyRing
from ingestion.hr.load import load_file
from ingestion.landing import Landing
from stack.instance import free_port
from tests.unit.ingestion.contracts import ROW, contract, csv_file

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"


@pytest.fixture(scope="module")
def bucket() -> Iterator[tuple[str, dict[str, Any]]]:
    """An address in a bucket, and the options to reach it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    options = {"key": "test", "secret": "test", "endpoint_url": f"http://{host}:{port}"}
    fsspec.filesystem("s3", **options).mkdir("agency")
    try:
        yield "s3://agency/hr", options
    finally:
        server.stop()


@pytest.fixture(scope="module")
def sftp(tmp_path_factory) -> Iterator[tuple[str, dict[str, Any]]]:
    """A folder on an OpenSSH server, and the options to reach it."""
    if not Path(SSHD).exists():
        pytest.skip("no OpenSSH server here: install the package openssh-server")
    folder, port = tmp_path_factory.mktemp("sshd"), free_port()
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    (folder / "config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/user.pub\nStrictModes no\n"
        f"PidFile none\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\nSubsystem sftp internal-sftp\n"
    )
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "config"], stderr=(folder / "log").open("wb"))
    try:
        limit = time.monotonic() + 20
        while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < limit:
            time.sleep(0.1)
        (folder / "hr").mkdir()
        yield (
            f"sftp://127.0.0.1{folder}/hr",
            {"host": "127.0.0.1", "port": port, "username": getpass.getuser(), "key_filename": str(folder / "user")},
        )
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(params=["bucket", "sftp"])
def place(request) -> tuple[str, dict[str, Any]]:
    return request.getfixturevalue(request.param)


def put(place: tuple[str, dict[str, Any]], name: str, body: bytes) -> None:
    system, folder = fsspec.core.url_to_fs(place[0], **place[1])
    with system.open(f"{folder}/{name}", "wb") as file:
        file.write(body)


def test_a_file_is_found_read_and_loaded_from_there(place, warehouse, tmp_path):
    there, landing = contract(location=place[0], connection="agency"), Landing(str(tmp_path / "landing"))
    put(place, "staff_a.csv", csv_file(ROW))
    put(place, ".hidden", b"x")
    [file] = [file for file in list_location(there, tmp_path, place[1]) if file.name == "staff_a.csv"]
    assert (file.n_bytes, file.delivered_at.year >= 2025) == (len(csv_file(ROW)), True)
    assert not [found for found in list_location(there, tmp_path, place[1]) if found.name.startswith(".")]
    with psycopg.connect(warehouse) as connection:
        report = load_file(connection, landing, there, file, KeyRing(tmp_path / "keys"), options=place[1])
        assert (report.status, report.n_rows) == ("loaded", 1)
        again = load_file(connection, landing, there, file, KeyRing(tmp_path / "keys"), options=place[1])
        assert again.status == "already loaded"


def test_a_file_written_again_is_newer_and_other_content(place, tmp_path):
    there = contract(location=place[0])
    put(place, "staff_b.csv", csv_file(ROW))
    [old] = [file for file in list_location(there, tmp_path, place[1]) if file.name == "staff_b.csv"]
    time.sleep(1.1)
    put(place, "staff_b.csv", csv_file(ROW, ROW))
    [new] = [file for file in list_location(there, tmp_path, place[1]) if file.name == "staff_b.csv"]
    assert new.delivered_at > old.delivered_at and new.n_bytes > old.n_bytes


def test_a_folder_that_is_not_there_yet_is_empty(place, tmp_path):
    assert list_location(contract(location=place[0] + "/nowhere"), tmp_path, place[1]) == []


def test_a_file_that_is_taken_away_meanwhile_is_refused_by_name(place, tmp_path):
    there = contract(location=place[0])
    put(place, "staff_c.csv", csv_file(ROW))
    [file] = [file for file in list_location(there, tmp_path, place[1]) if file.name == "staff_c.csv"]
    system, path = fsspec.core.url_to_fs(file.url, **place[1])
    system.rm(path)
    with pytest.raises(FileRefused, match=r"staff_c.csv: not readable .* Put it back"):
        open_file(file, place[1]).read()


def test_a_wrong_key_says_which_connection_to_mend_and_shows_no_secret(bucket, sftp, tmp_path):
    for (url, options), wrong in (
        (bucket, {"endpoint_url": "http://127.0.0.1:9"}),
        (sftp, {"key_filename": "/nowhere", "port": 9}),
    ):
        there = contract(location=url, connection="agency")
        with pytest.raises(LocationError, match="Check `location` in the contract and the connection 'agency'") as refused:
            list_location(there, tmp_path, {**options, **wrong})
        assert options.get("secret", "ed25519") not in str(refused.value)
