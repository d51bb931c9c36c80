"""The gate `candidate`: the policy's thresholds again, on the rows as they would be published, and what readers would lose."""

from __future__ import annotations

from expectations.check import (
    DISCLOSURE,
    ENGINEERING,
    STATISTICS,
    Suite,
    between,
    finite,
    holds_a_number,
    no_row,
    not_null,
    some_row,
    unique,
)
from parity.catalogue.gate_limits import GateLimits
from parity.catalogue.policy import Policy

# Earlier releases keep their rows, rejected ones too: they are asked nothing more.
_NEWEST = "(select max(release_id) from release.release where state in ('candidate', 'approved', 'current'))"
_OPEN = "wave open"  # the status of a figure whose wave of a survey is open (publication/cell.py)
_CURRENT = "(select release_id from release.release where state = 'current')"


def _of_candidate(table: str) -> str:
    return f"(select i.* from release.{table} as i where release_id = {_NEWEST})"


_CANDIDATE = _of_candidate("indicator")
_SHOWN = f"{_CANDIDATE} c where not is_suppressed and unavailable_reason is null"
CELLS = "release.indicator"
PUBLIC = ("trafficking", "trafficking_trend", "police_share")  # the UN's figures
PROMISE = "Respondents and officers were promised that no number identifies them."


def candidate_suites(policy: Policy, limits: GateLimits) -> tuple[Suite, ...]:
    return (*_whole(), *_protected(policy), *_sound(), _gone(limits))


def _whole() -> tuple[Suite, ...]:
    return (
        Suite(
            "release cells",
            CELLS,
            f"select cell_id, is_suppressed from {_CANDIDATE} c",
            (
                some_row("An empty release would take every figure from its readers.", "critical"),
                unique("cell_id", "Two figures under one key are two values of one thing."),
                not_null("is_suppressed", "A cell of which nobody decided whether it is shown may be shown."),
            ),
            "Build the candidate again.",
            DISCLOSURE,
            protects=True,
        ),
        Suite(
            "bounds of trafficking",
            "release.trafficking",
            f"select 1 from {_of_candidate('trafficking')} as c where count_low < 0 or count_low > count_high or rate_low > rate_high",
            (no_row("A bound on the wrong side tells a number that the source rules out."),),
            "Do not publish: look at the file of UNODC, and at core.fct_trafficking.",
            STATISTICS,
        ),
        *(
            finite(f"release.{table}", _of_candidate(table))
            for table in (
                "indicator",
                "roadmap",
                "roadmap_path",
                "composite",
                "composite_domain",
                *PUBLIC,
            )
        ),
    )


def _protected(policy: Policy) -> tuple[Suite, ...]:
    levels = ", ".join(f"'{level}', '{level.replace('gender', 'gap')}'" for level in policy.sensitive_levels)
    is_small = f"> 0 and {{0}} < {policy.min_count}"
    return (
        _protecting(
            "withheld cells hold no number",
            CELLS,
            f"select 1 from {_CANDIDATE} c where is_suppressed"
            f" and (suppression_reason is null or {holds_a_number('c', 'release_id', 'domain_no', 'period_year')})",
            "Any number of a withheld cell may give the rest away.",
            "Do not publish: a withheld cell still carries a number.",
        ),
        _protecting(
            "attack",
            "release.attack",
            f"select 1 from (select {_NEWEST} as release_id) as newest left join release.attack using (release_id)"
            " where n_found is distinct from 0",
            "A suppressed count must not follow from shown ones.",
            "Do not publish: a suppressed count can be worked out. `parity release attack` says from what.",
        ),
        _protecting(
            "rounded counts",
            CELLS,
            f"select 1 from {_SHOWN} and source in ('hr', 'survey') and (mod(n, {policy.rounding_base}) <> 0"
            f" or (unit = 'pct' and (mod(numerator::numeric, {policy.rounding_base}) <> 0"
            f" or mod(denominator::numeric, {policy.rounding_base}) <> 0)))",
            "One person more or less must not show.",
            f"Do not publish: a count of people is not rounded to {policy.rounding_base}.",
        ),
        _protecting(
            "no small count of staff",
            CELLS,
            f"select 1 from {_SHOWN} and source = 'hr' and (n < {policy.min_base_hr} or numerator {is_small.format('numerator')}"
            f" or (unit = 'pct' and denominator - numerator {is_small.format('denominator - numerator')}))",
            PROMISE,
            f"Do not publish: a count of 1 to {policy.min_count - 1} people is visible.",
        ),
        _protecting(
            "no small survey base",
            CELLS,
            f"select 1 from {_SHOWN} and source = 'survey' and coalesce(n, 0) < {policy.min_base_survey}",
            PROMISE,
            f"Do not publish: an estimate rests on fewer than {policy.min_base_survey} respondents.",
        ),
        _protecting(
            "sensitive figures",
            CELLS,
            f"select 1 from {_SHOWN} and indicator_code in (select indicator_code from core.dim_indicator where is_sensitive)"
            f" and (coalesce(n, 0) < {policy.min_base_sensitive} or level not in ({levels})"
            " or agency_code <> 'all' or grade_band <> 'all' or gender = 'all')",
            "Whoever reported harassment is in danger where colleagues recognise her.",
            f"Do not publish: a figure on harassment rests on fewer than {policy.min_base_sensitive} answers, or names one agency or grade.",
        ),
        _protecting(
            "withheld promises hold no number",
            "release.roadmap",
            f"select 1 from {_of_candidate('roadmap')} as c where is_suppressed and"
            f" {holds_a_number('c', 'release_id', 'target_value', 'due_year', 'period_year', 'sort_order')}",
            "The road map is computed from figures, and shows them.",
            "Do not publish: the road map shows what the release withholds.",
        ),
    )


def _protecting(name: str, table: str, query: str, reason: str, remedy: str) -> Suite:
    return Suite(name, table, query, (no_row(reason),), remedy, DISCLOSURE, protects=True)


def _sound() -> tuple[Suite, ...]:
    return (
        Suite(
            "intervals",
            CELLS,
            f"select 1 from {_CANDIDATE} c where not is_suppressed and (ci_low > estimate + 1e-9 or ci_high < estimate - 1e-9"
            " or (source = 'survey' and unavailable_reason is null and ci_low is null))",
            (no_row("An interval that does not hold its estimate was made of another figure."),),
            "An interval does not hold its estimate: check publication/intervals.py.",
            STATISTICS,
        ),
        Suite(
            "every indicator",
            CELLS,
            f"select 1 from raw.catalogue_indicator where indicator_code not in (select indicator_code from {_CANDIDATE} c)",
            (no_row("A model that was forgotten leaves no trace but a missing indicator.", "warning"),),
            "An indicator of the catalogue has no cell: its source has not been loaded.",
            ENGINEERING,
        ),
    )


def _gone(limits: GateLimits) -> Suite:
    """Figures of the current release, suppressed ones not counted, that the candidate has not, calls unavailable, or leaves out while their wave of a
    survey is open: of such a wave the whole alone has a row."""
    before = (
        "select coalesce(known.indicator_code, 'not in the catalogue') as indicator_code, kept.cell_id is null as is_gone,"
        " kept.cell_id is null and waiting.indicator_code is not null as is_open"
        f" from (select * from release.indicator where release_id = {_CURRENT} and not is_suppressed and unavailable_reason is null) as shown"
        f" left join (select cell_id from {_CANDIDATE} as c where unavailable_reason is null and status <> '{_OPEN}') as kept"
        " on shown.cell_id = kept.cell_id"
        f" left join (select distinct indicator_code, period_year, provenance from {_CANDIDATE} as c where status = '{_OPEN}') as waiting"
        " on (shown.indicator_code, shown.period_year, shown.provenance) = (waiting.indicator_code, waiting.period_year, waiting.provenance)"
        " left join raw.catalogue_indicator as known on shown.indicator_code = known.indicator_code"
    )
    counted = f"select count(*) as n_before, 100.0 * count(*) filter (where is_gone) / nullif(count(*), 0) as gone_pct from ({before}) as cell"
    parts = (
        "select indicator_code as part, indicator_code || ': ' || count(*) filter (where is_gone) || ' of ' || count(*) || ' figures gone'"
        " || case when bool_or(is_open) then ', ' || count(*) filter (where is_open) || ' of them as their wave is open' else '' end"
        f" as finding from ({before}) as cell group by indicator_code having bool_or(is_gone)"
        " order by count(*) filter (where is_gone) desc, indicator_code"
    )
    reason = "Whoever quoted a figure looks for it in the next release."
    return Suite(
        "figures that readers would lose",
        CELLS,
        counted,
        (between("gone_pct", None, limits.warn_gone_figures_pct, reason, "warning", parts),),
        "A missing figure is no proof that its people are gone. Those of an open wave come back when it is closed. See which source of these indicators shrank (gate raw), or which model"
        " changed its keys.",
        STATISTICS,
    )
