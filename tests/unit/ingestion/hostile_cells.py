"""For tests: a contract of every grain with every column that it reads, a good row of each, and cells that nobody should write."""

from __future__ import annotations

import csv
import io

from parity.catalogue import HrContract
from parity.catalogue.hr_terms import GRAINS, read_by

GOOD = {
    "period": "12/2023", "agency": "A", "person_id": "1001", "sex": "F", "rank": "Officer", "unit": "North", "from_unit": "South",
    "function": "Patrol", "sworn": "S", "is_active": "Y", "event": "P", "event_date": "01/02/2023", "hire_date": "01/02/2010",
    "separation_date": "01/02/2023", "birth_date": "01/02/1980", "salary": "1200.50", "course": "L", "completed_date": "01/02/2023",
    "hours": "8", "complaint_type": "D", "opened_date": "01/02/2023", "closed_date": "01/03/2023", "round": "2023-1", "n_staff": "12",
    "n_applied": "30", "n_hired": "4",
}  # fmt: skip
CODES = {
    "agency_codes": {"A": "ABC-POL"}, "sex_codes": {"F": "woman", "M": "man"}, "ranks": [{"name": "Officer", "grade": 1}],
    "functions": {"Patrol": "operational"}, "sworn_codes": {"S": "sworn"}, "active_codes": {"Y": "active"}, "event_codes": {"P": "promotion"},
    "course_codes": {"L": "leadership"}, "complaint_codes": {"D": "discrimination"},
}  # fmt: skip
OF_CODES = {"agency_codes": "agency", "sex_codes": "sex", "ranks": "rank", "functions": "function", "sworn_codes": "sworn", "active_codes": "is_active", "event_codes": "event", "course_codes": "course", "complaint_codes": "complaint_type"}  # fmt: skip
PEOPLE = {
    "person_id",
    "birth_date",
    "hire_date",
    "separation_date",
    "salary",
    "birth_year",
    "is_active",
    "event",
    "event_date",
    "from_unit",
}
ZEROS = "0٠۰०০੦૦୦௦౦೦൦๐໐༠၀០᠐᥆᧐᪀᮰᱀꘠꣐꤀꧐꩐０𐒠𑁦𝟎🯰"  # of many scripts
HOSTILE = [
    *(chr(ord(zero) + 1) + zero for zero in ZEROS), *"²½Ⅷ㊿一", "\u200e12\u200f", "\u202e3202/21", "\u2066x\u2069", "NaN", "nan", "Infinity", "-inf",
    "1e400", "1e5", "-0", "9" * 12, "9" * 13, "9" * 400, "9" * 5000, "2147483648", "<999", "<0", "0.0000001", "-1", "00/00/0000", "01/01/0000",
    "31/12/9999", "01/01/10000", "29/02/2023", "29/02/2566", "01/02/2010 25:61", "01/02/2010T00:00Z", "-40210", "40210", "99999999", "TRUE",
    "#REF!", "#N/A", "=1+1", "=cmd|'/C calc'!A0", "@SUM(1)", "", " ", "\t", "\u00a0", "\u3000", "\u2028", "\x85", "\x0b\x0c", "😀", "👩‍👩‍👧",
    "a\x1b[2J", "\x07", "\x1dx", "\x1e1", "\x1f", "\\N", "\\.", "\\", "\\\\N", "\\x41", "a\tb", 'a"b', '"', "a\nb", "a\r\nb", "\r", "\0", "a\0b",
    "\ufeff", "\ufffd", "\uffff", "\U0010ffff", "é" * 999, "x" * 1001, " " * 5000 + "x", "1" + " " * 5000 + "x", "e\u0301", "Z\u0335\u0321" * 99,
    "'; drop table raw.hr_staff; --", "{}", "null", "None", "12/13", "99/2023", "13/2023", "Q9 2023", "NULL", "Total", "၀ေမ",
]  # fmt: skip


def contract_of(grain: str) -> HrContract:
    """One of that grain with every column that it reads."""
    columns = [name for name in GOOD if name in read_by(grain)]
    if grain in ("aggregate", "applicants"):
        columns = [name for name in columns if name not in PEOPLE]
    else:
        columns = [name for name in columns if not name.startswith("n_")]
    if grain == "spells":
        columns.remove("period")
    fields = {
        "name": f"abc_{grain}",
        "agency": "ABC-POL",
        "grain": grain,
        "file_pattern": "*",
        "format": "csv",
        "date_format": "%d/%m/%Y",
        "max_bad_share": 1,
        "several_rows_per_person": True,
        "columns": {name: {"header": f"the {name}"} for name in columns},
        **({} if grain == "spells" else {"period": {"column": "the period"}}),
        **{field: codes for field, codes in CODES.items() if OF_CODES[field] in columns},
    }
    if grain not in ("roster", "spells", "events"):
        del fields["several_rows_per_person"]
    return HrContract.model_validate(fields)


CONTRACTS = {grain: contract_of(grain) for grain in GRAINS}


def file_of(contract: HrContract, rows: list[dict[str, str]]) -> bytes:
    """A CSV of good rows, each with what `rows` puts in its place."""
    names = [str(name) for name in contract.columns]
    body = io.StringIO()
    out, quoted = csv.writer(body, lineterminator="\n"), csv.writer(body, lineterminator="\n", quoting=csv.QUOTE_ALL)
    out.writerow(contract.columns[name].header for name in contract.columns)
    for number, changes in enumerate(rows):
        row = GOOD | {"person_id": f"{1001 + number}"} | changes
        (quoted if "\r" in "".join(row.values()) else out).writerow(row[name] for name in names)
    return body.getvalue().encode("utf-8", "surrogatepass")


def everything_hostile(contract: HrContract) -> list[dict[str, str]]:
    """Each hostile cell in each column, one a row."""
    return [{str(name): cell} for name in contract.columns for cell in HOSTILE]
