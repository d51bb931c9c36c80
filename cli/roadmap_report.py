"""`parity roadmap report`: one printable document about a country or an agency, from the published tables of the current release."""

from __future__ import annotations

import datetime as dt
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import here
from cli.exit_codes import ExitCode
from cli.output import AsJson, fail, print_json, say

if TYPE_CHECKING:
    from publication.report.parts import Report


class Format(StrEnum):
    HTML = "html"
    PDF = "pdf"


def print_report(
    place: Annotated[str, typer.Argument(help="Country or agency: its code or its name, e.g. THA or THA-POL")],
    out: Annotated[Path | None, typer.Option(help="File to write; without it, roadmap-PLACE.html or .pdf here")] = None,
    format: Annotated[Format | None, typer.Option(help="Without it, by the file's ending; else html")] = None,
    font: Annotated[Path | None, typer.Option(help="TrueType font for a PDF; without it, one that the machine has")] = None,
    as_json: AsJson = False,
) -> None:
    """One document about a country or an agency: promises, actions, figures with their intervals, and what is not known.

    It shows published figures alone. Where a place has both synthetic and real data, each gets a file of its own.
    """
    from publication.report.content import make_report
    from publication.report.read import UnknownPlace, find_place, read_published

    kind = format or (Format.PDF if out and out.suffix.lower() == ".pdf" else Format.HTML)
    today = dt.datetime.now(dt.UTC).date()
    try:
        with here(as_json).warehouse("parity roadmap report") as connection:
            found = find_place(connection, place)
            published = read_published(connection, found)
    except UnknownPlace as error:
        fail(error, ExitCode.WRONG_INPUT, as_json=as_json)
    code = found.country if found.is_country else found.agency
    path = out or Path(f"roadmap-{code}.{kind}")
    names = [path] if len(published) == 1 else [path.with_stem(f"{path.stem}-{each.provenance}") for each in published]
    for each, name in zip(published, names, strict=True):
        _write(name, _laid_out(make_report(each, today), kind, font, today, as_json), as_json)
    if as_json:
        print_json({"files": [str(name) for name in names]})
        return
    for name in names:
        say(f"{name} written.")


def _laid_out(report: Report, kind: Format, font: Path | None, today: dt.date, as_json: bool) -> bytes:
    if kind is Format.HTML:
        from publication.report.html import as_html

        return as_html(report).encode()
    from publication.report.fonts import NoFont, find_fonts
    from publication.report.pdf import as_pdf

    try:
        return as_pdf(report, find_fonts(font), today)
    except NoFont as error:
        fail(error, ExitCode.WRONG_INPUT, as_json=as_json)


def _write(path: Path, content: bytes, as_json: bool) -> None:
    """The whole file or none, in place of an earlier one."""
    from parity.durable import put_in_place

    try:
        with tempfile.TemporaryDirectory(prefix=".report-", dir=path.parent) as aside:
            unfinished = Path(aside) / path.name
            unfinished.write_bytes(content)
            put_in_place(unfinished, path)
    except OSError as error:
        fail(
            f"{error.filename or path}: {error.strerror}. Name a file in a folder that you may write to.",
            ExitCode.WRONG_INPUT,
            as_json=as_json,
        )
