"""The gate `raw`: what must hold of delivered data before anything is built from them."""

from __future__ import annotations

from expectations.check import (
    ENGINEERING,
    STAFF_DATA,
    SURVEYS,
    Suite,
    between,
    matches,
    no_row,
    not_null,
    some_row,
    there_twice,
    unique,
)
from expectations.compared import compared_suites
from expectations.freshness import freshness_suites
from parity.catalogue.gate_limits import GateLimits
from parity.deliveries import NOT_REPLACED

LOAD_AGAIN = "Load the file named in raw.hr_delivery again after mending its contract."
PSEUDONYM = "^[0-9a-f]{32}$"
NO_NAME = "A name or a service number in place of a pseudonym would spread through every table."
NOBODY = "A row without a person counts nobody, and is missing from every figure."
TWICE = "A row that is loaded twice counts its person twice."


def raw_suites(limits: GateLimits) -> tuple[Suite, ...]:
    return (*_staff_files(limits), *_others(), *compared_suites(limits), *freshness_suites(limits))


def _staff_files(limits: GateLimits) -> tuple[Suite, ...]:
    return (
        Suite(
            "staff rows",
            "raw.hr_staff",
            "select person_key, sex_code from raw.hr_staff",
            (
                some_row("Without staff rows, only survey figures can be built."),
                not_null("person_key", NOBODY),
                not_null("sex_code", "A blank is a code; a missing one means that the loader failed."),
                matches("person_key", PSEUDONYM, NO_NAME),
            ),
            LOAD_AGAIN,
            STAFF_DATA,
        ),
        Suite(
            "staff rows are there once",
            "raw.hr_staff",
            there_twice("raw.hr_staff", "delivery_no", "member", "sheet", "row_no"),
            (no_row(TWICE),),
            LOAD_AGAIN,
            STAFF_DATA,
        ),
        Suite(
            "sex codes",
            "raw.hr_staff",
            "select 1 from raw.hr_staff s join raw.hr_delivery d using (delivery_no)"
            " left join raw.catalogue_sex_code c on d.contract = c.contract and s.sex_code = c.code where c.code is null",
            (no_row("A code without a meaning would leave its people out of both women and men."),),
            "A contract lost a sex code that loaded rows use: add it again and run ingest_reference.",
            STAFF_DATA,
        ),
        Suite(
            "unknown sex",
            "raw.hr_staff",
            "select d.contract, 100.0 * avg((c.gender not in ('woman', 'man'))::int) as unknown_pct from raw.hr_staff s"
            " join raw.hr_delivery d using (delivery_no)"
            " join raw.catalogue_sex_code c on d.contract = c.contract and s.sex_code = c.code group by d.contract",
            (
                between(
                    "unknown_pct", 0, limits.max_unknown_sex_pct, "With more people of unknown sex, no share of women holds."
                ),
                between(
                    "unknown_pct",
                    0,
                    limits.warn_unknown_sex_pct,
                    "A field that an agency stops filling shows here first.",
                    "warning",
                ),
            ),
            f"Ask the agency for the missing sex: over {limits.max_unknown_sex_pct:g} % unknown, no share of women can be trusted.",
            STAFF_DATA,
        ),
        Suite(
            "quarantine",
            "raw.hr_delivery",
            "select n_rows, n_quarantined, 100.0 * n_quarantined / nullif(n_rows + n_quarantined, 0) as quarantined_pct"
            f" from raw.hr_delivery as delivery where {NOT_REPLACED}",  # nosec B608  # a constant
            (
                between(
                    "quarantined_pct", 0, limits.max_quarantined_pct, "Rows set aside are rarely a random sample of the list."
                ),
                between(
                    "quarantined_pct",
                    0,
                    limits.warn_quarantined_pct,
                    "A new spelling of a code begins with a few rows.",
                    "warning",
                ),
            ),
            "Read quarantine.hr_row and have the agency mend the rows.",
            STAFF_DATA,
        ),
        Suite(
            "courses",
            "raw.hr_training",
            "select person_key from raw.hr_training",
            (not_null("person_key", NOBODY), matches("person_key", PSEUDONYM, NO_NAME)),
            LOAD_AGAIN,
            STAFF_DATA,
        ),
        Suite(
            "courses are there once",
            "raw.hr_training",
            there_twice("raw.hr_training", "delivery_no", "member", "sheet", "row_no"),
            (no_row(TWICE),),
            LOAD_AGAIN,
            STAFF_DATA,
        ),
    )


def _others() -> tuple[Suite, ...]:
    return (
        Suite(
            "submissions",
            "raw.kobo_submission",
            "select content_hash from raw.kobo_submission",
            (
                some_row("Without submissions, only figures of staff can be built."),
                not_null("content_hash", "The hash tells a changed answer from one that was only sent again."),
            ),
            "Run reconcile_kobo, or drop the form's raw rows and sync again.",
            SURVEYS,
        ),
        Suite(
            "submissions are there once",
            "raw.kobo_submission",
            there_twice("raw.kobo_submission", "asset_uid", "submission_id", "content_hash", "load_no"),
            (no_row("A submission that is there twice counts its respondent twice."),),
            "Run reconcile_kobo, or drop the form's raw rows and sync again.",
            SURVEYS,
        ),
        Suite(
            "catalogue",
            "raw.catalogue_indicator",
            "select indicator_code, catalogue_version from raw.catalogue_indicator",
            (
                some_row("Without the catalogue, nothing says what to build.", "critical"),
                unique("indicator_code", "An indicator that is defined twice has two values."),
                not_null("catalogue_version", "Every published number names the definitions that it was made by."),
            ),
            "Run ingest_reference: the catalogue has not been loaded.",
            ENGINEERING,
        ),
    )
