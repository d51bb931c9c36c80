"""Dashboards as dbt's exposures, read from the Superset assets: dashboard → chart → dataset → published view → model.

`dbt/models/exposures.yml` is made from here and never written by hand: `parity generate`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from parity.yaml_files import read_yaml

# The model that each published view shows, as publication/releases.py reads it.
MODELS = {
    "indicator": "fct_indicator",
    "release_info": "fct_indicator",
    "composite": "fct_indicator",
    "composite_domain": "fct_indicator",
    "roadmap": "ind_roadmap__progress",
    "roadmap_path": "ind_roadmap__path",
    "promise": "ind_roadmap__promise",
    "promise_milestone": "ind_roadmap__milestone",
    "promise_change": "ind_roadmap__change",
    "promise_action": "ind_roadmap__action",
    "trafficking": "ind_trafficking__count",
    "trafficking_trend": "ind_trafficking__count",
    "police_share": "fct_police_share",
    "drawing": "ind_trafficking__count",
}
HEADER = "# Made from superset/assets by `parity generate`: edit there, and run it again.\n"


class UnknownView(ValueError):
    """A dataset reads a published view of which it is not known what model it shows."""


def exposures_file(assets: Path) -> str:
    """The whole YAML file, one exposure a dashboard."""
    found = [exposure(dashboard, assets) for dashboard in _read(assets / "dashboards")]
    return HEADER + yaml.safe_dump({"version": 2, "exposures": found}, sort_keys=False, allow_unicode=True, width=140)


def exposure(dashboard: dict[str, Any], assets: Path) -> dict[str, Any]:
    """One dashboard with the charts that it places and the models that their datasets show."""
    views = {dataset["uuid"]: dataset["table_name"] for dataset in _read(assets / "datasets")}
    placed = {
        item["meta"]["uuid"] for item in dashboard["position"].values() if isinstance(item, dict) and item["type"] == "CHART"
    }
    charts = {chart["slice_name"]: views[chart["dataset_uuid"]] for chart in _read(assets / "charts") if chart["uuid"] in placed}
    unknown = sorted(set(charts.values()) - set(MODELS))
    if unknown:
        raise UnknownView(f"published.{unknown[0]}: say in publication/exposures.py what model it shows.")
    return {
        "name": dashboard["slug"].replace("-", "_"),
        "label": dashboard["dashboard_title"],
        "type": "dashboard",
        "maturity": "high",
        "url": f"/superset/dashboard/{dashboard['slug']}/",
        "description": dashboard["description"],
        "depends_on": [f"ref('{model}')" for model in sorted({MODELS[view] for view in charts.values()})],
        "owner": {"name": "analysts"},
        "config": {"meta": {"charts": dict(sorted((name, f"published.{view}") for name, view in charts.items()))}},
    }


def _read(folder: Path) -> list[dict[str, Any]]:
    return [read_yaml(path) for path in sorted(folder.rglob("*.yaml"))]
