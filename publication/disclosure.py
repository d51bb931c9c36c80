"""Which cells are suppressed: by a rule on the cell alone, and in surveys also because another suppressed cell would follow from it.

Facts about institutions (an agency's rules, its posts) concern no person. They are published, with a caution where posts are few or answers unknown.

The parts of a survey figure (women and men, its grade bands, the values of a breakdown, the agencies of a country) sum to it. So a part is never
suppressed alone: others go with it until the suppressed ones together would pass the rules. Staff figures are protected by the attack
(publication/protect.py).

Limit: what follows from several sums of a survey at once is not looked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from parity.catalogue.policy import Policy
from parity.present import present
from publication.cell import Cell, Figure

WHO = {
    "survey": "respondents",
    "share of staff": "staff",
    "share of cases": "cases",
    "rate of staff": "staff",
    "comparison of staff": "people on a side",
}


@dataclass(frozen=True)
class Base:
    """What a figure rests on, as the rules need it. Counts are unweighted people.

    `count` is None for a figure that is no share; `half_width` and `rse_pct` are None without an interval, `response_rate_pct` without a known
    number of staff. A half width is in per cent of the figure's range.
    """

    kind: str  # 'share of staff', 'rate of staff', 'comparison of staff' or 'survey'
    n: int
    count: float | None
    half_width: float | None = None
    rse_pct: float | None = None
    response_rate_pct: float | None = None
    is_sensitive: bool = False


def reason(cell: Base, policy: Policy) -> str | None:
    """Why the cell is withheld, in words for a reader, or None."""
    base = policy.min_base_survey if cell.kind == "survey" else policy.min_base_hr
    if cell.is_sensitive:
        base = policy.min_base_sensitive
    if cell.n < base:
        return f"fewer than {base} {WHO[cell.kind]}"
    if cell.count is not None and 0 < cell.count < policy.min_count:
        return too_small(True, cell.kind == "share of cases", policy)
    if (
        cell.count is not None
        and cell.kind in ("share of staff", "share of cases", "survey")
        and 0 < cell.n - cell.count < policy.min_count
    ):
        return too_small(False, cell.kind == "share of cases", policy)
    if cell.response_rate_pct is not None and cell.response_rate_pct < policy.min_response_rate:
        return f"response rate under {policy.min_response_rate:g} %"
    if cell.kind == "survey" and (
        (cell.half_width is not None and cell.half_width > policy.max_half_width)
        or (cell.rse_pct is not None and cell.rse_pct > policy.max_rse_pct)
    ):
        return IMPRECISE
    return None


def is_uncertain(why: str | None) -> bool:
    """Whether a figure is withheld for what is not known of it, and not to protect people."""
    return (why or "").startswith(UNCERTAIN)


def too_small(is_inside: bool, is_of_cases: bool, policy: Policy) -> str:
    """The words for a count under the minimum: of people or cases, inside the group that a figure counts or outside it."""
    return f"fewer than {policy.min_count} {'cases' if is_of_cases else 'people'} {'in' if is_inside else 'outside'} the group"


def caution(n: int | None, base_unit: str | None, n_unknown: int | None, policy: Policy) -> str | None:
    """What a reader must know of a figure about agencies or posts; None where there is nothing."""
    said = []
    if base_unit == "posts" and present(n) < policy.flag_posts:
        said.append(f"fewer than {policy.flag_posts} posts assessed")
    if n_unknown:
        said.append(f"{n_unknown} not known and left out")
    return f"{'; '.join(said)}: read with care" if said else None


NEVER_TOLD = "never told of a single agency or grade"
WITH_ANOTHER = "too few people, here or in another part"
NO_BREAKDOWNS = "published without breakdowns: too few people changed between two year-ends"
WAVE_OPEN = "the wave is still open"
WAVE_FINAL = "the wave was published without this figure, and its answers changed since"
# How the reasons begin that are about the figure, not about people.
IMPRECISE = "too imprecise to publish"
UNCERTAIN = (IMPRECISE, "response rate under")
Asked = tuple[str, str, int, str, str, str]  # indicator, provenance, year, country, agency and type
PLACE = (
    "country_code", "agency_code", "agency_type", "grade_band", "breakdown", "breakdown_value", "period", "period_year", "provenance",
)  # fmt: skip
SAME_WHOLE = ("indicator_code", "level", "gender", "country_code", "agency_code", "agency_type", "period_year", "provenance")
SAME_FIGURE = ("indicator_code", "gender", "period_year", "provenance")


def is_whole(cell: Figure) -> bool:
    """Whether the cell describes its place as a whole. The row for a breakdown that a source lacks has the value `all` and is none."""
    return cell.grade_band == "all" and cell.breakdown == "none"


def totals_that_reveal(cells: Sequence[Cell], is_hidden: Sequence[bool], policy: Policy) -> list[int]:
    """The positions of the totals of sensitive figures from which a suppressed part could be worked out.

    A total by country or by agency type is suppressed with any of its parts. The total of a gender is suppressed only if one part is, or if its
    suppressed parts together are under the base of sensitive figures. So the total of a gender is the only published sum that can have
    suppressed parts, and it has at least two.
    """
    finest, *_, widest = policy.sensitive_levels
    hidden: dict[tuple[Any, ...], list[Cell]] = defaultdict(list)
    for cell, is_gone in zip(cells, is_hidden, strict=True):
        if cell.is_sensitive and is_gone and cell.level == finest:
            hidden[tuple(getattr(cell, name) for name in SAME_FIGURE)].append(cell)
    telling = []
    for number, cell in enumerate(cells):
        if not cell.is_sensitive or cell.level not in policy.sensitive_levels or cell.level == finest:
            continue
        parts = [
            part
            for part in hidden[tuple(getattr(cell, name) for name in SAME_FIGURE)]
            if all(getattr(cell, name) in ("all", getattr(part, name)) for name in ("country_code", "agency_type"))
        ]
        is_joint = len(parts) > 1 and sum(present(part.n) for part in parts) >= policy.min_base_sensitive
        if parts and not (cell.level == widest and is_joint):
            telling.append(number)
    return telling


def lone_agencies(cells: Sequence[Cell], asked: Collection[Asked] = ()) -> Callable[[Cell], bool]:
    """Whether a place holds one surveyed agency alone, whose figure the place's would be. `asked`: in which agencies respondents of a survey's
    form answer what an indicator counts; agencies that another form asks for something else hide nobody. Without it, every surveyed agency counts."""
    of_indicator: dict[tuple[Any, ...], set[tuple[str, ...]]] = defaultdict(set)
    for code, provenance, year, country, agency, kind in asked:
        if "all" not in (country, agency, kind):
            of_indicator[code, year, provenance].add((country, kind, agency))
    agencies = {
        (cell.period_year, cell.provenance, cell.country_code, cell.agency_type, cell.agency_code)
        for cell in cells
        if cell.source == "survey" and cell.agency_code != "all"
    }

    def alone(cell: Cell) -> bool:
        year_of = (cell.period_year, cell.provenance)
        there = of_indicator.get((cell.indicator_code, *year_of)) or {each[2:] for each in agencies if each[:2] == year_of}
        inside = {
            agency
            for country, kind, agency in there
            if cell.country_code in ("all", country) and cell.agency_type in ("all", kind)
        }
        return len(inside) == 1

    return alone


def further_parts(cells: Sequence[Cell], why: Sequence[str | None], policy: Policy, fixed: Collection[int] = ()) -> list[int]:
    """The numbers of those shown parts that have to go too, each the smallest of its family; none where nothing follows any more.

    `why` says of each cell why it is withheld. Whoever knows a total and its shown parts knows the sum of those withheld. So these are never
    one alone, and as one cell would pass the rules: each could be as large as what may be shown. Parts that are withheld only for being
    uncertain point at nobody, and need no other. What is `fixed` was published before, and stays.
    """
    further = []
    for family in families(cells, why):
        shown = [number for number in family if why[number] is None and number not in fixed]
        gone = [number for number in family if why[number] is not None]
        if shown and _points_at_people(gone, why) and (len(gone) == 1 or _together([cells[number] for number in gone], policy)):
            further.append(min(shown, key=lambda number: (cells[number].n, cells[number].cell_id)))
    return further


def parts_withheld_together(cells: Sequence[Cell], why: Sequence[str | None]) -> list[int]:
    """The numbers of the parts whose own reason would narrow down another one, so that all of a family are given the same."""
    gone = ([number for number in family if why[number] is not None] for family in families(cells, why))
    together = {number for numbers in gone if len(numbers) > 1 and _points_at_people(numbers, why) for number in numbers}
    return sorted(number for number in together if why[number] != NEVER_TOLD)


def _points_at_people(gone: Sequence[int], why: Sequence[str | None]) -> bool:
    return any(not is_uncertain(why[number]) for number in gone)


def _together(parts: Sequence[Cell], policy: Policy) -> str | None:
    """Why the sum of the parts may not be known, or None."""
    counts = [part.n_positive for part in parts if part.n_positive is not None]
    n, count = sum(present(part.n) for part in parts), sum(counts) if len(counts) == len(parts) else None
    return reason(Base("survey", n, count, is_sensitive=parts[0].is_sensitive), policy)


def families(
    cells: Sequence[Figure], why: Sequence[str | None], sums: Callable[[Figure], bool] = lambda cell: cell.numerator is not None
) -> list[list[int]]:
    """The parts of each figure, by their numbers: its grade bands, the values of one of its breakdowns, women and men of a shown figure of
    everybody, and the agencies of a shown total of their country or type. Comparisons do not sum, and have none. `sums`: whether a cell has a number
    that does."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    totals = {_total(cell) for cell, gone in zip(cells, why, strict=True) if not gone and cell.agency_code == "all"}
    everybody = {_place(cell) for cell, gone in zip(cells, why, strict=True) if not gone and cell.gender == "all"}
    for number, cell in enumerate(cells):
        if not sums(cell) or cell.source != "survey" or cell.is_gap:
            continue
        if cell.gender != "all" and (place := _place(cell)) in everybody:
            found["gender", *place].append(number)
        name = "grade_band" if cell.grade_band != "all" else cell.breakdown
        if name != "none":
            found[(*(getattr(cell, key) for key in SAME_WHOLE), name)].append(number)
        elif cell.agency_code != "all":
            for hidden in ("agency_type", "country_code"):
                if (total := _total(cell, hidden)) in totals:
                    found[total].append(number)
    return list(found.values())


def _place(cell: Figure) -> tuple[Any, ...]:
    return tuple(getattr(cell, name) for name in ("indicator_code", *PLACE))


def _total(cell: Figure, hidden: str | None = None) -> tuple[Any, ...]:
    """The total, over agencies, of everybody or of one gender that a cell is, or, without the place `hidden`, would be part of."""
    names = ("indicator_code", "gender", "country_code", "agency_type", "period_year", "provenance")
    return tuple("all" if name == hidden else getattr(cell, name) for name in names)
