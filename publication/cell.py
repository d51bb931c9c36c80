"""One cell: a figure of an indicator for a place, a group and a year, before and after disclosure control.

Everything that lists a cell's columns follows from these classes or is held against them by a test: the query on the warehouse, the table
release.indicator, what `parity explain` shows, Superset's dataset and the rows that tests make.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Self

from parity.present import present

GAP = "women minus men"
YEAR, MID_YEAR = "year", "mid-year"  # what a cell's period is; a mid-year is never shown under its year's name


class Status(StrEnum):
    """How a cell is published: the closed list. Only the first three have an estimate; a bounded one has the end of its interval."""

    EXACT = "exact"
    ROUNDED = "rounded"
    ZERO = "zero"
    BOUNDED = "bounded"
    FEW = "few"  # one class: from nobody to one under policy.min_count
    SUPPRESSED = "suppressed"
    OPEN = "wave open"  # answers may still come: suppressed until the wave is over
    NOT_DEFINED = "not defined"
    NOT_AVAILABLE = "not available"


def _named_by(table: str) -> Any:
    """A column that the warehouse holds in a dimension and not with the cell."""
    return field(metadata={"table": table})


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What a cell says, and of whom; every field stands before and after disclosure control.

    `estimate`, `se` and `reference` values are in the indicator's `unit`, shares of the other columns in per cent. `n` counts unweighted people,
    cases, or, of institutions, agencies or posts. A key that the cell is not split by is `all`, `breakdown` then `none`.
    """

    cell_id: str
    indicator_code: str
    indicator_name: str = _named_by("indicator")
    domain_no: int = _named_by("indicator")
    domain_name: str = _named_by("indicator")
    unit: str = _named_by("indicator")
    direction: str = _named_by("indicator")
    target_text: str = _named_by("indicator")
    source: str = _named_by("indicator")
    tier: str = _named_by("indicator")
    level: str
    country_code: str
    country_name: str = _named_by("country")
    agency_code: str
    agency_name: str = _named_by("agency")
    agency_type: str
    gender: str
    grade_band: str
    breakdown: str
    breakdown_value: str
    period: str = YEAR
    period_year: int
    period_date: Any
    provenance: str
    catalogue_version: str
    method: str
    numerator: float | None
    denominator: float | None
    n: int | None
    estimate: float | None
    se: float | None
    df: int | None
    response_rate_pct: float | None
    cronbach_alpha: float | None
    opt_in_pct: float | None
    reference_value: float | None
    reference_kind: str | None = _named_by("indicator")
    unavailable_reason: str | None

    @property
    def is_gap(self) -> bool:
        return self.gender == GAP

    @property
    def sides(self) -> tuple[float, float, float]:
        """The two sides of a share, those counted and the rest, and their sum. Raises LookupError where the cell has no counts."""
        count, base = present(self.numerator), present(self.denominator)
        return count, base - count, base


@dataclass(frozen=True, kw_only=True)
class Cell(Figure):
    """A cell as indicators.fct_indicator has it, exact, with the inputs that the rules and the intervals go by. It never leaves the warehouse."""

    statistic: str | None = _named_by("indicator")
    is_sensitive: bool = _named_by("indicator")
    n_positive: int | None
    n_least: int | None
    count_least: int | None
    se_log: float | None
    bound_low: float | None
    bound_high: float | None
    first_count: float | None
    first_base: float | None
    second_count: float | None
    second_base: float | None
    base_unit: str | None
    n_unknown: int | None
    categories: str | None

    @property
    def four_counts(self) -> tuple[float | None, ...]:
        """Women for whom it holds, of how many; the same of men."""
        return (self.first_count, self.first_base, self.second_count, self.second_base)


@dataclass(frozen=True, kw_only=True)
class PublishedCell(Figure):
    """A cell as a release holds it. One that is suppressed or not available has no number, and says why."""

    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    quality_flag: str | None = None
    is_suppressed: bool = False
    suppression_reason: str | None = None
    status: str = Status.EXACT
    n_agencies: int | None = None
    n_agencies_missing: int | None = None
    wave: str | None = None
    is_newest: bool = False
    label: str = ""

    @classmethod
    def of(cls, cell: Cell) -> Self:
        """All of the cell that is not an input."""
        return cls(**{each.name: getattr(cell, each.name) for each in fields(Figure)})

    def without_numbers(self) -> Self:
        nothing: dict[str, Any] = dict.fromkeys(NUMBERS)
        return replace(self, **nothing)

    def suppress(self, why: str, status: str = Status.SUPPRESSED) -> Self:
        return replace(
            self.without_numbers(),
            quality_flag=None,
            unavailable_reason=None,
            is_suppressed=True,
            suppression_reason=why,
            status=status,
        )

    def unavailable(self) -> Self:
        is_defined = not (self.unavailable_reason or "").startswith("not defined")
        return replace(self.without_numbers(), status=Status.NOT_AVAILABLE if is_defined else Status.NOT_DEFINED)


PUBLISHED = tuple(each.name for each in fields(PublishedCell))
# Whatever is a number and may be absent: a suppressed cell has none of them.
NUMBERS = tuple(each.name for each in fields(PublishedCell) if each.type in ("float | None", "int | None"))

_OUTSIDE = {  # what stands for a name where the cell has no such place
    "country_name": "coalesce(country.country_name, 'All')",
    "agency_name": "coalesce(agency.agency_name, 'All')",
    "is_sensitive": "coalesce(indicator.is_sensitive, false)",
}


def _column(name: str, table: str) -> str:
    return f"{_OUTSIDE[name]} as {name}" if name in _OUTSIDE else f"{table}.{name}"


CELLS = f"""
select {", ".join(_column(each.name, each.metadata.get("table", "cell")) for each in fields(Cell))}
from indicators.fct_indicator as cell
inner join core.dim_indicator as indicator using (indicator_code)
left join core.dim_country as country on cell.country_code = country.country_code
left join core.dim_agency as agency on cell.agency_code = agency.agency_code and agency.is_current
order by cell.cell_id
"""
