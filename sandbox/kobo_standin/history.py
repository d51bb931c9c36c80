"""The project history: its rows, and the boolean language of its `q` filter."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from sqlite3 import Row
from typing import Any

from sandbox.kobo_standin.answers import Refusal

Test = Callable[[Row], bool]
TOKEN = re.compile(r'\s*(\(|\)|AND\b|OR\b|NOT\b|[\w]+:(?:"[^"]*"|[^\s()]+))')
COMPARE = {"gte": lambda a, b: a >= b, "gt": lambda a, b: a > b, "lte": lambda a, b: a <= b, "lt": lambda a, b: a < b}


def row(entry: Row, base: str) -> dict[str, Any]:
    """A row as API v2 shows it."""
    return {
        "user": f"{base}/api/v2/users/{entry['username']}/",
        "user_uid": f"u{entry['username']}",
        "username": entry["username"],
        "action": entry["action"],
        "metadata": json.loads(entry["metadata"]) | {"asset_uid": entry["asset_uid"], "log_subtype": "project"},
        "date_created": entry["date_created"],
    }


def chosen(q: str) -> Test:
    """The rows that `q` asks for, such as `action:redeploy AND date_created__gte:"2026-01-31 08:00:00"`. Raises Refusal (400)."""
    tokens, position = [], 0
    while position < len(q.rstrip()):
        match = TOKEN.match(q, position)
        if match is None:
            raise Refusal(400, "Your query is invalid.")
        tokens.append(match.group(1))
        position = match.end()
    if not tokens:
        return lambda entry: True
    test = _either(tokens)
    if tokens:
        raise Refusal(400, "Your query is invalid.")
    return test


def _either(tokens: list[str]) -> Test:
    tests = [_both(tokens)]
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        tests.append(_both(tokens))
    return lambda entry: any(test(entry) for test in tests)


def _both(tokens: list[str]) -> Test:
    tests = [_term(tokens)]
    while tokens and tokens[0] == "AND":
        tokens.pop(0)
        tests.append(_term(tokens))
    return lambda entry: all(test(entry) for test in tests)


def _term(tokens: list[str]) -> Test:
    token = tokens.pop(0) if tokens else ""
    if token == "NOT":  # nosec B105  # a word of the query
        inner = _term(tokens)
        return lambda entry: not inner(entry)
    if token == "(":  # nosec B105  # a sign of the query
        inner = _either(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise Refusal(400, "Your query is invalid.")
        return inner
    name, _, value = token.partition(":")
    field, _, operator = name.partition("__")
    if field not in ("action", "date_created", "username") or operator not in ("", *COMPARE):
        raise Refusal(400, "Your query is invalid.")
    wanted = _plain(value.strip('"'))
    if not operator:
        return lambda entry: _plain(entry[field]) == wanted
    return lambda entry: COMPARE[operator](_plain(entry[field]), wanted)


def _plain(value: str) -> str:
    """A moment in one spelling, so that text compares as time does."""
    return value.replace("T", " ").removesuffix("Z") if value[:2].isdigit() else value
