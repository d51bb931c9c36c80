"""Bytes of every format, broken in every way that comes to mind: read, drafted and copied, or refused with a remedy."""

from __future__ import annotations

import codecs
import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.hostile import CSV, FILES, ODS, XLS, XLSB, XLSX, ends_well, ends_well_everywhere, parts_of, text

pytestmark = pytest.mark.slow

NAMED = sorted(FILES)
N_ROWS = {"many.zip": 36, "books.zip": 24}
FUZZ = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
BOMS = [
    codecs.BOM_UTF8,
    codecs.BOM_UTF16_LE,
    codecs.BOM_UTF16_BE,
    codecs.BOM_UTF32_LE,
    codecs.BOM_UTF32_BE,
    b"+/v8",
    b"\x0e\xfe\xff",
]
HOSTILE_BYTES = [
    b"\0",
    b"\0" * 64,
    b"\xff" * 16,
    b"\x1d\x1e\x1f",
    b"\x1b[2J",
    b"\r",
    b"\n" * 9,
    b'"',
    b"\xed\xa0\x80",
    b"\x00\xd8",
    b"\x1a",
]
# Pairs of XML: a part of a sound workbook, and the harmful text that replaces it.
SWAPS = [
    ('r="', 'r="ZZZ'), ('r="A', 'r="_'), ('r="2"', 'r="-2"'), ('r="2"', 'r="99999999999999999999"'), ('t="s"', 't="e"'), ('t="s"', 't="d"'),
    ('t="s"', 't="b"'), ('t="s"', 't="inlineStr"'), ("<v>", "<v>-"), ("<v>", "<v>9e999"), ("<v>", "<v>NaN"), ("<v>", "<v><v>"), ("<c ", "<d "),
    ("</row>", ""), ("<row ", '<row hidden="1" '), ("Target=", "Target2="), ('Target="', 'Target="../../../etc/passwd'), ("rId", "rid"),
    ('Id="rId1"', 'Id="rId2"'), ('sheetId="1"', 'sheetId="x"'), ('name="S"', 'name=""'), ('name="S"', 'name="&#x202e;[]:*?/\\"'), ("<si>", ""),
    ("<t>", '<t xml:space="preserve">&#0;'), ("UTF-8", "UTF-16"), ("UTF-8", "no such"), ("<sheetData>", '<sheetData><row r="3000"/>'),
    ('dimension ref="A1', 'dimension ref="XFD1048576:A1'), ("xmlns=", "xmlns:q="), ("<worksheet", "<chartsheet"), ("table:table-row", "table:row"),
    ('office:value-type="string"', 'office:value-type="date" office:date-value="99999-99-99"'),
    ("<table:table-cell ", '<table:table-cell table:number-columns-repeated="99999999" '),
    ("<table:table-row", '<table:table-row table:number-rows-repeated="300"'),
    ("<table:table-cell ", '<table:table-cell table:number-rows-spanned="99999999" table:number-columns-spanned="-1" '),
]  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_each_specimen_is_read_whole_drafted_and_copied(name):
    body, kind, changes = FILES[name]
    assert ends_well_everywhere(body, kind, name, **changes) == N_ROWS.get(name, 12)


def broken(body: bytes, way: str, at: float, to: float, what: bytes) -> bytes:
    """The bytes with one thing done to them, between two places."""
    low, high = sorted((int(at * len(body)), int(to * len(body))))
    stretch = body[low : min(high, low + 4096)]
    return {
        "cut": body[:high],
        "without its start": body[low:],
        "left out": body[:low] + body[low + len(stretch) :],
        "twice": body[:low] + stretch * 2 + body[low + len(stretch) :],
        "zeros": body[:low] + bytes(len(stretch)) + body[low + len(stretch) :],
        "put in": body[:low] + what + body[low:],
        "over": body[:low] + what + body[low + len(what) :],
        "flipped": body[:low] + bytes([body[low] ^ (1 << len(what) % 8)]) + body[low + 1 :],
        "behind": body + what + body,
    }[way]


WAYS = ["cut", "without its start", "left out", "twice", "zeros", "put in", "over", "flipped", "behind"]
CHANGE = st.tuples(
    st.sampled_from(WAYS),
    st.floats(0, 1, exclude_max=True),
    st.floats(0, 1, exclude_max=True),
    st.one_of(st.sampled_from(HOSTILE_BYTES), st.binary(max_size=12)),
)


def broken_file(name, changes):
    body, kind, settings_of = FILES[name]
    for change in changes:
        body = broken(body, *change) or b"\0"
    return body, kind, settings_of


@settings(FUZZ, max_examples=examples(150))
@given(st.sampled_from(NAMED), st.lists(CHANGE, min_size=1, max_size=3))
def test_broken_bytes_of_any_format(name, changes):
    body, kind, settings_of = broken_file(name, changes)
    assert ends_well(body, kind, name, **settings_of) <= 200


@settings(FUZZ, max_examples=examples(40))
@given(st.sampled_from(NAMED), st.lists(CHANGE, min_size=1, max_size=2))
def test_broken_bytes_are_drafted_and_copied_too(name, changes):
    body, kind, settings_of = broken_file(name, changes)
    assert ends_well_everywhere(body, kind, name, **settings_of) <= 200


PARTS = [(book, part) for book in (XLSX, ODS, XLSB) for part in parts_of(book)]


@settings(FUZZ, max_examples=examples(80))
@given(st.sampled_from(PARTS), st.lists(CHANGE, min_size=1, max_size=3))
def test_broken_parts_of_a_sound_archive(place, changes):
    book, part = place
    body = make.part(book, part)
    for change in changes:
        body = broken(body, *change) or b"\0"
    assert ends_well(make.with_part(book, part, body), "workbook") <= 200


@settings(FUZZ, max_examples=examples(40))
@given(
    st.sampled_from([place for place in PARTS if not place[1].endswith(".bin")]),
    st.lists(st.sampled_from(SWAPS), min_size=1, max_size=3),
    st.integers(-1, 3),
)
def test_xml_that_says_something_else(place, swaps, times):
    book, part = place
    xml = make.part(book, part).decode()
    for old, new in swaps:
        xml = xml.replace(old, new, times)
    assert ends_well_everywhere(make.with_part(book, part, xml.encode()), "workbook") <= 200_000


@pytest.mark.parametrize(("book", "parts"), [(book, parts_of(book)) for book in (XLSX, ODS, XLSB)], ids=["xlsx", "ods", "xlsb"])
def test_a_workbook_without_one_of_its_parts(book, parts):
    for left_out in parts:
        body = make.archive({part: make.part(book, part) for part in parts if part != left_out})
        assert ends_well_everywhere(body, "workbook") in (-1, 12)


@pytest.mark.parametrize("bom", BOMS)
def test_byte_order_marks_of_all_kinds(bom):
    for body in (CSV, text(encoding="utf-16-le"), text(encoding="utf-32-be"), b""):
        for encoding in ("utf-8", "utf-16", "cp874"):
            assert ends_well_everywhere(bom + body, "csv", encoding=encoding) in (-1, 12)


@pytest.mark.parametrize("cut", range(1, 8))
def test_utf_16_that_is_cut_in_the_middle_of_a_character(cut):
    body = text(encoding="utf-16").replace("Unit".encode("utf-16-le"), "\U0001f600".encode("utf-16-le"))
    assert ends_well_everywhere(body[:-cut], "csv", encoding="utf-16") in (-1, 11, 12)
    lone = body.replace("\U0001f600".encode("utf-16-le"), b"\x00\xd8" * cut)
    assert ends_well_everywhere(lone, "csv", encoding="utf-16") == -1


@pytest.mark.parametrize("kind", ["csv", "workbook"])
@pytest.mark.parametrize("name", ["staff.csv", "staff.xlsx", "staff.xls", "staff.pdf", "staff"])
def test_a_file_of_any_format_under_any_name(kind, name):
    strange = [b"%PDF-1.7", b"\x89PNG\r\n", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"<html><table>", b"<?xml version='1.0'?>", b"PK\5\6" + bytes(18), b"PK\3\4", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"", b"\0"]  # fmt: skip
    for body in [
        *strange,
        *(FILES[each][0] for each in NAMED),
        gzip.compress(gzip.compress(CSV)),
        make.archive({"a.gz": gzip.compress(XLS)}),
    ]:
        assert ends_well(body, kind, name) in (-1, 12, 24, 36)
