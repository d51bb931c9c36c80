"""What a delivered file really is, whatever its name says, and the parts in it: text or workbooks, unpacked and decrypted.

Archives are held to limits before anything of them is read, so that neither a bomb nor XML that defines entities costs more than a refusal.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import IO, Any, BinaryIO, Literal
from xml.parsers import expat

import msoffcrypto
import msoffcrypto.exceptions

from ingestion.hr.errors import FileRefused
from parity.counted import counted

MAX_MEMBERS = 2_000
MAX_UNPACKED = 4 << 30  # bytes
MAX_WORKBOOK = 1 << 30  # bytes of XML; a sheet of a million rows has half of it
BOMB_RATIO, BOMB_FROM = 250, 64 << 20  # staff lists shrink to a tenth or so
CHUNK = 1 << 20
# What the libraries raise that unpack archives, where one is damaged; ValueError: offsets before the start, names in no encoding.
DAMAGED = (
    *(OSError, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError, struct.error),
    *(zlib.error, zipfile.BadZipFile, lzma.LZMAError),
)
WORKBOOK_PARTS = {
    "xl/workbook.xml": "Excel workbook",
    "xl/workbook.bin": "binary Excel workbook",
    "content.xml": "OpenDocument spreadsheet",
}
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")  # with files, without any, and the first of several parts
COMPOUND = b"\xd0\xcf\x11\xe0"
EXCEL_DEFAULT = "VelvetSweatshop"  # Excel encrypts with it where a workbook is protected but asks for no password
Kind = Literal["csv", "workbook"]


@dataclass(frozen=True)
class Part:
    """One file of a delivery, open for reading; `what` says in words what it is."""

    name: str
    kind: Kind
    what: str
    file: BinaryIO


def parts(file: BinaryIO, name: str, *, member_pattern: str = "*", password: str | None = None) -> Iterator[Part]:
    """The parts of an open, seekable file of that name. Raises FileRefused."""
    start = _peek(file)
    if start.startswith(b"\x1f\x8b"):
        yield _part(_Metered(gzip.GzipFile(fileobj=file), name, _size(file)), name, password)
    elif start.startswith(ZIP) and _workbook_inside(file, name) is None:
        yield from _members(file, name, member_pattern, password)
    else:
        yield _part(file, name, password)


def _part(file: BinaryIO, name: str, password: str | None) -> Part:
    start = _peek(file)
    if start.startswith(COMPOUND):
        return _compound(file, name, password)
    if start.startswith(ZIP):
        what = _workbook_inside(file, name)
        if what is None:
            raise FileRefused(name, "is an archive within an archive", "Pack the files themselves, not archives of them.")
        _check_xml(file, name)
        return Part(name, "workbook", what, file)
    if start.startswith(b"%PDF") or start[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1", b"II*\x00", b"MM\x00*"):
        raise FileRefused(
            name,
            "is a picture or a PDF, not a table",
            "Send the table itself: CSV or a spreadsheet from the system that made it.",
        )
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype html|html|table|\?xml)", start.lower()):
        raise FileRefused(name, "is a web page with a spreadsheet's name", "Open it in Excel, save it as .xlsx, and send that.")
    if re.match(rb"(rar!|7z\xbc\xaf)", start.lower()):
        raise FileRefused(name, "is a RAR or 7z archive", "Send the files as they are, or in a .zip.")
    return Part(name, "csv", "text", file)


def _compound(file: BinaryIO, name: str, password: str | None) -> Part:
    """The old binary container: an .xls, or the shell of an encrypted workbook."""
    try:
        shell = msoffcrypto.OfficeFile(file)
        if not shell.is_encrypted():
            file.seek(0)
            return Part(name, "workbook", "Excel 97-2003 workbook", file)
        opened = _decrypted(shell, [password, EXCEL_DEFAULT] if password else [EXCEL_DEFAULT])
        if opened is None and not password:
            raise FileRefused(
                name,
                "is protected by a password",
                "Put the password into the contract's connection (parity hr check: --password-file), never into the file's name or a mail.",
            )
    except FileRefused:
        raise
    except Exception:  # the libraries below raise whatever a broken container leads them to
        raise FileRefused(
            name, "not readable as an Excel workbook (damaged container)", "Save it again as .xlsx and send that."
        ) from None
    if opened is None:
        raise FileRefused(name, "does not open with the password given", "Ask the agency for the password of this file.")
    return (
        _part(opened, name, None) if _peek(opened).startswith(b"PK") else Part(name, "workbook", "Excel 97-2003 workbook", opened)
    )


def _decrypted(shell: Any, passwords: list[str]) -> io.BytesIO | None:
    """The workbook, where one of the passwords opens it."""
    for password in passwords:
        opened = io.BytesIO()
        try:
            if shell.format == "ooxml":
                shell.load_key(password=password, verify_password=True)
            else:  # it always verifies
                shell.load_key(password=password)
            shell.decrypt(opened)
        except msoffcrypto.exceptions.InvalidKeyError:
            continue
        opened.seek(0)
        return opened
    return None


def _workbook_inside(file: BinaryIO, name: str) -> str | None:
    """What spreadsheet a zip archive is; None where it is an archive of files."""
    names = {entry.filename for entry in _entries(file, name)}
    return next((what for part, what in WORKBOOK_PARTS.items() if part in names), None)


def _entries(file: BinaryIO, name: str) -> list[zipfile.ZipInfo]:
    file.seek(0)
    try:
        entries = zipfile.ZipFile(file).infolist()
    except DAMAGED:
        raise FileRefused(
            name, "not readable as an Excel workbook or zip archive", "Send it again: it is damaged or cut short."
        ) from None
    finally:
        file.seek(0)
    if len(entries) > MAX_MEMBERS:
        raise FileRefused(
            name, f"holds {counted(len(entries), 'file')}, more than {MAX_MEMBERS:,}", "Send fewer files in an archive."
        )
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if unpacked > MAX_UNPACKED or (unpacked > BOMB_FROM and unpacked > BOMB_RATIO * max(packed, 1)):
        raise _bomb(name)
    return entries


def _bomb(name: str) -> FileRefused:
    return FileRefused(
        name, "unpacks to far more than any staff list holds (a 'zip bomb')", "Make the archive again from the original files."
    )


def _members(file: BinaryIO, name: str, pattern: str, password: str | None) -> Iterator[Part]:
    entries = [e for e in _entries(file, name) if not e.is_dir() and not re.search(r"(^|/)(\.|__MACOSX/|~\$)", e.filename)]
    wanted = [e for e in entries if fnmatch(e.filename.rsplit("/", 1)[-1], pattern)]
    if not wanted or len(wanted) < len(entries):
        what = (
            "holds no file"
            if not entries
            else f"holds {counted(len(entries) - len(wanted), 'file')} that the contract does not expect"
        )
        raise FileRefused(
            name, f"{what} ({pattern})", "Pack the staff lists only, under the names agreed, or correct `member_pattern`."
        )
    for entry in sorted(wanted, key=lambda e: e.filename):
        inner = f"{name}/{entry.filename}"
        body = io.BytesIO()
        try:
            with zipfile.ZipFile(file) as archive, archive.open(entry, pwd=password.encode() if password else None) as member:
                while chunk := member.read(CHUNK):
                    body.write(chunk)
                    if body.tell() > MAX_WORKBOOK:
                        raise _bomb(inner)
        except DAMAGED as error:
            remedy = (
                "Put its password into the contract's connection."
                if "password" in str(error)
                else "Send it again: it is damaged."
            )
            raise FileRefused(inner, "not readable in its archive", remedy) from None
        body.seek(0)
        yield _part(body, inner, password)


def _check_xml(file: BinaryIO, name: str) -> None:
    """Refuse XML that declares a document type: spreadsheets never do, and entities in it can grow without end."""
    if sum(entry.file_size for entry in _entries(file, name)) > MAX_WORKBOOK:
        raise FileRefused(name, "is larger than any workbook of staff", "Send it as CSV, or a workbook a month.")
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels")):
                    with archive.open(entry) as member:
                        if _declares_a_type(member):
                            raise FileRefused(
                                name, "holds XML with a document type, as no spreadsheet does", "Save it again in Excel."
                            )
    except DAMAGED:
        raise FileRefused(
            name, "not readable as an Excel workbook (damaged archive)", "Send it again: it is damaged or cut short."
        ) from None
    finally:
        file.seek(0)


class _RootBegins(Exception):
    """Behind the first element, no document type can stand."""


def _declares_a_type(xml: IO[bytes]) -> bool:
    """In any encoding, and behind comments of any length."""
    found: list[str] = []

    def declared(name: str, *_: object) -> None:
        found.append(name)
        raise _RootBegins

    def begun(*_: object) -> None:
        raise _RootBegins

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = declared, begun
    with contextlib.suppress(_RootBegins, expat.ExpatError, LookupError, ValueError):  # what is no XML, its reader says
        while chunk := xml.read(4096):
            parser.Parse(chunk)
    return bool(found)


def _peek(file: BinaryIO) -> bytes:
    start = file.read(2048)
    file.seek(0)
    return start


def _size(file: BinaryIO) -> int:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return size


class _Metered(io.BufferedReader):
    """A gzip stream that refuses to unpack a bomb, and says so where it is damaged."""

    def __init__(self, stream: gzip.GzipFile, name: str, packed: int) -> None:
        super().__init__(_Counting(stream, name, packed), CHUNK)


class _Counting(io.RawIOBase):
    def __init__(self, stream: gzip.GzipFile, name: str, packed: int) -> None:
        self.stream, self.name, self.packed = stream, name, packed

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.stream.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        try:
            chunk = self.stream.read(len(buffer))
        except DAMAGED:
            raise FileRefused(self.name, "not readable as gzip", "Send it again: it is damaged or cut short.") from None
        unpacked = self.stream.tell()  # however often it is read from its start
        if unpacked > MAX_UNPACKED or (unpacked > BOMB_FROM and unpacked > BOMB_RATIO * self.packed):
            raise _bomb(self.name)
        buffer[: len(chunk)] = chunk
        return len(chunk)
