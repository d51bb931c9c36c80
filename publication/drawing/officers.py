"""The chart of officers next to victims: women's share of officers, and women's and girls' share of detected victims, on one scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from publication.drawing.counts import Share
from publication.drawing.figures import VICTIMS, Figure, Officers, Place, Year, years_of
from publication.drawing.markup import EVERYWHERE, Drawing, rendered
from publication.drawing.words import key, newest_by_sex, share_of_women

CHART = "officers"
KEY = (
    "Circle: women's share of the staff of the country's police agencies as Parity publishes it (REP-01) or, where it does not, of police"
    " officers as the UN does. Ring: the UN's share, where both are known. Square: women's and girls' share of the detected victims whose sex is known; the bar"
    " is what the bounds of their counts leave open. Each is of its newest year, victims of the newest with ten or more. The widest distance"
    " comes first."
)
TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Pair:
    """One country: its officers, Parity's figure before the UN's, and its victims of the newest year in which their sex is known."""

    place: Place
    officers: tuple[Officers, ...]
    victims: Year | None

    @property
    def share(self) -> Share | None:
        return None if self.victims is None else self.victims.women_share

    @property
    def distance(self) -> float | None:
        """Percentage points from officers to victims, in the middle of the bounds."""
        return None if not self.officers or self.share is None else self.share.middle - self.officers[0].share_pct

    @property
    def order(self) -> tuple[bool, float, bool, str]:
        """The widest distance first; then those with one side; then the others; each by name."""
        is_empty = not self.officers and self.share is None
        return (self.distance is None, -abs(self.distance or 0.0), is_empty, self.place.label)


def officers_and_victims(figures: Sequence[Figure], officers: Iterable[Officers], places: Sequence[Place]) -> list[Drawing]:
    """The key, each of `places`, and the scale."""
    newest = _newest(officers)
    pairs = [Pair(place, newest.get(place, ()), newest_by_sex(years_of(figures, place, VICTIMS))) for place in places]
    sources = [each.source for pair in pairs for each in pair.officers] + [
        each.source for each in figures if each.measure == VICTIMS
    ]
    rows = [key(CHART, (), KEY, places, sources)]
    rows += [_row(row_no, pair) for row_no, pair in enumerate(sorted(pairs, key=lambda pair: pair.order), start=1)]
    axis = rendered("axis.html", ticks=TICKS)
    return [*rows, Drawing(CHART, len(rows), EVERYWHERE, "All", axis, "Scale: 0 to 100 %.")]


def _newest(officers: Iterable[Officers]) -> Mapping[Place, tuple[Officers, ...]]:
    """Each place's newest share of Parity's and of the UN's, in this order."""
    found: dict[Place, dict[bool, Officers]] = {}
    for each in sorted(officers, key=lambda each: each.year):
        found.setdefault(each.place, {})[each.is_own] = each
    return {place: tuple(shares[is_own] for is_own in (True, False) if is_own in shares) for place, shares in found.items()}


def _row(row_no: int, pair: Pair) -> Drawing:
    words, share = _words(pair), pair.share
    low = high = None
    if pair.officers and share is not None:
        low, high = sorted((pair.officers[0].share_pct, share.middle))
    html = rendered(
        "officers.html",
        place=pair.place,
        words=words,
        officers=[f"{each.share_pct:.2f}" for each in pair.officers],
        victims=None if share is None else f"{share.middle:.2f}",
        bar=None if share is None else (f"{share.low:.2f}", f"{share.high - share.low:.2f}"),
        line=None if low is None or high is None else (f"{low:.2f}", f"{high - low:.2f}"),
    )
    return Drawing(CHART, row_no, pair.place.country_code, pair.place.label, html, f"{pair.place.label}: {' '.join(words)}")


def _words(pair: Pair) -> list[str]:
    """Each side in a sentence, or what is missing."""
    said = [each.words for each in pair.officers] or ["Officers: no figure on women among them."]
    said.append(
        "Victims: no year with ten or more by sex."
        if pair.victims is None
        else f"Victims {pair.victims.year}: {share_of_women(pair.victims)}."
    )
    return said
