"""Captions in Superset are the words that dbt and publication use."""

from pathlib import Path

import pytest

from parity.settings import REPOSITORY
from publication.captions import NoCaption, caption, captioned

DBT = REPOSITORY / "dbt"
DATASETS = sorted((REPOSITORY / "superset" / "assets" / "datasets").rglob("*.yaml"))


def test_a_caption_is_dbts_where_publication_adds_nothing():
    assert caption("indicator", "cronbach_alpha", DBT).startswith("Cronbach's alpha of the indicator's items")
    assert caption("roadmap", "value_at_due", DBT).startswith("Where the indicator stands at the end of the due year")
    assert caption("indicator", "ci_low", DBT) == "Lower end of the 95 % interval; counts of all staff have none."
    with pytest.raises(NoCaption, match=r"published\.indicator\.shoe_size"):
        caption("indicator", "shoe_size", DBT)


def test_a_stale_caption_is_mended_and_nothing_else_moves(tmp_path: Path):
    [dataset] = [path for path in DATASETS if path.stem == "indicator"]
    right = dataset.read_text(encoding="utf-8")
    copy = tmp_path / "indicator.yaml"
    copy.write_text(right.replace("  description: Which rule withheld the figure.\n", "  description: 'Old\n    words'\n"))
    assert copy.read_text() != right and captioned(copy, DBT) == right


def test_a_file_with_right_captions_stays_as_it_was_laid_out(tmp_path: Path):
    [dataset] = [path for path in DATASETS if path.stem == "release_info"]
    laid_out = dataset.read_text(encoding="utf-8").replace("columns:\n", "columns:  # of the table\n\n")
    copy = tmp_path / "release_info.yaml"
    copy.write_text(laid_out)
    assert captioned(copy, DBT) == laid_out


def test_words_that_yaml_would_misread_are_quoted_and_comments_stay(tmp_path: Path):
    [dataset] = [path for path in DATASETS if path.stem == "release_info"]
    right = dataset.read_text(encoding="utf-8").replace(
        "- column_name: release_id\n", "- column_name: release_id  # its number\n"
    )
    copy = tmp_path / "release_info.yaml"
    copy.write_text(
        right.replace("The release that the row belongs to.", "'yes: # no'").replace("type: BIGINT", "type: 'BIGINT'", 1)
    )
    assert captioned(copy, DBT) == right.replace("type: BIGINT", "type: 'BIGINT'", 1)
