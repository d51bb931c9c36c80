"""Whatever becomes of a staff file on its way, it is loaded right or refused with a clear error: no traceback, no hang, nobody invented."""

from __future__ import annotations

import datetime as dt
import gzip
import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.hr.errors import FileRefused
from tests.examples import examples
from tests.staff import read
from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.contracts import HEADER, contract

pytestmark = pytest.mark.slow

NAMES = ["SOMCHAI JAIDEE", "NGUYEN VAN AN", "SITI AMINAH", "JUAN DELA CRUZ"]


def people(n: int) -> list[list[str]]:
    return [
        ["12/2023", f"{1000 + n}", NAMES[n % 4], "MF"[n % 2], "Officer", f"Unit {n % 3}", "01/02/2010", "", "1200.50"]
        for n in range(n)
    ]


ROWS = people(12)
CSV = "\n".join(",".join(row) for row in [HEADER.split(","), *ROWS]).encode()
XLSX = make.xlsx([HEADER.split(","), *[[*row[:6], dt.date(2010, 2, 1), *row[7:]] for row in ROWS]])
XLS, ODS = make.xls([HEADER.split(","), *ROWS]), make.ods([HEADER.split(","), *ROWS])
ZIP = make.archive({"a.csv": CSV, "b.csv": CSV})
WHOLE = {
    ("csv", CSV),
    ("workbook", XLSX),
    ("workbook", XLS),
    ("workbook", ODS),
    ("csv", ZIP),
    ("csv", gzip.compress(CSV, mtime=0)),
}


def ends_well(body: bytes, kind: str, **changes) -> int:
    """Rows read, or -1 where the file was refused; what is said names no person, and what is read is nobody that was not there."""
    try:
        result = read(body, "staff.any", contract(format=kind, **changes))
    except FileRefused as error:
        words = str(error)
        assert words.startswith("staff.any") and error.remedy and not re.search("|".join(NAMES), words)
        assert "Traceback" not in words
        return -1
    assert not re.search("|".join(NAMES), str(result.findings) + str(result.notices))
    assert all(len(row.person_key) == 32 and row.sex_code in ("F", "M") for row in result.rows)
    return len(result.rows)


@pytest.mark.parametrize(("kind", "body"), sorted(WHOLE))
def test_the_files_themselves_are_read_whole(kind, body):
    assert ends_well(body, kind) == (24 if body == ZIP else 12)


@settings(max_examples=examples(600), deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    whole=st.sampled_from(sorted(WHOLE)),
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 20), st.binary(max_size=8)), min_size=1, max_size=5
    ),
    cut=st.one_of(st.just(1.0), st.just(1.0), st.floats(0.02, 1)),
)
def test_bytes_changed_left_out_and_put_in_and_cut_files(whole, changes, cut):
    kind, body = whole
    damaged = bytearray(body[: int(len(body) * cut)])
    for place, n_out, put_in in changes:
        at = int(place * len(damaged))
        damaged[at : at + n_out] = put_in
    assert ends_well(bytes(damaged), kind) <= 26


@pytest.mark.parametrize("n", [20, pytest.param(100, marks=pytest.mark.long)])
@pytest.mark.parametrize(("kind", "body"), sorted(WHOLE))
def test_single_bytes_changed(kind, body, n):
    dice = random.Random(len(body))
    for _ in range(n):
        damaged = bytearray(body)
        damaged[dice.randrange(len(body))] = dice.randrange(256)
        ends_well(bytes(damaged), kind)


@settings(max_examples=examples(150), deadline=2000, derandomize=True)
@given(st.binary(max_size=400), st.sampled_from(["csv", "workbook"]))
def test_any_bytes(body, kind):
    ends_well(body, kind)


@settings(max_examples=examples(150), deadline=2000, derandomize=True)
@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-16", "cp874", "cp1258", "gb18030"]))
def test_any_text_in_any_encoding(text, encoding):
    ends_well(text.encode(encoding, errors="ignore"), "csv", encoding=encoding)


@settings(max_examples=60, deadline=2000, derandomize=True)
@given(
    declared=st.sampled_from(["utf-8", "utf-16", "cp874", "cp1258", "gb18030", "cp1252"]),
    real=st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "utf-16-be"]),
)
def test_swapped_encodings_give_the_same_people_or_nobody(declared, real):
    n = ends_well(CSV.decode().encode(real), "csv", encoding=declared)
    assert n in (-1, 12)


@pytest.mark.parametrize("seed", range(10))
def test_rows_in_any_order_are_the_same_people(seed):
    shuffled = list(ROWS)
    random.Random(seed).shuffle(shuffled)
    body = "\n".join(",".join(row) for row in [HEADER.split(","), *shuffled]).encode()
    keys = {row.person_key: row.unit_name for row in read(body, "x", contract()).rows}
    assert keys == {row.person_key: row.unit_name for row in read(CSV, "x", contract()).rows}


@pytest.mark.parametrize("n", range(len(HEADER.split(","))))
def test_a_header_with_a_column_cut_out_is_refused_or_the_column_was_optional(n):
    names = HEADER.split(",")
    rows = [names, *ROWS]
    body = "\n".join(",".join(cell for place, cell in enumerate(row) if place != n) for row in rows).encode()
    expected = 12 if names[n] in ("left", "pay", "name") else -1
    assert ends_well(body, "csv") == expected


@pytest.mark.parametrize("formula", ["=cmd|'/C calc'!A0", "+1+1", "@SUM(1)", '=HYPERLINK("http://x")'])
def test_a_formula_in_any_cell_is_text_or_a_finding_and_never_runs(formula):
    for place in range(9):
        row = list(ROWS[0])
        row[place] = '"' + formula.replace('"', '""') + '"'
        body = "\n".join(",".join(r) for r in [HEADER.split(","), row, ROWS[1]]).encode()
        assert ends_well(body, "csv") in (1, 2)


def test_a_zip_bomb_is_refused_before_it_unpacks():
    bomb = make.archive({"a.csv": b"0" * (80 << 20)})
    with pytest.raises(FileRefused, match="zip bomb"):
        read(bomb, "bomb.zip", contract())


def test_a_gzip_bomb_is_refused_as_it_unpacks():
    with pytest.raises(FileRefused, match="zip bomb"):
        read(gzip.compress((HEADER + "\n").encode() + b"0" * (80 << 20)), "bomb.csv.gz", contract())


def test_a_workbook_that_is_a_bomb_is_refused():
    with pytest.raises(FileRefused, match="zip bomb"):
        read(
            make.changed(XLSX, "xl/worksheets/sheet1.xml", lambda xml: xml + " " * (80 << 20)),
            "b.xlsx",
            contract(format="workbook"),
        )


def test_a_cell_at_the_far_end_of_a_sheet_is_refused_before_it_takes_all_memory():
    far = '<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
    body = make.changed(XLSX, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("</sheetData>", far))
    with pytest.raises(FileRefused, match=r"a cell stands far outside the table.*Delete the empty rows"):
        read(body, "far.xlsx", contract(format="workbook"))


@pytest.mark.parametrize("place", [0, 4, 9])
def test_a_lost_line_break_behind_the_header_quotes_nobody(place):
    body = CSV.replace(b"\n", b",", 1).replace(HEADER.encode(), HEADER[:-place].encode() if place else HEADER.encode())
    with pytest.raises(FileRefused, match="this row holds values of staff") as refused:
        read(body, "staff.csv", contract())
    assert not re.search("|".join(NAMES), str(refused.value))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "[Content_Types].xml"])
def test_xml_that_defines_entities_is_refused(part):
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    body = make.changed(XLSX, part, lambda xml: xml.replace("?>", "?>" + laughs, 1))
    with pytest.raises(FileRefused, match="document type"):
        read(body, "laughs.xlsx", contract(format="workbook"))


def test_an_archive_within_an_archive_is_refused():
    with pytest.raises(FileRefused, match="archive within an archive"):
        read(make.archive({"a.zip": ZIP}), "nested.zip", contract())


def test_a_quotation_that_never_ends_is_refused_in_a_large_file_too():
    body = "\n".join([HEADER, '"' + ",".join(ROWS[0]), *[",".join(row) for row in people(40_000)]]).encode()
    with pytest.raises(FileRefused, match="row 2: a quotation mark"):
        read(body, "large.csv", contract())


def test_people_after_the_first_stretch_are_read_with_their_row_numbers():
    rows = people(60_000)
    rows[50_000][3] = "?"
    rows[55_000][5] = '"North\nEast"'
    body = "\n".join(",".join(row) for row in [HEADER.split(","), *rows]).encode()
    result = read(body, "large.csv", contract())
    assert (len(result.rows), [f.row_no for f in result.findings]) == (59_999, [50_002])
    assert next(row.row_no for row in result.rows if row.unit_name == r"North\nEast") == 55_002
    assert result.rows[-1].row_no == 60_001
