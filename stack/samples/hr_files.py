"""Writes three agencies' staff exports, each in its own mess, as `catalogue/sources/hr/` describes them.

All names, numbers and dates are invented. Each agency's files hold a few rows that break the contract (an unknown sex code,
a date that is none) and belong to nobody.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

import xlsxwriter

from parity.catalogue import HrContract
from stack.samples.people import Person, month_ends

SYNTHETIC = "SYNTHETIC DATA - invented people"
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
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


class Codes:
    """The agency's own words for the common codes, read backwards from its contract."""

    def __init__(self, contract: HrContract) -> None:
        self.sex = {gender: code for code, gender in reversed(contract.sex_codes.items())}
        self.rank = {rank.grade: rank.name for rank in contract.ranks}
        self.function = {common: name for name, common in contract.functions.items()}
        self.sworn = {value == "sworn": code for code, value in contract.sworn_codes.items()}


def write_thai(folder: Path, contract: HrContract, people: list[Person]) -> None:
    codes = Codes(contract)

    def date(day: dt.date | None) -> str:
        if day is None:
            return ""
        text = f"{day.day:02}/{day.month:02}/{day.year + 543}"
        return text.translate(THAI_DIGITS) if day.day == 9 else text

    for year, ends in by_year():
        out = io.StringIO()
        out.write(f"บัญชีกำลังพล (ข้อมูลสมมติ) {SYNTHETIC}\r\n\r\n")
        writer = csv.writer(out)
        writer.writerow(["งวด", "เลขประจำตัว", "ชื่อ-สกุล", "เพศ", "ยศ", "หน่วย", "สายงาน", "ประเภท", "วันเกิด", "วันบรรจุ", "วันพ้นราชการ"])
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
            writer.writerow([period, "9000000000001", "สมมติ ผิดพลาด", "X?", codes.rank[1], "", "", "", "", date(end), ""])
            writer.writerow(["รวม", str(len(listed))] + [""] * 9)
        (folder / f"THA-POL_synthetic_{year + 543}.csv").write_bytes(out.getvalue().encode("cp874"))


def write_indonesian(folder: Path, contract: HrContract, people: list[Person]) -> None:
    codes = Codes(contract)
    header = ["No", "NIP", "Nama", "JK", "Pangkat", "Unit Kerja", "Bidang", "Status Pegawai", "Tanggal Lahir", "TMT"]
    for year, ends in by_year():
        book = xlsxwriter.Workbook(
            str(folder / f"IDN-IMM_sintetis_{year}.xlsx"),
            {"constant_memory": True, "default_date_format": "dd-mm-yyyy"},
        )
        book.set_properties({"created": dt.datetime(2026, 1, 1)})
        for end in ends:
            month = INDONESIAN_MONTHS[end.month - 1]
            sheet = book.add_worksheet(f"{month} {year}")
            sheet.write(0, 0, f"DAFTAR PEGAWAI (DATA SINTETIS) {SYNTHETIC}")
            sheet.write(1, 0, f"Periode: {month} {year}")
            sheet.write_row(3, 0, header)
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
            bad = len(listed) + 4
            sheet.write_row(
                bad,
                0,
                [bad - 3, "990000000000000001", "Contoh Salah", "L", codes.rank[1], "", "", "", "", "31-02-2019"],
            )
            sheet.write_row(bad + 1, 0, ["Jumlah", len(listed)])
        book.close()


def write_vietnamese(folder: Path, contract: HrContract, people: list[Person]) -> None:
    codes = Codes(contract)

    def date(day: dt.date | None) -> str:
        return f"{day:%d/%m/%Y}" if day else ""

    for year, ends in by_year():
        out = io.StringIO()
        out.write(f"Danh sách công chức (dữ liệu giả lập) {SYNTHETIC}\r\n")
        writer = csv.writer(out, delimiter=";")
        writer.writerow(
            [
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
            ]
        )
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
            writer.writerow([f"{end:%m/%Y}", "", "Ví Dụ Lỗi", "", "Nam", codes.rank[1], "", "", "", date(end), ""])
            writer.writerow(["Tổng cộng", str(len(listed))] + [""] * 9)
        (folder / f"VNM-CUS_gia-lap_{year}.csv").write_bytes(out.getvalue().encode("utf-16"))


WRITERS = {"tha_pol": write_thai, "idn_imm": write_indonesian, "vnm_cus": write_vietnamese}
