"""Which staff files get a task."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dags.steps.hr import file_sha256, not_loaded


@dataclass(frozen=True)
class File:
    contract: str
    path: Path

    @property
    def name(self) -> str:
        return self.path.name


def test_a_file_is_new_by_contract_and_content_not_by_name(tmp_path):
    (tmp_path / "first.csv").write_text("a")
    (tmp_path / "renamed.csv").write_text("a")
    (tmp_path / "changed.csv").write_text("b")
    files = [File("tha_pol", tmp_path / name) for name in ("first.csv", "renamed.csv", "changed.csv")]
    loaded = {("tha_pol", file_sha256(tmp_path / "first.csv"))}
    assert not_loaded(files, loaded) == [
        {"name": "tha_pol/changed.csv", "contract": "tha_pol", "path": str(tmp_path / "changed.csv")}
    ]
    assert len(not_loaded([File("vnm_cus", tmp_path / "first.csv")], loaded)) == 1
