"""Everything in the checkout that is made from something else in it: what each file should hold, and which files do not.

A generated file is never edited by hand. `parity generate` writes what is out of date, `parity generate --check` only names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from cli.exit_codes import exit_codes_page
from parity.catalogue import load_catalogue
from parity.catalogue.hr_contract import json_schema
from parity.catalogue.json_schema import schemas
from parity.catalogue.reference_page import indicators_page
from parity.settings_page import settings_page
from publication.captions import captioned
from publication.exposures import exposures_file


def generated(checkout: Path) -> Iterator[tuple[Path, str]]:
    """Each generated file with its whole text. Raises what the sources of a file raise where they are faulty."""
    catalogue = checkout / "catalogue"
    for name, schema in schemas().items():
        yield catalogue / name, _json(schema)
    yield catalogue / "sources" / "hr" / "schema.json", _json(json_schema())
    yield checkout / "docs" / "indicators.md", indicators_page(load_catalogue(catalogue))
    yield checkout / "docs" / "reference" / "settings.md", settings_page()
    yield checkout / "docs" / "exit-codes.md", exit_codes_page()
    yield checkout / "dbt" / "models" / "exposures.yml", exposures_file(checkout / "superset" / "assets")
    for dataset in sorted((checkout / "superset" / "assets" / "datasets").rglob("*.yaml")):
        yield dataset, captioned(dataset, checkout / "dbt")


def out_of_date(checkout: Path) -> list[tuple[Path, str]]:
    """The generated files whose text is another, or that are missing, with the text that they should have."""
    return [(path, text) for path, text in generated(checkout) if not path.exists() or path.read_text(encoding="utf-8") != text]


def _json(content: dict) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
