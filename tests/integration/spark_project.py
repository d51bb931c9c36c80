"""For tests: `dbt build --target spark` on raw files, in a process of its own, and what it made."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.integration.dbt_project import REPOSITORY

needs_spark = pytest.mark.skipif(
    shutil.which("java") is None or importlib.util.find_spec("pyspark") is None,
    reason="Spark needs Java 17 and the dependency group `spark` (make install-spark)",
)
# Small tables: to plan a query and to compile it costs more than to run it.
SMALL = {"spark.sql.codegen.wholeStage": "false", "spark.sql.adaptive.enabled": "false"}


class Spark:
    """A metastore and a warehouse in `folder`, over the raw files of another."""

    def __init__(self, folder: Path, raw: Path) -> None:
        self.home, self.raw = folder, raw
        (folder / "conf").mkdir(parents=True)
        (folder / "conf" / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in SMALL.items()))

    def build(self) -> subprocess.CompletedProcess[str]:
        """Every model, and the data tests that are the project's own SQL; fails the test, with dbt's own words, where dbt fails.

        The tests that dbt brings are the same SQL on either engine. Unit tests have given rows in PostgreSQL's types.
        """
        brought = (f"test_name:{name}" for name in ("not_null", "unique", "accepted_values", "relationships"))
        return self._dbt("build", "--exclude", "test_type:unit", *brought)

    def show(self, statement: str) -> list[dict[str, Any]]:
        """The rows of a statement in which the project's macros may stand."""
        said = self._dbt("--quiet", "show", "--inline", statement, "--output", "json", "--limit", "-1").stdout
        return json.loads(said[said.index("{") :])["show"]

    def _dbt(self, *words: str) -> subprocess.CompletedProcess[str]:
        run = subprocess.run(
            [
                sys.executable, "-m", "dbt.cli.main", *words, "--target", "spark", "--project-dir", str(REPOSITORY / "dbt"),
                "--profiles-dir", str(REPOSITORY / "dbt"), "--target-path", str(self.home / "target"),
                "--log-path", str(self.home / "logs"),
            ],
            cwd=self.home,
            env={
                **os.environ,
                "PARITY_SPARK_HOME": str(self.home),
                "PARITY_RAW_PARQUET": str(self.raw),
                "PARITY_SPARK_PARTITIONS": "1",
                "SPARK_CONF_DIR": str(self.home / "conf"),
                # The same for Java itself: its second compiler and its parallel collector only pay for long runs.
                "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            },
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
        return run

    def table(self, name: str) -> list[dict[str, Any]]:
        """The rows of 'schema.name'."""
        schema, table = name.split(".")
        return pq.read_table(self.home / "warehouse" / f"{schema}.db" / table).to_pylist()
