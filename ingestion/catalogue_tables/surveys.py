"""What the forms ask, whom respondents stand for, and what fieldwork is watched by."""

from __future__ import annotations

from collections.abc import Iterator

from ingestion.catalogue_tables.table import Table
from parity.catalogue import Catalogue, KoboContract
from parity.catalogue.kobo_contract import RESPONDENT_FIELDS, Fieldwork
from parity.catalogue.weights import Weight


def _surveys(catalogue: Catalogue) -> list[KoboContract]:
    return [contract for contract in catalogue.kobo.values() if contract.kind == "respondents"]


def _weights(catalogue: Catalogue) -> list[tuple[KoboContract, Weight]]:
    return [(survey, survey.weight) for survey in _surveys(catalogue) if survey.weight]


def _items(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The items that a form of respondents asks of their views, and those that an indicator uses, with their English text."""
    used = {item for indicator in catalogue.indicators if indicator.source == "survey" for item in indicator.items}
    used |= {indicator.opt_in.item for indicator in catalogue.indicators if indicator.opt_in}
    used |= {field for survey in _surveys(catalogue) for field in survey.fields.values()} - RESPONDENT_FIELDS
    return ((item, text) for item, text in catalogue.survey_items.items() if item in used)


def _fact_items(catalogue: Catalogue) -> Iterator[tuple[str, str, str, str | None]]:
    for contract in catalogue.kobo.values():
        if contract.kind == "fact_finding":
            for item, subject in contract.subjects.items():
                yield contract.name, item, subject, catalogue.survey_items.get(item)


SURVEYS = (
    Table(
        "fieldwork",
        lambda catalogue: [catalogue.fieldwork],
        {name: lambda limits, name=name: getattr(limits, name) for name in Fieldwork.model_fields if name != "max_unread_pct"},
    ),
    Table(
        "survey_item",
        _items,
        {
            "item": lambda item, _: item,
            "text_en": lambda _, text: text,
        },
    ),
    Table(
        "survey_contract",
        _surveys,
        {
            "form": lambda survey: survey.name,
            "weight_kind": lambda survey: survey.weight.kind,
            "period_year": lambda survey: survey.period_year,
            "poststratify": lambda survey: survey.weight.poststratify,
            "reference_date": lambda survey: survey.weight.reference_date,
        },
    ),
    Table(
        "survey_wave",
        lambda catalogue: ((survey, wave) for survey in _surveys(catalogue) for wave in survey.waves),
        {
            "form": lambda survey, _: survey.name,
            "wave": lambda _, wave: wave.name,
            "first_day": lambda _, wave: wave.first_day,
            "last_day": lambda _, wave: wave.last_day,
            "period_year": lambda _, wave: wave.period_year,
        },
    ),
    Table(
        "survey_project",
        lambda catalogue: ((form, uid) for form in catalogue.kobo.values() for uid in form.include_earlier_projects),
        {
            "form": lambda form, _: form.name,
            "asset_uid": lambda _, uid: uid,
        },
    ),
    Table(
        "survey_total",
        lambda catalogue: ((survey, total) for survey, weight in _weights(catalogue) for total in weight.totals),
        {
            "form": lambda survey, _: survey.name,
            "agency_code": lambda _, total: total.agency,
            "gender": lambda _, total: total.gender,
            "grade_band": lambda _, total: total.grade_band,
            "n_population": lambda _, total: total.n,
        },
    ),
    Table(
        "survey_margin",
        lambda catalogue: ((survey, margin) for survey, weight in _weights(catalogue) for margin in weight.margins),
        {
            "form": lambda survey, _: survey.name,
            "agency_code": lambda _, margin: margin.agency,
            "margin": lambda _, margin: margin.kind,
            "category": lambda _, margin: margin.gender or margin.grade_band,
            "n_population": lambda _, margin: margin.n,
        },
    ),
    Table(
        "survey_frame",
        lambda catalogue: ((survey, *each) for survey, weight in _weights(catalogue) for each in (weight.frame or {}).items()),
        {
            "form": lambda survey, *_: survey.name,
            "agency_code": lambda _, agency, __: agency,
            "n_population": lambda *parts: parts[-1],
        },
    ),
    Table(
        "fact_item",
        _fact_items,
        {
            "form": lambda form, *_: form,
            "item": lambda _, item, *__: item,
            "subject": lambda _, __, subject, ___: subject,
            "text_en": lambda *parts: parts[-1],
        },
    ),
)
