"""What dbt says of the dashboards is what the dashboards are."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from parity.migration_plan import migrations
from parity.settings import REPOSITORY
from publication.exposures import MODELS, UnknownView, exposures_file

ASSETS = REPOSITORY / "superset" / "assets"


def test_exposures_are_the_dashboards():
    text = (REPOSITORY / "dbt" / "models" / "exposures.yml").read_text(encoding="utf-8")
    assert len(yaml.safe_load(text)["exposures"]) == len(list((ASSETS / "dashboards").glob("*.yaml"))) > 0


def test_every_published_view_shows_a_model_that_publication_reads():
    views = re.findall(r"create or replace view published\.(\w+)", "".join(migration.text for migration in migrations()))
    assert set(views) == set(MODELS)
    read = re.findall(
        r"(?m)^from (?:indicators|core)\.(\w+)", "".join(path.read_text() for path in (REPOSITORY / "publication").glob("*.py"))
    )
    behind = {
        "ind_survey__person_score",
        "dim_indicator",
    }  # which respondents a figure rests on, and goalposts; no view shows them
    assert set(read) == set(MODELS.values()) | behind


def test_a_view_that_shows_nobody_knows_what_is_refused(tmp_path: Path):
    shutil.copytree(ASSETS, tmp_path / "assets")
    dataset = tmp_path / "assets" / "datasets" / "parity" / "indicator.yaml"
    dataset.write_text(dataset.read_text().replace("table_name: indicator", "table_name: secret"))
    with pytest.raises(UnknownView, match=r"published\.secret"):
        exposures_file(tmp_path / "assets")
