"""JSON Schemas of the catalogue's own files, so that an editor completes and checks them: `parity generate` writes them.

They are in the folders of the files, whose first line names them. They cannot check what only the whole catalogue knows, such as a code that no file defines.
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


class WholeIndicatorFile(IndicatorFile):
    """`catalogue/indicators.yml`: the one place that says what each indicator means."""

    indicators: list[Indicator]
    """The indicators."""


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
        "indicators.schema.json": {"$schema": DIALECT, **WholeIndicatorFile.model_json_schema(), "title": "Parity: indicators"},
        "known.schema.json": {
            "$schema": DIALECT,
            **KnownFile.model_json_schema(),
            "title": "Parity: figures known from elsewhere",
        },
        "targets.schema.json": {"$schema": DIALECT, **RoadMap.model_json_schema(), "title": "Parity: targets and scenarios"},
    }
