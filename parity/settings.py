"""Settings come from the environment alone, so that production swaps parts, not code.

Every room reads `Settings.from_env()`. A variable `PARITY_X` may also stand in a file that `PARITY_X_FILE` names, as containers get
their secrets. A setting that a task needs and does not have raises `MissingSetting`, which names the variable and says where it is
usually set.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


class MissingSetting(RuntimeError):
    """A variable that the work at hand needs is not set."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} is not set. `parity up` sets it for the services it starts; elsewhere, export it.")
        self.variable = variable


@dataclass(frozen=True)
class Settings:
    """The environment's `PARITY_*` variables; paths are absolute, secrets are never printed by `repr`."""

    environment: Mapping[str, str]

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Settings:
        return cls(dict(os.environ if environment is None else environment))

    def __repr__(self) -> str:
        return f"Settings(home={self.home})"

    def get(self, variable: str) -> str | None:
        """The variable, or the content of the file that `<variable>_FILE` names; None where neither is set."""
        if value := self.environment.get(variable):
            return value
        if path := self.environment.get(f"{variable}_FILE"):
            return Path(path).read_text(encoding="utf-8").strip() or None
        return None

    def require(self, variable: str) -> str:
        value = self.get(variable)
        if not value:
            raise MissingSetting(variable)
        return value

    def _path(self, variable: str, default: Path) -> Path:
        return Path(self.environment.get(variable) or default).resolve()

    @property
    def home(self) -> Path:
        return self._path("PARITY_HOME", REPOSITORY / ".parity" / "sample")

    @property
    def catalogue(self) -> Path:
        return self._path("PARITY_CATALOGUE", REPOSITORY / "catalogue")

    @property
    def dbt_dir(self) -> Path:
        return self._path("PARITY_DBT_DIR", REPOSITORY / "dbt")

    @property
    def superset_assets(self) -> Path:
        return REPOSITORY / "superset" / "assets"

    @property
    def drop(self) -> Path:
        return self._path("PARITY_DROP", self.home / "drop")

    @property
    def gate_pages(self) -> Path:
        """The folder of the gates' pages."""
        return self.home / "gates"

    @property
    def landing_url(self) -> str:
        return self.environment.get("PARITY_LANDING_URL") or str(self.home / "landing")

    @property
    def warehouse_url(self) -> str:
        return self.require("PARITY_WAREHOUSE_URL")

    @property
    def kobo_url(self) -> str:
        return self.require("PARITY_KOBO_URL")

    @property
    def kobo_token(self) -> str:
        return self.require("PARITY_KOBO_TOKEN")

    @property
    def raw_parquet(self) -> str | None:
        """Where raw data stand as Parquet files, too, for an engine that reads files; None where none does."""
        return self.environment.get("PARITY_RAW_PARQUET") or None

    @property
    def hr_keys(self) -> Path:
        """The folder of the agencies' HMAC keys."""
        return self._path("PARITY_HR_KEYS", self.home / "secrets" / "hr")
