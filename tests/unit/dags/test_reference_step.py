"""Which reference sources get a task."""

from __future__ import annotations

from dags.steps.reference import list_sources


def test_the_catalogue_and_the_last_edition_of_each_table(tmp_path, monkeypatch):
    monkeypatch.setenv("PARITY_DROP", str(tmp_path))
    for name in ("unsd_police/2024.csv", "unsd_police/2025.csv", "unsd_police/.hidden", "unodc_glotip/glotip.csv"):
        (tmp_path / "reference" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "reference" / name).write_text("x")
    assert [source["name"] for source in list_sources()] == [
        "catalogue",
        "unodc_glotip/glotip.csv",
        "unsd_police/2025.csv",
    ]


def test_without_a_drop_folder_the_catalogue_is_still_loaded(tmp_path, monkeypatch):
    monkeypatch.setenv("PARITY_DROP", str(tmp_path / "none"))
    assert list_sources() == [{"name": "catalogue"}]
