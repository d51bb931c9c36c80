"""HTML of the drawings. Jinja escapes every text that is put into a template: a country's name cannot bring markup of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

EVERYWHERE = "all"  # the code of a row that is of no country


@dataclass(frozen=True)
class Drawing:
    """One row of a chart. `plain_text` says everything that `html` shows."""

    chart: str
    row_no: int
    country_code: str
    country_name: str
    html: str
    plain_text: str


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def rendered(template: str, **values: object) -> str:
    """The template with these values, without white space between its elements: a row of a chart begins with `<div`."""
    return re.sub(r">\s+<", "><", _templates().get_template(template).render(**values)).strip()
