"""JSON Schemas of the catalogue's own files, so that an editor completes and checks them: `parity generate` writes them.

They stand beside the files, which name them in their first line. What only the whole catalogue can tell (a code that no file defines) they do not.
"""

from __future__ import annotations

from typing import Any

from parity.catalogue.accepted import AcceptedFile
from parity.catalogue.access import Access
from parity.catalogue.gate_limits import GateLimits
from parity.catalogue.indicators import Indicator, IndicatorFile
from parity.catalogue.known import KnownFile
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
        "access.schema.json": {"$schema": DIALECT, **Access.model_json_schema(), "title": "Parity: who may read what"},
        "gates.schema.json": {"$schema": DIALECT, **GateLimits.model_json_schema(), "title": "Parity: limits of the gates"},
        "indicators.schema.json": {"$schema": DIALECT, **_Indicators.model_json_schema(), "title": "Parity: indicators"},
        "known.schema.json": {
            "$schema": DIALECT,
            **KnownFile.model_json_schema(),
            "title": "Parity: figures known from elsewhere",
        },
        "targets.schema.json": {"$schema": DIALECT, **RoadMap.model_json_schema(), "title": "Parity: targets and scenarios"},
    }
