"""Writes what agencies keep apart from staff lists: courses, formal complaints, who left and why, counts of applicants; and the truth of each.

All of it is invented. Files of people and cases hold rows that break the contract; the writers return where these stand, and what the indicators
must be, counted from the people and cases themselves.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from parity.catalogue import HrContract
from sandbox.samples.hr_files import SYNTHETIC, BadRow
from sandbox.samples.people import END, Person
from sandbox.samples.truth import POSTS, YEARS

REGISTER_BEGINS = dt.date(2019, 1, 1)
COURSES = {
    "victim_identification": (0.55, 6, 24),
    "gender_equality": (0.3, 3, 12),
    "leadership": (0.2, 20, 80),
    "operational": (0.6, 8, 40),
}
FRONT_LINE = {"patrol", "investigation", "intelligence", "border"}
IN_TIME = dt.timedelta(days=90)
GENDERS = ("woman", "man")
Register = tuple[list[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Course:
    person: Person
    kind: str
    completed: dt.date
    hours: int


def courses(people: list[Person], seed: int) -> Iterator[Course]:
    """Courses since the register begins; men take somewhat more of them and longer ones."""
    rng = random.Random(f"{seed}/training")
    for person in people:
        first, last = max(person.hired, REGISTER_BEGINS), min(person.left or END, END)
        for kind, (chance, least, most) in COURSES.items():
            takes = rng.random() < chance * (0.9 if person.gender == "woman" else 1)
            day, hours = first + dt.timedelta(days=rng.randrange(max((last - first).days, 1))), rng.randint(least, most)
            if takes and first <= last:
                yield Course(person, kind, day, hours)


def write_training(folder: Path, contract: HrContract, people: list[Person], seed: int) -> Register:
    """One CSV with Buddhist dates. A trainer from outside stands in it too, who is on no staff list."""
    names: dict[str, str] = {kind: name for name, kind in contract.course_codes.items()}
    taken = sorted(courses(people, seed), key=lambda course: (course.completed, course.person.number, course.kind))
    name, out, dirty = f"THA-POL_training_synthetic_{END.year + 543}.csv", io.StringIO(), []
    out.write(f"ทะเบียนการฝึกอบรม (ข้อมูลสมมติ) {SYNTHETIC}\r\n")
    writer = csv.writer(out)
    writer.writerow(("เลขประจำตัว", "ชื่อ-สกุล", "หลักสูตร", "วันที่สำเร็จ", "ชั่วโมง"))
    for course in taken:
        number = course.person.number
        writer.writerow(
            (f"7{number:012}", f"สมมติ นามสกุล{number}", names[course.kind], _thai(course.completed), str(course.hours))
        )
    writer.writerow(("8000000000001", "สมมติ วิทยากร", names["leadership"], _thai(dt.date(2024, 3, 1)), "40"))
    bad = [
        BadRow("หลักสูตร", ["9000000000001", "สมมติ ผิดพลาด", "X?", _thai(dt.date(2024, 3, 1)), "8"]),
        BadRow("วันที่สำเร็จ", ["9000000000002", "สมมติ ผิดพลาด", names["leadership"], "31/02/2562", "8"]),
    ]
    for row_no, row in enumerate(bad, contract.header_row + len(taken) + 2):
        writer.writerow(row.cells)
        dirty.append(row.at(name, row_no))
    writer.writerow(["รวม", str(len(taken) + 3), "", "", ""])
    (folder / name).write_bytes(out.getvalue().encode("cp874"))
    return dirty, {str(year): _trained(people, taken, year) for year in YEARS}


def _thai(day: dt.date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year + 543}"


def _trained(people: list[Person], taken: list[Course], year: int) -> dict[str, Any]:
    """Of those in post at the end of the year: hours of the year, and who of the front line has learnt to identify victims."""
    end, three_before = dt.date(year, 12, 31), dt.date(year - 3, 12, 31)
    in_post = {p.number: p for p in people if p.is_in_post(end)}
    front_line = {n for n, p in in_post.items() if p.is_sworn and (p.function in FRONT_LINE or p.unit in POSTS)}
    valid = {c.person.number for c in taken if c.kind == "victim_identification" and three_before < c.completed <= end}
    return {
        gender: {
            "n": sum(p.gender == gender for p in in_post.values()),
            "hours": sum(
                c.hours for c in taken if c.completed.year == year and c.person.number in in_post and c.person.gender == gender
            ),
            "front_line": sum(in_post[n].gender == gender for n in front_line),
            "trained": sum(in_post[n].gender == gender for n in front_line & valid),
        }
        for gender in GENDERS
    }


def write_complaints(folder: Path, contract: HrContract, people: list[Person], seed: int) -> Register:
    """One workbook, as of the last day; cases that are still open have no second date."""
    rng = random.Random(f"{seed}/complaints")
    types: dict[str, str] = {kind: name for name, kind in contract.complaint_codes.items()}
    cases = []
    for year in YEARS[1:]:
        for _ in range(max(20, len(people) // 40)):
            opened = dt.date(year, 1, 1) + dt.timedelta(days=rng.randrange(365))
            end = opened + dt.timedelta(days=int(rng.expovariate(1 / 75)))
            kind = rng.choices(("sexual_harassment", "discrimination", "other"), (5, 3, 2))[0]
            cases.append((opened, end if end <= END else None, kind, rng.choice(("L", "P", "P", ""))))
    cases.sort(key=lambda case: case[0])
    name = "IDN-IMM_pengaduan_sintetis.xlsx"
    book = xlsxwriter.Workbook(str(folder / name), {"constant_memory": True})
    book.set_properties({"created": dt.datetime(2026, 1, 1)})
    sheet = book.add_worksheet("Pengaduan")
    sheet.write(0, 0, f"DAFTAR PENGADUAN (DATA SINTETIS) {SYNTHETIC}")
    sheet.write_row(
        2, 0, ("No", "Nomor Perkara", "Jenis Pengaduan", "Tanggal Masuk", "Tanggal Selesai", "JK Pelapor", "Terlapor")
    )
    bad = [
        BadRow("Jenis Pengaduan", ["", "X/1", "X?", "03-02-2024", "", "P", "Contoh Salah"]),
        BadRow("Tanggal Selesai", ["", "X/2", types["other"], "03-02-2024", "03-01-2024", "L", "Contoh Salah"]),
    ]
    for number, (opened, closed, kind, sex) in enumerate(cases, 1):
        until = f"{closed:%d-%m-%Y}" if closed else ""
        sheet.write_row(
            number + 2,
            0,
            (number, f"CONTOH/{number}/{opened.year}", types[kind], f"{opened:%d-%m-%Y}", until, sex, f"Contoh {number}"),
        )
    dirty = []
    for row_no, row in enumerate(bad, len(cases) + contract.header_row):
        sheet.write_row(row_no, 0, row.cells)
        dirty.append(row.at(name, row_no + 1, "Pengaduan"))
    book.close()
    return dirty, {str(year): _handled([case[:3] for case in cases if case[0].year == year]) for year in YEARS[1:]}


def _handled(cases: list[tuple[dt.date, dt.date | None, str]]) -> dict[str, int]:
    due = [(opened, closed) for opened, closed, _ in cases if opened + IN_TIME <= END]
    return {
        "opened": len(cases),
        "opened_in_scope": sum(kind != "other" for *_, kind in cases),
        "due": len(due),
        "closed_in_time": sum(closed is not None and closed - opened <= IN_TIME for opened, closed in due),
    }


def write_separations(folder: Path, contract: HrContract, people: list[Person], seed: int) -> Register:
    """A CSV of who left and why: the old retire, most others resign, and of every twenty-fifth no reason is stated."""
    rng = random.Random(f"{seed}/separations")
    names: dict[str, str] = {event: name for name, event in contract.event_codes.items()}
    left = sorted((p.left, p.number, p.gender, p.birth) for p in people if p.left and p.left.year >= YEARS[1])
    name, out, told = "IDN-IMM_berhenti_sintetis.csv", io.StringIO(), []
    out.write(f"DAFTAR PEGAWAI BERHENTI (DATA SINTETIS) {SYNTHETIC}\r\n")
    writer = csv.writer(out)
    writer.writerow(("NIP", "Nama", "TMT Berhenti", "Alasan"))
    for nth, (day, number, gender, birth) in enumerate(left, 1):
        why = rng.choices(("resignation", "dismissal", "death"), (82, 12, 6))[0]
        why = "retirement" if (day - birth).days > 55 * 365.25 else why
        why = "separation" if nth % 25 == 0 else why
        told.append((day.year, gender, why))
        writer.writerow((f"19{number:016}", f"Contoh Pegawai {number}", f"{day:%d-%m-%Y}", names[why]))
    bad = BadRow("Alasan", ["990000000000000002", "Contoh Salah", "01-02-2024", "X?"])
    writer.writerow(bad.cells)
    (folder / name).write_bytes(out.getvalue().encode())
    return [bad.at(name, contract.header_row + len(left) + 1)], {
        str(year): {gender: Counter(why for when, whose, why in told if (when, whose) == (year, gender)) for gender in GENDERS}
        for year in YEARS[1:]
    }


def write_applicants(folder: Path, contract: HrContract, people: list[Person], seed: int) -> Register:
    """A CSV of all rounds with a row of totals: some twelve applicants a place, women less often taken."""
    rng = random.Random(f"{seed}/applicants")
    name, out, truth = "VNM-CUS_du-tuyen_gia-lap.csv", io.StringIO(), {}
    out.write(f"Kết quả tuyển dụng (dữ liệu giả lập) {SYNTHETIC}\r\n")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["Năm", "Kỳ thi", *(measure.header for measure in contract.measures)])
    rounds: list[list[int]] = []
    for year in YEARS[1:]:
        total = dict.fromkeys(("woman_applied", "man_applied", "woman_hired", "man_hired"), 0)
        for number in ("1", "2"):
            applied = {"woman": len(people) // 5 + rng.randrange(40), "man": len(people) // 3 + rng.randrange(60)}
            hired = {g: sum(rng.random() < (0.07 if g == "woman" else 0.1) for _ in range(n)) for g, n in applied.items()}
            rounds.append([applied["man"], applied["woman"], sum(applied.values()), hired["man"], hired["woman"]])
            writer.writerow([year, f"Kỳ {number}", *rounds[-1]])
            for gender in GENDERS:
                total[f"{gender}_applied"] += applied[gender]
                total[f"{gender}_hired"] += hired[gender]
        truth[str(year)] = total
    writer.writerow(["Tổng cộng", "", *(sum(column) for column in zip(*rounds, strict=True))])
    (folder / name).write_bytes(codecs.BOM_UTF16_LE + out.getvalue().encode("utf-16-le"))
    return [], truth


WRITERS = {
    "tha_pol_training": write_training,
    "idn_imm_complaints": write_complaints,
    "idn_imm_separations": write_separations,
    "vnm_cus_applicants": write_applicants,
}
