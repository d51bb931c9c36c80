"""What drawings are made of: published counts of trafficking by country, year, sex and age, and women's shares of officers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from parity.counted import counted
from publication.drawing.counts import Count, Share, share, total

VICTIMS, SUSPECTED, PROSECUTED, CONVICTED = "victims_detected", "persons_suspected", "persons_prosecuted", "persons_convicted"
WOMAN, MAN, ALL = "woman", "man", "all"
CHILD, ADULT = "child", "adult"
LEAST_BASE = 10  # people: a share of fewer says little of a year


@dataclass(frozen=True)
class Place:
    """A country, whose figures are synthetic or real and never both."""

    country_code: str
    name: str
    provenance: str

    @property
    def label(self) -> str:
        return f"{self.name} (synthetic)" if self.provenance == "synthetic" else self.name


@dataclass(frozen=True)
class Figure:
    """One published count: how many people of a sex and an age a country reported in a year."""

    place: Place
    year: int
    measure: str
    gender: str
    age_group: str
    count: Count
    source: str


@dataclass(frozen=True)
class Rate:
    """People detected per 100,000 people of the country, at least and at most."""

    place: Place
    year: int
    low: float
    high: float

    @property
    def words(self) -> str:
        low, high = (f"{each:.2g}" if each < 10 else f"{each:.0f}" for each in (self.low, self.high))
        return f"{low if low == high else f'{low} to {high}'} per 100,000 people"


@dataclass(frozen=True)
class Trend:
    """The published change of a series of detected victims, in per cent a year with its interval, or why there is none."""

    place: Place
    gender: str
    first_year: int
    last_year: int
    change_pct: float | None
    ci_low: float | None
    ci_high: float | None
    unavailable_reason: str | None

    @property
    def words(self) -> str:
        """Empty where there is no trend."""
        if self.change_pct is None or self.ci_low is None or self.ci_high is None:
            return ""
        who = "women and girls" if self.gender == WOMAN else "all"
        span = f"{self.first_year}–{self.last_year}"
        change, low, high = (
            f"{round(each, 1) + 0.0:+.1f}" for each in (self.change_pct, self.ci_low, self.ci_high)
        )  # never -0.0
        return f"{who} {span} {change} % ({low} to {high})"


@dataclass(frozen=True)
class Officers:
    """Women's share of officers: of the staff of `n_agencies` police agencies, or, without such a number, of police officers as the UN gives it."""

    place: Place
    year: int
    share_pct: float
    source: str
    n_agencies: int | None = None

    @property
    def is_own(self) -> bool:
        """Whether Parity publishes it."""
        return self.n_agencies is not None

    @property
    def words(self) -> str:
        who = "Police officers (UN)"
        if self.n_agencies is not None:
            who = f"Staff of {counted(self.n_agencies, 'police agency', 'police agencies')}"
        return f"{who}, {self.year}: {self.share_pct:.0f} % women."


@dataclass(frozen=True)
class Part:
    """A part of the people of a year; `kind` is a key of LABELS."""

    kind: str
    count: Count


LABELS = {
    "women": "Women",
    "girls": "Girls",
    "females": "Women or girls",
    "men": "Men",
    "boys": "Boys",
    "males": "Men or boys",
    "unknown": "Other, or not stated",
}
# By sex: adults, children, and those whose age is not stated.
KINDS = {WOMAN: ("women", "girls", "females"), MAN: ("men", "boys", "males")}


@dataclass(frozen=True)
class Year:
    """The people of one country, measure and year; `counts` by sex and age group, as published."""

    year: int
    counts: Mapping[tuple[str, str], Count]

    def of_sex(self, gender: str) -> Count | None:
        """Everybody of a sex: as published, or the sum of children and adults. None where neither is published."""
        if (gender, ALL) in self.counts:
            return self.counts[gender, ALL]
        ages = [self.counts[gender, age] for age in (ADULT, CHILD) if (gender, age) in self.counts]
        return total(ages) if len(ages) == len((ADULT, CHILD)) else None

    @property
    def everybody(self) -> Count:
        """As published; otherwise the sum of what is published by sex, or by age."""
        if (ALL, ALL) in self.counts:
            return self.counts[ALL, ALL]
        sexes = [count for gender in KINDS if (count := self.of_sex(gender)) is not None]
        return total(sexes or [count for (gender, _), count in self.counts.items() if gender == ALL])

    @property
    def women_share(self) -> Share | None:
        """Women and girls per 100 people whose sex is known; None where fewer than ten are."""
        women, men = self.of_sex(WOMAN), self.of_sex(MAN)
        if women is None or men is None or (women + men).low < LEAST_BASE:
            return None
        return share(women, men)

    @property
    def children_share(self) -> Share | None:
        """Children per 100 people whose age is known; None where fewer than ten are, or that of most people is not."""
        children, adults = self._of_age(CHILD), self._of_age(ADULT)
        if children is None or adults is None:
            return None
        base = children + adults
        if base.low < LEAST_BASE or 2 * base.high < self.everybody.low:
            return None
        return share(children, adults)

    def _of_age(self, age: str) -> Count | None:
        if (ALL, age) in self.counts:
            return self.counts[ALL, age]
        sexes = [self.counts[gender, age] for gender in KINDS if (gender, age) in self.counts]
        return total(sexes) if len(sexes) == len(KINDS) else None

    def by_sex(self) -> tuple[Part, ...]:
        """Women and girls, men and boys, and the others."""
        parts = [Part(KINDS[gender][-1], count) for gender in KINDS if (count := self.of_sex(gender)) is not None]
        return (*parts, *self._others(parts))

    def by_sex_and_age(self) -> tuple[Part, ...]:
        """Women, girls, men, boys, those of unknown age, and the others; none is counted twice."""
        parts = [part for gender in KINDS for part in self._ages(gender)]
        return (*parts, *self._others(parts))

    def _ages(self, gender: str) -> list[Part]:
        adult, child, unstated = KINDS[gender]
        known = [
            Part(kind, self.counts[gender, age]) for kind, age in ((adult, ADULT), (child, CHILD)) if (gender, age) in self.counts
        ]
        if (gender, ALL) not in self.counts:
            return known
        rest = self.counts[gender, ALL].without(total(part.count for part in known))
        return [*known, Part(unstated, rest)] if rest.low > 0 or not known else known

    def _others(self, known: Sequence[Part]) -> tuple[Part, ...]:
        """Those beyond men and women; none where some are known and the bounds leave open whether there are others."""
        rest = self.everybody.without(total(part.count for part in known))
        return (Part("unknown", rest),) if rest.low > 0 or (not known and rest.high > 0) else ()


def years_of(figures: Iterable[Figure], place: Place, measure: str) -> tuple[Year, ...]:
    """A country's years with figures, the oldest first. Raises ValueError where one figure is there twice."""
    found: dict[int, dict[tuple[str, str], Count]] = {}
    for figure in figures:
        if figure.place == place and figure.measure == measure:
            counts = found.setdefault(figure.year, {})
            key = (figure.gender, figure.age_group)
            if key in counts:
                raise ValueError(
                    f"published.trafficking holds {measure} of {place.country_code}, {figure.year}, {key[0]}, {key[1]} twice:"
                    " load one file of the source."
                )
            counts[key] = figure.count
    return tuple(Year(year, found[year]) for year in sorted(found))


def places_of(figures: Iterable[Figure], officers: Iterable[Officers] = ()) -> tuple[Place, ...]:
    """Every country that has a figure, by name; real ones before synthetic ones."""
    places = {figure.place for figure in figures} | {each.place for each in officers}
    return tuple(sorted(places, key=lambda place: (place.name, place.provenance, place.country_code)))
