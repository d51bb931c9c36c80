"""Captions in Superset are the words that dbt and publication use."""

from pathlib import Path

import pytest
import yaml

from parity.settings import REPOSITORY
from parity.yaml_files import parse_yaml
from publication.captions import NoCaption, _added, caption, captioned, descriptions, with_every_column
from publication.exposures import MODELS

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


def test_a_column_that_a_cell_got_since_is_added_with_its_type_words_and_caption(tmp_path: Path):
    [dataset] = [path for path in DATASETS if path.stem == "indicator"]
    right = parse_yaml(dataset.read_text(encoding="utf-8"))
    copy = tmp_path / "indicator.yaml"
    gone = ("is_suppressed", "response_rate_pct", "period_date")
    lacking = right | {"columns": [column for column in right["columns"] if column["column_name"] not in gone]}
    copy.write_text(yaml.safe_dump(lacking, sort_keys=False), encoding="utf-8")
    added = {column["column_name"]: column for column in parse_yaml(captioned(copy, DBT))["columns"][-3:]}
    assert {name: (column["verbose_name"], column["type"]) for name, column in added.items()} == {
        "is_suppressed": ("Suppressed", "BOOLEAN"),
        "response_rate_pct": ("Response rate pct", "DOUBLE PRECISION"),
        "period_date": ("Period date", "DATE"),
    }
    assert {name: column["description"] for name, column in added.items()} == {
        name: caption("indicator", name, DBT) for name in gone
    }
    assert {column["expression"] for column in added.values()} == {None}


def test_the_key_of_a_cell_and_columns_of_other_datasets_are_never_added():
    [dataset] = [path for path in DATASETS if path.stem == "indicator"]
    assert "cell_id" not in {column["column_name"] for column in parse_yaml(with_every_column(dataset.read_text()))["columns"]}
    [other] = [path for path in DATASETS if path.stem == "release_info"]
    assert with_every_column(other.read_text()) == other.read_text()


def test_marks_of_code_and_references_are_words_in_a_caption():
    assert not [words for model in descriptions(DBT).values() for words in model.values() if "`" in words or "{{" in words]


def test_what_publication_says_of_one_view_goes_before_what_it_says_of_all():
    views = {name.split(".")[0] for name in _added() if "." in name}
    named = [name for name in _added() if "." in name]
    assert views <= set(MODELS) and named
    for name in named:
        view, column = name.split(".")
        assert caption(view, column, DBT) == _added()[name]


def test_a_column_that_the_dataset_computes_keeps_its_authors_words(tmp_path: Path):
    [dataset] = [path for path in DATASETS if path.stem == "indicator"]
    content = parse_yaml(dataset.read_text(encoding="utf-8"))
    computed = content["columns"][0] | {"column_name": "doubled", "expression": "2 * n", "description": "Twice as many."}
    content["columns"].append(computed)
    copy = tmp_path / "indicator.yaml"
    copy.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    assert parse_yaml(captioned(copy, DBT))["columns"][-1]["description"] == "Twice as many."
