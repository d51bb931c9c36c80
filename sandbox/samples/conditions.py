"""The conditions of an XLSForm (`relevant`, `constraint`) as far as our questionnaires use them, for answers that are invented.

What they know: `${question}`, `.`, texts and numbers, comparisons, `and`, `or`, `not()`, `selected()`, `count-selected()`, brackets. As in XPath, an
unanswered question is the empty text, a comparison with a number is one of numbers, and with no number it fails.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping

Value = str | float | bool
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'[^']*'|\"[^\"]*\")|\$\{(?P<name>\w+)\}|(?P<self>\.)"
    r"|(?P<mark><=|>=|!=|=|<|>|\(|\)|,|-)|(?P<word>[a-z][\w-]*))"
)
COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class NotUnderstood(ValueError):
    """A condition that uses more than this module knows."""


def holds(condition: str, answers: Mapping[str, str], itself: str = "") -> bool:
    """Whether the condition holds of the answers by question; `itself` is the answer that a constraint is about. Raises NotUnderstood."""
    if not condition.strip():
        return True
    reading = _Reading(condition, answers, itself)
    value = reading.either()
    if reading.kind:
        raise NotUnderstood(f"'{condition}' is not understood from '{reading.said}' on.")
    return _truth(value)


class _Reading:
    """One pass over a condition, by rules from the loosest to the tightest; `kind` and `said` are the token that comes next."""

    def __init__(self, condition: str, answers: Mapping[str, str], itself: str) -> None:
        self.condition, self.answers, self.itself, self.at = condition, answers, itself, 0
        self.kind, self.said = "", ""
        self.step()

    def step(self) -> str:
        """The token, having gone on to the next one."""
        before, rest = self.said, self.condition[self.at :]
        if not rest.strip():
            self.kind, self.said = "", ""
            return before
        found = TOKEN.match(rest)
        if found is None or found.lastgroup is None:
            raise NotUnderstood(f"'{self.condition}' is not understood from '{rest.strip()}' on.")
        self.kind, self.said, self.at = found.lastgroup, found.group(found.lastgroup), self.at + found.end()
        return before

    def took(self, said: str) -> bool:
        if self.kind in ("mark", "word") and self.said == said:
            self.step()
            return True
        return False

    def need(self, said: str) -> None:
        if not self.took(said):
            raise NotUnderstood(f"'{self.condition}' lacks '{said}' before '{self.said}'.")

    def either(self) -> Value:
        value = self.both()
        while self.took("or"):
            value = _truth(self.both()) | _truth(value)
        return value

    def both(self) -> Value:
        value = self.compared()
        while self.took("and"):
            value = _truth(self.compared()) & _truth(value)
        return value

    def compared(self) -> Value:
        left = self.single()
        for mark in ("=", "!=", *COMPARED):
            if self.took(mark):
                right = self.single()
                return (
                    _equal(left, right) is (mark == "=") if mark in ("=", "!=") else COMPARED[mark](_number(left), _number(right))
                )
        return left

    def single(self) -> Value:
        if self.took("("):
            value = self.either()
            self.need(")")
            return value
        if self.took("-"):
            return -_number(self.single())
        kind, said = self.kind, self.step()
        if kind == "number":
            return float(said)
        if kind == "text":
            return said[1:-1]
        if kind == "name":
            return self.answers.get(said, "")
        if kind == "self":
            return self.itself
        if kind == "word" and self.took("("):
            return self.called(said)
        raise NotUnderstood(f"'{self.condition}' is not understood at '{said}'.")

    def called(self, function: str) -> Value:
        given: list[Value] = []
        while not self.took(")"):
            given.append(self.either())
            if not self.took(","):
                self.need(")")
                break
        match function, given:
            case "true", []:
                return True
            case "false", []:
                return False
            case "not", [value]:
                return not _truth(value)
            case "selected", [chosen, code]:
                return _text(code) in _text(chosen).split()
            case "count-selected", [chosen]:
                return float(len(_text(chosen).split()))
        raise NotUnderstood(f"'{function}' with {len(given)} values is not understood in '{self.condition}'.")


def _truth(value: Value) -> bool:
    return value if isinstance(value, bool) else value != 0 and not math.isnan(value) if isinstance(value, float) else value != ""


def _number(value: Value) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan


def _text(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return _truth(left) == _truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return _number(left) == _number(right)
    return left == right
