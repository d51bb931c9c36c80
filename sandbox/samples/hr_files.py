"""Writes three agencies' staff exports, each in its own mess, as `catalogue/sources/hr/` describes them.

All names, numbers and dates are invented. Each month holds a few rows that break the contract (an unknown sex code, a
date that is none, no identifier) and belong to nobody; the writers return where they stand.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from parity.catalogue import HrContract
from sandbox.samples.people import Person, month_ends

SYNTHETIC = "SYNTHETIC DATA - invented people"
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
THAI_HEADER = (
    "งวด",
    "เลขประจำตัว",
    "ชื่อ-สกุล",
    "เพศ",
    "ยศ",
    "หน่วย",
    "สายงาน",
    "ประเภท",
    "วันเกิด",
    "วันบรรจุ",
    "วันพ้นราชการ",
)
INDONESIAN_HEADER = (
    "No",
    "NIP",
    "Nama",
    "JK",
    "Pangkat",
    "Unit Kerja",
    "Bidang",
    "Status Pegawai",
    "Tanggal Lahir",
    "TMT",
)
VIETNAMESE_HEADER = (
    "Kỳ",
    "Mã số",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Ngạch",
    "Đơn vị",
    "Lĩnh vực",
    "Loại",
    "Ngày vào ngành",
    "Ngày nghỉ việc",
)
INDONESIAN_MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def by_year() -> Iterator[tuple[int, list[dt.date]]]:
    for year, ends in itertools.groupby(month_ends(), key=lambda day: day.year):
        yield year, list(ends)


def _on_list(people: Iterable[Person], end: dt.date, *, with_leavers: bool) -> list[Person]:
    first = end.replace(day=1)
    return [
        person
        for person in people
        if person.hired <= end and (person.left is None or person.left > end or (with_leavers and first <= person.left <= end))
    ]


@dataclass(frozen=True)
class BadRow:
    """A row that the reader must quarantine; `column` is the header of the cell that breaks the contract."""

    column: str
    cells: list[str]

    def at(self, file: str, row_no: int, sheet: str | None = None) -> dict[str, Any]:
        return {"file": file, "sheet": sheet, "row_no": row_no, "column": self.column}


class Codes:
    """The agency's own words for the common codes, read backwards from its contract."""

    def __init__(self, contract: HrContract) -> None:
        self.sex: dict[str, str] = {gender: code for code, gender in reversed(contract.sex_codes.items())}
        self.rank = {rank.grade: rank.name for rank in contract.ranks}
        self.function = {common: name for name, common in contract.functions.items()}
        self.sworn = {value == "sworn": code for code, value in contract.sworn_codes.items()}


def write_thai(folder: Path, contract: HrContract, people: list[Person]) -> list[dict[str, Any]]:
    codes = Codes(contract)
    dirty: list[dict[str, Any]] = []

    def date(day: dt.date | None) -> str:
        if day is None:
            return ""
        text = f"{day.day:02}/{day.month:02}/{day.year + 543}"
        return text.translate(THAI_DIGITS) if day.day == 9 else text

    for year, ends in by_year():
        name, row_no = f"THA-POL_synthetic_{year + 543}.csv", contract.header_row
        out = io.StringIO()
        out.write(f"บัญชีกำลังพล (ข้อมูลสมมติ) {SYNTHETIC}\r\n\r\n")
        writer = csv.writer(out)
        writer.writerow(THAI_HEADER)
        for end in ends:
            period = f"{end.month:02}/{end.year + 543}"
            listed = _on_list(people, end, with_leavers=True)
            for person in listed:
                left = person.left if person.left and person.left <= end else None
                writer.writerow(
                    [
                        period,
                        f"7{person.number:012}",
                        f"สมมติ นามสกุล{person.number}",
                        codes.sex[person.gender],
                        codes.rank[person.grade_on(end)],
                        person.unit,
                        codes.function[person.function],
                        codes.sworn[person.is_sworn],
                        date(person.birth),
                        date(person.hired),
                        date(left),
                    ]
                )
            rank = codes.rank[1]
            bad = [
                BadRow("เพศ", [period, "9000000000001", "สมมติ ผิดพลาด", "X?", rank, "", "", "", "", date(end), ""]),
                BadRow("วันบรรจุ", [period, "9000000000002", "สมมติ ผิดพลาด", "ช", rank, "", "", "", "", "31/02/2562", ""]),
            ]
            row_no += len(listed)
            for row in bad:
                row_no += 1
                writer.writerow(row.cells)
                dirty.append(row.at(name, row_no))
            row_no += 1
            writer.writerow(["รวม", str(len(listed) + len(bad))] + [""] * 9)
        (folder / name).write_bytes(out.getvalue().encode("cp874"))
    return dirty


def write_indonesian(folder: Path, contract: HrContract, people: list[Person]) -> list[dict[str, Any]]:
    codes = Codes(contract)
    dirty: list[dict[str, Any]] = []
    options = {"constant_memory": True, "default_date_format": "dd-mm-yyyy"}
    for year, ends in by_year():
        name = f"IDN-IMM_sintetis_{year}.xlsx"
        book = xlsxwriter.Workbook(str(folder / name), options)
        book.set_properties({"created": dt.datetime(2026, 1, 1)})
        for end in ends:
            month = INDONESIAN_MONTHS[end.month - 1]
            sheet = book.add_worksheet(f"{month} {year}")
            sheet.write(0, 0, f"DAFTAR PEGAWAI (DATA SINTETIS) {SYNTHETIC}")
            sheet.write(1, 0, f"Periode: {month} {year}")
            sheet.write_row(3, 0, INDONESIAN_HEADER)
            listed = _on_list(people, end, with_leavers=False)
            for row, person in enumerate(listed, start=4):
                sheet.write_row(
                    row,
                    0,
                    [
                        row - 3,
                        f"19{person.number:016}",
                        f"Contoh Pegawai {person.number}",
                        codes.sex[person.gender],
                        codes.rank[person.grade_on(end)],
                        person.unit,
                        codes.function[person.function],
                        codes.sworn[person.is_sworn],
                    ],
                )
                sheet.write_string(row, 8, f"{person.birth:%d-%m-%Y}")
                if person.number % 2:
                    sheet.write_datetime(row, 9, dt.datetime.combine(person.hired, dt.time()))
                else:
                    sheet.write_string(row, 9, f"{person.hired:%d-%m-%Y}")
            nip, nama, rank = "990000000000000001", "Contoh Salah", codes.rank[1]
            bad = [
                BadRow("JK", ["", nip, nama, "X?", rank, "", "", "", "", f"{end:%d-%m-%Y}"]),
                BadRow("TMT", ["", nip, nama, "L", rank, "", "", "", "", "31-02-2019"]),
            ]
            row_no = len(listed) + contract.header_row
            for wrong in bad:
                sheet.write_row(row_no, 0, wrong.cells)
                row_no += 1
                dirty.append(wrong.at(name, row_no, sheet.get_name()))
            sheet.write_row(row_no, 0, ["Jumlah", len(listed) + len(bad)])
        book.close()
    return dirty


def write_vietnamese(folder: Path, contract: HrContract, people: list[Person]) -> list[dict[str, Any]]:
    codes = Codes(contract)
    dirty: list[dict[str, Any]] = []

    def date(day: dt.date | None) -> str:
        return f"{day:%d/%m/%Y}" if day else ""

    for year, ends in by_year():
        name, row_no = f"VNM-CUS_gia-lap_{year}.csv", contract.header_row
        out = io.StringIO()
        out.write(f"Danh sách công chức (dữ liệu giả lập) {SYNTHETIC}\r\n")
        writer = csv.writer(out, delimiter=";")
        writer.writerow(VIETNAMESE_HEADER)
        for end in ends:
            listed = _on_list(people, end, with_leavers=True)
            for person in listed:
                left = person.left if person.left and person.left <= end else None
                writer.writerow(
                    [
                        f"{end:%m/%Y}",
                        f"HQ{person.number:06}",
                        f"Ví Dụ {person.number}",
                        date(person.birth),
                        codes.sex[person.gender],
                        codes.rank[person.grade_on(end)],
                        person.unit,
                        codes.function[person.function],
                        codes.sworn[person.is_sworn],
                        date(person.hired),
                        date(left),
                    ]
                )
            period, rank = f"{end:%m/%Y}", codes.rank[1]
            bad = [
                BadRow("Mã số", [period, "", "Ví Dụ Lỗi", "", "Nam", rank, "", "", "", date(end), ""]),
                BadRow("Giới tính", [period, "HQ990001", "Ví Dụ Lỗi", "", "X?", rank, "", "", "", date(end), ""]),
                BadRow("Ngày vào ngành", [period, "HQ990002", "Ví Dụ Lỗi", "", "Nữ", rank, "", "", "", "00/00/0000", ""]),
            ]
            row_no += len(listed)
            for row in bad:
                row_no += 1
                writer.writerow(row.cells)
                dirty.append(row.at(name, row_no))
            row_no += 1
            writer.writerow(["Tổng cộng", str(len(listed) + len(bad))] + [""] * 9)
        (folder / name).write_bytes(codecs.BOM_UTF16_LE + out.getvalue().encode("utf-16-le"))
    return dirty


WRITERS = {"tha_pol": write_thai, "idn_imm": write_indonesian, "vnm_cus": write_vietnamese}
