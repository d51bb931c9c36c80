"""What dbt puts into Jinja, for the SQL linter, which has no database: PostgreSQL's spelling where it shows, a plain call elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import pass_context

execute = False


class Dbt:
    """dbt's cross-database macros."""

    def type_float(self) -> str:
        return "double precision"

    def type_string(self) -> str:
        return "text"

    def concat(self, parts: list[str]) -> str:
        return " || ".join(parts)

    def cast(self, value: str, kind: str) -> str:
        return f"cast({value} as {kind})"

    def listagg(self, value: str, separator: str = "','", order: str = "") -> str:
        return f"string_agg({value}, {separator} {order})"

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name.startswith("__"):
            raise AttributeError(name)
        if name.startswith("type_"):
            return lambda: name.removeprefix("type_")
        return lambda *arguments: f"{name}({', '.join(map(str, arguments))})"


class Adapter:
    @pass_context
    def dispatch(self, context: Any, name: str) -> Any:
        """PostgreSQL's macro of the name, or the default."""
        return context.resolve(f"postgres__{name}") or context.resolve(f"default__{name}")

    def get_relation(self, *_: Any) -> None:
        return None


class Target:
    type, schema, database = "postgres", "staging", "parity"


@dataclass(frozen=True)
class Column:
    name: str
    data_type: str


class Model:
    """The node that is rendered: fct_indicator, as no other model asks for its own contract."""

    @property
    def columns(self) -> dict[str, Column]:
        path = Path(__file__).parents[1] / "models" / "indicators" / "_indicators.yml"
        [found] = [
            model for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"] if model["name"] == "fct_indicator"
        ]
        return {column["name"]: Column(column["name"], column["data_type"]) for column in found["columns"]}


def env_var(_: str, default: str = "") -> str:
    return default


dbt = Dbt()
adapter = Adapter()
target = Target()
model = Model()
