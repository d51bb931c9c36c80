"""The part of MongoDB's query language that KoboToolbox lets through.

An operator outside the list is no error there: it is taken as the name of a field that no record has, so nothing matches.
Answers are text, so comparing one with a number matches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

COMPARISONS = {
    "$gt": lambda a, b: a > b,
    "$gte": lambda a, b: a >= b,
    "$lt": lambda a, b: a < b,
    "$lte": lambda a, b: a <= b,
}


def matches(record: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    return all(_clause(record, key, wanted) for key, wanted in query.items())


def _clause(record: Mapping[str, Any], key: str, wanted: Any) -> bool:
    if key == "$and":
        return all(matches(record, part) for part in wanted)
    if key == "$or":
        return any(matches(record, part) for part in wanted)
    if key.startswith("$"):
        return False
    present, value = _value(record, key)
    if key == "_id" and isinstance(wanted, str) and wanted.isdecimal():
        wanted = int(wanted)
    if isinstance(wanted, Mapping) and any(name.startswith("$") for name in wanted):
        return all(_operator(present, value, name, operand, wanted) for name, operand in wanted.items())
    return present and value == wanted


def _value(record: Mapping[str, Any], key: str) -> tuple[bool, Any]:
    if key.startswith("_validation_status."):
        inner = record.get("_validation_status") or {}
        name = key.split(".", 1)[1]
        return name in inner, inner.get(name)
    return key in record, record.get(key)


def _operator(present: bool, value: Any, name: str, operand: Any, clause: Mapping[str, Any]) -> bool:
    if name == "$exists":
        return present is bool(operand)
    if name == "$in":
        return present and value in operand
    if name == "$nin":
        return value not in operand
    if name == "$ne":
        return value != operand
    if name in COMPARISONS:
        return present and type(value) is type(operand) and COMPARISONS[name](value, operand)
    if name == "$regex":
        flags = re.IGNORECASE if "i" in clause.get("$options", "") else 0
        return isinstance(value, str) and re.search(operand, value, flags) is not None
    if name == "$options":
        return True
    if name == "$not":
        return not all(_operator(present, value, inner, wanted, operand) for inner, wanted in operand.items())
    if name == "$elemMatch":
        return isinstance(value, list) and any(isinstance(entry, Mapping) and matches(entry, operand) for entry in value)
    if name == "$all":
        return isinstance(value, list) and all(wanted in value for wanted in operand)
    return False
