"""Words that several drawings say: what is missing, where figures come from, and that samples are invented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from publication.drawing.counts import years_in_words
from publication.drawing.figures import MAN, WOMAN, Place, Year

SYNTHETIC = "synthetic"
INVENTED = "The figures marked (synthetic) are invented and describe no real country."


def synthetic_notice(places: Iterable[Place]) -> str:
    """What stands above a chart that shows invented figures; otherwise empty."""
    return INVENTED if any(place.provenance == SYNTHETIC for place in places) else ""


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
