"""The chart of detected victims: a row for each country, a column for each year, by sex and age."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from publication.drawing.figures import LABELS, VICTIMS, Figure, Place, Rate, Trend, Year, years_of
from publication.drawing.markup import Drawing, rendered
from publication.drawing.panel import in_words, panel
from publication.drawing.words import key, missing, newest_by_sex, share_of_women

CHART = "victims"
WHAT = "detected victims"
KEY = (
    "Each country has a height of its own. A dot stands where the source has no figure. Shares in words are of the newest year in which"
    " ten people or more are known by sex, or by age."
)


def victims(
    figures: Sequence[Figure], places: Sequence[Place], rates: Iterable[Rate] = (), trends: Sequence[Trend] = ()
) -> list[Drawing]:
    """The key, then each of `places` in its order, those without a figure too. `rates` are of all victims."""
    rate_of = {(rate.place, rate.year): rate for rate in rates}
    series = {place: years_of(figures, place, VICTIMS) for place in places}
    known = [year.year for years in series.values() for year in years]
    span = range(min(known), max(known) + 1) if known else range(0)
    kinds = {part.kind for years in series.values() for year in years for part in year.by_sex_and_age()}
    labels = [(kind, label) for kind, label in LABELS.items() if kind in kinds]
    rows = [key(CHART, labels, KEY, places, [each.source for each in figures if each.measure == VICTIMS])]
    for row_no, (place, years) in enumerate(series.items(), start=1):
        rate = rate_of.get((place, years[-1].year)) if years else None
        rows.append(_row(row_no, place, years, span, _words(years, rate, _of_place(trends, place))))
    return rows


def _of_place(trends: Iterable[Trend], place: Place) -> list[Trend]:
    """That of all first."""
    return sorted((each for each in trends if each.place == place), key=lambda each: each.gender)


def _row(row_no: int, place: Place, years: Sequence[Year], span: Sequence[int], words: str) -> Drawing:
    gone = missing(years, span, WHAT)
    drawn = panel(span, years, Year.by_sex_and_age) if years else None
    html = rendered("victims.html", place=place, words=words, panel=drawn, missing=gone)
    said = [f"{place.label}: {words}", in_words(years, Year.by_sex_and_age), gone]
    return Drawing(CHART, row_no, place.country_code, place.label, html, " ".join(filter(None, said)))


def _words(years: Sequence[Year], rate: Rate | None, trends: Sequence[Trend]) -> str:
    """The newest year in a sentence, the newest with sex where that is another, and the trends."""
    if not years:
        return "no figure."
    newest = years[-1]
    said = [f"{newest.year}: {newest.everybody.words} detected"]
    if rate is not None:
        said.append(rate.words)
    if newest.children_share is not None:
        said.append(f"{newest.children_share.words} children")
    by_sex = newest_by_sex(years)
    if by_sex is not None:
        year = "" if by_sex.year == newest.year else f"in {by_sex.year} "
        said.append(f"{year}{share_of_women(by_sex)}")
    return f"{', '.join(said)}.{_change(trends)}"


def _change(trends: Sequence[Trend]) -> str:
    """The published trends, or why there is none."""
    if shown := [trend.words for trend in trends if trend.words]:
        return f" Change a year with its 95 % interval: {'; '.join(shown)}."
    reasons = [trend.unavailable_reason for trend in trends if trend.unavailable_reason]
    return f" Trend {reasons[0]}." if reasons else ""
