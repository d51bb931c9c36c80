"""All drawings of a release, from its rows of trafficking and of women's share of police. Nothing else is read, so a drawing tells nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from publication.drawing.accused import MEASURES, accused
from publication.drawing.counts import Count
from publication.drawing.figures import ADULT, ALL, CHILD, MAN, VICTIMS, WOMAN, Figure, Officers, Place, Rate, Trend, places_of
from publication.drawing.officers import officers_and_victims
from publication.drawing.victims import victims

NO_BREAKDOWN = "none"
Row = Mapping[str, Any]
Rows = Iterable[Row]
OWN_SOURCE = "Parity, REP-01"
DRAWN = {
    "measure": {VICTIMS, *MEASURES},
    "gender": {WOMAN, MAN, ALL},
    "age_group": {CHILD, ADULT, ALL},
    "breakdown": {NO_BREAKDOWN},
}


def drawing_rows(trafficking: Rows, trends: Rows, police: Rows) -> list[dict[str, Any]]:
    """The rows of release.drawing, made from those of release.trafficking, trafficking_trend and police_share: of the countries that report trafficking."""
    drawn_of = [row for row in trafficking if all(row[name] in drawn for name, drawn in DRAWN.items())]
    figures = [_figure(row) for row in drawn_of]
    rates = [_rate(row) for row in drawn_of if _is_of_all_victims(row) and row["rate_low"] is not None]
    places = places_of(figures)
    countries = {place.country_code for place in places}
    officers = [each for row in police if row["country_code"] in countries for each in _officers(row)]
    drawn = [
        *officers_and_victims(figures, officers, places_of(figures, officers)),
        *victims(figures, places, rates, [_trend(row) for row in trends if _is_drawn(row)]),
        *accused(figures, places),
    ]
    return [asdict(each) for each in drawn]


def _is_of_all_victims(row: Row) -> bool:
    return row["measure"] == VICTIMS and row["gender"] == row["age_group"] == ALL


def _is_drawn(trend: Row) -> bool:
    of_all_ages = trend["age_group"] == ALL and trend["breakdown"] == NO_BREAKDOWN
    return trend["measure"] == VICTIMS and of_all_ages and trend["gender"] in (ALL, WOMAN)


def _place(row: Row) -> Place:
    return Place(row["country_code"], row["country"], row["provenance"])


def _rate(row: Row) -> Rate:
    return Rate(_place(row), row["period_year"], row["rate_low"], row["rate_high"])


def _trend(row: Row) -> Trend:
    names = ("gender", "first_year", "last_year", "change_pct", "change_low_pct", "change_high_pct", "unavailable_reason")
    return Trend(_place(row), *(row[name] for name in names))


def _figure(row: Row) -> Figure:
    count = Count(int(row["count_low"]), int(row["count_high"]))
    return Figure(_place(row), row["period_year"], row["measure"], row["gender"], row["age_group"], count, row["source"])


def _officers(row: Row) -> list[Officers]:
    """The UN's share of the row's year, and Parity's, which may be of another year and provenance."""
    found = [Officers(_place(row), row["period_year"], row["women_pct"], row["source"])]
    if row["agencies_pct"] is not None:
        own = Place(row["country_code"], row["country"], row["agencies_provenance"])
        found.append(Officers(own, row["agencies_year"], row["agencies_pct"], OWN_SOURCE, row["n_agencies"]))
    return found
