"""A candidate release's cells: each cell of indicators.fct_indicator as it may be published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from parity.catalogue.policy import Policy
from parity.present import present
from publication import above_agency, staff
from publication.above_agency import Member
from publication.carried import with_partners
from publication.cell import YEAR, Cell, PublishedCell
from publication.context import NO_CONTEXT, Context
from publication.disclosure import (
    NEVER_TOLD,
    NO_BREAKDOWNS,
    PLACE,
    WITH_ANOTHER,
    caution,
    further_parts,
    is_whole,
    lone_agencies,
    parts_withheld_together,
    totals_that_reveal,
)
from publication.earlier import keep_suppressed
from publication.facts import facts_of
from publication.intervals import holm
from publication.known import uses, with_known
from publication.newest import for_charts
from publication.notes import noted
from publication.one_sided import defined
from publication.protect import protect
from publication.rounding import next_level
from publication.segregation import index_over_categories
from publication.shown_flows import place_and_year, shown_flows
from publication.staff import Whole
from publication.survey import gap, survey
from publication.unread import with_notes
from publication.waves import Waves, left_over, settled
from publication.years_to_target import years_to_target

NO_ANSWER = ("not_stated", "missing", "redacted")  # groups that answer no question
STOCK, OF_STOCK = "REP-01", "percentage points"  # a difference to the share of women in the stock
OVER_AGENCIES = ("indicator_code", "gender", "grade_band", "breakdown", "breakdown_value", "period", "period_year", "provenance")


def release_rows(cells: Iterable[Cell], policy: Policy, context: Context = NO_CONTEXT) -> list[PublishedCell]:
    """Every cell as it may be published; groups that answer no question are left out. Raises CannotBeProtected."""
    everything = list(cells)
    cells, fixed = settled([cell for cell in everything if cell.gender not in NO_ANSWER], context.waves, policy)
    wholes = {_place_in_agency(cell): _whole(cell) for cell in cells if _is_stock_of_an_agency(cell)}
    rows = [
        fixed[number] if number in fixed else release_row(cell, policy, wholes.get(_place_in_agency(cell)))
        for number, cell in enumerate(cells)
    ]
    _suppress_breakdowns(cells, rows, policy, context.without_breakdowns)
    rows = [keep_suppressed(row, context.earlier.get(row.cell_id, ())) for row in rows]
    _protect_from_attack(cells, rows, policy, context)
    index_over_categories(cells, rows, policy)
    _total_over_agencies(cells, rows, policy)
    _take_projections_from_what_is_shown(cells, rows, policy, context)
    _suppress_sensitive(cells, rows, policy, fixed, context.waves)
    _suppress_what_tells(cells, rows, policy, fixed)
    _take_gaps_from_their_parts(cells, rows, policy, fixed, context.n_compared)
    rows = noted(defined(with_notes(rows, context.unread, fixed)), policy)
    extra = left_over(everything, context.waves, policy)
    ids = {cells[number].cell_id for number in fixed if cells[number].cell_id in context.waves.carried} | {
        row.cell_id for row in extra
    }
    sensitive = {cell.indicator_code for cell in everything if cell.is_sensitive}
    return for_charts(with_partners([*rows, *extra], context.waves.carried, ids, sensitive, policy), context.waves)


def release_row(cell: Cell, policy: Policy, whole: Whole | None = None) -> PublishedCell:
    """`cell` as it alone allows itself to be published; `whole` are the women and men of its agency."""
    row = PublishedCell.of(cell)
    if cell.source in ("fact_finding", "pipeline", "external"):
        return _of_no_person(cell, row, policy)
    if cell.unavailable_reason is not None and cell.n_least is None:
        return row.unavailable()
    if cell.source == "survey":
        return gap(cell, None, None, policy) if cell.is_gap else survey(cell, policy)
    if staff.has_pairs(cell):
        return staff.pairs(cell, policy)
    if cell.n_least is not None:
        return staff.estimated(cell, policy)
    if cell.unit != "pct":
        return staff.rate(cell, policy)
    return staff.share(cell, whole if cell.indicator_code in policy.women_shares else None, policy)


def _of_no_person(cell: Cell, row: PublishedCell, policy: Policy) -> PublishedCell:
    """Figures of institutions, of Parity's own records and of the United Nations are published exactly."""
    if cell.unavailable_reason is not None:
        return row.unavailable()
    if cell.source == "fact_finding":
        return replace(row, quality_flag=caution(cell.n, cell.base_unit, cell.n_unknown, policy))
    return row if cell.bound_low is None else replace(row, ci_low=cell.bound_low, ci_high=cell.bound_high)


def _place_in_agency(cell: Cell) -> tuple[Any, ...]:
    return (cell.agency_code, cell.period, cell.period_year, cell.provenance)


def _is_stock_of_an_agency(cell: Cell) -> bool:
    return cell.indicator_code == STOCK and cell.agency_code != "all" and is_whole(cell) and cell.numerator is not None


def _whole(cell: Cell) -> Whole:
    women, men, _ = cell.sides
    return Whole(women, men)


def _suppress_breakdowns(
    cells: list[Cell], rows: list[PublishedCell], policy: Policy, without_breakdowns: Collection[tuple[str, int]]
) -> None:
    """Suppress the staff figures of these agencies and years, mid-years apart, except totals of the agency and ratios of such totals. Also suppress figures of their
    country and type that are not computed from what agencies publish."""
    places = [
        cell
        for cell in cells
        if _is_stock_of_an_agency(cell) and cell.period == YEAR and (cell.agency_code, cell.period_year) in without_breakdowns
    ]
    for number, cell in enumerate(cells):
        is_of_staff = cell.source.startswith(("hr", "external+hr")) and cell.unavailable_reason is None and cell.period == YEAR
        if is_of_staff and _tells_of(cell, places, without_breakdowns, policy):
            rows[number] = rows[number].suppress(NO_BREAKDOWNS)


def _tells_of(cell: Cell, places: Collection[Cell], without_breakdowns: Collection[tuple[str, int]], policy: Policy) -> bool:
    """Whether a figure breaks the staff of one of these agencies and years down, or is made of the exact figures of such staff and others."""
    if cell.agency_code != "all":
        return (cell.agency_code, cell.period_year) in without_breakdowns and not _is_total(cell, policy)
    if _is_computed_from_counts(cell) or cell.indicator_code in policy.projections:
        return False  # made of published figures alone
    same = (cell.period_year, cell.provenance)
    return any(_is_in(each, cell) and (each.period_year, each.provenance) == same for each in places)


def _is_total(cell: Cell, policy: Policy) -> bool:
    """Whether the cell is of all staff of its agency. The share of women among them is the only part that it may tell."""
    shares = [policy.counts.get(code, {}) for code in policy.ratios.get(cell.indicator_code, ()) if code in policy.women_shares]
    is_ratio_of_shares = len(shares) == len(policy.ratios.get(cell.indicator_code, ())) > 0
    of = shares if is_ratio_of_shares else [policy.counts.get(cell.indicator_code, {})]
    return is_whole(cell) and cell.gender == "all" and all(traits.keys() == {"of"} for traits in of)


def _protect_from_attack(cells: list[Cell], rows: list[PublishedCell], policy: Policy, context: Context) -> None:
    """Suppress what a suppressed count could be worked out from, and the ratios of such counts. Raises CannotBeProtected."""
    facts = facts_of(cells, rows, policy, context.earlier)
    facts = with_known(facts, uses(context.known, facts, policy))
    further = {
        number: WITH_ANOTHER
        for chosen in protect(facts.counts, facts.relations, suppressed_as=(policy.min_count, None))
        for number in facts.told_by[chosen.key]
    }
    gone = {(cells[number].indicator_code, _place_in_agency(cells[number])) for number in further}
    for number, cell in enumerate(cells):
        if any((code, _place_in_agency(cell)) in gone for code in policy.ratios.get(cell.indicator_code, ())):
            further[number] = WITH_ANOTHER
    for number, why in further.items():
        if not rows[number].is_suppressed:
            rows[number] = rows[number].suppress(why)


def _total_over_agencies(cells: list[Cell], rows: list[PublishedCell], policy: Policy) -> None:
    """Replace staff figures above an agency by those that follow from their agencies' published figures."""
    members: Mapping[tuple[Any, ...], list[Member]] = defaultdict(list)
    for cell, row in zip(cells, rows, strict=True):
        if cell.agency_code != "all":
            members[_over_agencies(cell, cell.indicator_code)].append(Member(cell, row))
    for number, cell in enumerate(cells):
        if cell.agency_code != "all" or not cell.source.startswith(("hr", "external+hr")):
            continue
        of_all = members[_over_agencies(cell, STOCK if cell.unit == OF_STOCK else cell.indicator_code)]
        inside = [each for each in of_all if _is_in(each.cell, cell)]
        if _is_computed_from_counts(cell):
            rows[number] = above_agency.total(cell, inside, policy)
        elif not rows[number].is_suppressed and rows[number].unavailable_reason is None:
            rows[number] = above_agency.pooled(cell, rows[number], inside, policy)


def _is_computed_from_counts(cell: Cell) -> bool:
    return staff.has_pairs(cell) or (cell.numerator is not None and cell.n_least is None)


def _over_agencies(cell: Cell, indicator_code: str) -> tuple[Any, ...]:
    return (indicator_code, *(getattr(cell, name) for name in OVER_AGENCIES[1:]))


def _is_in(part: Cell, place: Cell) -> bool:
    return all(getattr(place, name) in ("all", getattr(part, name)) for name in ("country_code", "agency_type"))


def _take_projections_from_what_is_shown(cells: list[Cell], rows: list[PublishedCell], policy: Policy, context: Context) -> None:
    """A projection is computed from the staff, hires and separations of its place as they are published, and goes with any of them."""
    flows = {period: shown_flows(rows, period) for period in {cell.period for cell in cells}}
    for number, cell in enumerate(cells):
        if cell.indicator_code in policy.projections and cell.n_least is not None:
            row = years_to_target(cell, flows[cell.period].get(place_and_year(cell)))
            rows[number] = keep_suppressed(row, context.earlier.get(cell.cell_id, ()))


def _suppress_sensitive(
    cells: list[Cell], rows: list[PublishedCell], policy: Policy, fixed: Collection[int], waves: Waves
) -> None:
    """Sensitive figures are told of no single agency, no grade, and no place that holds one agency alone."""
    alone = lone_agencies(cells, waves.forms)
    for number, cell in enumerate(cells):
        level = cell.level.replace("gap", "gender")
        if number in fixed or not cell.is_sensitive or cell.unavailable_reason is not None:
            continue
        if level not in policy.sensitive_levels or alone(cell):
            rows[number] = rows[number].suppress(NEVER_TOLD)


def _suppress_what_tells(cells: list[Cell], rows: list[PublishedCell], policy: Policy, fixed: Collection[int]) -> None:
    """Totals and parts of surveys that a suppressed one could be worked out from, until none is left; then one reason for all parts."""
    is_done = False
    while not is_done:
        why = [row.suppression_reason for row in rows]
        more = dict.fromkeys(totals_that_reveal(cells, [row.is_suppressed for row in rows], policy), "a part of it is withheld")
        more |= dict.fromkeys(further_parts(cells, why, policy, fixed), WITH_ANOTHER)
        more = {number: reason_why for number, reason_why in more.items() if number not in fixed}
        is_done = all(why[number] for number in more)
        for number, reason_why in more.items():
            if not why[number]:
                rows[number] = rows[number].suppress(reason_why)
    for number in parts_withheld_together(cells, why):
        if number not in fixed:
            rows[number] = rows[number].suppress(WITH_ANOTHER)


def _take_gaps_from_their_parts(
    cells: list[Cell], rows: list[PublishedCell], policy: Policy, fixed: Collection[int], n_compared: int
) -> None:
    """A gap is the difference of two published figures. p-values are adjusted for the gaps of all survey indicators of the catalogue in a place and
    year, shown or not, and published as levels."""
    by_key = {(row.indicator_code, row.gender, *_place(row)): row for row in rows}
    families: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for number, cell in enumerate(cells):
        if not cell.is_gap or rows[number].suppression_reason == NEVER_TOLD:
            continue
        if number in fixed:
            if rows[number].p_value is not None:
                families[_place(cell)].append(number)
            continue
        women, men = (by_key.get((cell.indicator_code, gender, *_place(cell))) for gender in ("woman", "man"))
        if cell.source == "survey":
            rows[number] = gap(cell, women, men, policy)
        elif women is None or men is None or women.is_suppressed or men.is_suppressed:
            rows[number] = rows[number].suppress("the figure of women or of men is withheld")
        if rows[number].p_value is not None:
            families[_place(cell)].append(number)
    for family in families.values():
        for number, adjusted in zip(family, holm([present(rows[number].p_value) for number in family], n_compared), strict=True):
            if number not in fixed:
                rows[number] = replace(rows[number], p_value=next_level(adjusted, policy.p_levels))


def _place(cell: Cell | PublishedCell) -> tuple[Any, ...]:
    return tuple(getattr(cell, name) for name in PLACE)
