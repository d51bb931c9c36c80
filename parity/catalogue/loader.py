"""Reads the catalogue folder and checks it whole: every fault is reported at once, none is repaired silently."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from parity.catalogue import models
from parity.catalogue.errors import CatalogueError, line_of, nearest

Model = TypeVar("Model", bound=models.Entry)

LISTS: dict[str, type[models.Entry]] = {
    "countries": models.Country,
    "agencies": models.Agency,
    "genders": models.GenderState,
    "grades": models.Grade,
    "functions": models.Function,
}
CONTRACTS: dict[str, type[models.Entry]] = {
    "hr": models.HrContract,
    "kobo": models.KoboContract,
    "reference": models.ReferenceContract,
}


def load_catalogue(folder: Path) -> models.Catalogue:
    """Read and check `folder`. Raises CatalogueError, which lists each fault with file, line and likely remedy."""
    faults: list[str] = []
    lists = {name: _entries(folder / f"{name}.yml", model, faults) for name, model in LISTS.items()}
    header = _yaml(folder / "indicators.yml", faults) or {}
    indicators = _entries(folder / "indicators.yml", models.Indicator, faults, key="indicators")
    contracts = {
        kind: {
            path.stem: entry
            for path in sorted((folder / "sources" / kind).glob("*.yml"))
            if (entry := _entry(path, model, faults)) is not None
        }
        for kind, model in CONTRACTS.items()
    }
    items = _survey_items(folder / "questionnaire", faults)
    if not faults:
        faults += _cross_check(folder, lists, indicators, contracts, items)
    if faults:
        raise CatalogueError(faults)
    return models.Catalogue(
        version=str(header["version"]),
        domains=header["domains"],
        indicators=indicators,
        survey_items=items,
        **lists,
        **contracts,
    )


def _yaml(path: Path, faults: list[str]) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(f"{path}: the file is missing.")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        faults.append(f"{path}:{line}: not readable as YAML ({getattr(error, 'problem', error)}).")
    return None


def _validated(path: Path, model: type[Model], raw: Any, prefix: tuple[Any, ...], faults: list[str]) -> Model | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for fault in error.errors():
            location = (*prefix, *fault["loc"])
            field = ".".join(str(step) for step in fault["loc"]) or "entry"
            hint = ""
            if fault["type"] == "extra_forbidden":
                hint = nearest(fault["loc"][-1], model.model_fields)
            elif fault["type"] == "literal_error" and isinstance(fault["input"], str):
                hint = nearest(fault["input"], fault["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", "))
            faults.append(f"{path}:{line_of(path, location)}: {field}: {fault['msg']}.{hint}")
    return None


def _entry(path: Path, model: type[Model], faults: list[str]) -> Model | None:
    raw = _yaml(path, faults)
    if raw is None:
        return None
    entry = _validated(path, model, raw, (), faults)
    if entry is not None and entry.name != path.stem:
        faults.append(f"{path}:{line_of(path, ('name',))}: name: must equal the file's name, '{path.stem}'.")
    return entry


def _entries(path: Path, model: type[Model], faults: list[str], key: str | None = None) -> list[Model]:
    raw = _yaml(path, faults)
    rows = (raw or {}).get(key or path.stem) if isinstance(raw, dict) else None
    if not isinstance(rows, list):
        faults.append(f"{path}:1: must hold a list under '{key or path.stem}'.")
        return []
    entries = [_validated(path, model, row, (key or path.stem, n), faults) for n, row in enumerate(rows)]
    return [entry for entry in entries if entry is not None]


def _survey_items(folder: Path, faults: list[str]) -> dict[str, str]:
    """Name and English text of each answerable item of every questionnaire."""
    items: dict[str, str] = {}
    for path in sorted(folder.glob("*/survey.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["type"].split(" ")[0] in {"select_one", "select_multiple"}:
                    items[row["name"]] = row["label::English (en)"]
    if not items:
        faults.append(f"{folder}: no questionnaire (…/survey.csv) stands here.")
    return items


def _cross_check(
    folder: Path, lists: dict[str, list], indicators: list, contracts: dict[str, dict], items: dict[str, str]
) -> list[str]:
    faults: list[str] = []
    countries = {entry.code for entry in lists["countries"]}
    agencies = {entry.code for entry in lists["agencies"]}
    functions = {entry.code for entry in lists["functions"]}

    def known(path: Path, location: tuple[Any, ...], value: str | None, words: set[str], what: str) -> None:
        if value is not None and value not in words:
            line = line_of(path, location)
            faults.append(f"{path}:{line}: '{value}' is no known {what}.{nearest(value, words)}")

    for n, agency in enumerate(lists["agencies"]):
        known(folder / "agencies.yml", ("agencies", n, "country"), agency.country, countries, "country")
    for n, indicator in enumerate(indicators):
        for item in indicator.items:
            known(folder / "indicators.yml", ("indicators", n, "items"), item, set(items), "questionnaire item")
    for name, contract in contracts["hr"].items():
        path = folder / "sources" / "hr" / f"{name}.yml"
        known(path, ("agency",), contract.agency, agencies, "agency")
        for code in contract.functions.values():
            known(path, ("functions",), code, functions, "function")
    for name, contract in contracts["kobo"].items():
        path = folder / "sources" / "kobo" / f"{name}.yml"
        known(path, ("agency",), contract.agency, agencies, "agency")
        for code in {*contract.value_maps.get("agency", {}).values(), *(contract.weight.frame or {})}:
            known(path, ("weight", "frame"), code, agencies, "agency")
    return faults
