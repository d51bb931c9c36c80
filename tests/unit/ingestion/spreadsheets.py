"""For tests: spreadsheets of every kind, made from rows of cells."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import msoffcrypto.format.ooxml
import xlsxwriter
import xlwt

Rows = Sequence[Sequence[object]]
ERROR_BYTES = {"#REF!": 0x17, "#N/A": 0x2A, "#VALUE!": 0x0F}


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


def changed(body: bytes, name: str, change) -> bytes:
    return with_part(body, name, change(part(body, name).decode()).encode())


def part(body: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return book.read(name)


def with_part(body: bytes, name: str, content: bytes) -> bytes:
    """The workbook with another content of one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry, content if entry.filename == name else old.read(entry))
    return out.getvalue()


def protected(body: bytes, password: str) -> bytes:
    out = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(body)).encrypt(password, out)
    return out.getvalue()


def xls(rows: Rows, *, merge: tuple[tuple[int, int, int, int], ...] = (), is_1904: bool = False, hidden_rows=()) -> bytes:
    """A workbook of Excel 97-2003; an error's text becomes the cell of an error; `merge`: first and last row, first and last column."""
    book = xlwt.Workbook()
    book.dates_1904 = is_1904
    page = book.add_sheet("S")
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for number, line in enumerate(rows):
        for place, value in enumerate(line):
            if value in ERROR_BYTES:
                page.row(number).set_cell_error(place, str(value))
            elif value is not None:
                page.write(number, place, value, day) if isinstance(value, dt.date) else page.write(number, place, value)
    for top, bottom, left, right in merge:
        page.merge(top, bottom, left, right)
    for number in hidden_rows:
        page.row(number).hidden = True
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def ods(rows: Rows, *, merge: tuple[tuple[int, int, int, int], ...] = (), is_1904: bool = False, hidden_rows=()) -> bytes:
    """As LibreOffice writes it; an error's text becomes the cell of an error; `merge`: first and last row, first and last column."""
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, bottom, left, right in merge}

    def cell(number: int, place: int, value: object) -> str:
        if (number, place) in spans:
            n_rows, n_columns = spans[number, place]
            span = f' table:number-rows-spanned="{n_rows}" table:number-columns-spanned="{n_columns}"'
            return plain_cell(value).replace("<table:table-cell", f"<table:table-cell{span}", 1)
        return plain_cell(value)

    def plain_cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if value in ERROR_BYTES:
            return (
                '<table:table-cell table:formula="of:=[.A99]" office:value-type="string" office:string-value=""'
                f' calcext:value-type="error"><text:p>{value}</text:p></table:table-cell>'
            )
        if isinstance(value, dt.date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"><text:p>{value}</text:p></table:table-cell>'
        if isinstance(value, (int, float)):
            return (
                f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
            )
        return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'

    def row(number: int, line: Sequence[object]) -> str:
        hidden = ' table:visibility="collapse"' if number in hidden_rows else ""
        cells = "".join(cell(number, place, value) for place, value in enumerate(line))
        return f"<table:table-row{hidden}>{cells}</table:table-row>"

    lines = "".join(row(number, line) for number, line in enumerate(rows))
    start = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0"'
        f' xmlns:text="{urn}:text:1.0"'
        f' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.2">'
        f'<office:body><office:spreadsheet>{start if is_1904 else ""}<table:table table:name="S">{lines}'
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


@dataclass(frozen=True)
class Formula:
    """A formula of an .xlsb with its stored result, of which `result` is the record's part; `options` 2: calculate when the file is opened."""

    kind: int
    result: bytes
    options: int = 0

    def body(self) -> bytes:
        return self.result + struct.pack("<HI", self.options, 3) + b"\x1e\x01\x00" + bytes(4)  # =1


def formula(result: str | float | bool, options: int = 0) -> Formula:
    """A formula that was calculated, or stored with what a program that calculates nothing writes."""
    if isinstance(result, bool):
        return Formula(10, bytes([result]), options)
    if isinstance(result, str):
        if result in ERROR_BYTES:
            return Formula(11, bytes([ERROR_BYTES[result]]), options)
        return Formula(8, struct.pack("<I", len(result)) + result.encode("utf-16-le"), options)
    return Formula(9, struct.pack("<d", result), options)


def xlsb(rows: Rows, *, merge: tuple[tuple[int, int, int, int], ...] = (), is_1904: bool = False, hidden_rows=()) -> bytes:
    """A binary workbook; an error's text becomes the cell of an error; `merge`: first and last row, first and last column."""

    def record(kind: int, body: bytes = b"") -> bytes:
        number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
        size, length = b"", len(body)
        while True:
            size, length = size + bytes([length & 0x7F | (0x80 if length > 0x7F else 0)]), length >> 7
            if not length:
                return number + size + body

    def words(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    def cell(place: int, value: object) -> bytes:
        start = struct.pack("<II", place, 0)
        if isinstance(value, Formula):
            return record(value.kind, start + value.body())
        if value in ERROR_BYTES:
            return record(3, start + bytes([ERROR_BYTES[str(value)]]))
        if isinstance(value, (int, float)):
            return record(5, start + struct.pack("<d", value))
        return record(6, start + words(str(value)))

    def row(number: int, line: Sequence[object]) -> bytes:
        flags = bytes([0, 0x10 if number in hidden_rows else 0, 0])
        head = record(0, struct.pack("<IIH", number, 0, 300) + flags + struct.pack("<I", 0))
        return head + b"".join(cell(place, value) for place, value in enumerate(line) if value is not None)

    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    areas = b"".join(record(176, struct.pack("<4I", *area)) for area in merge)
    sheet = [record(129), record(148, size), record(145), *(row(n, line) for n, line in enumerate(rows)), record(146)]
    sheet += [record(177, struct.pack("<I", len(merge))), areas, record(178), record(130)]
    book = [record(131), record(153, struct.pack("<III", int(is_1904), 0, 0)), record(143)]
    book += [record(156, struct.pack("<II", 0, 1) + words("rId1") + words("S")), record(144), record(132)]
    office = "http://schemas.openxmlformats.org"
    relation = (
        f'<Relationship Id="rId1" Type="{office}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.bin"/>'
    )
    return archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types"/>',
            "xl/workbook.bin": b"".join(book),
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{office}/package/2006/relationships">{relation}</Relationships>',
            "xl/worksheets/sheet1.bin": b"".join(sheet),
        }
    )
