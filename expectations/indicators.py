"""The gate `indicators`: what must hold of the exact figures before a candidate is made of them."""

from __future__ import annotations

from expectations.check import (
    ENGINEERING,
    STAFF_DATA,
    STATISTICS,
    Suite,
    between,
    finite,
    no_row,
    not_null,
    one_of,
    some_row,
    unique,
)
from parity.catalogue.gate_limits import GateLimits

# Units that only certain numbers can have; shares and scores of rules have suites of their own.
RANGES = (
    ("mean 1-5", 1, 5),
    ("index 0-1", 0, 1),
    ("ratio", 0, None),
    ("years", -100, 100),  # also a difference of two times
    ("per 100 person-years", 0, None),
    ("per 1000", 0, None),
    ("per 100000", 0, None),
    ("percentage points", -100, 100),
)
_UNIT_COLUMNS = [f"case when unit = '{unit}' then estimate end as \"{unit}\"" for unit, _, _ in RANGES]
GENDERS = ["woman", "man", "other", "not_stated", "missing", "redacted"]
FIGURES = "indicators.fct_indicator"
NO_GAP = "A figure that is neither there nor said to be unavailable cannot be explained."
OUT_OF_RANGE = "A figure that its unit cannot have was computed wrongly."


def indicator_suites(limits: GateLimits) -> tuple[Suite, ...]:
    return (_cells(), finite(FIGURES), *_ranges(), *_core(), _jumps(limits))


def _cells() -> Suite:
    return Suite(
        "cells",
        FIGURES,
        "select cell_id, n, denominator from indicators.fct_indicator",
        (
            some_row("Without figures there is nothing to release."),
            not_null("cell_id", "A figure without a key can be neither explained nor compared."),
            unique("cell_id", "Two figures under one key are two values of one thing."),
            between("n", 0, None, "A count below zero is a subtraction that went wrong."),
            between("denominator", 0, None, "A base below zero is a subtraction that went wrong."),
        ),
        "Run `dbt build --select indicators` and read its failures.",
        ENGINEERING,
    )


def _ranges() -> tuple[Suite, ...]:
    return (
        Suite(
            "shares",
            FIGURES,
            "select estimate, se from indicators.fct_indicator join core.dim_indicator using (indicator_code) where unit = 'pct'"
            " and gender <> 'women minus men' and unavailable_reason is null and n_least is null",
            (
                not_null("estimate", NO_GAP),
                between("estimate", 0, 100, OUT_OF_RANGE),
                between("se", 0, 100, "A standard error beyond 100 points says that the weights are wrong."),
            ),
            "A share lies outside 0 to 100 %: look for a source loaded twice.",
            STATISTICS,
        ),
        Suite(
            "ranges of units",
            FIGURES,
            f"select {', '.join(_UNIT_COLUMNS)} from indicators.fct_indicator join core.dim_indicator using (indicator_code)"
            " where gender <> 'women minus men' and estimate is not null",
            tuple(between(unit, low, high, OUT_OF_RANGE) for unit, low, high in RANGES),
            "A figure lies outside what its unit can have: look for the unit in core.dim_indicator, then for the indicator_code in"
            " indicators.fct_indicator.",
            STATISTICS,
        ),
        Suite(
            "scores of rules",
            FIGURES,
            "select estimate from indicators.fct_indicator join core.dim_indicator using (indicator_code) where unit in ('flag', 'score 0-1')"
            " and unavailable_reason is null",
            (not_null("estimate", NO_GAP), between("estimate", 0, 1, OUT_OF_RANGE)),
            "A score lies outside 0 to 1: look in core.fct_fact_finding for an answer out of range.",
            STATISTICS,
        ),
        Suite(
            "numerators",
            FIGURES,
            "select 1 from indicators.fct_indicator join core.dim_indicator using (indicator_code)"
            " where unit = 'pct' and numerator > denominator * (1 + 1e-9)",
            (no_row("A part that is larger than its whole counts somebody twice."),),
            "More women than people: look for a source loaded twice.",
            STATISTICS,
        ),
    )


def _core() -> tuple[Suite, ...]:
    return (
        Suite(
            "genders",
            "core.fct_headcount",
            "select gender, n_staff from core.fct_headcount",
            (
                one_of("gender", GENDERS, "A seventh state would be in no total."),
                between("n_staff", 1, None, "A group of nobody is no group."),
            ),
            "A gender state is not among the six.",
            STAFF_DATA,
        ),
        Suite(
            "stock and flow",
            "core.fct_staff_event",
            "select 1 from core.fct_staff_event where event_date > current_date or interval_from > interval_to",
            (no_row("An event in the future is often a year of another calendar."),),
            "An event lies in the future or ends before it begins: check the calendar of the source's contract.",
            STAFF_DATA,
        ),
    )


def _jumps(limits: GateLimits) -> Suite:
    return Suite(
        "jumps",
        FIGURES,
        "select 1 from (select estimate, lag(estimate) over (partition by agency_code order by period_year) as before"
        " from indicators.fct_indicator where indicator_code = 'REP-01' and level = 'agency' and period = 'year') t"
        f" where abs(estimate - before) > {limits.warn_jump_points}",
        (no_row("A share that leaps is more often a changed list than changed staff.", "warning"),),
        f"A share jumped by more than {limits.warn_jump_points:g} points in a year: ask the agency before quoting it.",
        STAFF_DATA,
    )
