"""Every published cell of the samples is the exact one after the rules of docs/explanation/hidden-or-rounded.md, written here once more."""

from __future__ import annotations

import math
from collections import Counter

import psycopg
import pytest
from psycopg.rows import dict_row

from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY

POLICY = load_policy(REPOSITORY / "catalogue")
OF_NO_PERSON = ("fact_finding", "pipeline", "external")
HIDDEN = ("suppressed", "few", "wave open", "not available", "not defined")
NUMBERS = ("numerator", "denominator", "n", "estimate", "se", "df", "ci_low", "ci_high", "p_value", "reference_value")
SAME_PEOPLE = ("indicator_code", "gender", "grade_band", "breakdown", "breakdown_value", "period", "period_year", "provenance")
STEPS = {"pct": 1, "ratio": 0.05, "years": 0.5}
INDEX = "index 0-1"


@pytest.fixture(scope="module")
def exact(demo):
    with psycopg.connect(demo.instance.warehouse_url, row_factory=dict_row) as connection:
        rows = connection.execute(
            "select cell.*, dim.unit, dim.statistic, dim.source, coalesce(dim.is_sensitive, false) as is_sensitive"
            " from indicators.fct_indicator as cell inner join core.dim_indicator as dim using (indicator_code)"
        ).fetchall()
    return {row["cell_id"]: row for row in rows}


@pytest.fixture(scope="module")
def published(demo):
    with psycopg.connect(demo.instance.reader_url, row_factory=dict_row) as connection:
        return {row["cell_id"]: row for row in connection.execute("select * from published.indicator").fetchall()}


def nearest(count, base):
    return base * math.floor(count / base + 0.5)


def test_every_published_cell_is_an_exact_one_after_the_rules(exact, published):
    kinds = Counter()
    for cell_id, row in published.items():
        kind, holds = judged(row, exact[cell_id], exact, published)
        assert holds, (kind, row, exact[cell_id])
        kinds[kind] += 1
    assert sum(kinds.values()) == len(published) > 2000
    least = {
        "of no person": 100,
        "survey": 100,
        "bound": 1,
        "gap of a survey": 50,
        "share": 100,
        "rate": 50,
        "ratio": 10,
        "index": 5,
    }
    assert {kind: kinds[kind] for kind, n in least.items() if kinds[kind] < n} == {}, kinds


def judged(row, cell, exact, published):
    """Which rule the figure follows, and whether it is what that rule makes of the exact one."""
    if row["status"] in HIDDEN:
        return "without a number", all(row[name] is None for name in NUMBERS)
    if cell["source"] in OF_NO_PERSON:
        return "of no person", row["estimate"] == pytest.approx(cell["estimate"], abs=1e-9)
    if cell["source"] == "survey":
        return of_a_survey(row, cell, published)
    if cell["indicator_code"] == "VIC-04":
        return "projection", row["estimate"] == int(row["estimate"])
    if cell["unit"] == INDEX:
        return "index", row["estimate"] == pytest.approx(index(row, exact, published), abs=0.006)
    if cell["first_count"] is not None:
        return of_a_ratio(row, cell)
    if cell["n_least"] is not None:
        half_width = 0 if row["ci_low"] is None else row["ci_high"] - row["ci_low"]
        return "in steps", abs(row["estimate"] - cell["estimate"]) <= max(STEPS[cell["unit"]], half_width / 2) + 1e-9
    numerator, denominator = counts(row, cell, exact, published)
    factor = {"pct": 100, "per 100 person-years": 100, "per 1000": 1000, "per 100000": 100_000}[cell["unit"]]
    is_right = (row["numerator"], row["denominator"]) == (pytest.approx(numerator), pytest.approx(denominator))
    return "share" if cell["unit"] == "pct" else "rate", is_right and row["estimate"] == pytest.approx(
        factor * numerator / denominator
    )


def of_a_survey(row, cell, published):
    base = POLICY.rounding_base_sensitive if cell["is_sensitive"] else POLICY.rounding_base
    holds = row["n"] == nearest(cell["n"], base)
    holds &= row["numerator"] is row["denominator"] is row["se"] is row["df"] is None
    if row["gender"] == "women minus men":
        women, men = (sibling(row, published, gender)["estimate"] for gender in ("woman", "man"))
        holds &= row["p_value"] in POLICY.p_levels
        return "gap of a survey", holds and row["estimate"] == pytest.approx(women - men, abs=1e-9)
    if row["status"] == "bounded":
        return "bound", holds and row["estimate"] is None and row["ci_low"] <= cell["estimate"] <= row["ci_high"]
    step = 0.1 if cell["statistic"] == "mean" else 1
    holds &= row["ci_low"] is None or row["ci_low"] - 1e-9 <= cell["estimate"] <= row["ci_high"] + 1e-9
    is_a_step = abs(row["estimate"] / step - round(row["estimate"] / step)) < 1e-6
    return "survey", holds and is_a_step and abs(row["estimate"] - cell["estimate"]) <= step / 2 + 1e-9


def sibling(row, published, gender):
    key = (*(name for name in SAME_PEOPLE if name != "gender"), "country_code", "agency_code", "agency_type")
    [found] = [each for each in published.values() if each["gender"] == gender and all(each[name] == row[name] for name in key)]
    return found


def members(row, published):
    """The figures of the agencies that a figure above an agency is of."""
    return [
        each
        for each in published.values()
        if each["agency_code"] != "all"
        and all(each[name] == row[name] for name in SAME_PEOPLE)
        and all(row[name] in ("all", each[name]) for name in ("country_code", "agency_type"))
    ]


def counts(row, cell, exact, published):
    """Numerator and denominator of a share or a rate: rounded, and above an agency the sum of what its agencies publish."""
    if row["agency_code"] == "all":
        parts = [stand_in(each, exact[each["cell_id"]]) for each in members(row, published)]
        parts = [part for part in parts if part is not None]
        assert len(parts) == row["n_agencies"]
        # Each sum is rounded once more, which changes a sum of stand-ins alone.
        count, base = (sum(side) for side in zip(*parts, strict=True))
        return nearest(count, 5), (nearest(base, 5) if cell["unit"] == "pct" else float(round(base)))
    is_time = cell["unit"] != "pct" and cell["method"] != "events per mean staff of the year"
    return nearest(cell["numerator"], 5), (float(round(cell["denominator"])) if is_time else nearest(cell["denominator"], 5))


def stand_in(row, cell):
    """What an agency adds: what it publishes, or a value in place of a small count."""
    if not row["is_suppressed"]:
        return None if row["numerator"] is None else (row["numerator"], row["denominator"])
    if (
        cell["n"] < POLICY.min_base_hr
        or cell["numerator"] is None
        or row["suppression_reason"].startswith(("too few people, here", "the staff"))
    ):
        return None
    base = nearest(cell["denominator"], 5) if cell["unit"] == "pct" else float(round(cell["denominator"]))
    is_flow = cell["indicator_code"] in POLICY.flows
    few = POLICY.class_value if is_flow else POLICY.small_value
    rest = cell["denominator"] - cell["numerator"]
    if cell["numerator"] < 5:
        return few, base
    return (base - POLICY.small_value, base) if cell["unit"] == "pct" and 0 < rest < 5 else (nearest(cell["numerator"], 5), base)


def of_a_ratio(row, cell):
    if row["agency_code"] == "all" or cell["second_base"] is None:  # of sums, or beside a public figure: only that it is one
        return "other ratio", row["estimate"] is not None
    is_time = cell["method"] == "rate ratio"
    a, b, c, d = (cell[name] for name in ("first_count", "first_base", "second_count", "second_base"))
    of = [float(round(base)) if is_time else nearest(base, 5) for base in (b, d)]
    return "ratio", row["estimate"] == pytest.approx((nearest(a, 5) / of[0]) / (nearest(c, 5) / of[1]), rel=1e-9)


def index(row, exact, published):
    """Half the sum of differences of the parts of women and men, over what is published of each agency's categories."""
    agencies = (
        [row] if row["agency_code"] != "all" else [each for each in members(row, published) if each["estimate"] is not None]
    )
    people = {}
    for agency in agencies:
        for entry in exact[agency["cell_id"]]["categories"].split(";"):
            category, _, pair = entry.rpartition(":")
            women, men = ((2.5 if 0 < int(count) < 5 else nearest(int(count), 5)) for count in pair.split("/"))
            before = people.get(category, (0, 0))
            people[category] = (before[0] + women, before[1] + men)
    all_women, all_men = (sum(side) for side in zip(*people.values(), strict=True))
    return sum(abs(women / all_women - men / all_men) for women, men in people.values()) / 2


def test_most_figures_show_a_number_or_a_class(published):
    valued = [row for row in published.values() if row["status"] not in ("not available", "not defined")]
    shown = [row for row in valued if row["status"] not in ("suppressed", "wave open")]
    assert len(shown) >= 0.92 * len(valued), (len(shown), len(valued))


@pytest.mark.parametrize("gender", ["woman", "women minus men"])
def test_nearly_all_survey_figures_of_women_are_shown(published, gender):
    valued = [
        row
        for row in published.values()
        if row["source"] == "survey" and row["gender"] == gender and row["status"] not in ("not available", "not defined")
    ]
    shown = [row for row in valued if row["status"] not in ("suppressed", "wave open")]
    assert len(valued) > 50 and len(shown) >= 0.95 * len(valued), (len(shown), len(valued))
