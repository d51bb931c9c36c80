"""For tests of gates: a warehouse in which every check passes, and for each check statements that make it fail.

Sound rows stand at the limits themselves (0 and 100 %, a score of 1, a base of exactly ten), and each fault goes one step beyond one limit.
"""

from __future__ import annotations

import psycopg

from expectations.compared import count_sources, keep_as_built, keep_as_passed
from tests.integration.gate_sources import FORM, execute, fill
from tests.integration.test_gate_secrecy import insert

PUBLIC = {
    "trafficking": "rate_low",
    "trafficking_trend": "change_pct",
    "police_share": "women_pct",
}  # a number of each table of the UN's figures
TRAINING = (
    "insert into raw.hr_training (delivery_no, member, row_no, agency_code, person_key, course_code, completed_date)"
    " select 1, '', n, 'THA-POL', md5(n::text), 'L', current_date from generate_series(1, 3) as n"
)
FIGURES = """
create schema indicators; create schema core;
create table core.dim_indicator (indicator_code text, unit text, is_sensitive boolean);
insert into core.dim_indicator values ('REP-01', 'pct', false), ('SEN-01', 'pct', true), ('MEA-01', 'mean 1-5', false),
    ('IND-01', 'index 0-1', false), ('RAT-01', 'ratio', false), ('YEA-01', 'years', false), ('PER-01', 'per 100 person-years', false),
    ('PER-02', 'per 1000', false), ('PER-03', 'per 100000', false), ('PPT-01', 'percentage points', false), ('FLA-01', 'flag', false),
    ('SCO-01', 'score 0-1', false);
create table indicators.fct_indicator (cell_id text, indicator_code text, level text, agency_code text, gender text, period text,
    period_year int, numerator float8, denominator float8, n int, estimate float8, se float8, unavailable_reason text, n_least int);
insert into indicators.fct_indicator
    select indicator_code || edge, indicator_code, 'agency', 'A' || edge, 'woman', 'year', 2025, 0, 0, 0, edge, 0, null, null
    from core.dim_indicator join (values ('pct', 0), ('pct', 100), ('mean 1-5', 1), ('mean 1-5', 5), ('index 0-1', 0), ('index 0-1', 1),
        ('ratio', 0), ('years', -100), ('years', 100), ('per 100 person-years', 0), ('per 1000', 0), ('per 100000', 0), ('percentage points', -100),
        ('percentage points', 100), ('flag', 0), ('flag', 1), ('score 0-1', 0), ('score 0-1', 1)) as edges (unit, edge) using (unit);
update indicators.fct_indicator set se = 100 where estimate = 100;
insert into indicators.fct_indicator values
    ('gap', 'REP-01', 'agency', 'A', 'women minus men', 'year', 2025, null, null, 5, -100, 3, null, null),
    ('none', 'REP-01', 'agency', 'A', 'woman', 'mid-year', 2025, null, null, null, null, null, 'not available: needs X', null),
    ('unreached', 'REP-01', 'agency', 'D', 'woman', 'year', 2025, null, null, 100, null, null, null, 20),
    ('no part', 'RAT-01', 'agency', 'D', 'all', 'year', 2025, 9, 3, 9, 3, 3, null, null),
    ('rule', 'FLA-01', 'agency', 'D', 'all', 'year', 2025, null, null, null, null, null, 'not available: needs X', null),
    ('apart', 'PPT-01', 'agency', 'D', 'women minus men', 'year', 2025, null, null, 9, -200, 3, null, null),
    ('grade', 'REP-01', 'agency_grade', 'B', 'all', 'year', 2025, 90, 100, 100, 90, 1, null, null),
    ('june', 'REP-01', 'agency', 'B', 'all', 'mid-year', 2025, 20, 100, 100, 20, 1, null, null),
    ('other', 'HAR-99', 'agency', 'B', 'all', 'year', 2025, 90, 100, 100, 90, 1, null, null),
    ('elsewhere', 'REP-01', 'agency', 'C', 'all', 'year', 2025, 90, 100, 100, 90, 1, null, null),
    ('now', 'REP-01', 'agency', 'B', 'all', 'year', 2024, 40, 100, 100, 40, 1, null, null),
    ('then', 'REP-01', 'agency', 'B', 'all', 'year', 2025, 45, 100, 100, 45, 1, null, null);
create table core.fct_headcount (gender text, n_staff int);
insert into core.fct_headcount select unnest(array['woman', 'man', 'other', 'not_stated', 'missing', 'redacted']), 1;
create table core.fct_staff_event (event_date date, interval_from date, interval_to date);
insert into core.fct_staff_event values (current_date, null, null), (null, current_date, current_date);
"""
RESTORED = "insert into raw.catalogue_indicator (indicator_code, name, domain_no, domain_name, source, unit, direction, target_text, reference, catalogue_version)"
SHOWN = {
    "unavailable_reason": None,
    "is_suppressed": False,
    "suppression_reason": None,
    "source": "hr",
    "unit": "pct",
    "n": 10,
    "numerator": 5,
    "denominator": 10,
    "estimate": 50,
    "ci_low": 50,
    "ci_high": 50,
    "level": "agency",
    "status": "rounded",
}


def sound(url: str) -> None:
    """Every check of every gate passes here, warnings included."""
    fill(url)
    execute(url, TRAINING)
    execute(
        url,
        "insert into ops.kobo_cursor (asset_uid, form, rights, n_live, synced_at) values (%s, %s, 'all', 30, now() - interval '2 days')",
        f"a{FORM}",  # the project of the answers
        FORM,
    )
    with psycopg.connect(url) as connection:
        count_sources(connection)
        keep_as_passed(connection)
        keep_as_built(connection)
        count_sources(connection)
    execute(url, FIGURES)
    with psycopg.connect(url) as connection:
        codes = [code for (code,) in connection.execute("select indicator_code from raw.catalogue_indicator")]
        for state in ("current", "candidate", "rejected"):
            _release(connection, state, codes)
        connection.execute(
            "update release.indicator set estimate = 'NaN', n = 1, numerator = 1, ci_low = 99, is_suppressed = cell_id = 'hidden' where release_id ="
            " (select release_id from release.release where state = 'rejected')"
        )


def _release(connection: psycopg.Connection, state: str, codes: list[str]) -> None:
    number = insert(connection, "release", {"state": state}, "release_id")
    connection.execute("delete from release.attack where release_id = %s", (number,))
    insert(connection, "attack", {"release_id": number, "n_found": 0}, "release_id")

    def cell(**values: object) -> None:
        insert(connection, "indicator", {"release_id": number, **SHOWN, **values}, "release_id")

    for code in codes:
        cell(cell_id=code, indicator_code=code)
    cell(cell_id="nobody", indicator_code=codes[0], numerator=0)
    cell(cell_id="survey", indicator_code=codes[0], source="survey", numerator=None, denominator=None)
    cell(
        cell_id="sensitive", indicator_code="SEN-01", source="survey", n=30, numerator=None, denominator=None,
        level="country_gender", agency_code="all", grade_band="all", gender="woman",
    )  # fmt: skip
    nothing = dict.fromkeys(_numbers(connection))
    # Rules on counts of people ask neither posts nor person-years, and what is not available is asked nothing.
    cell(cell_id="posts", indicator_code=codes[0], source="fact_finding", n=3, numerator=1, denominator=3)
    cell(cell_id="rate", indicator_code=codes[0], unit="per 1000", numerator=5, denominator=7)
    cell(cell_id="no interval", indicator_code=codes[0], ci_low=None, ci_high=None)
    for source in ("hr", "survey"):
        cell(
            cell_id=f"{source} not available", indicator_code="SEN-01", source=source,
            **nothing | {"unavailable_reason": "not available: needs X"},
        )  # fmt: skip
    cell(
        cell_id="hidden",
        indicator_code=codes[0],
        **nothing | {"is_suppressed": True, "suppression_reason": "fewer than 10 staff"},
    )
    for table in ("roadmap", "roadmap_path", "composite", "composite_domain", *PUBLIC):
        insert(connection, table, {"release_id": number} | ({"is_suppressed": False} if table == "roadmap" else {}), "release_id")


def _numbers(connection: psycopg.Connection) -> list[str]:
    """The columns of a published cell that hold numbers, but for those that every cell has."""
    rows = connection.execute(
        "select column_name from information_schema.columns where table_schema = 'release' and table_name = 'indicator'"
        " and data_type in ('integer', 'double precision', 'bigint', 'numeric') and column_name not in ('release_id', 'domain_no', 'period_year')"
    )
    return [name for (name,) in rows]


def _of(cell_id: str, change: str) -> str:
    """A change of one cell of the candidate."""
    return f"update release.indicator set {change} where cell_id = '{cell_id}' and release_id = (select release_id from release.release where state = 'candidate')"


def _range(unit: str, *estimates: float) -> list[str]:
    return [
        f"update indicators.fct_indicator set estimate = {estimate} where indicator_code ="
        f" (select indicator_code from core.dim_indicator where unit = '{unit}')"
        for estimate in estimates
    ]


NO_NAN = "update {0} set {1} = '{2}' where release_id = (select release_id from release.release where state = 'candidate')"
LOOSE = "alter table {} alter {} drop not null; "
# (suite, number of the check in it) → statements each of which alone makes it fail
FAULTS: dict[tuple[str, int], list[str]] = {
    # raw
    ("staff rows", 0): ["truncate raw.hr_staff"],
    ("staff rows", 1): [LOOSE.format("raw.hr_staff", "person_key") + "update raw.hr_staff set person_key = null where row_no = 1"],
    ("staff rows", 2): [LOOSE.format("raw.hr_staff", "sex_code") + "update raw.hr_staff set sex_code = null where row_no = 1"],
    ("staff rows", 3): [
        f"update raw.hr_staff set person_key = '{key}' where row_no = 1" for key in ("Maria", "A" * 32, "a" * 31, "a" * 33)
    ],
    ("staff rows are there once", 0): ["update raw.hr_staff set row_no = 1 where row_no = 2"],
    ("sex codes", 0): ["update raw.hr_staff set sex_code = 'new' where row_no = 1"],
    ("unknown sex", 0): ["update raw.hr_staff set sex_code = 'ไม่ระบุ' where agency_code = 'THA-POL' and row_no <= 3"],
    ("unknown sex", 1): ["update raw.hr_staff set sex_code = 'ไม่ระบุ' where agency_code = 'THA-POL' and row_no = 1"],
    ("quarantine", 0): ["update raw.hr_delivery set n_quarantined = 3 where contract = 'tha_pol'"],
    ("quarantine", 1): ["update raw.hr_delivery set n_quarantined = 1 where contract = 'tha_pol'"],
    ("courses", 0): [LOOSE.format("raw.hr_training", "person_key") + "update raw.hr_training set person_key = null where row_no = 1"],
    ("courses", 1): ["update raw.hr_training set person_key = 'Maria' where row_no = 1"],
    ("courses are there once", 0): ["insert into raw.hr_training select * from raw.hr_training where row_no = 1"],
    ("submissions", 0): ["truncate raw.kobo_submission"],
    ("submissions", 1): [
        LOOSE.format("raw.kobo_submission", "content_hash") + "update raw.kobo_submission set content_hash = null where submission_id = 1"
    ],
    ("submissions are there once", 0): [
        "insert into raw.kobo_submission (form, asset_uid, submission_id, is_deleted, content_hash, load_no) overriding system value"
        " select form, asset_uid, submission_id, is_deleted, content_hash, load_no from raw.kobo_submission where submission_id = 1"
    ],
    ("catalogue", 0): ["delete from raw.catalogue_indicator"],
    ("catalogue", 1): ["alter table raw.catalogue_indicator drop constraint catalogue_indicator_pkey; insert into raw.catalogue_indicator select * from raw.catalogue_indicator limit 1"],
    ("catalogue", 2): [
        LOOSE.format("raw.catalogue_indicator", "catalogue_version")
        + "update raw.catalogue_indicator set catalogue_version = null where indicator_code = 'REP-01'"
    ],
    ("staff files against the build before", 0): ["update ops.volume set n = 0 where state = 'now' and part = 'hr_staff VNM-CUS'"],
    ("staff files against the build before", 1): ["update ops.volume set n = n - 1 where state = 'now' and part = 'hr_staff VNM-CUS'"],
    ("newest lists against the build before", 0): ["update ops.volume set n = 35 where state = 'now' and part = 'tha_pol THA-POL'"],
    ("answers against the build before", 0): ["delete from ops.volume where state = 'now' and source = 'answers'"],
    ("answers against the build before", 1): ["update ops.volume set n = 28 where state = 'now' and source = 'answers'"],
    ("international tables against the build before", 0): ["delete from ops.volume where state = 'now' and part = 'ref_victim'"],
    ("international tables against the build before", 1): ["update ops.volume set n = 18 where state = 'now' and part = 'ref_population'"],
    ("age of the newest lists", 0): ["update raw.hr_delivery set delivered_at = now() - interval '46 days' where contract = 'tha_pol'"],
    ("age of the last sync", 0): ["update ops.kobo_cursor set synced_at = now() - interval '73 hours'"],
    ("age of international tables", 0): ["update raw.ref_population set loaded_at = now() - interval '551 days'"],
    # indicators
    ("cells", 0): ["truncate indicators.fct_indicator"],
    ("cells", 1): ["update indicators.fct_indicator set cell_id = null where cell_id = 'now'"],
    ("cells", 2): ["update indicators.fct_indicator set cell_id = 'then' where cell_id = 'now'"],
    ("cells", 3): ["update indicators.fct_indicator set n = -1 where cell_id = 'now'"],
    ("cells", 4): ["update indicators.fct_indicator set denominator = -1 where cell_id = 'now'"],
    ("finite numbers of fct_indicator", 0): [
        f"update indicators.fct_indicator set {column} = '{value}' where cell_id = 'gap'"
        for column, value in (("se", "NaN"), ("estimate", "Infinity"), ("numerator", "-Infinity"))
    ],
    ("shares", 0): ["update indicators.fct_indicator set estimate = null where cell_id = 'now'"],
    ("shares", 1): [f"update indicators.fct_indicator set estimate = {value} where cell_id = 'now'" for value in (-0.01, 100.01)],
    ("shares", 2): [f"update indicators.fct_indicator set se = {value} where cell_id = 'now'" for value in (-0.01, 100.01)],
    ("ranges of units", 0): _range("mean 1-5", 0.99, 5.01),
    ("ranges of units", 1): _range("index 0-1", -0.01, 1.01),
    ("ranges of units", 2): _range("ratio", -0.01),
    ("ranges of units", 3): _range("years", -100.01, 100.01),
    ("ranges of units", 4): _range("per 100 person-years", -0.01),
    ("ranges of units", 5): _range("per 1000", -0.01),
    ("ranges of units", 6): _range("per 100000", -0.01),
    ("ranges of units", 7): _range("percentage points", -100.01, 100.01),
    ("scores of rules", 0): _range("flag", "null") + _range("score 0-1", "null"),
    ("scores of rules", 1): _range("flag", 1.01) + _range("score 0-1", -0.01),
    ("numerators", 0): ["update indicators.fct_indicator set numerator = 101 where cell_id = 'now'"],
    ("genders", 0): ["update core.fct_headcount set gender = 'female' where gender = 'woman'"],
    ("genders", 1): ["update core.fct_headcount set n_staff = 0 where gender = 'woman'"],
    ("stock and flow", 0): [
        "update core.fct_staff_event set event_date = current_date + 1 where event_date is not null",
        "update core.fct_staff_event set interval_from = interval_to + 1 where interval_to is not null",
    ],
    ("jumps", 0): [f"update indicators.fct_indicator set estimate = {value} where cell_id = 'then'" for value in (45.01, 34.99)],
    # candidate
    ("release cells", 0): ["delete from release.indicator where release_id = (select release_id from release.release where state = 'candidate')"],
    ("release cells", 1): [
        "alter table release.indicator drop constraint if exists indicator_pkey; " + _of("survey", "cell_id = 'nobody'"),
    ],
    ("release cells", 2): [LOOSE.format("release.indicator", "is_suppressed") + _of("nobody", "is_suppressed = null")],
    ("finite numbers of indicator", 0): [
        NO_NAN.format("release.indicator", column, value) for column, value in (("estimate", "NaN"), ("ci_high", "Infinity"))
    ],
    ("finite numbers of roadmap", 0): [NO_NAN.format("release.roadmap", "target_value", "NaN")],
    ("withheld cells hold no number", 0): [
        _of("hidden", change) for change in ("suppression_reason = null", "n = 40", "estimate = 0", "p_value = 0.5", "ci_low = 'NaN'")
    ],
    ("attack", 0): [
        "update release.attack set n_found = 1 where release_id = (select release_id from release.release where state = 'candidate')",
        "delete from release.attack where release_id = (select release_id from release.release where state = 'candidate')",
    ],
    ("rounded counts", 0): [
        _of("nobody", change) for change in ("n = 11", "numerator = 6", "denominator = 12")
    ] + [_of("survey", "n = 11")],
    ("no small count of staff", 0): [_of("nobody", change) for change in ("n = 9", "numerator = 4", "numerator = 1", "numerator = 6")],
    ("no small survey base", 0): [_of("survey", "n = 9"), _of("survey", "n = null")],
    ("sensitive figures", 0): [
        _of("sensitive", change)
        for change in ("n = 20", "n = null", "level = 'agency_gender'", "agency_code = 'A'", "grade_band = 'senior'", "gender = 'all'")
    ],
    ("withheld promises hold no number", 0): [
        "update release.roadmap set is_suppressed = true where release_id = (select release_id from release.release where state = 'candidate')"
    ],
    ("intervals", 0): [_of("nobody", "ci_low = 50.01"), _of("nobody", "ci_high = 49.99"), _of("survey", "ci_low = null")],
    ("every indicator", 0): [_of("WLC-04", "indicator_code = 'WLC-99'")],
    ("bounds of trafficking", 0): [
        f"update release.trafficking set {change} where release_id = (select release_id from release.release where state = 'candidate')"
        for change in ("count_low = 2", "count_low = -1", "rate_low = 1, rate_high = 0")
    ],
    ("figures that readers would lose", 0): [
        "delete from release.indicator where cell_id in ('nobody', 'survey', 'REP-01') and release_id = (select release_id from release.release where state = 'candidate')",
        "update release.indicator set unavailable_reason = 'not available: x' where cell_id in ('nobody', 'survey') and"
        " release_id = (select release_id from release.release where state = 'candidate')",
        "update release.indicator set status = 'wave open' where cell_id in ('nobody', 'survey') and"
        " release_id = (select release_id from release.release where state = 'candidate')",
    ],
}  # fmt: skip
FAULTS |= {
    (f"finite numbers of {table}", 0): [NO_NAN.format(f"release.{table}", column, "NaN")]
    for table, column in (("roadmap_path", "value"), ("composite", "index_value"), ("composite_domain", "score"), *PUBLIC.items())
}
