"""`make coverage-study`: do 95 % intervals hold a known truth about 95 % of the time, and do weights bring estimates nearer to it?

A population of 20,000 officers is invented once; its figures are known. Each draw is a simple random sample, of whom women and junior
ranks answer less often than others. Every draw is a survey of its own, in a year of its own, and all go through the product's own SQL:
answers, post-stratification, estimates. Intervals are the product's too. Unweighted means of the same answers are shown next to them.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks.dbt_build import dbt_build
from benchmarks.hr import new_database
from ingestion.reference import load_catalogue as load_catalogue_tables
from ingestion.warehouse import copy_rows
from parity.catalogue import Catalogue, load_catalogue
from parity.catalogue.indicators import Indicator
from parity.catalogue.vocabulary import Agency, GradeBand
from parity.catalogue.weights import Total, Weight
from parity.migrate import migrate_warehouse
from parity.settings import REPOSITORY
from publication.intervals import mean, proportion
from stack.temporary_server import temporary_server

AGENCY, N_PEOPLE, N_SAMPLE, FIRST_YEAR = "SIM-POL", 20_000, 1_200, 2000
INDICATORS = ("PRO-06", "WLC-04", "CUL-03", "HAR-03", "RET-05", "WLC-05", "CUL-01")
GENDERS, BANDS = ("woman", "man"), ("junior", "middle", "senior")
Group = tuple[Literal["woman", "man"], GradeBand]
CELLS: dict[Group, float] = {
    ("woman", "junior"): 0.10,
    ("woman", "middle"): 0.05,
    ("woman", "senior"): 0.01,
    ("man", "junior"): 0.50,
    ("man", "middle"): 0.26,
    ("man", "senior"): 0.08,
}
ANSWERS = {("woman", "junior"): 0.30, ("woman", "middle"): 0.50, ("woman", "senior"): 0.85} | {
    ("man", "junior"): 0.45,
    ("man", "middle"): 0.65,
    ("man", "senior"): 0.80,
}  # the chance that somebody of the sample answers
LIKING = {("woman", "junior"): -0.9, ("woman", "middle"): -0.4, ("woman", "senior"): 0.2} | {
    ("man", "junior"): 0.0,
    ("man", "middle"): 0.5,
    ("man", "senior"): 1.0,
}  # how favourably the cell sees its agency, in standard deviations of a person
SUBMISSION = ("form", "asset_uid", "submission_id", "root_uuid", "uuid", "submitted_at", "is_deleted", "content_hash", "answers")


@dataclass(frozen=True)
class Coverage:
    """Of one indicator and group over all draws; errors are root mean squares in the indicator's unit, shares from 0 to 1."""

    indicator: str
    gender: str
    truth: float
    n_draws: int
    held_pct: float
    error_weighted: float
    error_unweighted: float


def study(n_draws: int, url: str, folder: Path, seed: int = 1) -> list[Coverage]:
    """Draw, load, build and compare. `url` is an empty database, `folder` an empty folder."""
    rng = np.random.default_rng(seed)
    catalogue = load_catalogue(REPOSITORY / "catalogue")
    indicators = [indicator for indicator in catalogue.indicators if indicator.id in INDICATORS]
    cell = rng.choice(len(CELLS), N_PEOPLE, p=list(CELLS.values()))
    answers = _answers(rng, cell, sorted({item for indicator in indicators for item in indicator.items}))
    scores = {indicator.id: _score(indicator, answers) for indicator in indicators}
    chance = np.array([ANSWERS[key] for key in CELLS])[cell]
    draws = []
    for _ in range(n_draws):
        sample = rng.choice(N_PEOPLE, N_SAMPLE, replace=False)
        draws.append(sample[rng.random(N_SAMPLE) < chance[sample]])
    migrate_warehouse(url, backups=None)
    with psycopg.connect(url) as connection:
        load_catalogue_tables(connection, _with_surveys(catalogue, n_draws, cell))
        copy_rows(connection, "raw.kobo_submission", SUBMISSION, _submissions(draws, cell, answers))
    dbt_build(url, folder, "--select", "+ind_survey__estimate")
    return list(_compare(url, indicators, draws, cell, scores))


def _answers(rng: np.random.Generator, cell: np.ndarray, items: list[str]) -> dict[str, np.ndarray]:
    """Per item everybody's answer from 1 to 5; a person's answers go together."""
    liking = np.array([LIKING[key] for key in CELLS])[cell] + rng.normal(0, 1, len(cell))
    cuts = [-1.6, -0.7, 0.1, 1.2]
    return {item: 1 + np.digitize(0.7 * liking + rng.normal(rng.normal(0, 0.3), 1, len(cell)), cuts) for item in items}


def _score(indicator: Indicator, answers: dict[str, np.ndarray]) -> np.ndarray:
    values = np.array(
        [6 - answers[item] if item in indicator.reversed else answers[item] for item in indicator.items], dtype=float
    )
    return (values if indicator.statistic == "mean" else values >= 4).mean(axis=0)


def _with_surveys(catalogue: Catalogue, n_draws: int, cell: np.ndarray) -> Catalogue:
    totals = [
        Total(agency=AGENCY, gender=gender, grade_band=band, n=int((cell == number).sum()))
        for number, (gender, band) in enumerate(CELLS)
    ]
    weight = Weight(frame={AGENCY: N_PEOPLE}, poststratify="totals", totals=totals)
    form = next(form for form in catalogue.kobo.values() if form.kind == "respondents").model_copy(update={"weight": weight})
    forms = {
        name: form.model_copy(update={"name": name, "period_year": FIRST_YEAR + number})
        for number in range(n_draws)
        for name in [f"draw_{number}"]
    }
    agency = Agency(code=AGENCY, name="Simulated police", country="THA", type="police", provenance="synthetic")
    return catalogue.model_copy(update={"agencies": [*catalogue.agencies, agency], "kobo": forms})


def _submissions(draws: list[np.ndarray], cell: np.ndarray, answers: dict[str, np.ndarray]) -> Iterator[tuple[object, ...]]:
    keys, number = list(CELLS), 0
    for draw, people in enumerate(draws):
        for person in people:
            number += 1
            gender, band = keys[cell[person]]
            given = {"agency": AGENCY, "gender": gender, "grade_band": band}
            given |= {item: str(values[person]) for item, values in answers.items()}
            form, moment = f"draw_{draw}", f"{FIRST_YEAR + draw}-06-01T00:00:00Z"
            yield form, form, number, f"u{number}", f"u{number}", moment, False, "h", json.dumps(given)


def _compare(
    url: str, indicators: list[Indicator], draws: list[np.ndarray], cell: np.ndarray, scores: dict[str, np.ndarray]
) -> Iterator[Coverage]:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "select indicator_code, gender, period_year, estimate, se, n, df from indicators.ind_survey__estimate"
            " where level in ('agency', 'agency_gender') and agency_code = %s",
            (AGENCY,),
        ).fetchall()
    figures = {row[:3]: row[3:] for row in found}
    side = np.array([key[0] for key in CELLS])[cell]
    for indicator in indicators:
        score = scores[indicator.id]
        for gender in ("all", *GENDERS):
            group = np.ones(N_PEOPLE, bool) if gender == "all" else side == gender
            truth, held, weighted, unweighted = score[group].mean(), [], [], []
            for draw, people in enumerate(draws):
                estimate, se, n, df = figures[indicator.id, gender, FIRST_YEAR + draw]
                (low, high), _ = mean(estimate, se, df) if indicator.statistic == "mean" else proportion(estimate, se, n, df)
                held.append(low <= truth <= high)
                weighted.append(estimate - truth)
                unweighted.append(score[people[group[people]]].mean() - truth)
            yield Coverage(
                *(indicator.id, gender, float(truth), len(draws), 100 * float(np.mean(held))),
                *(float(np.sqrt(np.mean(np.square(errors)))) for errors in (weighted, unweighted)),
            )


def main(say: Callable[[str], None] = print) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage_study", description=__doc__.split("\n")[0])
    parser.add_argument("--draws", type=int, default=500, help="samples to draw (default 500; some minutes)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same figures (default 1)")
    options = parser.parse_args()
    say(f"Drawing {options.draws} samples, and building the survey estimates of each ...")
    with tempfile.TemporaryDirectory(prefix="parity-study-") as name:
        os.chmod(name, 0o711)
        with temporary_server() as postgres:
            rows = study(options.draws, new_database(postgres), Path(name), options.seed)
    table = Table("indicator", "group", "truth", "held by the interval, %", "error, weighted", "error, unweighted")
    for row in rows:
        figures = (f"{row.truth:.4f}", f"{row.held_pct:.1f}", f"{row.error_weighted:.4f}", f"{row.error_unweighted:.4f}")
        table.add_row(row.indicator, row.gender, *figures)
    Console(width=110).print(table)
    held = [row.held_pct for row in rows]
    nearer = sum(row.error_weighted < row.error_unweighted for row in rows)
    say(
        f"Held in {min(held):.1f} to {max(held):.1f} % of draws, {np.mean(held):.1f} % over all; weights are nearer in {nearer} of {len(rows)}."
    )
    good = all(93 <= share <= 97 for share in held) and nearer == len(rows)
    say("As it should be: 93 to 97 %, and weights nearer." if good else "NOT as it should be (93 to 97 %, and weights nearer).")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
