"""What several charts say: how to read them, whom to cite, that samples are invented, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from publication.drawing.counts import years_in_words
from publication.drawing.figures import MAN, WOMAN, Place, Year
from publication.drawing.markup import EVERYWHERE, Drawing, rendered

SYNTHETIC = "synthetic"
INVENTED = "The figures marked (synthetic) are invented and describe no real country."


def sources_in_words(sources: Iterable[str]) -> str:
    """Whom readers cite, each once."""
    named = sorted(set(sources))
    return f"Sources: {'; '.join(named)}." if named else ""


def key(chart: str, labels: Sequence[tuple[str, str]], words: str, places: Iterable[Place], sources: Iterable[str]) -> Drawing:
    """The first row of a chart: how to read it, whom to cite and, where figures are invented, that they are."""
    notice = INVENTED if any(place.provenance == SYNTHETIC for place in places) else ""
    cited = sources_in_words(sources)
    html = rendered("key.html", labels=labels, words=words, sources=cited, synthetic=notice)
    return Drawing(chart, 0, EVERYWHERE, "All", html, " ".join(filter(None, (notice, words, cited))))


def newest_by_sex(years: Sequence[Year]) -> Year | None:
    """The newest year in which a share of women can be said."""
    return next((year for year in reversed(years) if year.women_share is not None), None)


def share_of_women(year: Year) -> str:
    """`77 % women and girls (103 of 134 whose sex is known)`, or nothing where that cannot be said."""
    women, men = year.of_sex(WOMAN), year.of_sex(MAN)
    if year.women_share is None or women is None or men is None:
        return ""
    return f"{year.women_share.words} women and girls ({women.words} of {(women + men).words} whose sex is known)"


def missing(years: Sequence[Year], span: Sequence[int], what: str) -> str:
    """The years of the chart without a figure, and those without sex."""
    if not years:
        return f"No {what} in the source."
    shown = [year for year in years if year.year in span]
    gone = sorted(set(span) - {year.year for year in shown})
    sexless = [year.year for year in shown if year.of_sex(WOMAN) is None or year.of_sex(MAN) is None]
    said = [f"No figure: {years_in_words(gone)}."] if gone else []
    if len(sexless) == len(shown):
        said.append("None by sex.")
    elif sexless:
        said.append(f"Not by sex: {years_in_words(sexless)}.")
    return " ".join(said)
