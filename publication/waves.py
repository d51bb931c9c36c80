"""Closed survey waves are final: which figures of surveys are computed, which are carried forward, and which wait. Pure.

A wave is a form and the year under which its figures stand. Once a release with its figures was published, they never change: late answers, edits,
deletions and erasures move none, also where that release was taken back. A figure that no published release has is computed only while the wave's
respondents and their answers are those of every published version of the wave; otherwise the difference could tell of one of them. A wave that
was opened again by order moves a figure where policy.min_changed_respondents of its own base differ from every published version, or nobody does.

A carried figure keeps its numbers, unit and catalogue version, and has the names of today. Where today's policy is stricter, it is suppressed, with
its partners (publication/carried.py), and a policy that is looser again gives it back. One that its first release suppressed is computed under
today's policy while the wave's answers are the same; otherwise it stays suppressed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any

from parity.catalogue.policy import Policy
from publication.cell import Cell, Figure, PublishedCell, Status
from publication.disclosure import NEVER_TOLD, WAVE_FINAL, WAVE_OPEN, is_whole
from publication.rounding import next_level, rounded

WaveKey = tuple[str, int]  # form, and the year under which its figures stand
Place = tuple[str, str, int, str, str, str]  # indicator, provenance, year, country, agency and type; the last three may be `all`
BASE = ("indicator_code", "country_code", "agency_code", "agency_type", "gender", "grade_band", "breakdown", "breakdown_value", "period_year", "provenance")  # fmt: skip
NAMES = ("indicator_name", "domain_no", "domain_name", "direction", "target_text", "tier")


@dataclass(frozen=True)
class WaveState:
    """`is_unchanged`: its respondents and answers are those of every published version, and none of these was erased."""

    is_closed: bool
    is_published: bool = False
    is_unchanged: bool = False
    is_reopened: bool = False


@dataclass(frozen=True)
class Waves:
    """`forms` whose respondents a place's figures are of; `carried` the last published figures, by cell, as they
    were before a stricter policy suppressed them; `n_differing` respondents of a base who
    differ, the fewest over all published versions; `names` as the contracts give them."""

    states: Mapping[WaveKey, WaveState] = field(default_factory=dict)
    forms: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    carried: Mapping[str, PublishedCell] = field(default_factory=dict)
    n_differing: Mapping[tuple[Any, ...], int] = field(default_factory=dict)
    names: Mapping[WaveKey, str] = field(default_factory=dict)

    def keys_of(self, cell: Figure) -> tuple[WaveKey, ...]:
        """The waves that a cell is of: one, unless several forms of a year ask the same people of a place."""
        place = (cell.indicator_code, cell.provenance, cell.period_year, cell.country_code, cell.agency_code, cell.agency_type)
        return tuple((form, cell.period_year) for form in sorted(self.forms.get(place, ())))

    def name_of(self, cell: Figure) -> str | None:
        """None where the cell is of no wave."""
        return " and ".join(dict.fromkeys(self.names[key] for key in self.keys_of(cell) if key in self.names)) or None

    def of(self, cell: Figure) -> tuple[WaveState, ...]:
        return tuple(self.states[key] for key in self.keys_of(cell))

    def differing(self, cell: Figure) -> int:
        """Of a gap, those of women or of men, whichever are more: it moves with either."""
        genders = ("woman", "man") if cell.is_gap else (cell.gender,)
        return max(
            self.n_differing.get(tuple(getattr(replace(cell, gender=gender), name) for name in BASE), 0) for gender in genders
        )


NO_WAVES = Waves()


class Treatment(Enum):
    COMPUTE = auto()
    CARRY = auto()
    WAIT = auto()  # the wave is open
    LATE = auto()  # a figure that the published wave did not have, and whose people may have changed


def treatment(cell: Cell, waves: Waves, policy: Policy) -> Treatment:
    """What becomes of a cell; of one that is of no wave, such as a figure that is not available, that it is computed."""
    if cell.source != "survey":
        return Treatment.COMPUTE
    is_carried, states = cell.cell_id in waves.carried, waves.of(cell)
    if not is_carried and any(not state.is_published and not state.is_closed for state in states):
        return Treatment.WAIT
    if not is_carried and not any(state.is_published for state in states):
        return Treatment.COMPUTE
    is_reopened = any(state.is_reopened for state in states)
    is_same = bool(states) and all(state.is_unchanged or not (state.is_published or is_carried) for state in states)
    if is_carried and _has_grown(cell, waves, policy):
        return Treatment.COMPUTE
    is_hidden = is_carried and waves.carried[cell.cell_id].is_suppressed
    if (is_reopened or not is_carried or is_hidden) and is_same:
        return Treatment.COMPUTE
    if is_reopened and waves.differing(cell) >= policy.min_changed_respondents:
        return Treatment.COMPUTE
    return Treatment.CARRY if is_carried else Treatment.LATE


def _has_grown(cell: Cell, waves: Waves, policy: Policy) -> bool:
    """Whether a total of several forms of one year, published of the first ones alone, may take in the others: the first ones' answers are the same,
    the others are closed, and those of them whom it counts are enough to be a figure of their own. Sensitive figures never do, as these may be one
    agency's."""
    states, row = waves.of(cell), waves.carried[cell.cell_id]
    if cell.is_sensitive or row.is_suppressed or row.n is None or cell.n is None:
        return False
    further = [state for state in states if not state.is_published]
    is_same = all(state.is_unchanged for state in states if state.is_published)
    least = cell.n - row.n - policy.rounding_base // 2  # respondents who are new, whatever the published number was rounded from
    return bool(further) and all(state.is_closed for state in further) and is_same and least >= policy.min_changed_respondents


def settled(cells: Sequence[Cell], waves: Waves, policy: Policy) -> tuple[list[Cell], dict[int, PublishedCell]]:
    """The cells that a release shows, and by number what is published of those that are not computed.

    Of a wave that is open, and of figures that came late, the whole alone has a row, so that rows tell of nobody who is first in a group.
    """
    known = {(row.indicator_code, row.period_year, row.provenance) for row in waves.carried.values()}
    kept: list[Cell] = []
    fixed: dict[int, PublishedCell] = {}
    for cell in cells:
        what = treatment(cell, waves, policy)
        is_row = is_whole(cell)
        if what is Treatment.LATE:
            is_row = is_row and (cell.indicator_code, cell.period_year, cell.provenance) not in known
        if what in (Treatment.WAIT, Treatment.LATE) and not is_row:
            continue
        if what is Treatment.CARRY:
            fixed[len(kept)] = as_of_today(waves.carried[cell.cell_id], cell, policy)
        elif what is Treatment.WAIT:
            fixed[len(kept)] = PublishedCell.of(cell).suppress(WAVE_OPEN, Status.OPEN)
        elif what is Treatment.LATE:
            fixed[len(kept)] = PublishedCell.of(cell).suppress(WAVE_FINAL)
        kept.append(cell)
    return kept, fixed


def left_over(cells: Sequence[Cell], waves: Waves, policy: Policy) -> list[PublishedCell]:
    """Carried figures that today's answers have no cell for. Those of an indicator that the catalogue dropped are gone."""
    there, names = {cell.cell_id for cell in cells}, {cell.indicator_code: cell for cell in cells}
    return [
        as_of_today(row, names[row.indicator_code], policy)
        for cell_id, row in sorted(waves.carried.items())
        if cell_id not in there and row.indicator_code in names
    ]


def as_of_today(row: PublishedCell, cell: Cell, policy: Policy) -> PublishedCell:
    """A carried figure under the names that `cell`, of the same indicator, has, and under today's policy."""
    row = replace(row, **{name: getattr(cell, name) for name in NAMES})
    if row.cell_id == cell.cell_id:
        row = replace(row, country_name=cell.country_name, agency_name=cell.agency_name)
    if row.is_suppressed or row.n is None:
        return row
    base, step = policy.min_base_survey, policy.rounding_base
    if cell.is_sensitive:
        base, step = policy.min_base_sensitive, policy.rounding_base_sensitive
        if row.level.replace("gap", "gender") not in policy.sensitive_levels:
            return row.suppress(NEVER_TOLD)
    if row.n < base:
        return row.suppress(f"fewer than {base} respondents")
    if row.response_rate_pct is not None and row.response_rate_pct < policy.min_response_rate:
        return row.suppress(f"response rate under {policy.min_response_rate:g} %")
    p_value = None if row.p_value is None else next_level(row.p_value, policy.p_levels)
    return replace(row, n=int(rounded(row.n, step)), p_value=p_value)


def moved(cells: Sequence[Cell], waves: Waves, policy: Policy) -> set[WaveKey]:
    """The waves that were opened again and of which a figure is computed."""
    return {
        key
        for cell in cells
        for key in waves.keys_of(cell)
        if waves.states[key].is_reopened and treatment(cell, waves, policy) is Treatment.COMPUTE
    }
