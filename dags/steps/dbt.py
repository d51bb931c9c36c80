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

from dags.steps.warehouse import migrated_warehouse_url
from parity.settings import Settings


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
            retries=1,  # most failures here are tests on data, which fail again
            **kwargs,
        )

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
