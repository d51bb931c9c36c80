"""The chart of officers next to victims: women's share of officers, and women's and girls' share of detected victims, on one scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from publication.drawing.counts import Share
from publication.drawing.figures import VICTIMS, Figure, Officers, Place, Year, years_of
from publication.drawing.markup import EVERYWHERE, Drawing, rendered
from publication.drawing.words import newest_by_sex, share_of_women, synthetic_notice

CHART = "officers"
KEY = (
    "Circle: women's share of officers. Square: women's and girls' share of the detected victims whose sex is known; the bar is what the"
    " bounds of their counts leave open. Each is of its newest year, victims of the newest with ten or more. The widest distance comes first."
)
TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Pair:
    """What is known of one country: its officers, and its victims in the newest year with sexes."""

    place: Place
    officers: Officers | None
    victims: Year | None

    @property
    def share(self) -> Share | None:
        return None if self.victims is None else self.victims.women_share

    @property
    def distance(self) -> float | None:
        """Percentage points from officers to victims, in the middle of the bounds."""
        return None if self.officers is None or self.share is None else self.share.middle - self.officers.share_pct

    @property
    def order(self) -> tuple[bool, float, bool, str]:
        """The widest distance first; then those with one side; then the others; each by name."""
        is_empty = self.officers is None and self.share is None
        return (self.distance is None, -abs(self.distance or 0.0), is_empty, self.place.label)


def officers_and_victims(figures: Sequence[Figure], officers: Iterable[Officers], places: Sequence[Place]) -> list[Drawing]:
    """The key, each of `places`, and the scale."""
    newest = _newest(officers)
    pairs = [Pair(place, newest.get(place), newest_by_sex(years_of(figures, place, VICTIMS))) for place in places]
    notice = synthetic_notice(places)
    key = rendered("key.html", labels=(), words=KEY, synthetic=notice)
    rows = [Drawing(CHART, 0, EVERYWHERE, "All", key, f"{notice} {KEY}".strip())]
    rows += [_row(position, pair) for position, pair in enumerate(sorted(pairs, key=lambda pair: pair.order), start=1)]
    axis = rendered("axis.html", ticks=TICKS)
    return [*rows, Drawing(CHART, len(rows), EVERYWHERE, "All", axis, "Scale: 0 to 100 %.")]


def _newest(officers: Iterable[Officers]) -> Mapping[Place, Officers]:
    """Each place's newest share; of two of one year the first, so that the caller sets which source goes first."""
    found: dict[Place, Officers] = {}
    for each in officers:
        if each.place not in found or each.year > found[each.place].year:
            found[each.place] = each
    return found


def _row(position: int, pair: Pair) -> Drawing:
    words, share = _words(pair), pair.share
    low = high = None
    if pair.officers is not None and share is not None:
        low, high = sorted((pair.officers.share_pct, share.middle))
    html = rendered(
        "officers.html",
        place=pair.place,
        words=words,
        officers=None if pair.officers is None else f"{pair.officers.share_pct:.2f}",
        victims=None if share is None else f"{share.middle:.2f}",
        bar=None if share is None else (f"{share.low:.2f}", f"{share.high - share.low:.2f}"),
        line=None if low is None or high is None else (f"{low:.2f}", f"{high - low:.2f}"),
    )
    return Drawing(CHART, position, pair.place.country_code, pair.place.label, html, f"{pair.place.label}: {' '.join(words)}")


def _words(pair: Pair) -> list[str]:
    """Each side in a sentence, or what is missing."""
    who = pair.officers
    said = [
        "Officers: no figure on women among them."
        if who is None
        else f"Officers {who.year}: {who.share_pct:.0f} % women ({who.source})."
    ]
    said.append(
        "Victims: no year with ten or more by sex."
        if pair.victims is None
        else f"Victims {pair.victims.year}: {share_of_women(pair.victims)}."
    )
    return said
