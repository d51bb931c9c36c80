"""The columns of the published views, read from the migrations that define them, so that nothing needs a database to know them."""

from __future__ import annotations

import re

from parity.migration_plan import migrations
from parity.present import present

KINDS = "bigint|text|int|date|double precision|boolean"


def view_columns(view: str) -> list[str]:
    """The columns of published.`view` in their order, as the last migration that defines it leaves them. Raises KeyError for an unknown view."""
    ddl = "".join(migration.text for migration in migrations())
    bodies = re.findall(rf"view published\.{view} as\s(.*?);", ddl, re.DOTALL)
    if not bodies:
        raise KeyError(view)
    names: list[str] = []
    for item in _selected(bodies[-1]):
        if item.endswith(".*"):
            names += _table_columns(view, ddl)
        else:
            names.append(re.findall(r"\w+", item)[-1])
    return names


def _selected(body: str) -> list[str]:
    """What the outermost select names, one item a column; parentheses and what stands before them are left out."""
    while "(" in body:
        body = re.sub(r"\([^()]*\)", "", body)
    return [item.strip() for item in present(re.search(r"select\s(.*?)\sfrom", body, re.DOTALL))[1].split(",")]


def _table_columns(table: str, ddl: str) -> list[str]:
    made = present(re.search(rf"create table if not exists release\.{table} \((.*?)\);", ddl, re.DOTALL))[1]
    later = ",".join(re.findall(rf"alter table release\.{table}\s(.*?);", ddl, re.DOTALL))
    added = re.sub(r"add column (if not exists )?", "", later)
    renamed = dict(re.findall(rf"alter table release\.{table} rename column (\w+) to (\w+);", ddl))
    dropped = set(re.findall(r"drop column (?:if exists )?(\w+)", later))
    names = re.findall(rf"(?:^|,)\s*(\w+) (?:{KINDS})\b", f"{made},{added}")
    return [renamed.get(name, name) for name in dict.fromkeys(names) if name not in dropped]
