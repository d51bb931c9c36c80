"""What a gate is made of: suites of checks on the rows of a query, as data.

A critical check stops the way; a warning is kept and shown. A check over several columns is a query that returns the rows that break it,
expected to return none: the query says what is wrong in SQL that an analyst can run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["critical", "warning"]

STAFF_DATA = "staff data"
SURVEYS = "survey team"
ENGINEERING = "data engineering"
STATISTICS = "statistics"
DISCLOSURE = "disclosure control"


@dataclass(frozen=True)
class Check:
    """One expectation of Great Expectations by its class name, with its arguments, and one sentence on why it is there.

    `parts` is a query that names what failed (agencies, forms, tables: words of the catalogue alone) in its column `part`, with what to
    say of it in `finding`, the worst first.
    """

    expectation: str
    reason: str
    severity: Severity = "critical"
    arguments: dict[str, Any] = field(default_factory=dict)
    parts: str | None = None

    @property
    def column(self) -> str:
        return self.arguments.get("column", "")


@dataclass(frozen=True)
class Suite:
    """Checks on the rows of one query. `owner` answers for them; `remedy` is what to do when one fails.

    Where `protects` is set, the suite keeps people from being recognised, and nobody can accept its failure.
    """

    name: str
    table: str
    query: str
    checks: tuple[Check, ...]
    remedy: str
    owner: str
    protects: bool = False


def not_null(column: str, reason: str) -> Check:
    return Check("ExpectColumnValuesToNotBeNull", reason, arguments={"column": column})


def unique(column: str, reason: str) -> Check:
    return Check("ExpectColumnValuesToBeUnique", reason, arguments={"column": column})


def between(column: str, low: Any, high: Any, reason: str, severity: Severity = "critical", parts: str | None = None) -> Check:
    return Check(
        "ExpectColumnValuesToBeBetween", reason, severity, {"column": column, "min_value": low, "max_value": high}, parts
    )


def one_of(column: str, values: list[str] | list[int], reason: str) -> Check:
    return Check("ExpectColumnValuesToBeInSet", reason, arguments={"column": column, "value_set": values})


def matches(column: str, regex: str, reason: str) -> Check:
    return Check("ExpectColumnValuesToMatchRegex", reason, arguments={"column": column, "regex": regex})


def no_row(reason: str, severity: Severity = "critical") -> Check:
    return Check("ExpectTableRowCountToEqual", reason, severity, {"value": 0})


def some_row(reason: str, severity: Severity = "warning") -> Check:
    return Check("ExpectTableRowCountToBeBetween", reason, severity, {"min_value": 1})


def there_twice(table: str, *columns: str) -> str:
    """SQL: the keys that several rows of `table` share. Grouping costs a fifth of what a check of joint uniqueness does."""
    return f"select 1 from {table} group by {', '.join(columns)} having count(*) > 1"


def finite(table: str, rows: str | None = None) -> Suite:
    """No number of the table's rows, or of `rows` alone, is NaN or infinite, whatever its column (JSON holds these as words)."""
    return Suite(
        f"finite numbers of {table.split('.')[1]}",
        table,
        f"select 1 from {rows or table} as t where exists"
        " (select from jsonb_each_text(to_jsonb(t)) as c where c.value in ('NaN', 'Infinity', '-Infinity'))",
        (no_row("A number that is not finite was once published as `nan`, past all checks of ranges."),),
        "Do not publish: a number is not defined. Find the model of its indicator_code, which divides by nothing or takes a logarithm of it.",
        STATISTICS,
    )


def holds_a_number(row: str, *but: str) -> str:
    """SQL: whether any column of `row` but these holds a number, also one that is not finite. A column added later is looked at, too."""
    names = ", ".join(f"'{name}'" for name in but)
    return (
        f"exists (select from jsonb_each(to_jsonb({row})) as c where c.key not in ({names})"
        " and (jsonb_typeof(c.value) = 'number' or c.value #>> '{}' in ('NaN', 'Infinity', '-Infinity')))"
    )
