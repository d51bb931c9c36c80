"""The questionnaire's files as a KoboToolbox asset: two deployed versions, shaped as API v2 returns them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parity.catalogue.questionnaire import read_questionnaire

# What version 1 of the sample form had otherwise: one question under another name, one not yet there.
RENAMED_IN_V2 = {"promo_merit": "promotion_on_merit"}
ADDED_IN_V2 = {"safe_shift"}
DEPLOYED = ("2025-05-01", "2025-05-20")


def stable_id(prefix: str, *parts: object, length: int = 22) -> str:
    """A KoboToolbox-like identifier that depends only on its parts."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()
    return (prefix + digest)[:length]


def stable_uuid(*parts: object) -> str:
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"


def read_form(folder: Path) -> tuple[list[dict[str, str]], list[dict[str, str]], dict[str, str]]:
    """The rows of survey and of choices, and the one row of settings. Raises ValueError where the files have faults."""
    faults: list[str] = []
    form = read_questionnaire(folder, faults)
    if faults:
        raise ValueError("\n".join(faults))
    return [dict(row.cells) for row in form.survey], [dict(row.cells) for row in form.choices], dict(form.settings)


def content(survey: list[dict[str, str]], choices: list[dict[str, str]], *, version: int) -> dict[str, Any]:
    """An asset's `content`: survey rows with `$kuid`, `$xpath` and one label a language."""
    languages = [column.removeprefix("label::") for column in survey[0] if column.startswith("label::")]
    path: list[str] = []
    rows: list[dict[str, Any]] = []
    for row in survey:
        if row["type"] == "end_group":
            path.pop()
            rows.append({"type": "end_group", "$kuid": stable_id("", "end", *path, len(rows), length=9)})
            continue
        if version == 1 and row["name"] in ADDED_IN_V2:
            continue
        name = RENAMED_IN_V2.get(row["name"], row["name"]) if version == 1 else row["name"]
        kind, _, list_name = row["type"].partition(" ")
        entry: dict[str, Any] = {"name": name, "type": kind, "$kuid": stable_id("", row["name"], length=9)}
        entry |= {"$xpath": "/".join([*path, name]), "$autoname": name}
        if row[f"label::{languages[0]}"]:
            entry["label"] = [row[f"label::{language}"] for language in languages]
        if list_name:
            entry["select_from_list_name"] = list_name
        if list_name or row.get("required"):
            entry["required"] = row.get("required") == "yes"
        entry |= {key: row[key] for key in ("relevant", "constraint", "appearance") if row.get(key)}
        rows.append(entry)
        if kind == "begin_group":
            path.append(name)
    return {
        "schema": "1",
        "survey": rows,
        "choices": [
            {
                "name": choice["name"],
                "$kuid": stable_id("", choice["list_name"], choice["name"], length=9),
                "label": [choice[f"label::{language}"] for language in languages],
                "list_name": choice["list_name"],
                "$autovalue": choice["name"],
            }
            for choice in choices
        ],
        "settings": {"style": "pages", "default_language": languages[0]},
        "translated": ["label"],
        "translations": languages,
    }


def asset(folder: Path, deployed: Sequence[str] = DEPLOYED) -> dict[str, Any]:
    """The sample's asset with a version for each day of deployment, oldest first; the last is the form as it stands in `folder`."""
    survey, choices, settings = read_form(folder)
    return {
        "uid": stable_id("a", settings["form_id"]),
        "name": settings["form_title"],
        "versions": [
            {
                "uid": stable_id("v", settings["form_id"], number),
                "date_deployed": f"{day}T00:00:00Z",
                "content": content(survey, choices, version=number if len(deployed) > 1 else 2),
            }
            for number, day in enumerate(deployed, 1)
        ],
    }
