"""Figures of closed waves under a policy that changed: what a stricter one suppresses is suppressed with its partners. Pure.

Everything here follows from the policy and from what was published, never from today's answers, which may differ and must not show. So each
release under one policy chooses the same partners, and a looser policy gives them all back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from parity.catalogue.policy import Policy
from publication.cell import PublishedCell
from publication.disclosure import NEVER_TOLD, PLACE, SAME_FIGURE, WITH_ANOTHER, families

PART_WITHHELD = "a part of it is withheld"
GAP_WITHHELD = "the figure of women or of men is withheld"


def with_partners(
    rows: Sequence[PublishedCell],
    carried: Mapping[str, PublishedCell],
    fixed: Collection[str],
    sensitive: Collection[str],
    policy: Policy,
) -> list[PublishedCell]:
    """`rows`, with whatever a carried figure that today's policy suppresses could be worked out from suppressed as well.

    `fixed`: the ids of the cells that are `carried`, as they were published. `sensitive`: codes of indicators. A part is never suppressed alone,
    nor are parts that together have fewer respondents than the policy's base; of those shown, the smallest goes too.
    """
    rows = list(rows)
    gone = {row.cell_id for row in rows if row.cell_id in fixed and row.is_suppressed and not carried[row.cell_id].is_suppressed}
    sizes = {cell_id: row.n or 0 for cell_id, row in carried.items()} | {row.cell_id: row.n for row in rows if row.n}
    while gone:
        more = dict(_further(rows, gone, sizes, sensitive, policy)) | dict(_totals(rows, gone, sizes, sensitive, policy))
        if not more:
            break
        for number, why in more.items():
            rows[number] = rows[number].suppress(why)
            gone.add(rows[number].cell_id)
    return _without_gaps(_in_one_voice(rows, gone), gone)


def _families(rows: Sequence[PublishedCell]) -> list[list[int]]:
    return families(rows, [row.suppression_reason for row in rows], lambda row: row.unavailable_reason is None)


def _further(
    rows: Sequence[PublishedCell], gone: Collection[str], sizes: Mapping[str, int], sensitive: Collection[str], policy: Policy
) -> Iterator[tuple[int, str]]:
    """Where a family has a newly suppressed part, and its suppressed parts are too few to hide each other: its smallest shown part."""
    for family in _families(rows):
        hidden, shown = ([number for number in family if rows[number].is_suppressed is is_it] for is_it in (True, False))
        if not shown or not any(rows[number].cell_id in gone for number in hidden):
            continue
        n = sum(sizes.get(rows[number].cell_id, 0) for number in hidden)
        if len(hidden) == 1 or n < _base(rows[family[0]], sensitive, policy):
            yield min(shown, key=lambda number: (sizes.get(rows[number].cell_id, 0), rows[number].cell_id)), WITH_ANOTHER


def _totals(
    rows: Sequence[PublishedCell], gone: Collection[str], sizes: Mapping[str, int], sensitive: Collection[str], policy: Policy
) -> Iterator[tuple[int, str]]:
    """Totals of sensitive figures, as `disclosure.totals_that_reveal` has them."""
    finest, *_, widest = policy.sensitive_levels
    hidden = [row for row in rows if row.indicator_code in sensitive and row.level == finest and row.is_suppressed]
    for number, row in enumerate(rows):
        is_total = row.level in policy.sensitive_levels and row.level != finest
        if row.is_suppressed or row.unavailable_reason is not None or row.indicator_code not in sensitive or not is_total:
            continue
        parts = [part for part in hidden if _is_part(part, row)]
        n = sum(sizes.get(part.cell_id, 0) for part in parts)
        is_joint = row.level == widest and len(parts) > 1 and n >= policy.min_base_sensitive
        if any(part.cell_id in gone for part in parts) and not is_joint:
            yield number, PART_WITHHELD


def _is_part(part: PublishedCell, of: PublishedCell) -> bool:
    return all(getattr(part, name) == getattr(of, name) for name in SAME_FIGURE) and all(
        getattr(of, name) in ("all", getattr(part, name)) for name in ("country_code", "agency_type")
    )


def _base(row: PublishedCell, sensitive: Collection[str], policy: Policy) -> int:
    return policy.min_base_sensitive if row.indicator_code in sensitive else policy.min_base_survey


def _in_one_voice(rows: list[PublishedCell], gone: Collection[str]) -> list[PublishedCell]:
    """Of parts that are suppressed together, no reason of its own narrows one down."""
    for family in _families(rows) if gone else ():
        hidden = [number for number in family if rows[number].is_suppressed]
        for number in hidden if len(hidden) > 1 else ():
            if rows[number].cell_id in gone and rows[number].suppression_reason != NEVER_TOLD:
                rows[number] = rows[number].suppress(WITH_ANOTHER)
    return rows


def _without_gaps(rows: list[PublishedCell], gone: Collection[str]) -> list[PublishedCell]:
    """A gap and one of its two figures tell the other."""
    sides = {_side(row) for row in rows if row.cell_id in gone and row.gender in ("woman", "man")}
    return [
        row.suppress(GAP_WITHHELD)
        if row.is_gap and not row.is_suppressed and row.unavailable_reason is None and _side(row) in sides
        else row
        for row in rows
    ]


def _side(row: PublishedCell) -> tuple[Any, ...]:
    return (row.indicator_code, *(getattr(row, name) for name in PLACE))
