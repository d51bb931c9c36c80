"""The three gates as data: which query each suite looks at, and what is expected of it.

A critical expectation stops the way; a warning is kept and shown. A check over several columns is a query that returns the rows that
break it, expected to return none: the query says what is wrong in SQL that an analyst can run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from parity.catalogue.policy import Policy


@dataclass(frozen=True)
class Check:
    """One expectation of Great Expectations by its class name, with its arguments."""

    expectation: str
    severity: str = "critical"
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Suite:
    """Checks on the rows of one query; `remedy` is what to do when one fails."""

    name: str
    table: str
    query: str
    checks: tuple[Check, ...]
    remedy: str


def not_null(column: str) -> Check:
    return Check("ExpectColumnValuesToNotBeNull", arguments={"column": column})


def unique(*columns: str) -> Check:
    if len(columns) == 1:
        return Check("ExpectColumnValuesToBeUnique", arguments={"column": columns[0]})
    return Check("ExpectCompoundColumnsToBeUnique", arguments={"column_list": list(columns)})


def between(column: str, low: Any, high: Any, severity: str = "critical") -> Check:
    return Check("ExpectColumnValuesToBeBetween", severity, {"column": column, "min_value": low, "max_value": high})


def one_of(column: str, values: list[str]) -> Check:
    return Check("ExpectColumnValuesToBeInSet", arguments={"column": column, "value_set": values})


def no_row(severity: str = "critical") -> Check:
    return Check("ExpectTableRowCountToEqual", severity, {"value": 0})


def finite(table: str, rows: str | None = None) -> Suite:
    """No number of the table's rows, or of `rows` alone, is NaN or infinite, whatever its column (JSON holds these as words)."""
    return Suite(
        f"finite numbers of {table.split('.')[1]}",
        table,
        f"select 1 from {rows or table} as t where exists"
        " (select from jsonb_each_text(to_jsonb(t)) as c where c.value in ('NaN', 'Infinity', '-Infinity'))",
        (no_row(),),
        "Do not publish: a number is not defined. Find the model of its indicator_code, which divides by nothing or takes a logarithm of it.",
    )


def holds_a_number(row: str, *but: str) -> str:
    """SQL: whether any column of `row` but these holds a number, also one that is not finite. A column added later is looked at, too."""
    names = ", ".join(f"'{name}'" for name in but)
    return (
        f"exists (select from jsonb_each(to_jsonb({row})) as c where c.key not in ({names})"
        " and (jsonb_typeof(c.value) = 'number' or c.value #>> '{}' in ('NaN', 'Infinity', '-Infinity')))"
    )


def some_row(severity: str = "warning") -> Check:
    return Check("ExpectTableRowCountToBeBetween", severity, {"min_value": 1})


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
GENDERS = ["woman", "man", "other", "not_stated", "missing", "redacted"]

RAW = (
    Suite(
        "staff rows",
        "raw.hr_staff",
        "select person_key, sex_code, row_no, delivery_no, coalesce(member, '') as member, coalesce(sheet, '') as sheet, coalesce(period_date, current_date) as"
        " period_date from raw.hr_staff",
        (
            some_row(),
            not_null("person_key"),
            not_null("sex_code"),
            unique("delivery_no", "member", "sheet", "row_no"),
            Check("ExpectColumnValuesToMatchRegex", arguments={"column": "person_key", "regex": "^[0-9a-f]{32}$"}),
        ),
        "Load the file named in raw.hr_delivery again after mending its contract.",
    ),
    Suite(
        "sex codes",
        "raw.hr_staff",
        "select 1 from raw.hr_staff s join raw.hr_delivery d using (delivery_no)"
        " left join raw.catalogue_sex_code c on d.contract = c.contract and s.sex_code = c.code where c.code is null",
        (no_row(),),
        "A contract lost a sex code that loaded rows use: add it again and run ingest_reference.",
    ),
    Suite(
        "unknown sex",
        "raw.hr_staff",
        "select d.contract, 100.0 * avg((c.gender not in ('woman', 'man'))::int) as unknown_pct from raw.hr_staff s"
        " join raw.hr_delivery d using (delivery_no)"
        " join raw.catalogue_sex_code c on d.contract = c.contract and s.sex_code = c.code group by d.contract",
        (between("unknown_pct", 0, 5), between("unknown_pct", 0, 1, "warning")),
        "Ask the agency for the missing sex: over 5 % unknown, no share of women can be trusted.",
    ),
    Suite(
        "quarantine",
        "raw.hr_delivery",
        "select n_rows, n_quarantined, 100.0 * n_quarantined / nullif(n_rows + n_quarantined, 0) as quarantined_pct"
        " from raw.hr_delivery",
        (between("quarantined_pct", 0, 5), between("quarantined_pct", 0, 1, "warning")),
        "Read quarantine.hr_row and have the agency mend the rows.",
    ),
    Suite(
        "courses",
        "raw.hr_training",
        "select person_key, row_no, delivery_no, coalesce(member, '') as member, coalesce(sheet, '') as sheet from raw.hr_training",
        (
            not_null("person_key"),
            unique("delivery_no", "member", "sheet", "row_no"),
            Check("ExpectColumnValuesToMatchRegex", arguments={"column": "person_key", "regex": "^[0-9a-f]{32}$"}),
        ),
        "Load the file named in raw.hr_delivery again after mending its contract.",
    ),
    Suite(
        "submissions",
        "raw.kobo_submission",
        "select asset_uid, submission_id, content_hash, load_no from raw.kobo_submission",
        (some_row(), not_null("content_hash"), unique("asset_uid", "submission_id", "content_hash", "load_no")),
        "Run reconcile_kobo, or drop the form's raw rows and sync again.",
    ),
    Suite(
        "catalogue",
        "raw.catalogue_indicator",
        "select indicator_code, catalogue_version from raw.catalogue_indicator",
        (some_row("critical"), unique("indicator_code"), not_null("catalogue_version")),
        "Run ingest_reference: the catalogue has not been loaded.",
    ),
)

INDICATORS = (
    Suite(
        "cells",
        "indicators.fct_indicator",
        "select cell_id, indicator_code, n, denominator from indicators.fct_indicator",
        (some_row(), not_null("cell_id"), unique("cell_id"), between("n", 0, None), between("denominator", 0, None)),
        "Run `dbt build --select indicators` and read its failures.",
    ),
    finite("indicators.fct_indicator"),
    Suite(
        "shares",
        "indicators.fct_indicator",
        "select estimate, se from indicators.fct_indicator join core.dim_indicator using (indicator_code) where unit = 'pct'"
        " and gender <> 'women minus men' and unavailable_reason is null and n_least is null",
        (not_null("estimate"), between("estimate", 0, 100), between("se", 0, 100)),
        "A share lies outside 0 to 100 %: look for a source loaded twice.",
    ),
    *(
        Suite(
            f"range of {unit}",
            "indicators.fct_indicator",
            f"select estimate from indicators.fct_indicator join core.dim_indicator using (indicator_code) where unit = '{unit}'"
            " and gender <> 'women minus men' and estimate is not null",
            (between("estimate", low, high),),
            f"A figure in {unit} lies outside {low} to {'any' if high is None else high}: look at its indicator_code in indicators.fct_indicator.",
        )
        for unit, low, high in RANGES
    ),
    Suite(
        "scores of rules",
        "indicators.fct_indicator",
        "select estimate from indicators.fct_indicator join core.dim_indicator using (indicator_code) where unit in ('flag', 'score 0-1')"
        " and unavailable_reason is null",
        (not_null("estimate"), between("estimate", 0, 1)),
        "A score lies outside 0 to 1: look in core.fct_fact_finding for an answer out of range.",
    ),
    Suite(
        "numerators",
        "indicators.fct_indicator",
        "select 1 from indicators.fct_indicator join core.dim_indicator using (indicator_code)"
        " where unit = 'pct' and numerator > denominator * (1 + 1e-9)",
        (no_row(),),
        "More women than people: look for a source loaded twice.",
    ),
    Suite(
        "genders",
        "core.fct_headcount",
        "select gender, n_staff from core.fct_headcount",
        (one_of("gender", GENDERS), between("n_staff", 1, None)),
        "A gender state is not among the six.",
    ),
    Suite(
        "stock and flow",
        "core.fct_staff_event",
        "select 1 from core.fct_staff_event where event_date > current_date or interval_from > interval_to",
        (no_row(),),
        "An event lies in the future or ends before it begins: check the calendar of the source's contract.",
    ),
    Suite(
        "jumps",
        "indicators.fct_indicator",
        "select 1 from (select estimate, lag(estimate) over (partition by agency_code order by period_year) as before"
        " from indicators.fct_indicator where indicator_code = 'REP-01' and level = 'agency') t"
        " where abs(estimate - before) > 5",
        (no_row("warning"),),
        "A share jumped by more than 5 points in a year: ask the agency before quoting it.",
    ),
)

# Earlier releases keep their rows, rejected ones too: they are asked nothing more.
_NEWEST = "(select max(release_id) from release.release where state in ('candidate', 'approved', 'current'))"


def _of_candidate(table: str) -> str:
    return f"(select i.* from release.{table} as i where release_id = {_NEWEST})"


_CANDIDATE = _of_candidate("indicator")
_SHOWN = f"{_CANDIDATE} c where not is_suppressed and unavailable_reason is null"


def candidate_suites(policy: Policy) -> tuple[Suite, ...]:
    """The suites of the candidate's gate. They check the policy's thresholds again, on the rows as they would be published."""
    levels = ", ".join(f"'{level}', '{level.replace('gender', 'gap')}'" for level in policy.sensitive_levels)
    is_small = f"> 0 and {{0}} < {policy.min_count}"
    return (
        Suite(
            "release cells",
            "release.indicator",
            f"select cell_id, indicator_code, is_suppressed from {_CANDIDATE} c",
            (some_row("critical"), unique("cell_id"), not_null("is_suppressed")),
            "Build the candidate again.",
        ),
        *(
            finite(f"release.{table}", _of_candidate(table))
            for table in ("indicator", "roadmap", "roadmap_path", "composite", "composite_domain")
        ),
        Suite(
            "withheld cells hold no number",
            "release.indicator",
            f"select 1 from {_CANDIDATE} c where is_suppressed"
            f" and (suppression_reason is null or {holds_a_number('c', 'release_id', 'domain_no', 'period_year')})",
            (no_row(),),
            "Do not publish: a withheld cell still carries a number.",
        ),
        Suite(
            "attack",
            "release.attack",
            f"select 1 from (select {_NEWEST} as release_id) as newest left join release.attack using (release_id)"
            " where n_found is distinct from 0",
            (no_row(),),
            "Do not publish: a suppressed count can be worked out. `parity release attack` says from what.",
        ),
        Suite(
            "rounded counts",
            "release.indicator",
            f"select 1 from {_SHOWN} and source in ('hr', 'survey') and (mod(n, {policy.rounding_base}) <> 0"
            f" or (unit = 'pct' and (mod(numerator::numeric, {policy.rounding_base}) <> 0 or mod(denominator::numeric, {policy.rounding_base}) <> 0)))",
            (no_row(),),
            f"Do not publish: a count of people is not rounded to {policy.rounding_base}.",
        ),
        Suite(
            "no small count of staff",
            "release.indicator",
            f"select 1 from {_SHOWN} and source = 'hr' and (n < {policy.min_base_hr} or numerator {is_small.format('numerator')}"
            f" or (unit = 'pct' and denominator - numerator {is_small.format('denominator - numerator')}))",
            (no_row(),),
            f"Do not publish: a count of 1 to {policy.min_count - 1} people is visible.",
        ),
        Suite(
            "no small survey base",
            "release.indicator",
            f"select 1 from {_SHOWN} and source = 'survey' and coalesce(n, 0) < {policy.min_base_survey}",
            (no_row(),),
            f"Do not publish: an estimate rests on fewer than {policy.min_base_survey} respondents.",
        ),
        Suite(
            "sensitive figures",
            "release.indicator",
            f"select 1 from {_SHOWN} and indicator_code in (select indicator_code from core.dim_indicator where is_sensitive)"
            f" and (coalesce(n, 0) < {policy.min_base_sensitive} or level not in ({levels})"
            " or agency_code <> 'all' or grade_band <> 'all' or gender = 'all')",
            (no_row(),),
            f"Do not publish: a figure on harassment rests on fewer than {policy.min_base_sensitive} answers, or names one agency or grade.",
        ),
        Suite(
            "withheld promises hold no number",
            "release.roadmap",
            f"select 1 from {_of_candidate('roadmap')} as c where is_suppressed and"
            f" {holds_a_number('c', 'release_id', 'target_value', 'due_year', 'period_year', 'sort_order')}",
            (no_row(),),
            "Do not publish: the road map shows what the release withholds.",
        ),
        Suite(
            "intervals",
            "release.indicator",
            f"select 1 from {_CANDIDATE} c where not is_suppressed and (ci_low > estimate + 1e-9 or ci_high < estimate - 1e-9"
            " or (source = 'survey' and unavailable_reason is null and ci_low is null))",
            (no_row(),),
            "An interval does not hold its estimate: check publication/intervals.py.",
        ),
        Suite(
            "every indicator",
            "release.indicator",
            f"select 1 from raw.catalogue_indicator where indicator_code not in (select indicator_code from {_CANDIDATE} c)",
            (no_row("warning"),),
            "An indicator of the catalogue has no cell: its source has not been loaded.",
        ),
    )


GATES = ("raw", "indicators", "candidate")


def suites(gate: str, policy: Policy) -> tuple[Suite, ...]:
    """The suites of one of `GATES`. Raises KeyError for another name."""
    return {"raw": RAW, "indicators": INDICATORS, "candidate": candidate_suites(policy)}[gate]
