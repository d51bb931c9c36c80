"""One planted fault: which bytes of a file become which others."""

from __future__ import annotations

import ast
from dataclasses import dataclass

Placed = ast.expr | ast.stmt  # what has a place in the file


@dataclass(frozen=True)
class Fault:
    """`start` and `end` count bytes of the file; `scope` holds the first and last line of the function around it, None at module level.

    `at` is the text of the line, which finds a fault again when lines have moved.
    """

    file: str
    line: int
    what: str
    start: int
    end: int
    new: str
    scope: tuple[int, int] | None = None
    at: str = ""

    def plant(self, source: bytes) -> bytes:
        return source[: self.start] + self.new.encode() + source[self.end :]

    def is_python(self, source: bytes) -> bool:
        """Whether the file can still be read: a fault that no Python can be is none."""
        try:
            ast.parse(self.plant(source))
        except (SyntaxError, ValueError):
            return False
        return True


class Lines:
    """Where each node stands in a file, in bytes."""

    def __init__(self, source: bytes) -> None:
        lines = source.splitlines(keepends=True)
        self.texts = [line.decode().strip() for line in lines]
        self.starts = [0]
        for line in lines:
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: Placed) -> tuple[int, int]:
        if node.end_lineno is None or node.end_col_offset is None:
            raise ValueError("A node that was not read from a file stands nowhere.")
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[node.end_lineno - 1] + node.end_col_offset
