"""Women's share of staff in later years, if flows go on: the cohort model of the road map, for a question that no scenario asks.

Each year the share `leave` of those in post goes and `hired` people come: W(t + 1) = W(t)(1 − l) + h, men likewise, hence in closed form
W(t) = W(0)(1 − l)^t + h·(1 − (1 − l)^t)/l (Bartholomew 1973). Limits: one rate for all ages and grades; no transfers; nobody changes what
people do. It takes published figures only, so it can tell nothing that the release withholds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import psycopg

from publication.rounding import SLACK

HORIZON_YEARS = 100
FLOWS = """
with known as (
    select
        period_year,
        max(numerator) filter (where indicator_code = 'REP-01') as women,
        max(denominator - numerator) filter (where indicator_code = 'REP-01') as men,
        max(numerator) filter (where indicator_code = 'REC-02') as women_hired,
        max(denominator) filter (where indicator_code = 'REC-02') as hired,
        max(estimate) filter (where indicator_code = 'RET-01' and gender = 'woman') as women_leave,
        max(estimate) filter (where indicator_code = 'RET-01' and gender = 'man') as men_leave
    from published.indicator
    where agency_code = %(agency)s and country_code = coalesce(%(country)s, country_code) and grade_band = 'all' and period = 'year'
        and level in ('agency', 'agency_gender', 'country', 'country_gender') and indicator_code in ('REP-01', 'REC-02', 'RET-01')
    group by period_year, provenance)
select period_year, women, men, hired, women_hired / hired, women_leave / 100, men_leave / 100
from known
where hired > 0 and num_nonnulls(women, men, women_hired, women_leave, men_leave) = 5
order by period_year desc limit 1
"""


class FlowsUnknown(LookupError):
    """The release does not show what a projection starts from; the message says what is missing."""


@dataclass(frozen=True)
class Lost:
    """A target that is reached and lost again: years until the share is below it, the highest share with the years until then, and its end.

    `years` is None where it is lost after the horizon. `back`: years until a share that was above the target at the start has reached it again.
    """

    years: int | None
    peak: float
    peak_years: int
    end: float | None = None
    back: int | None = None


@dataclass(frozen=True)
class Flows:
    """Of the year `year`: people in post at its end, people hired in it, women's share of them, and the share who left, from 0 to 1."""

    year: int
    women: float
    men: float
    hired: float
    women_share_of_hires: float
    women_leave: float
    men_leave: float

    def share_after(self, years: int) -> float:
        """Women in per cent of women and men."""
        women = self.women * _stay(self.women_leave, years) + self._women_hired * _kept(self.women_leave, years)
        men = self.men * _stay(self.men_leave, years) + self._men_hired * _kept(self.men_leave, years)
        return 100 * women / (women + men) if women + men else math.nan

    def years_to(self, target: float) -> int | None:
        """Years until the share is `target` per cent; None where it is not within 100."""
        return next((years for years in range(HORIZON_YEARS + 1) if self.share_after(years) >= target - SLACK), None)

    def lost_again(self, target: float) -> Lost | None:
        """Where the share falls below `target` per cent after it was reached; None where it never reaches it, or stays.

        Women's and men's numbers approach their steady ones at different speeds, so the share may rise above the one in which it ends, or
        dip below it.
        """
        reached = self.years_to(target)
        if reached is None:
            return None
        shares = [self.share_after(years) for years in range(HORIZON_YEARS + 1)]
        years = _first(shares, reached, lambda share: share < target - SLACK)
        end = self.levels_off_at
        if years is None and (end is None or end >= target - SLACK):
            return None
        back = None if years is None else _first(shares, years, lambda share: share >= target - SLACK)
        peak_years = max(range(HORIZON_YEARS + 1), key=lambda each: shares[each])
        return Lost(years, shares[peak_years], peak_years, end, back)

    def share_needed(self, target: float, years: int) -> float | None:
        """The share of women among those hired, in per cent, that makes the share `target` after `years`; over 100 where none does."""
        if years <= 0 or not self.hired or not 0 < target < 100:
            return None
        odds = target / (100 - target)
        women, men = _kept(self.women_leave, years), odds * _kept(self.men_leave, years)
        lacking = odds * self.men * _stay(self.men_leave, years) - self.women * _stay(self.women_leave, years)
        return 100 * (lacking / self.hired + men) / (women + men)

    @property
    def levels_off_at(self) -> float | None:
        """The share that these flows end in, in per cent; None where nobody is hired, or women or men never leave."""
        if not (self.hired and self.women_leave and self.men_leave):
            return None
        women, men = self.women_share_of_hires * self.men_leave, (1 - self.women_share_of_hires) * self.women_leave
        return 100 * women / (women + men) if women + men else None

    @property
    def _women_hired(self) -> float:
        return self.hired * self.women_share_of_hires

    @property
    def _men_hired(self) -> float:
        return self.hired * (1 - self.women_share_of_hires)


def published_flows(connection: psycopg.Connection, agency: str, country: str | None = None) -> Flows:
    """The newest year whose stock, hires and separation rates the current release shows. Raises FlowsUnknown."""
    row = connection.execute(FLOWS, {"agency": agency, "country": country}).fetchone()
    if row is None:
        place = agency if agency != "all" else country
        raise FlowsUnknown(
            f"The current release shows no year of {place} with stock (REP-01), hires (REC-02) and separation rates of women and men (RET-01):"
            " see `parity explain REC-02` and `parity explain RET-01` for what is withheld or missing."
        )
    return Flows(*row)


def what_if(
    flows: Flows,
    *,
    hires_factor: float = 1,
    women_share_of_hires: float | None = None,
    women_separation_factor: float = 1,
    men_separation_factor: float = 1,
    women_leave_as_men: bool = False,
) -> Flows:
    """The same staff under other flows; what is not named stays as it is. Arguments as in catalogue/targets.yml."""
    women_leave = flows.men_leave if women_leave_as_men else flows.women_leave
    return replace(
        flows,
        hired=flows.hired * hires_factor,
        women_share_of_hires=flows.women_share_of_hires if women_share_of_hires is None else women_share_of_hires,
        women_leave=min(1, women_separation_factor * women_leave),
        men_leave=min(1, men_separation_factor * flows.men_leave),
    )


def _first(shares: Sequence[float], start: int, holds: Callable[[float], bool]) -> int | None:
    return next((years for years in range(start, len(shares)) if holds(shares[years])), None)


def _stay(leave: float, years: int) -> float:
    return (1 - leave) ** years


def _kept(leave: float, years: int) -> float:
    if leave in (0, 1):
        return 1 if leave and years else years
    return -math.expm1(years * math.log1p(-leave)) / leave
