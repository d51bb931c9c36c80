"""For tests: a macro of the dbt project, rendered as the SQL linter renders it (dbt/lint) and run on PostgreSQL, without a build."""

from __future__ import annotations

import runpy
from collections.abc import Mapping, Sequence
from typing import Any
from unittest import mock

import psycopg
from jinja2 import Environment, runtime

from parity.settings import REPOSITORY

# Those that need no graph of dbt's.
FILES = (
    "bounds", "broken_down", "domain_means", "engine", "floats", "gaps", "keys", "levels", "linearised", "people", "projection", "raked_residuals", "service", "shares",
    "stratified_variance", "survey_levels", "survival",
)  # fmt: skip


class _Returned(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


class _Macro(runtime.Macro):
    """A macro of dbt's: `return` ends it with a value of any type."""

    def _invoke(self, arguments: list[Any], autoescape: bool) -> Any:
        try:
            return super()._invoke(arguments, autoescape)
        except _Returned as ended:
            return ended.value


def _return(value: Any) -> None:
    raise _Returned(value)


def render(call: str) -> str:
    """The SQL that a template makes with the macros at hand. `ref` gives the name itself, so that a test names its tables like models."""
    folder = REPOSITORY / "dbt" / "macros"
    macros = "".join((folder / f"{name}.sql").read_text(encoding="utf-8") for name in FILES)
    spoken = runpy.run_path(str(REPOSITORY / "dbt" / "lint" / "__init__.py"))
    environment = Environment(autoescape=False, extensions=["jinja2.ext.do"])
    given = {"dbt": spoken["dbt"], "adapter": spoken["adapter"], "ref": lambda name: name, "return": _return}
    with mock.patch.object(runtime, "Macro", _Macro):
        return environment.from_string(macros + call).render(given)


def value(connection: psycopg.Connection, expression: str, **given: Any) -> Any:
    """What an expression with macros is, of columns whose values are given."""
    columns = ", ".join(f"%({name})s as {name}" for name in given)
    row = connection.execute(f"select {render(expression)} from (select {columns}) as given", given).fetchone()
    assert row is not None
    return row[0]


def rows(connection: psycopg.Connection, query: str, columns: str) -> list[tuple[Any, ...]]:
    """Columns of what a query with macros finds, in order."""
    return connection.execute(f"select {columns} from ({render(query)}) as found order by {columns}").fetchall()


def fill(connection: psycopg.Connection, table: str, columns: Mapping[str, str], lines: Sequence[Sequence[Any]]) -> None:
    """A table of this session."""
    connection.execute(f"create temporary table {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"insert into {table} values ({marks})", lines)
