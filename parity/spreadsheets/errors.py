"""The error of a file that a spreadsheet program saved: where it is wrong, how, and what to do."""

from __future__ import annotations


class NotReadable(ValueError):
    """The file, or a part of it, cannot be read. `row` is counted as a spreadsheet shows it, `column` is its name."""

    def __init__(self, problem: str, remedy: str, *, row: int = 1, column: str = "") -> None:
        super().__init__(f"{problem}. {remedy}")
        self.problem, self.remedy, self.row, self.column = problem, remedy, row, column
