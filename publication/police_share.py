"""Women's share of police as the UN publishes it, next to that of the police agencies whose figures are published here. Pure.

The UN counts police officers (UN-CTS, 31 December); REP-01 of an agency counts all its staff. The benchmark is read with that in mind, and stands beside
the country's police agencies alone: no border guard or customs is compared with it. Their share is computed from their published counts, so that it tells
nothing that they do not tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from parity.present import present
from publication.cell import YEAR, PublishedCell
from publication.disclosure import is_whole
from publication.trafficking import SYNTHETIC, cited

STOCK, POLICE = "REP-01", "police"


@dataclass(frozen=True, kw_only=True)
class Share:
    """A row of core.fct_police_share."""

    country_code: str
    country: str
    period_year: int
    women_pct: float
    source_year: int | None
    provenance: str


SHARES = """
select country_code, country_name as country, period_year, women_pct, source_year, provenance
from core.fct_police_share order by country_code, period_year
"""


def police_rows(shares: Iterable[Share], cells: Iterable[PublishedCell], source: str) -> list[dict[str, Any]]:
    """Rows of release.police_share; `cells` as release_rows gave them."""
    shares = list(shares)
    own = [cell for cell in cells if _is_of_police(cell)]
    newest = {share.country_code: share.period_year for share in sorted(shares, key=lambda share: share.period_year)}
    beside = {code: _beside([cell for cell in own if cell.country_code == code]) for code in newest}
    return [
        asdict(share)
        | beside[share.country_code]
        | {"is_newest": share.period_year == newest[share.country_code], "source": cited(source, share.provenance)}
        for share in shares
    ]


def _is_of_police(cell: PublishedCell) -> bool:
    is_agency = cell.agency_code != "all" and cell.agency_type == POLICE
    return cell.indicator_code == STOCK and is_agency and cell.period == YEAR and is_whole(cell) and cell.estimate is not None


def _beside(cells: Sequence[PublishedCell]) -> dict[str, Any]:
    """The published share of the country's police agencies in their newest year: of the real ones, or, without any, of the synthetic ones."""
    real = [cell for cell in cells if cell.provenance != SYNTHETIC]
    chosen = real or cells
    year = max((cell.period_year for cell in chosen), default=None)
    last = [cell for cell in chosen if cell.period_year == year]
    if not last:
        return dict.fromkeys(("agencies_pct", "agencies_year", "n_agencies", "agencies_provenance"))
    women, base = (sum(present(getattr(cell, side)) for cell in last) for side in ("numerator", "denominator"))
    return {
        "agencies_pct": 100 * women / base,
        "agencies_year": year,
        "n_agencies": len(last),
        "agencies_provenance": last[0].provenance,
    }
