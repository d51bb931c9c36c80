"""A small contract, and files written for it."""

from __future__ import annotations

from typing import Any

from parity.catalogue import HrContract

HEADER = "period,id,name,sex,rank,unit,hired,left,pay"
ROW = "12/2023,1001,SOMCHAI JAIDEE,F,Officer,North,01/02/2010,,1200.50"


def contract(**changes: Any) -> HrContract:
    fields: dict[str, Any] = {
        "name": "abc",
        "agency": "ABC-POL",
        "grain": "roster",
        "file_pattern": "*",
        "format": "csv",
        "period": {"column": "period"},
        "date_format": "%d/%m/%Y",
        "columns": {
            "period": {"header": "period"},
            "person_id": {"header": "id"},
            "sex": {"header": "sex", "old_names": ["gender"]},
            "rank": {"header": "rank"},
            "unit": {"header": "unit"},
            "hire_date": {"header": "hired"},
            "separation_date": {"header": "left", "required": False},
            "salary": {"header": "pay", "required": False},
        },
        "identifying": ["name"],
        "total_markers": ["Total"],
        "sex_codes": {"F": "woman", "M": "man"},
        "ranks": [{"name": "Officer", "grade": 1}],
        "max_bad_share": 1,
    }
    return HrContract.model_validate(fields | changes)


def csv_file(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()
