"""What an archive may hold, at each limit and one step beyond it, and what a file is whatever its name says."""

import gzip
import io
import zipfile

import pytest

from ingestion.hr import container
from ingestion.hr.container import parts
from ingestion.hr.dates import serial_date
from ingestion.hr.errors import FileRefused
from tests.unit.ingestion.spreadsheets import xlsx


def archive(files, method=zipfile.ZIP_STORED) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return body.getvalue()


def read(body: bytes, name="lists.zip", **asked) -> dict[str, bytes]:
    """Each part with its content."""
    return {part.name: part.file.read() for part in parts(io.BytesIO(body), name, **asked)}


def why(body: bytes, name="lists.zip", **asked) -> str:
    with pytest.raises(FileRefused) as refused:
        read(body, name, **asked)
    return str(refused.value)


def is_bomb(body: bytes, name="lists.zip") -> bool:
    try:
        read(body, name)
    except FileRefused as refused:
        return "zip bomb" in str(refused)
    return False


def test_an_archive_holds_so_many_files_and_no_more(monkeypatch):
    monkeypatch.setattr(container, "MAX_MEMBERS", 3)
    three = {f"{n}.csv": b"a" for n in range(3)}
    assert list(read(archive(three))) == ["lists.zip/0.csv", "lists.zip/1.csv", "lists.zip/2.csv"]
    assert "holds 4 files, more than 3" in why(archive(three | {"3.csv": b"a"}))


@pytest.mark.parametrize("pack", [lambda content: archive({"a.csv": content}), gzip.compress], ids=["zip", "gzip"])
def test_an_archive_unpacks_to_so_much_and_no_more(monkeypatch, pack):
    monkeypatch.setattr(container, "MAX_UNPACKED", 5000)
    monkeypatch.setattr(container, "CHUNK", 100)
    assert [is_bomb(pack(b"a" * n)) for n in (5000, 5001)] == [False, True]


@pytest.mark.parametrize(
    "pack", [lambda content: archive({"a.csv": content}, zipfile.ZIP_DEFLATED), gzip.compress], ids=["zip", "gzip"]
)
def test_an_archive_that_grows_more_than_staff_lists_do_is_a_bomb_from_a_size_on(monkeypatch, pack):
    monkeypatch.setattr(container, "BOMB_FROM", 50_000)
    monkeypatch.setattr(container, "BOMB_RATIO", 20)
    monkeypatch.setattr(container, "CHUNK", 100)
    assert [is_bomb(pack(b"\0" * n)) for n in (50_000, 50_001)] == [False, True]
    monkeypatch.setattr(container, "BOMB_RATIO", 10_000)
    assert not is_bomb(pack(b"\0" * 50_001))


def test_the_files_of_an_archive_count_together(monkeypatch):
    monkeypatch.setattr(container, "MAX_UNPACKED", 5000)
    assert [is_bomb(archive({"a.csv": b"a" * 2500, "b.csv": b"a" * n})) for n in (2500, 2501)] == [False, True]


def test_one_file_of_an_archive_is_no_larger_than_a_workbook_may_be(monkeypatch):
    monkeypatch.setattr(container, "MAX_WORKBOOK", 5000)
    assert [is_bomb(archive({"a.csv": b"a" * n})) for n in (5000, 5001)] == [False, True]


def test_a_workbook_unpacks_to_so_much_xml_and_no_more(monkeypatch):
    body = xlsx([["id"], [1]])
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        size = sum(entry.file_size for entry in book.infolist())
    monkeypatch.setattr(container, "MAX_WORKBOOK", size)
    assert list(read(body, "staff.xlsx")) == ["staff.xlsx"]
    monkeypatch.setattr(container, "MAX_WORKBOOK", size - 1)
    assert "larger than any workbook of staff" in why(body, "staff.xlsx")


BOOK = {"xl/workbook.xml": b"<workbook/>"}
DOCTYPE = '<?xml version="1.0"?>{before}<!DOCTYPE x [<!ENTITY a "b">]><x/>'


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/sheet.xml", "_rels/.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "before", ["", f"<!-- {'x' * 10_000} -->", "<?a b?>\n"], ids=["first", "behind a comment", "behind an instruction"]
)
def test_xml_that_declares_a_document_type_is_refused_wherever_it_stands(name, encoding, before):
    body = archive(BOOK | {name: DOCTYPE.format(before=before).encode(encoding)})
    assert "XML with a document type" in why(body, "staff.xlsx")


@pytest.mark.parametrize(
    "content", ["<x><!-- <!DOCTYPE x> --></x>", "<!-- <!DOCTYPE x> --><x/>", "<x a='DOCTYPE'>DOCTYPE</x>", "<x", "no XML"]
)
def test_xml_that_only_speaks_of_a_document_type_is_not_refused_for_it(content):
    assert list(read(archive(BOOK | {"xl/sheet.xml": content.encode()}), "staff.xlsx")) == ["staff.xlsx"]


def test_a_list_that_is_read_several_times_unpacks_to_no_more(monkeypatch):
    monkeypatch.setattr(container, "MAX_UNPACKED", 5000)
    monkeypatch.setattr(container, "CHUNK", 100)
    [part] = parts(io.BytesIO(gzip.compress(b"a" * 5000)), "lists.csv.gz")
    assert [(part.file.seek(0), len(part.file.read())) for _ in range(3)] == [(0, 5000)] * 3


def test_other_parts_of_a_workbook_may_say_anything():
    body = archive(BOOK | {"docs/readme.txt": DOCTYPE.encode(), "xl/media/a.svg": DOCTYPE.encode()})
    assert list(read(body, "staff.xlsx")) == ["staff.xlsx"]


@pytest.mark.parametrize(("start", "said"), [
    (b"%PDF-1.7", "a picture or a PDF"), (b"\x89PNG\r\n", "a picture or a PDF"), (b"\xff\xd8\xff\xe0", "a picture or a PDF"),
    (b"\xff\xd8\xff\xe1", "a picture or a PDF"), (b"II*\x00", "a picture or a PDF"), (b"MM\x00*", "a picture or a PDF"),
    (b"<html>", "a web page"), (b"\xef\xbb\xbf  <!DOCTYPE HTML>", "a web page"), (b"<Table>", "a web page"), (b"<?xml version", "a web page"),
    (b"Rar!\x1a", "a RAR or 7z archive"), (b"7z\xbc\xaf'", "a RAR or 7z archive"),
])  # fmt: skip
@pytest.mark.parametrize("place", ["alone", "in an archive", "in gzip"])
def test_what_is_no_table_is_refused_as_what_it_is_also_in_an_archive(start, said, place):
    content = start + b" and more" * 20
    body = {"alone": content, "in an archive": archive({"a.csv": content}), "in gzip": gzip.compress(content)}[place]
    assert said in why(body, "staff.csv")


@pytest.mark.parametrize("n_blanks", [0, 2_043])
def test_a_page_is_known_by_its_first_bytes(n_blanks):
    assert "a web page" in why(b" " * n_blanks + b"<html>", "staff.csv")


def test_a_long_text_is_not_searched_for_what_could_make_it_a_page():
    body = b" " * 2_044 + b"<html>"
    [part] = parts(io.BytesIO(body), "staff.csv")
    assert (part.kind, part.file.read()) == ("csv", body)


@pytest.mark.parametrize("content", [b"id,sex\n1,F\n", b"a<html>\n", b" PDF\n", b"II\n", b""])
def test_text_is_text(content):
    [part] = parts(io.BytesIO(content), "staff.xlsx")
    assert (part.kind, part.what, part.file.read()) == ("csv", "text", content)


@pytest.mark.parametrize(("inside", "what"), [
    ("xl/workbook.xml", "Excel workbook"), ("xl/workbook.bin", "binary Excel workbook"), ("content.xml", "OpenDocument spreadsheet"),
])  # fmt: skip
def test_a_workbook_is_known_by_what_is_in_it(inside, what):
    for body in (archive({inside: b"<x/>"}), archive({"a.xlsx": archive({inside: b"<x/>"})})):
        [part] = parts(io.BytesIO(body), "staff.csv")
        assert (part.kind, part.what) == ("workbook", what)


def test_an_archive_within_an_archive_is_refused():
    inner = archive({"a.csv": b"a"})
    assert "archive within an archive" in why(archive({"a.zip": inner})) and "archive within an archive" in why(
        gzip.compress(inner)
    )


def test_files_that_systems_add_to_an_archive_are_passed_over_and_others_are_not():
    added = {"__MACOSX/a.csv": b"x", "b/.hidden": b"x", ".DS_Store": b"x", "~$a.csv": b"x", "folder/": b""}
    assert read(archive({"b/b.csv": b"2", "a.csv": b"1", **added})) == {"lists.zip/a.csv": b"1", "lists.zip/b/b.csv": b"2"}
    assert "holds no file" in why(archive(added))
    assert "holds 1 file that the contract does not expect (*.csv)" in why(
        archive({"a.csv": b"1", "a.txt": b"2"}), member_pattern="*.csv"
    )
    assert read(archive({"x/a.csv": b"1"}), member_pattern="a.*") == {"lists.zip/x/a.csv": b"1"}


def test_a_damaged_file_of_an_archive_is_named():
    body = archive({"a.csv": b"some content", "b.csv": b"other content"})
    assert "lists.zip/b.csv: not readable in its archive. Send it again: it is damaged." in why(body.replace(b"other", b"0cean"))


@pytest.mark.parametrize(("short", "day"), [(0.4, 2), (0.6, 1), (0, 2), (-0.4, 2), (86_000, 1)])
def test_half_a_second_short_of_a_day_is_that_day_and_more_is_the_day_before(short, day):
    assert serial_date(40_210 - short / 86_400, is_1904=False).isoformat() == {1: "2010-01-31", 2: "2010-02-01"}[day]
