"""What `parity release export` writes: the release as readers saw it, the same each time, with its dictionary."""

from __future__ import annotations

import csv

import pyarrow.parquet
import pytest

from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from publication import sdmx
from publication.captions import caption
from publication.columns_page import VIEWS
from publication.dictionary import IN_UNIT_OF_ROW
from publication.readers import published_columns
from publication.releases import build_candidate, decide, list_releases, publish
from tests.integration import made_cells, release_desk, test_readers
from tests.integration.made_cells import CATALOGUE, fill
from tests.integration.release_desk import release

connection = made_cells.connection  # a warehouse with one indicator
place = test_readers.place  # a warehouse with its readers' database
parity = release_desk.parity  # a command of the group, run


def test_an_earlier_release_is_exported_as_readers_saw_it_and_the_current_one_stays_current(connection, parity, tmp_path):
    first, second = release(connection, 20), release(connection, 30)
    for number, women in ((first, "20"), (second, "30"), (first, "20")):
        written = parity("export", number, "--to", tmp_path, "--json")
        assert written["release"] == number and len(written["files"]) == 2 * len(VIEWS) + 2 + 2
        folder = tmp_path / f"release-{number}"
        with (folder / "indicator.csv").open() as file:
            assert {(row["release_id"], row["estimate"]) for row in csv.DictReader(file)} == {(str(number), women)}
        assert {row["estimate"] for row in pyarrow.parquet.read_table(folder / "indicator.parquet").to_pylist()} == {float(women)}
    assert [entry.state for entry in list_releases(connection)] == ["current", "superseded"]
    assert [row[0] for row in connection.execute("select distinct estimate from published.indicator")] == [30.0]


def test_export_and_sdmx_come_back_equal_with_the_catalogues_words(connection, parity, tmp_path):
    connection.execute("update raw.catalogue_indicator set catalogue_version = %s", (load_catalogue(CATALOGUE).version,))
    fill(connection, 20)
    connection.execute("update indicators.fct_indicator set catalogue_version = %s", (load_catalogue(CATALOGUE).version,))
    connection.execute("update indicators.fct_indicator set numerator = 3, estimate = 3 where agency_code = 'A7'")
    number = build_candidate(connection, CATALOGUE)
    decide(connection, passed=True)
    publish(connection, number)
    connection.commit()
    folder = tmp_path / f"release-{number}"
    parity("export", "--to", tmp_path, "--format", "sdmx", "--format", "parquet")
    message, data = ((folder / name).read_text() for name in ("structure.sdmx.json", "indicator.sdmx.csv"))
    assert "women in post" in message and caption("indicator", "se", REPOSITORY / "dbt") in message
    back = sdmx.read_back(message, data)
    rows = pyarrow.parquet.read_table(folder / "indicator.parquet").to_pylist()
    assert [row["OBS_VALUE"] for row in back] == [row["estimate"] for row in rows]
    [hidden] = [row for row in back if row["OBS_STATUS"] == "Q"]
    assert hidden["AGENCY_CODE"] == "A7"
    numbers = [hidden[name.upper()] for name in ("numerator", "denominator", "n", "se", "ci_low", "ci_high", "p_value")]
    assert numbers == [None] * 7 and hidden["OBS_VALUE"] is None
    [same] = [row for row in rows if row["agency_code"] == "A7"]
    assert same["estimate"] is None and same["numerator"] is None


def test_the_dictionary_describes_every_published_column_in_the_words_of_the_captions(connection, parity, tmp_path):
    number = release(connection, 20)
    parity("export", "--to", tmp_path, "--format", "csv")
    with (tmp_path / f"release-{number}" / "dictionary.csv").open() as file:
        found = {(row["table"], row["column"]): row for row in csv.DictReader(file)}
    assert set(found) == {(view, name) for view, columns in published_columns(connection).items() for name, _ in columns}
    assert all(row["meaning"] and row["type"] for row in found.values())
    assert {column for _, column in found} >= set(IN_UNIT_OF_ROW)
    assert found["indicator", "n"]["meaning"] == caption("indicator", "n", REPOSITORY / "dbt")
    assert found["composite_domain", "score"]["meaning"] != found["indicator", "estimate"]["meaning"]


def test_export_again_changes_nothing_and_never_replaces_another_file(connection, parity, tmp_path):
    number = release(connection, 20)
    folder = tmp_path / f"release-{number}"
    for _ in range(2):
        parity("export", "--to", tmp_path)
        before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    parity("export", "--to", tmp_path)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    (folder / "dictionary.csv").write_text("mine")
    found = parity("export", "--to", tmp_path, "--json", code=1)
    assert "dictionary.csv is there with another content" in found["error"]
    assert (folder / "dictionary.csv").read_text() == "mine"


@pytest.mark.parametrize(("state", "sentence"), [("candidate", "was never published"), ("approved", "was never published"), ("rejected", "was rejected")])  # fmt: skip
def test_what_readers_never_saw_is_neither_exported_nor_compared(connection, parity, tmp_path, state, sentence):
    release(connection, 20)
    fill(connection, 30)
    number = build_candidate(connection, CATALOGUE)
    connection.execute("update release.release set state = %s where release_id = %s", (state, number))
    connection.commit()
    for words in (("export", number, "--to", tmp_path), ("diff", number), ("diff", 1, number)):
        assert sentence in parity(*words, "--json", code=1)["error"]
    assert not list(tmp_path.iterdir())
    assert parity("show", number, "--json")["release"]["state"] == state
