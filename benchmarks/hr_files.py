"""Staff lists of any size for the benchmarks, all invented, and the contract that they keep."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from parity.catalogue import HrContract

HEADER = ("period", "id", "name", "sex", "rank", "unit", "born", "hired", "departed", "pay")
RANKS = [f"Rank {grade}" for grade in range(1, 10)]
MONTHS = 12


def contract(path: Path) -> HrContract:
    return HrContract.model_validate(
        {
            "name": "bench",
            "agency": "BENCH-POL",
            "grain": "roster",
            "file_pattern": "*",
            "format": "csv" if path.suffix == ".csv" else "workbook",
            "period": {"column": "period"},
            "date_format": "%d/%m/%Y",
            "columns": {
                "period": {"header": "period"},
                "person_id": {"header": "id"},
                "sex": {"header": "sex"},
                "rank": {"header": "rank"},
                "unit": {"header": "unit"},
                "birth_date": {"header": "born"},
                "hire_date": {"header": "hired"},
                "separation_date": {"header": "departed"},
                "salary": {"header": "pay"},
            },
            "identifying": ["name"],
            "total_markers": ["Total"],
            "sex_codes": {"F": "woman", "M": "man", "": "missing"},
            "ranks": [{"name": name, "grade": grade} for grade, name in enumerate(RANKS, start=1)],
        }
    )


def people(n_people: int, first_month: int, n_months: int) -> Iterator[tuple[str, ...]]:
    """`n_people` in each of `n_months` months; a month is counted from January 2015."""
    for month in range(first_month, first_month + n_months):
        year, month_no = 2015 + month // 12, month % 12 + 1
        day = calendar.monthrange(year, month_no)[1]
        for n in range(n_people):
            sex = "" if n % 250 == 0 else "F" if n % 9 == 0 else "M"
            rank = RANKS[min(n % 13 + month // 36 * (n % 7 == 0), 8)]
            left = f"{day}/{month_no:02}/{year}" if n % 300 == month % 300 else ""
            yield (
                f"{month_no:02}/{year}",
                f"{1_000_000 + n}",
                f"NAME OF PERSON {n}",
                sex,
                rank,
                f"Unit {n % 40}",
                f"{n % 28 + 1:02}/{n % 12 + 1:02}/{1965 + n % 25}",
                f"{n % 28 + 1:02}/{n % 12 + 1:02}/{1995 + n % 19}",
                left,
                f"{1000 + n % 500}.50",
            )


def write_csv(path: Path, n_rows: int, *, first_month: int = 0, n_months: int = MONTHS) -> Path:
    """About `n_rows` rows over the months, the same number of people in each."""
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(HEADER) + "\n")
        file.writelines(",".join(row) + "\n" for row in people(n_rows // n_months, first_month, n_months))
    return path


def write_workbook(path: Path, n_rows: int) -> Path:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Staff")
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(people(n_rows, 0, 1), start=1):
            sheet.write_row(number, 0, row[:-1])
            sheet.write_number(number, len(row) - 1, float(row[-1]))
    return path
