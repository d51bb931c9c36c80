"""Who may read what: each rule of a column, a table and a role, kept and broken; and what the warehouse must have for it."""

import pytest
from pydantic import ValidationError

from parity.catalogue.access import Access, Column, Role, Table, missing, named_columns

WHY = "it tells of nobody"
LIMITS = {"connections": 5, "statement_seconds": 1, "idle_seconds": 1, "temp_file_mb": 1}


def column(**said):
    return {"why": WHY, **said}


COUNT = column(shown="count")


def refused(make, *args, **said):
    try:
        make(*args, **said)
    except ValidationError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("said", "why"), [
    ({}, ""), ({"shown": "count"}, ""), ({"shown": "per cent", "of": ["a", "b"]}, ""), ({"shown": "per cent", "of": ["a"]}, "is of 2 columns"),
    ({"shown": "share", "of": ["a"], "step": 5}, ""), ({"shown": "share", "of": ["a"]}, "'step' goes with"), ({"shown": "share", "step": 5}, "is of 1 columns"),
    ({"of": ["a"]}, "is of 0 columns"), ({"shown": "step", "step": 1}, ""), ({"shown": "step"}, "'step' goes with"), ({"step": 1}, "'step' goes with"),
    ({"shown": "order", "within": ["a"]}, ""), ({"shown": "order"}, "'within' goes with"), ({"within": ["a"]}, "'within' goes with"),
    ({"shown": "day"}, ""), ({"shown": "step", "step": 0}, "greater than 0"),
])  # fmt: skip
def test_a_column_says_what_its_mask_needs_and_nothing_else(said, why):
    told = refused(Column, **column(**said))
    assert bool(told) is bool(why) and why in told


def table(columns, **said):
    return Table.model_validate({"columns": columns, **said})


@pytest.mark.parametrize(("columns", "said", "why"), [
    ({"a": column()}, {}, ""), ({"n": COUNT, "a": column()}, {"needs": "n", "why_rows": WHY}, ""), ({"a": column()}, {"needs": "a", "why_rows": WHY}, "needs: 'a'"),
    ({"n": COUNT}, {"needs": "n"}, "why_rows"), ({"a": column()}, {"only": {"a": ["x"]}}, "why_rows"), ({"a": column()}, {"only": {"a": ["x"]}, "why_rows": WHY}, ""),
    ({"n": COUNT, "a": column(needs="n")}, {}, ""), ({"a": column(needs="b"), "b": column()}, {}, "a: 'b' is no column shown as a count"),
    ({"n": COUNT, "m": COUNT, "a": column(shown="per cent", of=["n", "m"])}, {}, ""),
    ({"n": COUNT, "a": column(shown="per cent", of=["n", "m"])}, {}, "a: 'm' is no column shown as a count"),
    ({"b": column(), "a": column(shown="order", within=["b"])}, {}, ""), ({"a": column(shown="order", within=["b"])}, {}, "a: there is no column 'b'"),
    ({"a": column()}, {"left_out": {"b": WHY}}, ""), ({"a": column()}, {"left_out": {"a": WHY}}, "a: either a column or left out"), ({}, {}, "at least 1 item"),
])  # fmt: skip
def test_a_table_names_columns_that_are_there(columns, said, why):
    told = refused(table, columns, **said)
    assert bool(told) is bool(why) and why in told


def role(login="a_reader", schema="quality", tables=None, **said):
    tables = {"t": {"columns": {"a": column()}}} if tables is None else tables
    return {"login": login, "schema": schema, "purpose": "for the analysts", "limits": LIMITS, "tables": tables, **said}


@pytest.mark.parametrize(("said", "why"), [
    ({}, ""), ({"schema": "published", "tables": {}}, ""), ({"schema": "published"}, "the release says"), ({"tables": {}}, "the release says"),
    ({"left_out": {"u": WHY}}, ""), ({"left_out": {"t": WHY}}, "t: either a table or left out"),
])  # fmt: skip
def test_a_role_names_tables_of_a_layer_and_none_of_the_release(said, why):
    told = refused(Role.model_validate, role(**said))
    assert bool(told) is bool(why) and why in told


def test_each_role_has_a_login_and_a_schema_of_its_own():
    access = Access.model_validate(
        {"roles": {"a": role(), "b": role("b_reader", "fieldwork"), "r": role("r_reader", "published", {})}}
    )
    assert access.layer("fieldwork").login == "b_reader"
    with pytest.raises(KeyError):
        access.layer("published")
    assert "two roles have the login a_reader" in refused(
        Access.model_validate, {"roles": {"a": role(), "b": role(schema="fieldwork")}}
    )
    assert "two roles have the schema quality" in refused(Access.model_validate, {"roles": {"a": role(), "b": role("b_reader")}})


def test_columns_that_only_sort_rows_out_are_read_too():
    columns = {"a": column(only={"kind": ["x"]}), "b": column()}
    made = Role.model_validate(role(tables={"t": {"columns": columns, "only": {"day": ["y"]}, "why_rows": WHY}}))
    assert [*named_columns(made)] == [("t", "a"), ("t", "b"), ("t", "day"), ("t", "kind")]


def test_what_the_warehouse_lacks_is_a_table_or_a_column_of_one_that_is_there(tmp_path):
    lines = ["roles:", "  q:", "    login: q_reader", "    schema: quality", "    purpose: for the analysts"]
    lines += [
        "    limits: {connections: 5, statement_seconds: 1, idle_seconds: 1, temp_file_mb: 1}",
        "    tables:",
        "      t:",
        "        columns:",
    ]
    lines += [
        f"          a: {{why: {WHY}}}",
        f"          b: {{why: {WHY}}}",
        "      u:",
        "        columns:",
        f"          c: {{why: {WHY}}}",
    ]
    (tmp_path / "access.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = Role.model_validate(
        role(login="q_reader", tables={"t": {"columns": {"a": column(), "b": column()}}, "u": {"columns": {"c": column()}}})
    )
    assert missing(tmp_path, made, {"t": {"a", "b", "z"}, "u": {"c"}}) is None
    [fault] = missing(tmp_path, made, {"t": {"a"}, "u": {"c"}}).faults
    assert "access.yml:11: roles.q.tables.t.columns.b: the table quality.t has no such column" in fault
    [fault] = missing(tmp_path, made, {"t": {"a", "b"}}).faults
    assert "access.yml:12: roles.q.tables.u: the warehouse has no table quality.u" in fault
