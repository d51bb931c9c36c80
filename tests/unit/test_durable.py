"""Names are brought onto the disk, and a disk that fails is said to fail."""

import errno
import os

import pytest

from parity.durable import make_folder, put_in_place


def failing_for_folders(number):
    whole = os.fsync

    def fsync(opened):
        if os.path.isdir(f"/proc/self/fd/{opened}"):
            raise OSError(number, os.strerror(number))
        whole(opened)

    return fsync


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_disk_that_fails_at_a_name_is_an_error(tmp_path, monkeypatch, number):
    (tmp_path / "unfinished").write_bytes(b"1")
    monkeypatch.setattr(os, "fsync", failing_for_folders(number))
    with pytest.raises(OSError) as failed:
        put_in_place(tmp_path / "unfinished", tmp_path / "whole")
    assert failed.value.errno == number
    with pytest.raises(OSError):
        make_folder(tmp_path / "a" / "b")


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_cannot_do_it_for_folders_is_none(tmp_path, monkeypatch, number):
    (tmp_path / "unfinished").write_bytes(b"1")
    monkeypatch.setattr(os, "fsync", failing_for_folders(number))
    put_in_place(tmp_path / "unfinished", tmp_path / "whole")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "whole").read_bytes() == b"1" and (tmp_path / "a" / "b").is_dir()
