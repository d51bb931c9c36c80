"""How old the newest data of each source are. Old data are a warning: the release is right, but of an earlier day."""

from __future__ import annotations

from expectations.check import ENGINEERING, STAFF_DATA, SURVEYS, Suite, between
from expectations.compared import FORMS, REFERENCE_TABLES
from parity.catalogue.gate_limits import GateLimits

_LOADED = " union all ".join(f"select '{table}' as part, max(loaded_at) as at from raw.{table}" for table in REFERENCE_TABLES)
LISTS = """
select contract.contract as part, contract.period_grain, max(delivery.delivered_at) as at
from raw.hr_delivery as delivery inner join raw.catalogue_hr_contract as contract on delivery.contract = contract.contract
group by contract.contract, contract.period_grain
"""
SYNCS = f"""
select cursor.form as part, max(cursor.synced_at) as at from ops.kobo_cursor as cursor
where cursor.form in ({FORMS})
group by cursor.form
"""


def _aged(newest: str, limit: str) -> str:
    """SQL: days since each part's newest data, and days beyond the limit."""
    return (
        f"select part, days, days - {limit} as days_beyond from"
        f" (select *, extract(epoch from clock_timestamp() - at) / 86400 as days from ({newest}) as newest where at is not null) as aged"
    )


def _suite(name: str, table: str, query: str, reason: str, remedy: str, owner: str) -> Suite:
    parts = (
        f"select part, part || ': ' || round(days) || ' days old' as finding from ({query}) as aged where days_beyond > 0"
        " order by days_beyond desc, part"
    )
    return Suite(name, table, query, (between("days_beyond", None, 0, reason, "warning", parts),), remedy, owner)


def freshness_suites(limits: GateLimits) -> tuple[Suite, ...]:
    ages = limits.warn_list_age_days
    return (
        _suite(
            "age of the newest lists",
            "raw.hr_delivery",
            _aged(LISTS, f"case period_grain when 'year' then {ages.year} else {ages.month} end"),
            "Without a new list, people seem to stay for ever and nobody is hired.",
            "Ask the agency for its next list, and look in Airflow whether ingest_hr refused one.",
            STAFF_DATA,
        ),
        _suite(
            "age of the last sync",
            "ops.kobo_cursor",
            _aged(SYNCS, str(limits.warn_sync_age_days)),
            "A sync that fails night after night leaves a survey half counted.",
            "Look in Airflow why ingest_kobo does not end well.",
            SURVEYS,
        ),
        _suite(
            "age of international tables",
            "raw.ref_population",
            _aged(_LOADED, str(limits.warn_reference_age_days)),
            "Rates per inhabitant drift when the population is years old.",
            "Look whether a newer edition was published, and put it into drop/reference/.",
            ENGINEERING,
        ),
    )
