"""A report as one HTML file without anything from elsewhere: it opens, prints and travels as it is. Every text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from publication.report.chart import Point
from publication.report.parts import Report
from publication.report.words import together

LINK = ("https://", "http://")


def as_html(report: Report) -> str:
    return _template().render(report=report)


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        finalize=_finalized,
        loader=PackageLoader("publication.report", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["path"] = _path
    environment.tests["link"] = _is_link
    return environment.get_template("report.html.j2")


def _finalized(value: object) -> object:
    return together(value) if isinstance(value, str) else value


def _path(points: Sequence[Point]) -> str:
    """The points of an SVG polyline."""
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _is_link(words: str) -> bool:
    """Whether a text is the address of a page, and nothing else."""
    return words.startswith(LINK) and not any(each.isspace() for each in words)
