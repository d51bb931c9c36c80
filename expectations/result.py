"""What a gate found: counts and rules, never a value of a row."""

from __future__ import annotations

from dataclasses import dataclass

from expectations.check import Check, Suite
from parity.catalogue.accepted import Accepted

SHOWN_PARTS = 5


@dataclass(frozen=True)
class Part:
    """One agency, form, table or indicator that failed, by its word in the catalogue, and what to say of it."""

    name: str
    finding: str


@dataclass(frozen=True)
class Result:
    """The outcome of one check. `accepted` covers the whole failure or is empty; `ended` are entries that covered it until they ended."""

    gate_suite: Suite
    check: Check
    success: bool
    n_unexpected: int | None
    n_total: int | None
    parts: tuple[Part, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    ended: tuple[Accepted, ...] = ()

    @property
    def suite(self) -> str:
        return self.gate_suite.name

    @property
    def table(self) -> str:
        return self.gate_suite.table

    @property
    def severity(self) -> str:
        return self.check.severity

    @property
    def stops(self) -> bool:
        return not self.success and self.severity == "critical" and not self.accepted

    @property
    def state(self) -> str:
        """passed, warning, accepted or failed."""
        if self.success:
            return "passed"
        return "failed" if self.stops else "accepted" if self.accepted else "warning"

    def __str__(self) -> str:
        where = f"{self.table}.{self.check.column}" if self.check.column else self.table
        said = [f"{self.suite} ({where}): {self.check.expectation} failed.", self._found(), self.gate_suite.remedy]
        said += [
            f"{entry.author} answered for it until {entry.until}, in accepted.yml; that day is over. Mend the cause, or agree on a"
            " new `until` there."
            for entry in self.ended
        ]
        said += [f"Accepted until {entry.until} by {entry.author}: {entry.reason}" for entry in self.accepted]
        return " ".join(filter(None, said))

    def _found(self) -> str:
        if not self.parts:
            return ""
        more = len(self.parts) - SHOWN_PARTS
        return "; ".join(part.finding for part in self.parts[:SHOWN_PARTS]) + (f"; and {more} more." if more > 0 else ".")


@dataclass(frozen=True)
class GateResult:
    gate: str
    results: tuple[Result, ...]

    @property
    def n_checks(self) -> int:
        return len(self.results)

    @property
    def failures(self) -> list[Result]:
        return [result for result in self.results if not result.success]

    def of_state(self, state: str) -> list[Result]:
        return [result for result in self.results if result.state == state]

    @property
    def passed(self) -> bool:
        return not any(result.stops for result in self.results)


class GateFailed(RuntimeError):
    """A critical check failed, and nobody answers for it; what was published before stays published."""

    def __init__(self, result: GateResult) -> None:
        super().__init__(f"Gate {result.gate} stopped the way: " + " | ".join(map(str, result.of_state("failed"))))
        self.result = result


class GateNotRun(RuntimeError):
    """A check could not look. Nothing is known of the data, so nothing is kept or decided; another try may succeed."""
