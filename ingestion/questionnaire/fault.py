"""One fault of a questionnaire or of its contract, as `parity kobo check` tells it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    file: str
    row: int
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.row}: {self.field}: {self.problem}. {self.remedy}"
