"""The chart of detected victims: a row for each country, a column for each year, by sex and age."""

from __future__ import annotations

from collections.abc import Sequence

from publication.drawing.figures import LABELS, VICTIMS, Figure, Place, Year, years_of
from publication.drawing.markup import EVERYWHERE, Drawing, rendered
from publication.drawing.panel import in_words, panel
from publication.drawing.words import missing, newest_by_sex, share_of_women, synthetic_notice

CHART = "victims"
WHAT = "detected victims"
KEY = (
    "Each country has a height of its own. A dot stands where the source has no figure. Shares in words are of the newest year in which"
    " ten people or more are known by sex, or by age."
)


def victims(figures: Sequence[Figure], places: Sequence[Place]) -> list[Drawing]:
    """The key, then each of `places` in its order, those without a figure too."""
    series = {place: years_of(figures, place, VICTIMS) for place in places}
    known = [year.year for years in series.values() for year in years]
    span = range(min(known), max(known) + 1) if known else range(0)
    notice = synthetic_notice(places)
    kinds = {part.kind for years in series.values() for year in years for part in year.by_sex_and_age()}
    labels = [(kind, label) for kind, label in LABELS.items() if kind in kinds]
    key = rendered("key.html", labels=labels, words=KEY, synthetic=notice)
    rows = [Drawing(CHART, 0, EVERYWHERE, "All", key, f"{notice} {KEY}".strip())]
    for position, (place, years) in enumerate(series.items(), start=1):
        rows.append(_row(position, place, years, span))
    return rows


def _row(position: int, place: Place, years: Sequence[Year], span: Sequence[int]) -> Drawing:
    words, gone = _words(years), missing(years, span, WHAT)
    drawn = panel(span, years, Year.by_sex_and_age) if years else None
    html = rendered("victims.html", place=place, words=words, panel=drawn, missing=gone)
    said = [f"{place.label}: {words}", in_words(years, Year.by_sex_and_age), gone]
    return Drawing(CHART, position, place.country_code, place.label, html, " ".join(filter(None, said)))


def _words(years: Sequence[Year]) -> str:
    """The newest year in a sentence, and the newest with sex where that is another."""
    if not years:
        return "no figure."
    newest = years[-1]
    said = [f"{newest.year}: {newest.everybody.words} detected"]
    if newest.children_share is not None:
        said.append(f"{newest.children_share.words} children")
    by_sex = newest_by_sex(years)
    if by_sex is not None:
        year = "" if by_sex.year == newest.year else f"in {by_sex.year} "
        said.append(f"{year}{share_of_women(by_sex)}")
    return ", ".join(said) + "."
