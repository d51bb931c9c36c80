"""The settings of Parity: the environment's `PARITY_*` variables, each with its meaning and its default, in one typed model.

Every room reads `Settings.from_env()`, and nothing else reads such a variable. A variable `PARITY_X` may also stand in a file that
`PARITY_X_FILE` names, as containers get their secrets. A setting that a task needs and does not have raises `MissingSetting`; a value
that is not of its type, or a file that cannot be read, raises `BadSetting`. What only docker compose, dbt or the tests read stands in
`parity/settings_elsewhere.py`. docs/reference/settings.md is made from both by `parity generate`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parent.parent
PREFIX = "PARITY_"
IN_FILE = "_FILE"

Folder = Annotated[Path, AfterValidator(lambda path: path.resolve())]
# Never shown: passwords, tokens, and addresses that hold one.
SECRET: dict[str, Any] = {"secret": True}  # nosec B105  # a mark


class MissingSetting(RuntimeError):
    """A variable that the work at hand needs is not set."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} is not set. `parity up` sets it for the services it starts; elsewhere, export it.")
        self.variable = variable


class BadSetting(RuntimeError):
    """A variable has a value that it cannot have; the message names the variable and says why."""


class Variables(PydanticBaseSettingsSource):
    """The settings that an environment holds, or the files that it names. An empty variable is none."""

    def __init__(self, settings_cls: type[BaseSettings], environment: Mapping[str, str]) -> None:
        super().__init__(settings_cls)
        self.variables = environment

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = variable_of(field_name)
        return self.variables.get(variable) or self._in_file(variable), variable, False

    def _in_file(self, variable: str) -> str | None:
        path = self.variables.get(f"{variable}{IN_FILE}")
        try:
            return Path(path).read_text(encoding="utf-8").strip() if path else None
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(f"{variable}{IN_FILE} names {path}, which cannot be read: {error}") from None

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value}


class Settings(BaseSettings):
    """What the Python rooms read. Paths are absolute; secrets are never printed by `repr`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    environment: Mapping[str, str] = Field(default_factory=lambda: dict(os.environ), exclude=True, repr=False)

    home: Folder = Field(
        default=REPOSITORY / ".parity" / "sample",
        description="The folder of an instance: its data, logs, secrets and backups.",
        json_schema_extra={"default": "`.parity/sample` in the checkout"},
    )
    catalogue: Folder = Field(
        default=REPOSITORY / "catalogue",
        description="The folder of the catalogue: indicators, agencies, sources, policies.",
        json_schema_extra={"default": "`catalogue` in the checkout"},
    )
    dbt_dir: Folder = Field(
        default=REPOSITORY / "dbt",
        description="The folder of the dbt project.",
        json_schema_extra={"default": "`dbt` in the checkout"},
    )
    drop: Folder = Field(
        default_factory=lambda data: data["home"] / "drop",
        description="The folder in which agencies' files arrive: `hr/CONTRACT/` and `reference/CONTRACT/`.",
        json_schema_extra={"default": "`drop` in PARITY_HOME"},
    )
    hr_keys: Folder = Field(
        default_factory=lambda data: data["home"] / "secrets" / "hr",
        description="The folder of the agencies' keys, which make pseudonyms. Whoever has it and a list can name people.",
        json_schema_extra={"default": "`secrets/hr` in PARITY_HOME"},
    )
    landing_url: str = Field(
        default_factory=lambda data: str(data["home"] / "landing"),
        description="Where what sources sent is kept, verbatim: a folder, or a bucket of object storage (`s3://bucket/landing`). Never a login in it.",
        json_schema_extra={"default": "`landing` in PARITY_HOME"},
    )
    landing_endpoint: str | None = Field(
        default=None,
        description="The address of an S3-compatible store that is not Amazon's, such as `https://objects.example.org`.",
    )
    landing_region: str | None = Field(default=None, description="The region of the bucket, where its store asks for one.")
    landing_key: str | None = Field(
        default=None,
        description="The access key of the bucket; without it, the role of the machine or the variables `AWS_*`.",
        json_schema_extra=SECRET,
    )
    landing_secret: str | None = Field(
        default=None, description="The secret that belongs to PARITY_LANDING_KEY.", json_schema_extra=SECRET
    )
    raw_parquet: str | None = Field(
        default=None,
        description="Where raw data are kept as Parquet files too, for an engine that reads files (Spark): a folder or a URL. None are"
        " written where it is not set.",
    )

    warehouse_url: str | None = Field(
        default=None,
        description="The address of the warehouse: `postgresql://user:password@host:port/name`.",
        json_schema_extra=SECRET,
    )
    reader_url: str | None = Field(
        default=None,
        description="The readers' database, under the login of dashboards. Never the warehouse.",
        json_schema_extra=SECRET,
    )
    fieldwork_reader_url: str | None = Field(
        default=None, description="The readers' database, under the login of survey teams.", json_schema_extra=SECRET
    )
    quality_reader_url: str | None = Field(
        default=None,
        description="The readers' database, under the login that sees the quality of staff files.",
        json_schema_extra=SECRET,
    )
    postgres_url: str | None = Field(
        default=None,
        description="PostgreSQL under a superuser's login, with which the set-up makes databases and roles.",
        json_schema_extra=SECRET,
    )
    airflow_database_url: str | None = Field(default=None, description="Airflow's own database.", json_schema_extra=SECRET)
    superset_database_url: str | None = Field(default=None, description="Superset's own database.", json_schema_extra=SECRET)

    kobo_url: str | None = Field(default=None, description="The KoboToolbox server, such as `https://kf.kobotoolbox.org`.")
    kobo_token: str | None = Field(
        default=None,
        description="The API token of the account that collects; it belongs to PARITY_KOBO_URL.",
        json_schema_extra=SECRET,
    )
    kobo_webhook_secret: str | None = Field(
        default=None,
        description="What KoboToolbox sends with each call of the webhook; without it, the instance's own.",
        json_schema_extra=SECRET,
    )
    airflow_url: str | None = Field(default=None, description="Airflow's API, for the set-up and the samples of a server.")
    superset_url: str | None = Field(default=None, description="Superset, as Airflow reaches it to push dashboards.")
    admin_password: str | None = Field(
        default=None,
        description="The password of `admin` in Airflow and Superset, where accounts are made.",
        json_schema_extra=SECRET,
    )

    bench_gate_rows: int | None = Field(
        default=None, gt=0, description="Rows of the gate's benchmark, in place of its usual number."
    )
    bench_staff_months: int | None = Field(
        default=None,
        gt=0,
        description="Person-months of the warehouse's and Spark's benchmarks, in place of their usual numbers.",
    )

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process, or of the environment that is given. Raises BadSetting."""
        try:
            return cls(environment=dict(os.environ if environment is None else environment))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise BadSetting(f"{variable_of(str(first['loc'][0]))}: {first['msg']}.") from None

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, Variables(settings_cls, init_settings().get("environment", os.environ))

    def __repr__(self) -> str:
        return f"Settings(home={self.home})"

    __str__ = __repr__

    def get(self, variable: str) -> str | None:
        """The text of a variable by its name; None where it is not set. Raises KeyError for what is no setting."""
        return str(getattr(self, fields()[variable])) if self.is_set(variable) else None

    def require(self, variable: str) -> str:
        """The text of a variable by its name. Raises MissingSetting where it is not set, KeyError for what is no setting."""
        value = self.get(variable)
        if not value:
            raise MissingSetting(variable)
        return value

    def is_set(self, variable: str) -> bool:
        """Whether the environment says it, and not the default."""
        return fields()[variable] in self.model_fields_set

    @property
    def superset_assets(self) -> Path:
        return REPOSITORY / "superset" / "assets"

    @property
    def gate_pages(self) -> Path:
        """The folder of the gates' pages."""
        return self.home / "gates"


def variable_of(field: str) -> str:
    """The variable of a field: `PARITY_HOME` of `home`."""
    return f"{PREFIX}{field.upper()}"


def fields() -> dict[str, str]:
    """The fields of the model by their variables."""
    return {variable_of(name): name for name in Settings.model_fields if name != "environment"}
