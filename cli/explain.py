"""Where a published figure comes from: its definition, the files and form versions behind it, the gates that it passed, and what was withheld.

Numbers are those of the current release, so what is withheld there stays withheld here. Of sources only rows and hashes are told.
A mid-year is never shown among the figures of its year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

from parity.catalogue import Catalogue
from parity.catalogue.indicators import Indicator
from publication.cell import MID_YEAR, PUBLISHED, YEAR

CELLS = f"""
select {", ".join(f"i.{name}" for name in PUBLISHED)}, i.release_id, r.published_at
from published.indicator as i
cross join published.release_info as r
where i.period = %(period)s and i.indicator_code = %(code)s and i.agency_code = %(agency)s and i.country_code = coalesce(%(country)s, i.country_code)
    and i.period_year = coalesce(%(year)s, (
        select max(period_year) from published.indicator
        where period = %(period)s and indicator_code = %(code)s and agency_code = %(agency)s and country_code = coalesce(%(country)s, country_code)))
order by i.level, i.country_code, i.agency_type, i.gender, i.grade_band, i.breakdown, i.breakdown_value
"""
FILES = """
select
    effective.agency_code, delivery.contract, delivery.file_name, delivery.content_sha256, delivery.delivery_no, delivery.loaded_at,
    delivery.is_provisional, delivery.n_rows, delivery.n_quarantined, min(effective.period_date)::text as first_period,
    max(effective.period_date)::text as last_period
from staging.{lists} as effective
inner join raw.hr_delivery as delivery using (delivery_no)
inner join core.dim_agency as agency
    on effective.agency_code = agency.agency_code and make_date(%(year)s, 12, 31) between agency.valid_from and agency.valid_to
where (%(agency)s = 'all' or effective.agency_code = %(agency)s) and (%(country)s::text is null or agency.country_code = %(country)s)
    and delivery.grain = any(%(grains)s)
    and (effective.period_date = '1900-01-01' or effective.period_date between make_date(%(since)s, 1, 1) and make_date(%(year)s, 12, 31))
group by effective.agency_code, delivery.delivery_no
order by effective.agency_code, first_period, delivery.delivery_no
"""
LISTS = {YEAR: "stg_hr__effective_delivery", MID_YEAR: "stg_hr__mid_year_delivery"}
FORMS = """
select
    submission.form, version.version_no, submission.version_uid, count(*) as n_submissions, max(newest.loaded_at) as loaded_at
from staging.stg_kobo__submission as submission
inner join {who} as respondent using (form, submission_id)
inner join core.dim_agency as agency
    on respondent.agency_code = agency.agency_code and make_date(%(year)s, 12, 31) between agency.valid_from and agency.valid_to
inner join (
    select asset_uid, submission_id, content_hash, max(loaded_at) as loaded_at from raw.kobo_submission group by 1, 2, 3
) as newest using (asset_uid, submission_id, content_hash)
left join raw.kobo_form as version using (asset_uid, version_uid)
where respondent.period_year = %(year)s and (%(agency)s = 'all' or respondent.agency_code = %(agency)s)
    and (%(country)s::text is null or agency.country_code = %(country)s)
group by submission.form, version.version_no, submission.version_uid
order by submission.form, version.version_no
"""
# Only forms whose answers count for the indicator. The agency's people may have answered another survey in that year.
RESPONDENTS = """(
    select * from core.int_survey__respondent
    where (form, period_year) in (
        select form, period_year from indicators.ind_survey__person_score where indicator_code = %(code)s))"""
ASSESSMENTS = """(
    select * from core.int_fact__assessment
    where is_newest and subject in (
        select item.subject from core.dim_fact_item as item
        inner join staging.stg_catalogue__indicator_item as used using (item) where used.indicator_code = %(code)s))"""
GATES = """
select gate, run_at, count(*) as n_checks,
    count(*) filter (where not success and severity = 'critical' and accepted_until is null) as n_failed,
    count(*) filter (where accepted_until is not null) as n_accepted,
    count(*) filter (where not success and severity <> 'critical') as n_warnings
from ops.gate_result as result
where run_at = (select max(run_at) from ops.gate_result as later where later.gate = result.gate)
group by gate, run_at
order by run_at
"""


STAFF = ["roster", "spells", "events", "aggregate"]
# Indicators that need a register as well as staff lists, or a register alone.
REGISTERS = {
    "DEP-03": [*STAFF, "training"],
    "DEP-04": [*STAFF, "training"],
    "HAR-05": [*STAFF, "complaints"],
    "HAR-06": ["complaints"],
    "REC-01": ["applicants"],
    "REC-03": ["applicants"],
}


class NothingToExplain(LookupError):
    """No cell of the release fits; the message says what there is."""


@dataclass(frozen=True)
class Explanation:
    """`cells` of one indicator, place and year, and what they rest on; each entry is a row of the query of that name."""

    indicator: Indicator
    cells: list[dict[str, Any]]
    files: list[dict[str, Any]]
    forms: list[dict[str, Any]]
    gates: list[dict[str, Any]]


def explain(
    connection: psycopg.Connection,
    catalogue: Catalogue,
    code: str,
    *,
    agency: str = "all",
    country: str | None = None,
    year: int | None = None,
    is_mid_year: bool = False,
) -> Explanation:
    """The newest year's cells without `year`, or those of its mid-year. Raises NothingToExplain."""
    indicator = next((entry for entry in catalogue.indicators if entry.id == code), None)
    if indicator is None:
        raise NothingToExplain(f"There is no indicator '{code}': `parity indicators` lists them.")
    period = MID_YEAR if is_mid_year else YEAR
    place: dict[str, object] = {"period": period, "code": code, "agency": agency, "country": country, "year": year}
    with connection.cursor(row_factory=dict_row) as cursor:
        cells = cursor.execute(CELLS, place).fetchall()
        if not cells:
            known = cursor.execute(
                "select distinct agency_code, period_year from published.indicator where period = %s and indicator_code = %s order by 1, 2",
                (period, code),
            ).fetchall()
            there = ", ".join(f"{row['agency_code']} {row['period_year']}" for row in known) or "no cell at all"
            raise NothingToExplain(f"The current release has no cell of {code} for that place and {period}. It has: {there}.")
        newest = cells[0]["period_year"]
        place |= {"year": newest, "since": newest if is_mid_year else newest - 1, "grains": REGISTERS.get(code, STAFF)}
        from_staff, from_survey = "hr" in indicator.source or indicator.source == "pipeline", indicator.source == "survey"
        who = {"survey": RESPONDENTS, "fact_finding": ASSESSMENTS}.get(indicator.source)
        return Explanation(
            indicator,
            cells,
            cursor.execute(FILES.format(lists=LISTS[period]), place).fetchall() if from_staff or from_survey else [],
            cursor.execute(FORMS.format(who=who), place).fetchall() if who else [],
            cursor.execute(GATES).fetchall(),
        )
