"""DAG files parsed as Airflow parses them, with a home and a database of their own and no service running.

Airflow reads its settings when it is first imported, so the variables are set before that, here.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
HOME = tempfile.TemporaryDirectory(prefix="parity-airflow-")

os.environ["AIRFLOW_HOME"] = HOME.name
os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = f"sqlite:///{HOME.name}/airflow.db"
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(REPOSITORY / "dags")
os.environ["AIRFLOW__COSMOS__ENABLE_TELEMETRY"] = "False"
os.environ["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] = "False"


@pytest.fixture(scope="session")
def dag_bag() -> Any:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=str(REPOSITORY / "dags"))


@pytest.fixture(scope="session")
def dags(dag_bag: Any) -> dict[str, Any]:
    return dict(dag_bag.dags)
