"""Captions of the columns in Superset: dbt's own descriptions of the models that a published view shows, and publication's of what it adds.

`parity generate` writes them into the datasets, and adds the columns that a cell got since; only descriptions of stored columns change. A metric or a column that the dataset
itself computes keeps its author's words.
"""

from __future__ import annotations

import io
import re
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import PlainScalarString

from parity.yaml_files import parse_yaml, read_yaml
from publication.cell import PublishedCell
from publication.exposures import MODELS

ADDED = Path(__file__).with_name("columns.yml")
CELLS, KEY = "indicator", "cell_id"  # the view of the cells, and their key, which no chart needs
KINDS = {"str": "TEXT", "Any": "DATE", "bool": "BOOLEAN", "int": "INTEGER", "float": "DOUBLE PRECISION"}
JOINED = ("dim_indicator", "dim_country", "dim_agency")


class NoCaption(ValueError):
    """A column of a dataset that neither dbt nor publication describes."""


@cache
def descriptions(project: Path) -> dict[str, dict[str, str]]:
    """Each model's columns in words, with what `doc(…)` stands for."""
    blocks = dict(block for path in project.glob("models/**/*.md") for block in _blocks(path.read_text(encoding="utf-8")))
    found: dict[str, dict[str, str]] = {}
    for path in sorted(project.glob("models/**/*.yml")):
        for model in read_yaml(path).get("models", []):
            found[model["name"]] = {
                column["name"]: _resolved(column["description"], blocks) for column in model.get("columns", [])
            }
    return found


@cache
def _added() -> dict[str, str]:
    return read_yaml(ADDED)


def caption(view: str, column: str, project: Path) -> str:
    """The caption of a column of published.`view`. Raises NoCaption."""
    added = _added()
    for name in (f"{view}.{column}", column):
        if name in added:
            return added[name]
    for model in (MODELS[view], *JOINED, *MODELS.values()):
        if column in descriptions(project).get(model, {}):
            return descriptions(project)[model][column]
    raise NoCaption(f"published.{view}.{column}: say in publication/columns.yml what it is.")


def captioned(dataset: Path, project: Path) -> str:
    """The dataset's file with the captions that its stored columns should have, and with the columns of a cell that it lacks; where nothing is
    missing, exactly what it holds."""
    text = with_every_column(dataset.read_text(encoding="utf-8"))
    content = parse_yaml(text)
    wanted = [caption(content["table_name"], column["column_name"], project) for column in _stored(content)]
    if wanted == [column["description"] for column in _stored(content)]:
        return text
    editor = _editor()  # which is slow: it keeps how the file is laid out
    content = editor.load(text)
    for column, words in zip(_stored(content), wanted, strict=True):
        if column["description"] != words:
            column["description"] = PlainScalarString(words)  # quoted where YAML needs it
    out = io.StringIO()
    editor.dump(content, out)
    return out.getvalue()


def _stored(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [column for column in content["columns"] if not column["expression"]]


def _editor() -> YAML:
    """Reads and writes a file of Superset's and leaves alone what is not changed: order, quotes, comments; a line for each value."""
    editor = YAML()
    editor.preserve_quotes = True
    editor.width = 10_000
    editor.representer.add_representer(type(None), lambda made, _: made.represent_scalar("tag:yaml.org,2002:null", "null"))
    return editor


def with_every_column(text: str) -> str:
    """The dataset of the cells with an entry for each column of PublishedCell, new ones at the end; other datasets as they are."""
    content = parse_yaml(text)
    if content["table_name"] != CELLS:
        return text
    there = {column["column_name"] for column in content["columns"]}
    new = [each for each in fields(PublishedCell) if each.name not in there and each.name != KEY]
    entries = "".join(_entry(each.name, KINDS[str(each.type).removesuffix(" | None")]) for each in new)
    return re.sub(r"(?m)^version: ", lambda match: f"{entries}{match[0]}", text)


def _entry(column: str, kind: str) -> str:
    words = column.removeprefix("is_").replace("_", " ").capitalize()
    return (
        f"- column_name: {column}\n  verbose_name: {words}\n  description: ''\n  type: {kind}\n"
        "  is_dttm: false\n  is_active: true\n  groupby: true\n  filterable: true\n  expression: null\n"
    )


def _blocks(text: str) -> list[tuple[str, str]]:
    return [(name, " ".join(words.split())) for name, words in re.findall(r"{% docs (\w+) %}(.*?){% enddocs %}", text, re.DOTALL)]


def _resolved(words: str, blocks: dict[str, str]) -> str:
    """Without doc(…) and without marks of code, which Superset shows as they are."""
    return re.sub(r"{{ doc\('(\w+)'\) }}", lambda match: blocks[match[1]], words).replace("`", "")
