"""What a calculation reads: questions, texts of its own, and whatever this reader cannot follow.

It knows the functions that only work on what they are given. Another function, a path of XPath, a file: none of them can be followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

NAME = r"\$\{\s*(?:last-saved\#)?([^{}]+?)\s*\}"
REFERENCE = re.compile(NAME)
TOKEN = re.compile(
    rf"""(?P<place>position\(\s*\.\.\s*\))
    | (?P<name>{NAME})
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<call>[A-Za-z][\w:.-]*)\s*\(
    | (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<self>\.(?![\w./]))
    | (?P<word>(?:and|or|div|mod)(?![\w.:/(-]))
    | (?P<open>\()
    | (?P<close>\))
    | (?P<comma>,)
    | (?P<sign>[-+*=<>!])
    | (?P<blank>\s+)""",
    re.VERBOSE,
)
OPERANDS = ("place", "name", "text", "number", "self", "close")
FUNCTIONS = frozenset(
    "if coalesce once concat join selected selected-at count-selected count count-non-empty sum max min round int number string"
    " boolean boolean-from-string true false not checklist weighted-checklist abs pow sqrt exp exp10 log log10 sin cos tan asin acos"
    " atan atan2 pi floor ceiling random now today date date-time decimal-date-time decimal-time format-date format-date-time"
    " indexed-repeat string-length substr substring substring-before substring-after contains starts-with ends-with"
    " normalize-space translate regex jr:choice-name and or div mod".split()
)
PATH = "a path or a sign"  # its own words could name somebody
DYNAMIC = re.compile(r"[$(/\[]|\.\.|::")


@dataclass(frozen=True)
class Formula:
    """`names`: what it reads the answers of. `counted`: groups of which it only counts or picks an instance. `texts`: its own words.

    `foreign`: the first thing that cannot be followed, empty where all can.
    """

    names: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    foreign: str = ""


@lru_cache(maxsize=4096)
def read_formula(text: str) -> Formula:
    """What a calculation or a default value reads. A default that calculates nothing is a text of its own."""
    tokens = _tokens(text)
    if tokens is None:
        return Formula(foreign=PATH) if DYNAMIC.search(text) else Formula(texts=frozenset({text}))
    names: set[str] = set()
    counted: set[str] = set()
    texts: set[str] = set()
    calls: list[str] = []
    before = ""
    for kind, token in tokens:
        if kind == "call":
            if token not in FUNCTIONS:
                return Formula(foreign=f"{token}()")
            calls.append(token)
        elif kind == "open":
            calls.append("")
        elif kind == "close":
            if calls:
                calls.pop()
        elif kind == "name":
            inner = calls[-1] if calls else ""
            is_base = (inner, before) in (("count", "call"), ("count-non-empty", "call"), ("indexed-repeat", "comma"))
            (counted if is_base else names).add(token)
        elif kind == "text":
            inside = REFERENCE.findall(token)
            names |= set(inside)
            texts |= set() if inside else {token[1:-1]}
        before = kind
    return Formula(frozenset(names), frozenset(counted), frozenset(texts))


def _tokens(text: str) -> list[tuple[str, str]] | None:
    """(kind, token) in order; None where something stands in the text that is none."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None or _is_wildcard(match, found):
            return None
        kind = str(match.lastgroup)
        at = match.end()
        if kind != "blank":
            found.append((kind, REFERENCE.sub(r"\1", match[0]) if kind == "name" else match[kind]))
    return found


def _is_wildcard(match: re.Match[str], before: list[tuple[str, str]]) -> bool:
    """Whether a star stands where XPath takes it for every node there is."""
    return match[0] == "*" and (not before or before[-1][0] not in OPERANDS)
