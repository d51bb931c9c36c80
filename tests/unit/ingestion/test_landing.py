"""What a source sent lies verbatim under its content's name, once, and is never written again."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fsspec
import pytest

from ingestion.landing import Landing

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
