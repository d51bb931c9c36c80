"""Made-up staff files in the layouts that real agencies use. Every name in them is one of NAMES, so that a test can look for it."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable

import xlsxwriter

from tests.unit.ingestion import spreadsheets as make

NAMES = ("NAKAMURA", "Quispe", "O'HALLORAN", "Thongchai", "ADEYEMI", "Wijaya", "Bùi", "VANDERBILT")
GIVEN = ("Kenji", "Marisol", "Siobhan", "Somsak", "Folake", "Dewi", "Minh", "Cornelius")
US_RANKS = ("Police Officer", "Police Officer", "Police Officer", "Sergeant", "Lieutenant", "Captain")
N = 120


def _random() -> random.Random:
    return random.Random(18)


def _day(rng: random.Random, first: int = 1995, last: int = 2023) -> dt.date:
    return dt.date(rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28))


def _csv(header: list[str], rows: list[list[object]], delimiter: str = ",", before: tuple[str, ...] = ()) -> str:
    def cell(value: object) -> str:
        text = str(value)
        return f'"{text}"' if delimiter in text else text

    lines = [*before, *(delimiter.join(map(cell, row)) for row in [header, *rows])]
    return "\n".join(lines) + "\n"


def payroll() -> tuple[str, bytes]:
    """A payroll extract: pay type, pay code before the title, veteran status, a day in the file's name."""
    rng = _random()
    header = [
        *("Employee Number", "Last Name", "First Name", "Gender", "Pay Code", "Job Title", "GL Pay Type"),
        *("Base Pay", "Service Date", "Veteran Status", "Department"),
    ]
    rows = [
        [
            *(50_000 + n * 7, rng.choice(NAMES), rng.choice(GIVEN), rng.choice("FMMM"), f"P{n % 9}", rng.choice(US_RANKS), "REG"),
            *(f"{rng.randint(40_000, 120_000)}.50", f"{_day(rng):%m/%d/%Y}", rng.choice("YN"), f"District {n % 7}"),
        ]
        for n in range(N)
    ]
    return "payroll_20240315.csv", _csv(header, rows).encode()


def open_data() -> tuple[str, bytes]:
    """An open-data portal's: camel case, days with a time, an employee id far to the right."""
    rng = _random()
    header = ["FullName", "RankTitle", "UnitDescription", "SexCode", "HireDate", "AnnualSalary", "EmployeeId"]
    rows = [
        [
            f"{rng.choice(NAMES)} {rng.choice(GIVEN)}",
            *(rng.choice(US_RANKS), f"Unit {n % 11}", rng.choice("FM"), f"{_day(rng):%Y-%m-%d}", 50_000 + 37 * n, 9_000 + n),
        ]
        for n in range(N)
    ]
    return "police_2023-12.csv", _csv(header, rows).encode()


def thai() -> tuple[str, bytes]:
    """Thai, in its Windows encoding, with Buddhist years and a title above the header."""
    rng = _random()
    header = ["ลำดับ", "เลขประจำตัว", "ชื่อ-สกุล", "เพศ", "ยศ", "สังกัด", "วันบรรจุ"]
    rows = []
    for n in range(N):
        day = _day(rng)
        when = f"{day.day:02}/{day.month:02}/{day.year + 543}"
        unit = f"สน. {n % 5}"
        rows.append(
            [
                n + 1,
                3_100_000_000_000 + n,
                f"{rng.choice(NAMES[:2])} x",
                rng.choice("ชญ"),
                rng.choice(("ด.ต.", "ร.ต.อ.", "พ.ต.ท.")),
                unit,
                when,
            ]
        )
    return "รายชื่อ_2567-01.csv", _csv(header, rows, before=("บัญชีรายชื่อ", "")).encode("cp874")


def indonesian() -> tuple[str, bytes]:
    """A workbook with a sheet a month, and one that explains the codes."""
    rng = _random()
    header = ["No", "NIP", "Nama", "JK", "Pangkat", "Satuan"]
    rows = [
        [
            n + 1,
            f"1990{n:014}",
            f"{rng.choice(NAMES)} {rng.choice(GIVEN)}",
            rng.choice("LP"),
            rng.choice(("Bripka", "Ipda", "AKP")),
            "Polres",
        ]
        for n in range(N)
    ]
    table: list[list[object]] = [header, *rows]
    notes: list[list[object]] = [["Keterangan"], ["L laki-laki, P perempuan"]]
    return "pegawai.xlsx", make.xlsx(table, sheet="Januari 2024", more={"Februari 2024": table, "Catatan": notes})


def vietnamese() -> tuple[str, bytes]:
    """Semicolons, a total and a signature at the end."""
    rng = _random()
    header = ["Mã số", "Họ và tên", "Giới tính", "Ngày sinh", "Cấp bậc", "Đơn vị"]
    rows: list[list[object]] = [
        [
            f"A{1_000 + n}",
            f"{rng.choice(NAMES)} {rng.choice(GIVEN)}",
            rng.choice(("Nam", "Nữ")),
            f"{_day(rng, 1970, 2000):%d/%m/%Y}",
            "Đại úy",
            "Phòng 1",
        ]
        for n in range(N)
    ]
    rows += [["Tổng cộng", N, "", "", "", ""], ["", "", "", "", NAMES[3], ""]]
    return "cong_an_03-2024.csv", _csv(header, rows, ";").encode()


def unknown_header_of_the_number() -> tuple[str, bytes]:
    """No header is a word for the staff number, and one counts rows."""
    rng = _random()
    header = ["SEQ#", "Agent", "MF", "Position Title", "Entry Date", "Phone Ext"]
    rows: list[list[object]] = [
        [
            n + 1,
            f"X{7_000 + n * 3}",
            rng.choice(("Female", "Male")),
            rng.choice(US_RANKS),
            f"{_day(rng):%d-%b-%Y}",
            rng.randint(100, 140),
        ]
        for n in range(N)
    ]
    return "agents_March_2024.csv", _csv(header, rows).encode()


def codes_of_sex() -> tuple[str, bytes]:
    """1 and 2 for sex: no draft can know which is which."""
    rng = _random()
    rows: list[list[object]] = [[f"{n:06}", rng.choice("12"), rng.choice(US_RANKS), f"{_day(rng):%Y%m%d}"] for n in range(N)]
    return "force_202403.csv", _csv(["Badge No.", "Sex", "Rank", "Date Joined"], rows).encode()


def two_header_rows() -> tuple[str, bytes]:
    """Counts by rank, women and men of two years under merged cells."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Strength")
        sheet.merge_range(0, 0, 1, 0, "Rank")
        sheet.merge_range(0, 1, 0, 2, "2023")
        sheet.merge_range(0, 3, 0, 4, "2024")
        for place, text in enumerate(("F", "M", "F", "M"), start=1):
            sheet.write(1, place, text)
        for row, rank in enumerate(("Constable", "Sergeant", "Inspector"), start=2):
            sheet.write_row(row, 0, [rank, 10 * row, 30 * row, 11 * row, 29 * row])
    return "strength_2024.xlsx", out.getvalue()


def counts() -> tuple[str, bytes]:
    """A table of counts with a total."""
    rows: list[list[object]] = [["Constable", 120, 880, "1,000"], ["Sergeant", 20, 180, 200], ["Total", 140, 1_060, "1,200"]]
    return "headcount_2024.csv", _csv(["Rank", "Female", "Male", "Total"], rows).encode()


def total_pay() -> tuple[str, bytes]:
    """Pay columns called totals beside people: no table of counts."""
    rng = _random()
    header = ["Name", "Badge #", "Gender", "Title", "Total Base Pay", "Total Overtime", "Total Count"]
    rows = [
        [
            rng.choice(NAMES),
            300 + n,
            rng.choice("FM"),
            rng.choice(US_RANKS),
            f"${40 + n % 60},000.00",
            rng.randint(0, 9_000),
            rng.randint(1, 9),
        ]
        for n in range(N)
    ]
    return "gross_pay_2023.csv", _csv(header, rows).encode()


def movements() -> tuple[str, bytes]:
    """Events: who was hired, promoted, or left."""
    rng = _random()
    rows: list[list[object]] = [
        [
            1_000 + n % 70,
            rng.choice(NAMES),
            rng.choice(("Promotion", "Resignation", "Transfer")),
            f"{_day(rng):%d.%m.%Y}",
            rng.choice(US_RANKS),
        ]
        for n in range(N)
    ]
    return "movements.csv", _csv(["Service Number", "Surname", "Movement", "Effective Date", "Rank"], rows, "\t").encode()


def several_sheets() -> tuple[str, bytes]:
    """The staff stand on the second sheet, below a title; days are cells of days."""
    rng = _random()
    titles: list[list[object]] = [["Staff of the agency", ""], [f"Prepared by {NAMES[4]} {GIVEN[4]}", ""], ["", ""]]
    header: list[object] = ["Staff No", "Surname", "Sex", "Grade", "Station", "Date of Birth", "Date of Appointment"]
    rows: list[list[object]] = [
        [
            f"S{2_000 + n}",
            rng.choice(NAMES),
            rng.choice("FM"),
            rng.choice(US_RANKS),
            f"Post {n % 6}",
            _day(rng, 1965, 2000),
            _day(rng),
        ]
        for n in range(N)
    ]
    cover: list[list[object]] = [["Contents"], ["1", "Staff"]]
    return "staff 2024-02.xlsx", make.xlsx(cover, sheet="Cover", more={"Staff": [*titles, header, *rows]})


LAYOUTS: dict[str, Callable[[], tuple[str, bytes]]] = {
    layout.__name__: layout
    for layout in (
        *(payroll, open_data, thai, indonesian, vietnamese, unknown_header_of_the_number, codes_of_sex, two_header_rows),
        *(counts, total_pay, movements, several_sheets),
    )
}
