"""Reads the catalogue folder and checks it whole: every fault is reported at once, none is repaired silently.

A fault stops everything, with one exception: a faulty contract of a staff file is set aside and concerns its own files only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from parity.catalogue.composite import Composite
from parity.catalogue.crosscheck import cross_check, cross_check_staff
from parity.catalogue.entry import Entry
from parity.catalogue.errors import CatalogueError, impossible_day, line_of, nearest, repeated_keys
from parity.catalogue.hr_contract import HrContract
from parity.catalogue.hr_words import HrWords
from parity.catalogue.indicators import Indicator, IndicatorFile
from parity.catalogue.kobo_contract import Fieldwork, KoboContract
from parity.catalogue.models import Catalogue
from parity.catalogue.questionnaire import survey_items
from parity.catalogue.reference_contract import ReferenceContract
from parity.catalogue.targets import RoadMap
from parity.catalogue.vocabulary import Agency, Country, Function, GenderState, Grade
from parity.yaml_files import parse_yaml

Model = TypeVar("Model", bound=BaseModel)

LISTS: dict[str, type[Entry]] = {
    "countries": Country,
    "agencies": Agency,
    "genders": GenderState,
    "grades": Grade,
    "functions": Function,
}
CONTRACTS: dict[str, type[Entry]] = {
    "kobo": KoboContract,
    "reference": ReferenceContract,
}


def load_catalogue(folder: Path) -> Catalogue:
    """Read and check `folder`. Raises CatalogueError, which lists each fault with file, line and likely remedy.

    Contracts of staff files that have faults are in `set_aside` instead.
    """
    faults: list[str] = []
    lists = {name: _entries(folder / f"{name}.yml", model, faults) for name, model in LISTS.items()}
    header = _header(folder / "indicators.yml", faults)
    indicators = _entries(folder / "indicators.yml", Indicator, faults, key="indicators")
    contracts = {
        kind: {
            path.stem: entry
            for path in sorted((folder / "sources" / kind).glob("*.yml"))
            if (entry := _entry(path, model, faults)) is not None
        }
        for kind, model in CONTRACTS.items()
    }
    hr, set_aside = _staff_contracts(folder)
    items = survey_items(folder / "questionnaire", faults)
    single = {
        name: _validated(path, model, raw, (), faults) if (raw := _yaml(path, faults)) is not None else None
        for name, path, model in (
            ("fieldwork", folder / "fieldwork.yml", Fieldwork),
            ("hr_words", folder / "hr_words.yml", HrWords),
            ("road_map", folder / "targets.yml", RoadMap),
            ("composite", folder / "composite.yml", Composite),
        )
    }
    if faults or header is None or None in single.values():
        raise CatalogueError(faults)
    parts: dict[str, Any] = {**lists, **contracts, **single, "hr": hr, "set_aside": set_aside}
    catalogue = Catalogue(
        version=header.version,
        sources_read=header.sources_read,
        changes=header.changes,
        domains=header.domains,
        breakdowns=header.breakdowns,
        indicators=indicators,
        survey_items=items,
        **parts,
    )
    unknown = {name: tuple(found) for name, one in hr.items() if (found := cross_check_staff(folder, one, catalogue))}
    sound = {name: one for name, one in hr.items() if name not in unknown}
    catalogue = catalogue.model_copy(update={"hr": sound, "set_aside": {**set_aside, **unknown}})
    if faults := cross_check(folder, catalogue):
        raise CatalogueError(faults)
    return catalogue


def _staff_contracts(folder: Path) -> tuple[dict[str, HrContract], dict[str, tuple[str, ...]]]:
    """The contracts of staff files by name, and the faults of those that have any."""
    sound: dict[str, HrContract] = {}
    set_aside: dict[str, tuple[str, ...]] = {}
    for path in sorted((folder / "sources" / "hr").glob("*.yml")):
        faults: list[str] = []
        entry = _entry(path, HrContract, faults)
        if entry is not None and not faults:
            sound[path.stem] = entry
        else:
            set_aside[path.stem] = tuple(faults)
    return sound, set_aside


def read_file(path: Path, model: type[Model]) -> Model:
    """One file that holds one entry, apart from the whole. Raises CatalogueError."""
    faults: list[str] = []
    raw = _yaml(path, faults)
    entry = None if faults else _validated(path, model, raw, (), faults)
    if entry is None:
        raise CatalogueError(faults)
    return entry


def read_list(path: Path, model: type[Model]) -> list[Model]:
    """One of the files that hold a list under their own name, apart from the whole. Raises CatalogueError."""
    faults: list[str] = []
    entries = _entries(path, model, faults)
    if faults:
        raise CatalogueError(faults)
    return entries


def _yaml(path: Path, faults: list[str]) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
        content = parse_yaml(text)
        faults += [f"{path}:{line}: '{key}' stands here twice." for line, key in repeated_keys(text)]
        return content
    except FileNotFoundError:
        faults.append(f"{path}: the file is missing.")
    except OSError as error:
        faults.append(f"{path}: not readable ({error.strerror}). Let its owner open it, or take it away.")
    except RecursionError:
        faults.append(f"{path}:1: not readable as YAML (nested too deeply).")
    except UnicodeDecodeError:
        faults.append(f"{path}: not readable as UTF-8. Save it in that encoding.")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        faults.append(f"{path}:{line}: not readable as YAML ({getattr(error, 'problem', error)}).")
    except ValueError as error:  # a date such as 2026-02-30
        faults.append(f"{path}:{impossible_day(text)}: no such day ({error}). Write a day of the calendar, as 2026-03-31.")
    return None


def _validated(path: Path, model: type[Model], raw: Any, prefix: tuple[Any, ...], faults: list[str]) -> Model | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for fault in error.errors():
            location = (*prefix, *fault["loc"])
            field = ".".join(str(step) for step in fault["loc"]) or "entry"
            message, hint = fault["msg"].removeprefix("Value error, "), ""
            if fault["type"] == "extra_forbidden":
                hint = nearest(str(fault["loc"][-1]), _model_at(model, fault["loc"]).model_fields)
            elif fault["type"] == "literal_error" and isinstance(fault["input"], str):
                allowed = fault["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
                hint = nearest(fault["input"], allowed.split(", "))
            faults.append(f"{path}:{line_of(path, location)}: {field}: {message}.{hint}")
    return None


def _model_at(model: type[BaseModel], location: tuple[Any, ...]) -> type[BaseModel]:
    """The model of the entry that holds the last step of `location`."""
    for step in location[:-1]:
        if step in model.model_fields:
            model = next(_entries_in(model.model_fields[step].annotation), model)
    return model


def _entries_in(annotation: Any) -> Iterator[type[Entry]]:
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        yield annotation
    for part in get_args(annotation):
        yield from _entries_in(part)


def _header(path: Path, faults: list[str]) -> IndicatorFile | None:
    unread: list[str] = []  # a file that is missing or no YAML is reported once, where its entries are read
    raw = _yaml(path, unread)
    return None if unread else _validated(path, IndicatorFile, raw, (), faults)


def _entry(path: Path, model: type[Model], faults: list[str]) -> Model | None:
    n_faults = len(faults)
    raw = _yaml(path, faults)
    if raw is None and len(faults) > n_faults:
        return None
    entry = _validated(path, model, raw, (), faults)
    if entry is not None and getattr(entry, "name", None) != path.stem:
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
