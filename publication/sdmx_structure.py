"""The SDMX structure of the published cells: dimensions from a cell's keys, attributes from all its other columns.

Concepts have the meanings of the data dictionary, indicators the definitions of the catalogue. An id of SDMX may hold letters, digits and few
signs: `code_id` and `code_value` turn a value into an id and back. OBS_STATUS has codes of SDMX's own list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pysdmx.model import Code as SdmxCode
from pysdmx.model import Codelist, Component, Components, Concept, ConceptScheme, DataStructureDefinition, DataType, Role
from pysdmx.util import ItemReference

from publication.dictionary import Code, Column
from publication.history import ReleaseError
from publication.seen import KEYS

OWNER = "PARITY"
CONCEPTS = "CS_PARITY"
CAUTION = "read with care"  # how the flags end that say a figure is weak; others say of when or of whom it is
STATUS = "OBS_STATUS"
STATUS_LIST = ("SDMX", "CL_OBS_STATUS", "2.2")
STATUSES = {
    "A": "Normal value",
    "O": "Missing value",
    "Q": "Missing value; suppressed",
    "U": "Low reliability",
}
STANDARD = {  # the ids that users of SDMX expect
    "country_code": "REF_AREA",
    "gender": "SEX",
    "period_year": "TIME_PERIOD",
    "estimate": "OBS_VALUE",
    "unit": "UNIT_MEASURE",
}
TYPES = {
    "text": DataType.STRING,
    "integer": DataType.INTEGER,
    "bigint": DataType.LONG,
    "double precision": DataType.DOUBLE,
    "boolean": DataType.BOOLEAN,
    "date": DataType.DATE,
    "timestamp with time zone": DataType.DATE_TIME,
}


@dataclass(frozen=True)
class Structure:
    """What a structure message holds; `columns` says which column each component but OBS_STATUS is."""

    concepts: ConceptScheme
    codelists: tuple[Codelist, ...]
    definition: DataStructureDefinition
    columns: dict[str, str]


def structure(columns: Iterable[Column], codes: Iterable[Code], definitions: Mapping[str, str], version: str) -> Structure:
    """The data structure definition of one view, from the columns of its dictionary.

    `definitions` are those of indicators; each may be missing. Raises ReleaseError.
    """
    columns, codes = list(columns), list(codes)
    named = {component_id(column.column): column for column in columns}
    used = {column.code_list: column for column in columns if column.column in KEYS and column.code_list}
    codelists = tuple(_codelist(name, column, codes, definitions, version) for name, column in used.items())
    agency, identity, list_version = STATUS_LIST
    statuses = Codelist(
        identity, name="Observation status", agency=agency, version=list_version, is_partial=True,
        items=[SdmxCode(code, name=label) for code, label in STATUSES.items()],
    )  # fmt: skip
    concepts = [
        Concept(identity, name=column.column.replace("_", " ").capitalize(), description=column.meaning, dtype=_type(column))
        for identity, column in named.items()
    ]
    concepts.append(Concept(STATUS, name="Observation status", description="Whether a value is shown.", dtype=DataType.STRING))
    lists = {codelist.id: codelist for codelist in codelists}
    order = sorted(named.items(), key=lambda item: KEYS.index(item[1].column) if item[1].column in KEYS else len(KEYS))
    components = [
        _component(identity, _role(column), _type(column), lists.get(column.code_list), version) for identity, column in order
    ]
    components.append(_component(STATUS, Role.ATTRIBUTE, DataType.STRING, statuses, version))
    return Structure(
        ConceptScheme(CONCEPTS, name="Concepts of Parity", agency=OWNER, version=version, items=concepts),
        (*codelists, statuses),
        DataStructureDefinition(
            id="DSD_INDICATORS", name="Indicators of women in law enforcement", agency=OWNER, version=version,
            components=Components(components),
        ),
        {identity: column.column for identity, column in named.items()},
    )  # fmt: skip


def component_id(column: str) -> str:
    return STANDARD.get(column, column.upper())


def status(cell: Mapping[str, Any]) -> str:
    """The code of OBS_STATUS of a published cell."""
    if cell["is_suppressed"]:
        return "Q"
    if cell["estimate"] is None:
        return "O"
    return "U" if CAUTION in (cell["quality_flag"] or "") else "A"


def code_id(value: str) -> str:
    """A space becomes `_`, another sign that no id may hold its number in hexadecimal."""
    return re.sub(r"[^A-Za-z0-9_-]", lambda sign: f"${ord(sign[0]):X}", value.replace(" ", "_"))


def code_value(code: SdmxCode) -> str:
    """The value that the code stands for: its name where the id was made from that, else the id."""
    return code.name if code.name and code_id(code.name) == code.id else code.id


def _codelist(name: str, column: Column, codes: list[Code], definitions: Mapping[str, str], version: str) -> Codelist:
    own = [code for code in codes if code.code_list == name]
    items = [
        SdmxCode(code_id(code.code), name=code.label if code_id(code.code) == code.code else code.code,
                 description=definitions.get(code.code) if column.column == "indicator_code" else None)
        for code in own
    ]  # fmt: skip
    if [code_value(item) for item in items] != [code.code for code in own] or len({item.id for item in items}) < len(items):
        raise ReleaseError(f"Two codes of {name} would get one id in SDMX, or a label is like another code: rename one of them.")
    return Codelist(name, name=column.column.replace("_", " ").capitalize(), agency=OWNER, version=version, items=items)


def _role(column: Column) -> Role:
    if column.column in KEYS:
        return Role.DIMENSION
    return Role.MEASURE if component_id(column.column) == "OBS_VALUE" else Role.ATTRIBUTE


def _type(column: Column) -> DataType:
    if component_id(column.column) == "TIME_PERIOD":
        return DataType.PERIOD
    if column.type not in TYPES:
        raise ReleaseError(f"{column.column} is {column.type}: say in publication/sdmx_structure.py how it is exported.")
    return TYPES[column.type]


def _component(identity: str, role: Role, kind: DataType, codelist: Codelist | None, version: str) -> Component:
    urn = None
    if codelist:
        urn = f"urn:sdmx:org.sdmx.infomodel.codelist.Codelist={codelist.agency}:{codelist.id}({codelist.version})"
    return Component(
        id=identity, required=role == Role.DIMENSION, role=role, local_dtype=kind, local_codes=codelist, local_enum_ref=urn,
        concept=ItemReference("Concept", OWNER, CONCEPTS, version, identity),
        attachment_level="O" if role == Role.ATTRIBUTE else None,
    )  # fmt: skip
