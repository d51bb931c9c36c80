"""The masks of `catalogue/access.yml` as SQL: one SELECT a table, which the warehouse evaluates, so that no value leaves it unmasked."""

from __future__ import annotations

from psycopg import sql

from parity.catalogue.access import Column, Only, Table
from parity.catalogue.policy import Policy

Part = sql.Composable
SORTED = {"earliest": "min", "latest": "max"}


def select(schema: str, name: str, table: Table, policy: Policy) -> sql.Composed:
    """The rows of `table` as they are shown, with its columns in order."""
    shown = sql.SQL("select {} from {} where {}").format(
        sql.SQL(", ").join(
            sql.SQL("{} as {}").format(_masked(column, at, table, policy), sql.Identifier(at))
            for at, column in table.columns.items()
        ),
        sql.Identifier(schema, name),
        _holds(table.only, table.needs, table, policy),
    )
    return _sorted(shown, table)


def _masked(column: Column, name: str, table: Table, policy: Policy) -> Part:
    if not (column.only or column.needs):
        return _value(column, name, table, policy)
    return sql.SQL("case when {} then {} end").format(
        _holds(column.only, column.needs, table, policy), _value(column, name, table, policy)
    )


def _value(column: Column, name: str, table: Table, policy: Policy) -> Part:
    it = sql.Identifier(name)
    match column.shown:
        case "count":
            return _count(name, policy)
        case "per cent":
            part, whole = (_count(other, policy) for other in column.of)
            return sql.SQL("100 * cast({} as double precision) / nullif({}, 0)").format(part, whole)
        case "share":
            # A step of the share is so many of its respondents.
            enough = sql.SQL("{} * {} / 100.0 >= {}").format(
                sql.Identifier(column.of[0]), sql.Literal(column.step), sql.Literal(policy.min_count)
            )
            return sql.SQL("case when {} then {} end").format(enough, _step(it, column.step))
        case "step":
            return _step(it, column.step)
        case "day":
            return sql.SQL("cast({} at time zone 'UTC' as date)").format(it)
        case _:
            return it


def _count(name: str, policy: Policy) -> Part:
    """0, nothing where there are fewer than min_count, else the nearest multiple of the base."""
    return sql.SQL(
        "case when {it} = 0 then 0 when {it} >= {least} then cast(round({it} / cast({base} as numeric)) * {base} as integer) end"
    ).format(it=sql.Identifier(name), least=sql.Literal(policy.min_count), base=sql.Literal(policy.rounding_base))


def _step(it: Part, step: float | None) -> Part:
    return sql.SQL("cast(round(cast({} / {} as numeric)) * {} as double precision)").format(
        it, sql.Literal(step), sql.Literal(step)
    )


def _holds(only: Only, needs: str | None, table: Table, policy: Policy) -> Part:
    """Whether a row has the words of `only` and at least min_count people in `needs`."""
    words = [sql.SQL("{} = any({})").format(sql.Identifier(column), sql.Literal(found)) for column, found in only.items()]
    count = [sql.SQL("{} >= {}").format(sql.Identifier(needs), sql.Literal(policy.min_count))] if needs else []
    return sql.SQL(" and ").join([*words, *count]) if words or count else sql.SQL("true")


def _sorted(shown: sql.Composed, table: Table) -> sql.Composed:
    """With rows that are alike but for their earliest or latest value made one, and orders counted anew."""
    kinds = {name: column.shown for name, column in table.columns.items()}
    if any(kind in SORTED for kind in kinds.values()):
        parts = [
            sql.SQL("{}({}) as {}").format(sql.SQL(SORTED[kind]), sql.Identifier(name), sql.Identifier(name))
            if kind in SORTED
            else sql.Identifier(name)
            for name, kind in kinds.items()
        ]
        alike = sql.SQL(", ").join(sql.Identifier(name) for name, kind in kinds.items() if kind not in SORTED)
        shown = sql.SQL("select {} from ({}) as shown group by {}").format(sql.SQL(", ").join(parts), shown, alike)
    if "order" in kinds.values():
        shown = sql.SQL("select {} from ({}) as shown").format(
            sql.SQL(", ").join(
                _order(name, column) if column.shown == "order" else sql.Identifier(name)
                for name, column in table.columns.items()
            ),
            shown,
        )
    return shown


def _order(name: str, column: Column) -> Part:
    within = sql.SQL(", ").join(sql.Identifier(other) for other in column.within)
    return sql.SQL("cast(row_number() over (partition by {} order by {it}) as integer) as {it}").format(
        within, it=sql.Identifier(name)
    )
