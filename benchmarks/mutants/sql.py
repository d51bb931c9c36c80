"""Faults of SQL inside Python's strings: signs, boundaries, joins, `distinct`, `not`, filters and conditions that are lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

IS_SQL = re.compile(
    r"\b(select .|from \w|where |inner join|left join|insert into|update \w|delete from|order by|group by|filter \()"
)
RULES: tuple[tuple[str, str], ...] = (
    (r" >= ", " > "),
    (r" <= ", " < "),
    (r" > ", " >= "),
    (r" < ", " <= "),
    (r" <> ", " = "),
    (r" = ", " <> "),
    (r"\bis not null\b", "is null"),
    (r"\bis null\b", "is not null"),
    (r"\bis not distinct from\b", "is distinct from"),
    (r"\bis distinct from\b", "is not distinct from"),
    (r"\bnot in\b", "in"),
    (r"(?<!is )\bnot (?!null\b|in\b|exists\b\s*$)", ""),
    (r"(?<!is )(?<!is not )\bdistinct (?!on\b|from\b)", ""),
    (r"\bleft join\b", "inner join"),
    (r"\binner join\b", "left join"),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bbool_or\(", "bool_and("),
    (r"\bbool_and\(", "bool_or("),
    (r" desc\b", ""),
    (r"\bunion all\b", "union"),
    (r" and (?!n?o?t? ?exists)", " or "),
    (r" or ", " and "),
    (r" filter \(where [^()]*\)", ""),
    (r" and (not )?[\w.]+( (=|<>|<|>|<=|>=|is|is not) ('[^']*'|[\w.%]+))?(?= and |\"|\)| group | order |\n)", ""),
)


def wrongs(literal: str) -> Iterator[tuple[str, int, int, str]]:
    """Each fault of a literal of SQL: its description, its place in the source text (quotes included), and the text that replaces it."""
    if not IS_SQL.search(literal):
        return
    seen: set[tuple[int, int, str]] = set()
    for pattern, new in RULES:
        for found in re.finditer(pattern, literal):
            place = (found.start(), found.end(), new)
            if place not in seen:
                seen.add(place)
                yield f"SQL «{_around(literal, found)}»: {found[0].strip()} → {new.strip() or '(removed)'}", *place


def _around(literal: str, found: re.Match[str]) -> str:
    return " ".join(literal[max(0, found.start() - 40) : found.end() + 40].split())
