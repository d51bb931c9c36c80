"""Everything in the checkout that is made from something else in it: what each file should hold, and which files do not.

A generated file is never edited by hand. `parity generate` writes what is out of date, `parity generate --check` only names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from typer.core import TyperGroup

from cli.commands_page import commands_page
from cli.exit_codes import exit_codes_page
from cli.rooms_picture import rooms_picture
from parity.catalogue import load_catalogue
from parity.catalogue.contracts_page import contracts_page
from parity.catalogue.hr_contract import json_schema
from parity.catalogue.json_schema import schemas
from parity.catalogue.leaving_page import leaving_page
from parity.catalogue.policy import Policy, load_policy
from parity.catalogue.reference_page import indicators_page
from parity.catalogue.review_page import review_page
from parity.settings_page import settings_page
from publication.captions import captioned
from publication.cell_models import cell_models_macro, shares_file
from publication.columns_page import columns_page
from publication.exposures import exposures_file


def generated(checkout: Path, command: TyperGroup) -> Iterator[tuple[Path, str]]:
    """Each generated file with its whole text; `command` is the whole `parity`. Raises what the sources of a file raise where they are faulty."""
    yield from _of_the_catalogue(checkout / "catalogue")
    yield from _of_dbt(checkout / "dbt", checkout / "superset" / "assets", load_policy(checkout / "catalogue"))
    docs = checkout / "docs"
    catalogue = load_catalogue(checkout / "catalogue")
    yield docs / "reference" / "indicators.md", indicators_page(catalogue)
    yield docs / "reference" / "definitions-review.md", review_page(catalogue)
    yield docs / "reference" / "contracts.md", contracts_page()
    yield docs / "reference" / "published-columns.md", columns_page(checkout / "dbt")
    yield docs / "reference" / "commands.md", commands_page(command)
    yield docs / "reference" / "exit-codes.md", exit_codes_page()
    yield docs / "reference" / "settings.md", settings_page()
    yield docs / "explanation" / "what-leaves.md", leaving_page(docs / "explanation" / "what-leaves.md")
    yield docs / "explanation" / "rooms.svg", rooms_picture(checkout)


def _of_the_catalogue(catalogue: Path) -> Iterator[tuple[Path, str]]:
    for name, schema in schemas().items():
        yield catalogue / name, _json(schema)
    yield catalogue / "sources" / "hr" / "schema.json", _json(json_schema())


def _of_dbt(project: Path, assets: Path, policy: Policy) -> Iterator[tuple[Path, str]]:
    yield project / "macros" / "cell_models.sql", cell_models_macro(project)
    yield project / "models" / "indicators" / "_women_shares.yml", shares_file(project, policy.counts)
    yield project / "models" / "exposures.yml", exposures_file(assets)
    for dataset in sorted((assets / "datasets").rglob("*.yaml")):
        yield dataset, captioned(dataset, project)


def out_of_date(checkout: Path, command: TyperGroup) -> list[tuple[Path, str]]:
    """The generated files whose text is another, or that are missing, with the text that they should have."""
    files = generated(checkout, command)
    return [(path, text) for path, text in files if not path.exists() or path.read_text(encoding="utf-8") != text]


def _json(content: dict) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
