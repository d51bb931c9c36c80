"""JSON Schemas of the catalogue's own files, so that an editor completes and checks them: `parity indicators --schemas` writes them.

They stand beside the files, which name them in their first line. What only the whole catalogue can tell (a code that no file defines) they do not.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from parity.catalogue.accepted import AcceptedFile
from parity.catalogue.gate_limits import GateLimits
from parity.catalogue.known import KnownFile
from parity.catalogue.models import Indicator, IndicatorFile
from parity.catalogue.targets import RoadMap

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Indicators(IndicatorFile):
    """The file whole."""

    indicators: list[Indicator]


def schemas() -> dict[str, dict[str, Any]]:
    """Each schema by the name of its file within the catalogue."""
    return {
        "accepted.schema.json": {
            "$schema": DIALECT,
            **AcceptedFile.model_json_schema(),
            "title": "Parity: failures that somebody answers for",
        },
        "gates.schema.json": {"$schema": DIALECT, **GateLimits.model_json_schema(), "title": "Parity: limits of the gates"},
        "indicators.schema.json": {"$schema": DIALECT, **_Indicators.model_json_schema(), "title": "Parity: indicators"},
        "known.schema.json": {
            "$schema": DIALECT,
            **KnownFile.model_json_schema(),
            "title": "Parity: figures known from elsewhere",
        },
        "targets.schema.json": {"$schema": DIALECT, **RoadMap.model_json_schema(), "title": "Parity: targets and scenarios"},
    }


def write_schemas(catalogue: Path) -> list[Path]:
    written = []
    for name, schema in schemas().items():
        written.append(catalogue / name)
        written[-1].write_text(json.dumps(schema, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return written
