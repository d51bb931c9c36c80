"""The chart of the accused: a row for each country, with persons suspected, prosecuted and convicted, a column for each year, by sex."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publication.drawing.figures import CONVICTED, LABELS, PROSECUTED, SUSPECTED, Figure, Place, Year, years_of
from publication.drawing.markup import Drawing, rendered
from publication.drawing.panel import Panel, in_words, panel
from publication.drawing.words import key, missing, newest_by_sex, share_of_women

CHART = "accused"
MEASURES = {SUSPECTED: "Suspected", PROSECUTED: "Prosecuted", CONVICTED: "Convicted"}
YEARS_SHOWN = 10
KEY = (
    "Suspected: brought into formal contact with police or another authority. Each is counted in the year in which it happened,"
    f" so the three are not the same people. Each drawing has a height of its own and shows {YEARS_SHOWN} years up to its newest."
    " A dot stands where the source has no figure."
)


@dataclass(frozen=True)
class Stage:
    """One measure of one country, as it is drawn and in words; without a figure it has no panel."""

    name: str
    words: str
    panel: Panel | None
    missing: str
    numbers: str


def accused(figures: Sequence[Figure], places: Sequence[Place]) -> list[Drawing]:
    """The key, then each of `places` in its order, those without a figure too."""
    labels = [(kind, LABELS[kind]) for kind in ("females", "males", "unknown")]
    rows = [key(CHART, labels, KEY, places, [each.source for each in figures if each.measure in MEASURES])]
    for row_no, place in enumerate(places, start=1):
        stages = [_stage(name, years_of(figures, place, measure)) for measure, name in MEASURES.items()]
        html = rendered("accused.html", place=place, stages=stages)
        said = " ".join(" ".join(filter(None, (f"{each.name}: {each.words}", each.numbers, each.missing))) for each in stages)
        rows.append(Drawing(CHART, row_no, place.country_code, place.label, html, f"{place.label}. {said}"))
    return rows


def _stage(name: str, years: Sequence[Year]) -> Stage:
    if not years:
        return Stage(name, "no figure.", None, "", "")
    newest = years[-1].year
    span = range(max(years[0].year, newest - YEARS_SHOWN + 1), newest + 1)
    by_sex = newest_by_sex(years)
    words = "no year with ten or more by sex." if by_sex is None else f"in {by_sex.year}, {share_of_women(by_sex)}."
    return Stage(name, words, panel(span, years, Year.by_sex), missing(years, span, name), in_words(years, Year.by_sex))
