"""What a source sent lies verbatim under its content's name, once and whole, and nothing else is ever given out under that name."""

import hashlib
import io
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fsspec
import pytest

from ingestion.landing import Landing, LandingFull, NotLanded, TornFile
from tests.integration.landings import full_disk

BODY = "a;b\r\n\u0e01\x00".encode()


def files(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def test_put_keeps_the_bytes_under_their_hash(tmp_path):
    landed = Landing(str(tmp_path)).put("hr/x", "a.csv", BODY)
    assert landed.sha256 == hashlib.sha256(BODY).hexdigest() and landed.n_bytes == len(BODY)
    with fsspec.open(landed.uri) as file:
        assert file.read() == BODY


def test_the_same_content_under_another_name_is_one_file(tmp_path):
    landing = Landing(str(tmp_path / "landing"))
    path = tmp_path / "b.csv"
    path.write_bytes(BODY)
    assert landing.put("hr/x", "a.csv", BODY).uri == landing.put("hr/x", "b.csv", path).uri
    assert len(files(tmp_path / "landing")) == 1


def test_what_lies_there_is_not_touched_again(tmp_path):
    landing = Landing(str(tmp_path))
    landing.put("hr/x", "a.csv", BODY)
    (lying,) = files(tmp_path)
    before = lying.stat().st_mtime_ns
    landing.put("hr/x", "a.csv", BODY)
    assert lying.stat().st_mtime_ns == before


def test_tasks_that_land_the_same_content_at_once_do_not_meet(tmp_path):
    landing = Landing(str(tmp_path))
    body = BODY * 20_000
    with ThreadPoolExecutor(8) as pool:
        uris = set(pool.map(lambda _: landing.put("hr/x", "a.csv", body).uri, range(32)))
    assert len(uris) == 1
    assert [path.read_bytes() == body for path in files(tmp_path)] == [True]


def test_any_fsspec_address_will_do():
    landed = Landing("memory://landing").put("kobo/f", "page", BODY)
    assert landed.uri.startswith("memory://")


def test_files_of_a_landing_that_was_moved_twice_are_found_by_the_uris_of_their_first_place(tmp_path):
    place = tmp_path / "first" / "landing"
    uris = {body: Landing(str(place)).put("hr/tha_pol", "staff.csv", body).uri for body in (b"one", b"two")}
    for name in ("second", "third"):
        moved = tmp_path / name / "landing"
        moved.parent.mkdir()
        place.rename(moved)
        place = moved
        landing = Landing(str(place))
        for body, uri in uris.items():
            assert landing.get(uri) == body
            with landing.open(uri) as file:
                assert file.read() == body
    landing.remove(uris[b"one"])
    assert [path.read_bytes() for path in place.rglob("*") if path.is_file()] == [b"two"]
    with pytest.raises(FileNotFoundError):
        landing.get(uris[b"one"])


def damage(folder, body):
    [path] = files(folder)
    path.write_bytes(body)
    return path


DAMAGES = {"halved": BODY[: len(BODY) // 2], "emptied": b"", "changed": BODY[:-1] + b"\x01", "too long": BODY + b"\x00"}


@pytest.mark.parametrize("left", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_torn_file_is_never_given_out_and_says_what_was_expected_and_found(tmp_path, left):
    landing = Landing(str(tmp_path))
    landed = landing.put("hr/x", "a.csv", BODY)
    damage(tmp_path, left)
    for read in (landing.get, landing.open):
        with pytest.raises(TornFile) as torn:
            read(landed.uri, "a.csv")
        for said in ("a.csv", "hr/x", landed.sha256, hashlib.sha256(left).hexdigest(), "parity landing verify --repair"):
            assert said in str(torn.value)


@pytest.mark.parametrize("left", DAMAGES.values(), ids=DAMAGES.keys())
@pytest.mark.parametrize("as_file", [False, True])
def test_a_torn_file_is_replaced_by_the_right_content_and_its_bytes_are_set_aside(tmp_path, left, as_file):
    landing, noted = Landing(str(tmp_path)), []
    first = landing.put("hr/x", "a.csv", BODY)
    damage(tmp_path, left)
    for _ in range(3):
        again = (
            landing.put_file("hr/x", "b.csv", io.BytesIO(BODY), note=noted.append)
            if as_file
            else landing.put("hr/x", "b.csv", BODY, note=noted.append)
        )
        assert (again.uri, landing.get(again.uri)) == (first.uri, BODY)
    [torn] = noted
    assert (torn.expected.sha256, torn.found.sha256) == (first.sha256, hashlib.sha256(left).hexdigest())
    assert {path.read_bytes() for path in files(tmp_path)} == {BODY, left} - {b""}
    assert torn.aside is None if not left else landing.get(torn.aside) == left


def test_a_torn_file_is_noted_before_anything_is_changed(tmp_path):
    landing = Landing(str(tmp_path))
    landing.put("hr/x", "a.csv", BODY)
    path = damage(tmp_path, b"half")

    def killed(torn):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        landing.put("hr/x", "a.csv", BODY, note=killed)
    assert [each.read_bytes() for each in files(tmp_path)] == [b"half"] and path.exists()


def test_the_file_is_on_the_disk_before_its_name_and_its_folders_after(tmp_path, monkeypatch):
    """What a power cut leaves is decided by the order of these calls alone."""
    calls, names = [], {}

    def fsync(descriptor):
        calls.append(("sync", os.readlink(f"/proc/self/fd/{descriptor}")))

    def renamed(self, target):
        calls.append(("rename", str(target)))
        os.rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", renamed)
    root = tmp_path / "new" / "landing"
    for body in (BODY, BODY * 2):
        calls.clear()
        path = str(Landing(str(root)).put("hr/x", "a.csv", body).uri).removeprefix("file://")
        names[path] = place = calls.index(("rename", path))
        assert any(kind == "sync" and what.endswith(".unfinished") for kind, what in calls[:place])
        assert ("sync", str(Path(path).parent)) in calls[place:] and ("sync", str(Path(path).parent.parent)) in calls[place:]
    assert len(names) == 2


def test_every_folder_that_is_new_is_brought_onto_the_disk(tmp_path, monkeypatch):
    synced = set()
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.add(os.readlink(f"/proc/self/fd/{descriptor}")))
    Landing(str(tmp_path / "a" / "b")).put("hr/x", "a.csv", BODY)
    assert {str(tmp_path), str(tmp_path / "a"), str(tmp_path / "a" / "b"), str(tmp_path / "a" / "b" / "hr")} <= synced


def old(path):
    os.utime(path, (time.time() - 3600,) * 2)
    return path


def test_what_a_kill_left_is_cleared_away_and_what_is_being_written_stays(tmp_path):
    landing = Landing(str(tmp_path))
    landing.put("hr/x", "a.csv", BODY)
    script = "import sys,time;sys.path.insert(0,sys.argv[1])\nfrom ingestion.landing import Landing\nwith Landing(sys.argv[2]).store.incoming('hr/x') as f:\n f.write(b'half');print('writing',flush=True);time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(Path(__file__).parents[3]), str(tmp_path)], stdout=subprocess.PIPE
    ) as killed:
        assert killed.stdout.readline() == b"writing\n"
        [unfinished] = [old(path) for path in files(tmp_path) if path.suffix == ".unfinished"]
        Landing(str(tmp_path)).put("hr/x", "b.csv", b"two")
        assert unfinished.exists(), "it is being written, however old it is"
        killed.kill()
        killed.wait()
    Landing(str(tmp_path)).put("hr/y", "c.csv", b"of another source")
    assert unfinished.exists()
    Landing(str(tmp_path)).put("hr/x", "c.csv", b"three")
    assert not unfinished.exists() and len(files(tmp_path)) == 4


def test_what_was_begun_a_moment_ago_stays_though_nobody_has_locked_it_yet(tmp_path):
    (tmp_path / "hr" / "x").mkdir(parents=True)
    young = tmp_path / "hr" / "x" / "0.unfinished"
    young.write_bytes(b"")
    Landing(str(tmp_path)).put("hr/x", "a.csv", BODY)
    assert young.exists()


@pytest.mark.parametrize("size", [1 << 12, 3 << 20])
def test_a_full_disk_leaves_nothing_and_says_so(tmp_path, size):
    landing = Landing(str(tmp_path / "landing"))
    for number in range(2):
        with full_disk(size // 2), pytest.raises(LandingFull) as full:
            landing.put_file("hr/x", "staff.csv", io.BytesIO(bytes([number]) * size))
        assert all(
            word in str(full.value)
            for word in ("staff.csv", "hr/x", str(tmp_path), "no room left", "nothing of the file was kept")
        )
        assert files(tmp_path / "landing") == []
    assert landing.put_file("hr/x", "staff.csv", io.BytesIO(b"1" * size)).n_bytes == size


def test_a_tmpfs_without_room_is_a_full_disk_too(tmp_path):
    """The very error of a disk, ENOSPC, where this machine lets us mount one."""
    (tmp_path / "small").mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path / "small"], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a file system")
    try:
        landing = Landing(str(tmp_path / "small"))
        kept = landing.put("hr/x", "a.csv", BODY)
        with pytest.raises(LandingFull, match="no room left"):
            landing.put("hr/x", "b.csv", b"x" * (1 << 20))
        assert landing.get(kept.uri) == BODY and len(files(tmp_path / "small")) == 1
    finally:
        subprocess.run(["umount", tmp_path / "small"], check=True)


def test_a_source_that_breaks_off_is_no_fault_of_the_landing(tmp_path):
    class Broken(io.RawIOBase):
        def read(self, n=-1):
            raise ConnectionResetError("the server hung up")

    with pytest.raises(ConnectionResetError):
        Landing(str(tmp_path)).put_file("hr/x", "a.csv", Broken())
    assert files(tmp_path) == []


def test_what_is_no_address_of_the_landing_is_not_there(tmp_path):
    for uri in ("", "file:///etc/passwd", f"file://{tmp_path}/hr/x/ab/{'c' * 64}"):
        with pytest.raises(NotLanded):
            Landing(str(tmp_path)).get(uri)


def test_a_landing_that_moved_from_a_bucket_into_a_folder_is_read_by_its_old_addresses(tmp_path):
    landing = Landing(str(tmp_path))
    landed = landing.put("hr/x", "a.csv", BODY)
    there = f"s3://evidence/landing/hr/x/{landed.sha256[:2]}/{landed.sha256}"
    assert landing.get(there) == BODY
