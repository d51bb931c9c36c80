"""Whom an indicator counts and when, in words: its own, or those of all indicators of its source."""

from __future__ import annotations

from parity.catalogue.indicators import Indicator

POPULATION = {
    "hr": "staff of the agency",
    "survey": "respondents of the wave who answered; 'don't know' and 'prefer not to say' are no answer",
    "fact_finding": "agencies, or posts, of which the answers are known",
    "external": "what the published table counts",
    "hr+external": "staff of the agency, and the published table",
    "external+hr": "the published table, and staff of the country's agencies",
    "pipeline": "Parity's own records",
}
PERIOD = {
    "survey": "the survey's wave",
    "fact_finding": "the year that the report names",
}
OTHERWISE = "the calendar year"


def population(indicator: Indicator) -> str:
    """Who, or what, may be counted."""
    return indicator.population or POPULATION[indicator.source]


def periods(indicator: Indicator) -> str:
    """The day or the time that a figure is of."""
    return indicator.period or PERIOD.get(indicator.source, OTHERWISE)
