"""dbt in process, one task a layer: Cosmos with the warehouse connection handed over at run time.

The password lives in the environment of the dbt run only: it is no operator field, so Airflow neither renders nor
stores it. dbt's target and logs go to `$PARITY_HOME/dbt`, so a run writes nothing into the repository and reuses the
last parse.
"""

from __future__ import annotations

from typing import Any

from cosmos.config import ProfileConfig
from cosmos.constants import InvocationMode
from cosmos.operators.local import DbtBuildLocalOperator

from dags.steps.passing import passes_in_words
from dags.steps.warehouse import migrated_warehouse_url
from parity.settings import Settings


class DbtFailed(RuntimeError):
    """Models or tests failed; `is_passing` where the database went away from all of them, and none failed on the data."""

    def __init__(self, failures: list[tuple[str, str]]) -> None:
        super().__init__("dbt: " + "\n".join(f"{name}: {message}" for name, message in failures))
        self.is_passing = bool(failures) and all(passes_in_words(message) for _, message in failures)


def failures(result: Any) -> list[tuple[str, str]]:
    """What failed in a run of dbt, by name, with dbt's message. A test that found rows has no words of an outage in its message."""
    if result.exception is not None:
        return [("dbt", str(result.exception))]
    found = [each for each in getattr(result.result, "results", None) or () if each.status in ("error", "fail", "runtime error")]
    return [(each.node.name, " ".join(str(each.message or each.status).split())) for each in found]


class BuildLayer(DbtBuildLocalOperator):
    """`dbt build` of one folder of models with its tests; the folder's name is the task's.

    `target`: dbt's working folder below `$PARITY_HOME/dbt`; layers that run at the same time need one each.
    """

    def __init__(self, *, layer: str, target: str = "target", **kwargs: Any) -> None:
        settings = Settings.from_env()
        self.target = target
        super().__init__(
            task_id=layer,
            project_dir=str(settings.dbt_dir),
            profile_config=ProfileConfig(
                profile_name="parity",
                target_name="warehouse",
                profiles_yml_filepath=settings.dbt_dir / "profiles.yml",
            ),
            select=f"path:models/{layer}",
            exclude="test_type:unit",  # those test code, not data
            invocation_mode=InvocationMode.DBT_RUNNER,
            emit_datasets=False,
            install_deps=False,
            should_store_compiled_sql=False,
            append_env=False,
            full_refresh="{{ params.full_refresh }}",
            doc_md=f"The models in `dbt/models/{layer}` that are out of date, and their tests.",
            **kwargs,
        )

    def handle_exception_dbt_runner(self, result: Any) -> None:
        """Raises DbtFailed, which says whether trying again is of use."""
        if not result.success:
            raise DbtFailed(failures(result) or [("dbt", "failed without a word: its log is in the dbt folder of the instance")])

    def execute(self, context: Any, **kwargs: Any) -> None:
        from parity.database import share_parse

        share_parse(Settings.from_env().home / "dbt", self.target)
        super().execute(context, **kwargs)

    def get_env(self, context: Any) -> dict[str, Any]:
        from parity.database import dbt_environment, dbt_folders

        return {
            **super().get_env(context),
            **dbt_environment(migrated_warehouse_url("parity dbt")),
            **dbt_folders(Settings.from_env().home, self.target),
        }
