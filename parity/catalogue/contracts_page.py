"""The reference page of the files that domain people edit, key by key: made from the models that check them, by `parity generate`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from parity.catalogue.accepted import AcceptedFile
from parity.catalogue.access import Access
from parity.catalogue.composite import Composite
from parity.catalogue.gate_limits import GateLimits
from parity.catalogue.hr_contract import HrContract
from parity.catalogue.json_schema import WholeIndicatorFile
from parity.catalogue.known import KnownFile
from parity.catalogue.kobo_contract import Fieldwork, KoboContract
from parity.catalogue.policy import Policy
from parity.catalogue.reference_contract import ReferenceContract
from parity.catalogue.targets import RoadMap
from parity.catalogue.vocabulary import Agency, Country

Schema = dict[str, Any]
# Title, the files, the model that checks them.
PAGES: tuple[tuple[str, str, type[BaseModel]], ...] = (
    ("Contract of a staff file", "catalogue/sources/hr/<contract>.yml", HrContract),
    ("Contract of a form", "catalogue/sources/kobo/<form>.yml", KoboContract),
    ("Contract of a published table", "catalogue/sources/reference/<table>.yml", ReferenceContract),
    ("Agency", "catalogue/agencies.yml, an entry of `agencies`", Agency),
    ("Country", "catalogue/countries.yml, an entry of `countries`", Country),
    ("Indicators", "catalogue/indicators.yml", WholeIndicatorFile),
    ("Composite index", "catalogue/composite.yml", Composite),
    ("Road map", "catalogue/targets.yml", RoadMap),
    ("Disclosure policy", "catalogue/disclosure.yml", Policy),
    ("Known figures", "catalogue/known.yml", KnownFile),
    ("Readers' roles", "catalogue/access.yml", Access),
    ("Limits of the gates", "catalogue/gates.yml", GateLimits),
    ("Accepted failures", "catalogue/accepted.yml", AcceptedFile),
    ("Fieldwork rules", "catalogue/fieldwork.yml", Fieldwork),
)
KINDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}


def contracts_page() -> str:
    """The whole page as Markdown: a section for each kind of file, a table for each kind of entry in it."""
    lines = [
        "# Contracts and other files of the catalogue",
        "",
        "<!-- Made from the models in parity/catalogue by `parity generate`: edit there, and run it again. -->",
        "",
        "Every key of the files that you edit. A key without a default must be there. An unknown key is refused, with the closest one that exists."
        " Where a file has a JSON Schema, an editor that knows YAML shows the same text while you type.",
    ]
    for title, files, model in PAGES:
        lines += ["", f"## {title}", "", f"File: {_file(files)}.", "", *_sections(title, model.model_json_schema())]
    return "\n".join(lines) + "\n"


def _file(files: str) -> str:
    path, comma, rest = files.partition(",")
    return f"`{path}`{comma}{rest}"


def _sections(title: str, schema: Schema) -> Iterator[str]:
    yield from _entry(schema)
    for name, entry in schema.get("$defs", {}).items():
        if entry.get("type") == "object":
            yield from ("", f"### {title}: {name}", "", *_entry(entry))


def _entry(entry: Schema) -> Iterator[str]:
    if said := entry.get("description"):
        yield from (*_paragraphs(said), "")
    yield "| key | value | default | meaning |"
    yield "|---|---|---|---|"
    required = entry.get("required", [])
    for key, value in entry.get("properties", {}).items():
        default = "" if key in required else _default(value.get("default"))
        yield f"| `{key}` | {_kind(value)} | {default} | {_cell(value.get('description', ''))} |"


def _paragraphs(text: str) -> Iterator[str]:
    """Paragraphs of a docstring, each on one line."""
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ""
        yield " ".join(paragraph.split())


def _kind(value: Schema) -> str:
    """What may stand for the key, in words: `text`, a list of choices, the name of another entry."""
    if "$ref" in value:
        return value["$ref"].rpartition("/")[2]
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_kind(each) for each in value["anyOf"] if each.get("type") != "null"))
    if "enum" in value:
        return ", ".join(f"`{_cell(str(each))}`" for each in value["enum"])
    if "const" in value:
        return f"`{value['const']}`"
    if value.get("type") == "array":
        return f"list of {_kind(value['items'])}" if "items" in value else "list"
    if value.get("type") == "object":
        inner = value.get("additionalProperties")
        return f"each with {_kind(inner)}" if isinstance(inner, dict) else "mapping"
    kind = KINDS.get(value.get("type", ""), "anything")
    return {"date": "day"}.get(value.get("format", ""), kind) + _bounds(value)


def _bounds(value: Schema) -> str:
    least, most = value.get("minimum"), value.get("maximum")
    if least is not None and most is not None:
        return f", {least} to {most}"
    return "" if least is None else f", {least} or more"


def _default(value: Any) -> str:
    """The default as YAML would have it; empty and absent ones say so."""
    if value is None or value in ([], {}, ""):
        return "none"
    return f"`{_cell(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
