"""Published cells as SDMX-CSV 2.0 with an SDMX-JSON 2.0 structure message, and back. `read_back` uses nothing but the two files.

SDMX-CSV has no empty text: it comes back as a missing value. The rows are read with Python's csv, as the reader of pysdmx guesses the type of
each column and would take the version 2026.10 for the number 2026.1.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
from pysdmx.io.csv.sdmx20.writer import write as write_csv
from pysdmx.io.json.sdmxjson2.writer.v2_0.structure import write as write_structure
from pysdmx.io.pd import PandasDataset
from pysdmx.model import Code, Components, DataStructureDefinition, DataType
from pysdmx.model.message import Header

from parity.present import present
from publication.sdmx_structure import STATUS, Structure, code_id, code_value, status

READ: dict[DataType, Callable[[str], object]] = {
    DataType.INTEGER: int,
    DataType.LONG: int,
    DataType.DOUBLE: float,
    DataType.BOOLEAN: "true".__eq__,
    DataType.DATE: dt.date.fromisoformat,
    DataType.DATE_TIME: dt.datetime.fromisoformat,
    DataType.PERIOD: int,
}


def structure_message(found: Structure, identity: str, prepared: dt.datetime) -> str:
    """SDMX-JSON with concepts, code lists and the data structure definition."""
    written = write_structure([found.concepts, *found.codelists, found.definition], header=Header(id=identity, prepared=prepared))
    message = json.loads(present(written))
    for definition in message["data"]["dataStructures"]:
        components = definition["dataStructureComponents"]
        if not components["groups"]:  # which the schema of SDMX-JSON does not allow
            del components["groups"]
    return json.dumps(message, ensure_ascii=False, indent=2)


def data_message(found: Structure, cells: Iterable[Mapping[str, Any]]) -> str:
    """SDMX-CSV, one row a cell."""
    coded = {component.id for component in found.definition.components if component.enumeration}
    rows = [
        {identity: _text(cell[column], identity in coded) for identity, column in found.columns.items()} | {STATUS: status(cell)}
        for cell in cells
    ]
    names = [*found.columns, STATUS]
    texts = {name: pd.Series([row[name] for row in rows], dtype="object") for name in names}
    return present(write_csv([PandasDataset(structure=_as_texts(found.definition).to_schema(), data=pd.DataFrame(texts))]))


def read_back(structure: str, data: str) -> list[dict[str, Any]]:
    """Each row of the data by component, with the types and codes that the structure message says."""
    import msgspec
    from pysdmx.io.json.sdmxjson2.messages import JsonStructureMessage
    from pysdmx.model import decoders

    message = msgspec.json.Decoder(JsonStructureMessage, dec_hook=decoders).decode(structure).to_model()
    [definition] = message.get_data_structure_definitions()
    components = {component.id: component for component in definition.components}
    values = {
        name: {code.id: code_value(code) for code in component.enumeration if isinstance(code, Code)}
        for name, component in components.items()
        if component.enumeration
    }
    return [
        {name: _value(row[name], component.dtype, values.get(name)) for name, component in components.items()}
        for row in csv.DictReader(io.StringIO(data))
    ]


def expected(found: Structure, cells: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What `read_back` returns where nothing was lost."""
    return [
        {identity: None if cell[column] == "" else cell[column] for identity, column in found.columns.items()}
        | {STATUS: status(cell)}
        for cell in cells
    ]


def _as_texts(definition: DataStructureDefinition) -> DataStructureDefinition:
    """The same with every component a text, so that what is written is what `_text` made of it."""
    import msgspec

    texts = [
        msgspec.structs.replace(component, local_dtype=DataType.STRING, required=False) for component in definition.components
    ]
    return msgspec.structs.replace(definition, components=Components(texts))


def _text(value: Any, is_coded: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return code_id(value) if is_coded else str(value)


def _value(text: str, kind: DataType, codes: Mapping[str, str] | None) -> Any:
    if text == "":
        return None
    if codes is not None:
        return codes[text]
    return READ.get(kind, str)(text)
