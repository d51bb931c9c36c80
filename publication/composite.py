"""The composite index of each place and year, mid-years apart, from shown figures alone: what is withheld in a release has no part in it, and cannot be told from it.

Of each indicator the figure of everybody counts; where it is told of each gender only, that of women. Goalposts carry the direction:
a ratio whose target is 1, or a difference whose target is 0, counts by its distance to it on either side.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from statistics import fmean, quantiles
from typing import Any

from parity.catalogue.composite import Composite
from publication.cell import YEAR, PublishedCell
from publication.disclosure import is_whole

Row = dict[str, Any]
PLACE = ("country_code", "agency_code", "agency_type", "period_year", "provenance")
NUMBERS = ("index_value", "arithmetic_value", "without_one_low", "without_one_high", "weights_p5", "weights_p95")
CARRIED = ("country_name", "agency_name", "catalogue_version")


def indicator_score(value: float, worst: float, best: float, direction: str) -> float:
    """From 0 at the worst goalpost to 100 at the best; beyond them no less and no more."""
    if direction == "target 0":
        value = abs(value)
    elif direction == "target 1":
        other = 1 / value if value else math.inf
        value = min(value, other) if worst < best else max(value, other)
    return 100 * min(max((value - worst) / (best - worst), 0), 1)


def geometric_mean(scores: Sequence[float], weights: Sequence[float] | None = None) -> float:
    weights = weights or [1 / len(scores)] * len(scores)
    return math.exp(sum(weight * math.log(score) for weight, score in zip(weights, scores, strict=True)))


@cache
def random_weights(n: int, draws: int, seed: int) -> list[list[float]]:
    """Weights that sum to 1, uniform over all such (Dirichlet with ones); the same ones for every place, so that places compare."""
    rng = random.Random(f"{seed}/{n}")  # nosec B311  # weights, no secret
    drawn = [[-math.log(1 - rng.random()) for _ in range(n)] for _ in range(draws)]
    return [[value / sum(values) for value in values] for values in drawn]


def composite_rows(
    cells: Iterable[PublishedCell], indicators: Iterable[Mapping[str, Any]], composite: Composite
) -> tuple[list[Row], list[Row]]:
    """Rows of the index, and of the domains that it is made of; `cells` as release_rows gave them, `indicators` rows of dim_indicator."""
    scales = {i["indicator_code"]: i for i in indicators if _counts(i, composite)}
    places: dict[tuple[Any, ...], dict[str, dict[str, PublishedCell]]] = defaultdict(lambda: defaultdict(dict))
    for cell in cells:
        if cell.indicator_code in scales and cell.period == YEAR and is_whole(cell) and (level := _level(cell)):
            places[(level, *(getattr(cell, name) for name in PLACE))][cell.indicator_code][cell.gender] = cell
    indices, parts = [], []
    for key, by_indicator in sorted(places.items()):
        of_place = dict(zip(("level", *PLACE), key, strict=True))
        of_place["composite_id"] = composite.id
        any_cell = next(iter(next(iter(by_indicator.values())).values()))
        of_place |= {name: getattr(any_cell, name) for name in CARRIED}
        scores = {code: score for code in scales if (score := _score(by_indicator[code], scales[code], composite)) is not None}
        domains = [_domain(number, scales, scores, composite) for number in composite.domains]
        parts += [of_place | domain for domain in domains]
        indices.append(of_place | _index(domains, composite))
    return indices, parts


def _counts(indicator: Mapping[str, Any], composite: Composite) -> bool:
    return (
        indicator["tier"] == composite.tier
        and indicator["domain_no"] in composite.domains
        and indicator["goalpost_worst"] is not None
    )


def _level(cell: PublishedCell) -> str | None:
    """An agency, a country, or a type of agency over all countries; other cuts have no index."""
    if cell.agency_code != "all":
        return "agency"
    if (cell.country_code == "all") == (cell.agency_type == "all"):
        return None
    return "country" if cell.agency_type == "all" else "agency_type"


def _score(by_gender: Mapping[str, PublishedCell], scale: Mapping[str, Any], composite: Composite) -> float | None:
    def score(gender: str) -> float | None:
        cell = by_gender.get(gender)
        if cell is None or cell.is_suppressed or cell.estimate is None:
            return None
        return indicator_score(cell.estimate, scale["goalpost_worst"], scale["goalpost_best"], scale["direction"])

    whole = score("all" if "all" in by_gender else "woman")
    women, men = score("woman"), score("man")
    if whole is None or scale["source"] != "survey" or women is None or men is None:
        return whole
    return max(whole - composite.gap_penalty * abs(women - men), 0)


def _domain(number: int, scales: Mapping[str, Mapping[str, Any]], scores: Mapping[str, float], composite: Composite) -> Row:
    of_domain = [code for code, scale in scales.items() if scale["domain_no"] == number]
    counted = sorted(code for code in of_domain if code in scores)
    needed = math.ceil(composite.domain_needs_pct * len(of_domain) / 100)
    has_score = bool(counted) and len(counted) >= needed
    return {
        "domain_no": number,
        "domain_name": scales[of_domain[0]]["domain_name"] if of_domain else "",
        "score": fmean(scores[code] for code in counted) if has_score else None,
        "indicator_codes": ", ".join(counted),
        "n_indicators": len(counted),
        "n_defined": len(of_domain),
        "unavailable_reason": None
        if has_score
        else f"{len(counted)} of {len(of_domain)} indicators have a figure that may be shown; {max(needed, 1)} are needed",
    }


def _index(domains: Sequence[Row], composite: Composite) -> Row:
    scored = [domain for domain in domains if domain["score"] is not None]
    needed = max(math.ceil(composite.index_needs_pct * len(domains) / 100), 2)
    row = {
        "composite_name": composite.name,
        "status_text": composite.status,
        "n_domains": len(scored),
        "coverage_pct": 100 * sum(d["n_indicators"] for d in scored) / max(sum(d["n_defined"] for d in domains), 1),
    }
    if len(scored) < needed:
        reason = f"{len(scored)} of {len(domains)} domains have a score; {needed} are needed"
        return row | dict.fromkeys(NUMBERS) | {"unavailable_reason": reason}
    floored = [max(domain["score"], composite.floor) for domain in scored]
    without_one = [geometric_mean(floored[:n] + floored[n + 1 :]) for n in range(len(floored))]
    weighted = [
        geometric_mean(floored, weights) for weights in random_weights(len(floored), composite.weight_draws, composite.seed)
    ]
    twentieths = quantiles(weighted, n=20, method="inclusive")
    return row | {
        "index_value": geometric_mean(floored),
        "arithmetic_value": fmean(domain["score"] for domain in scored),
        "without_one_low": min(without_one),
        "without_one_high": max(without_one),
        "weights_p5": twentieths[0],
        "weights_p95": twentieths[-1],
        "unavailable_reason": None,
    }
