"""The working folders of dbt's layers share one parse of the project."""

from __future__ import annotations

from parity.database import PARSED, share_parse


def test_a_new_working_folder_takes_the_parse_of_the_main_one(tmp_path):
    share_parse(tmp_path, "quality")  # nothing is parsed yet
    assert not (tmp_path / "quality").exists()
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / PARSED).write_bytes(b"first")
    share_parse(tmp_path, "quality")
    (tmp_path / "target" / PARSED).write_bytes(b"second")
    share_parse(tmp_path, "quality")
    share_parse(tmp_path, "target")
    assert (tmp_path / "quality" / PARSED).read_bytes() == b"first"  # dbt keeps its own from now on
    assert (tmp_path / "target" / PARSED).read_bytes() == b"second"
