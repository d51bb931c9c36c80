"""For tests: spreadsheets of every kind, made from rows of cells."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from xml.sax.saxutils import escape

import msoffcrypto.format.ooxml
import xlsxwriter
import xlwt

Rows = list[list[object]]


def xlsx(rows: Rows, *, sheet: str = "S", more: dict[str, Rows] | None = None, **options) -> bytes:
    """A workbook; `more` are further sheets; options: hidden_rows, hidden_sheets, merge, and those of xlsxwriter."""
    hidden_rows, hidden_sheets = options.pop("hidden_rows", ()), options.pop("hidden_sheets", ())
    merged = options.pop("merge", ())
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"in_memory": True, **options}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for title, lines in {sheet: rows, **(more or {})}.items():
            page = book.add_worksheet(title)
            for number, line in enumerate(lines):
                for place, value in enumerate(line):
                    if isinstance(value, dt.date):
                        page.write_datetime(number, place, value, day)
                    elif value is not None:
                        page.write(number, place, value)
            if title == sheet:
                for number in hidden_rows:
                    page.set_row(number, None, None, {"hidden": True})
                for area, text in merged:
                    page.merge_range(area, text)
            if title in hidden_sheets:
                page.very_hidden() if hidden_sheets[title] == "very" else page.hide()
    return body.getvalue()


def without_values(body: bytes) -> bytes:
    """The workbook as a program writes it that calculates nothing: formulas without their results."""
    return changed(body, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("</f><v>0</v>", "</f>"))


def changed(body: bytes, part: str, change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            text = old.read(entry)
            new.writestr(entry, change(text.decode()).encode() if entry.filename == part else text)
    return out.getvalue()


def protected(body: bytes, password: str) -> bytes:
    out = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(body)).encrypt(password, out)
    return out.getvalue()


def xls(rows: Rows) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("S")
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for number, line in enumerate(rows):
        for place, value in enumerate(line):
            if value is not None:
                page.write(number, place, value, day) if isinstance(value, dt.date) else page.write(number, place, value)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def ods(rows: Rows) -> bytes:
    def cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, dt.date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"><text:p>{value}</text:p></table:table-cell>'
        if isinstance(value, (int, float)):
            return (
                f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
            )
        return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'

    lines = "".join(f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in rows)
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0"'
        f' xmlns:text="{urn}:text:1.0" office:version="1.2"><office:body><office:spreadsheet><table:table table:name="S">{lines}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    return archive({"mimetype": mime, "content.xml": content, "META-INF/manifest.xml": "<manifest/>"})


def archive(members: dict[str, str | bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return body.getvalue()
