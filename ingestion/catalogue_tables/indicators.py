"""The tables of indicators, and of the answers and conditions that they count by."""

from __future__ import annotations

from collections.abc import Iterator

from ingestion.catalogue_tables.table import Table
from parity.catalogue import Catalogue
from parity.catalogue.indicators import Indicator


def _answers(catalogue: Catalogue) -> Iterator[tuple[Indicator, str, str, float]]:
    for indicator in catalogue.indicators:
        for item in indicator.items:
            for answer, score in indicator.answer_scores(item).items():
                yield indicator, item, answer, score


def _breakdowns(catalogue: Catalogue) -> Iterator[tuple[Indicator, str, str | None, str]]:
    """What each indicator is broken down by, and what it lacks, with what a source must carry for it."""
    for indicator in catalogue.indicators:
        for name, needs in {**{name: catalogue.breakdowns[name].needs for name in indicator.disagg}, **indicator.lacks}.items():
            yield indicator, name, catalogue.breakdowns[name].answer if indicator.source == "survey" else None, needs


INDICATORS = (
    Table(
        "indicator",
        lambda catalogue: ((indicator, catalogue) for indicator in catalogue.indicators),
        {
            "indicator_code": lambda indicator, _: indicator.id,
            "name": lambda indicator, _: indicator.name,
            "domain_no": lambda indicator, _: indicator.domain,
            "domain_name": lambda indicator, catalogue: catalogue.domains[indicator.domain],
            "source": lambda indicator, _: indicator.source,
            "unit": lambda indicator, _: indicator.unit,
            "direction": lambda indicator, _: indicator.dir,
            "target_text": lambda indicator, _: indicator.target,
            "reference": lambda indicator, _: indicator.ref,
            "numerator_text": lambda indicator, _: indicator.num,
            "denominator_text": lambda indicator, _: indicator.den,
            "catalogue_version": lambda _, catalogue: catalogue.version,
            "tier": lambda indicator, _: indicator.tier,
            "formula_text": lambda indicator, _: indicator.formula,
            "statistic": lambda indicator, _: indicator.statistic,
            "goalpost_worst": lambda indicator, _: indicator.goalposts[0] if indicator.goalposts else None,
            "goalpost_best": lambda indicator, _: indicator.goalposts[1] if indicator.goalposts else None,
            "needs_text": lambda indicator, _: indicator.needs,
            "score": lambda indicator, _: indicator.score,
            "answered_at_least": lambda indicator, _: indicator.answered_at_least,
            "is_sensitive": lambda indicator, _: indicator.sensitive,
            "reference_kind": lambda indicator, _: indicator.reference_value,
        },
    ),
    Table(
        "indicator_item",
        lambda catalogue: ((indicator, item) for indicator in catalogue.indicators for item in indicator.items),
        {
            "indicator_code": lambda indicator, _: indicator.id,
            "item": lambda _, item: item,
            "is_reversed": lambda indicator, item: item in indicator.reversed,
        },
    ),
    Table(
        "indicator_answer",
        _answers,
        {
            "indicator_code": lambda indicator, *_: indicator.id,
            "item": lambda _, item, *__: item,
            "answer": lambda _, __, answer, ___: answer,
            "answer_score": lambda *parts: parts[-1],
        },
    ),
    Table(
        "indicator_condition",
        lambda catalogue: (
            (indicator, condition) for indicator in catalogue.indicators for condition in catalogue.conditions(indicator)
        ),
        {
            "indicator_code": lambda indicator, _: indicator.id,
            "item": lambda _, condition: condition.item,
            "answer": lambda _, condition: condition.answer,
            "among_indicator": lambda _, condition: condition.indicator,
        },
    ),
    Table(
        "indicator_breakdown",
        _breakdowns,
        {
            "indicator_code": lambda indicator, *_: indicator.id,
            "breakdown": lambda _, name, *__: name,
            "answer": lambda _, __, answer, ___: answer,
            "needs_text": lambda *parts: parts[-1],
            "is_lacking": lambda indicator, name, *_: name in indicator.lacks,
        },
    ),
)
