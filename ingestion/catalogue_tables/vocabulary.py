"""Words that every source shares: countries, agencies, genders, grades, functions."""

from __future__ import annotations

from ingestion.catalogue_tables.table import Table

VOCABULARY = (
    Table(
        "country",
        lambda catalogue: catalogue.countries,
        {
            "country_code": lambda country: country.code,
            "name": lambda country: country.name,
            "asean_since": lambda country: country.asean_since,
        },
    ),
    Table(
        "agency",
        lambda catalogue: catalogue.agencies,
        {
            "agency_code": lambda agency: agency.code,
            "name": lambda agency: agency.name,
            "country_code": lambda agency: agency.country,
            "agency_type": lambda agency: agency.type,
            "provenance": lambda agency: agency.provenance,
            "valid_from": lambda agency: agency.valid_from,
            "valid_to": lambda agency: agency.valid_to,
        },
    ),
    Table(
        "gender",
        lambda catalogue: enumerate(catalogue.genders),
        {
            "gender": lambda _, state: state.gender,
            "label": lambda _, state: state.label,
            "sort_order": lambda number, _: number,
        },
    ),
    Table(
        "grade",
        lambda catalogue: catalogue.grades,
        {
            "grade": lambda grade: grade.grade,
            "grade_band": lambda grade: grade.band,
            "label": lambda grade: grade.label,
        },
    ),
    Table(
        "function",
        lambda catalogue: catalogue.functions,
        {
            "function_code": lambda function: function.code,
            "label": lambda function: function.label,
        },
    ),
)
