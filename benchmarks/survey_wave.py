"""The survey estimates of one wave in the product's SQL, compared in time and value with R's survey and svy.

A wave is invented: every respondent answers every item, so that each engine estimates all indicators at one go. Engines get the scores
of respondents and post-stratification totals; of R and svy only the estimation is timed, without reading their file.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import psycopg

from benchmarks.dbt_build import dbt_build, seconds_of
from benchmarks.figures import Figure, compared, figure, shown
from benchmarks.hr import new_database
from ingestion.reference import load_catalogue as load_catalogue_tables
from ingestion.warehouse import copy_rows
from parity.catalogue import Catalogue, load_catalogue
from parity.catalogue.kobo_contract import RESPONDENT_FIELDS
from parity.catalogue.vocabulary import GradeBand
from parity.catalogue.weights import Total, Weight
from parity.migrate import migrate_warehouse
from parity.settings import REPOSITORY
from stack.temporary_server import temporary_server

RESPONDENTS, ITEMS = 200_000, 40
AGENCIES = ("THA-POL", "IDN-IMM", "VNM-CUS", "PHL-CG")
GENDERS: tuple[Literal["woman", "man"], ...] = ("woman", "man")
BANDS: tuple[GradeBand, ...] = ("junior", "middle", "senior")
SUBMISSION = ("form", "asset_uid", "submission_id", "root_uuid", "uuid", "submitted_at", "is_deleted", "content_hash", "answers")
MODELS = ("ind_survey__person_score", "ind_survey__estimate")
PLACE = ("country_code", "agency_code", "agency_type", "gender", "grade_band")
PEERS = (
    ("R survey", ("Rscript", str(Path(__file__).with_suffix(".R"))), True),
    ("svy", (sys.executable, "-m", "benchmarks.survey_peer"), False),
)


@dataclass(frozen=True)
class Wave:
    """Respondents of one form; `groups` are agency, gender and band by respondent, `answers` items × respondents from 1 to 5."""

    groups: list[tuple[str, str, str]]
    items: list[str]
    answers: np.ndarray
    catalogue: Catalogue


def invent(n_respondents: int, seed: int = 1) -> Wave:
    """A wave of the questionnaire's items whose staff totals are three times the respondents."""
    rng = np.random.default_rng(seed)
    catalogue = load_catalogue(REPOSITORY / "catalogue")
    used = {item for indicator in catalogue.indicators if not indicator.answers for item in indicator.items}
    asked = [item for item in catalogue.survey_items if item not in RESPONDENT_FIELDS]
    items = sorted(asked, key=lambda item: item not in used)[:ITEMS]
    cells = [(agency, gender, band) for agency in AGENCIES for gender in GENDERS for band in BANDS]
    drawn = rng.choice(len(cells), n_respondents, p=rng.dirichlet(np.full(len(cells), 8.0)))
    liking = rng.normal(0, 0.4, len(cells))[drawn] + rng.normal(0, 1, n_respondents)
    answers = np.stack([1 + np.digitize(0.7 * liking + rng.normal(0, 1, n_respondents), [-1.6, -0.7, 0.1, 1.2]) for _ in items])
    totals = [
        Total(agency=agency, gender=gender, grade_band=band, n=float(3 * (drawn == n).sum() + 10 * n + 1))
        for n, (agency, gender, band) in enumerate(cells)
    ]
    frame = {agency: round(sum(total.n for total in totals if total.agency == agency)) for agency in AGENCIES}
    form = catalogue.kobo["workplace_culture"]
    weight = Weight(frame=frame, poststratify="totals", totals=totals)
    kobo = {form.name: form.model_copy(update={"weight": weight, "period_year": 2025})}
    return Wave([cells[n] for n in drawn], items, answers, catalogue.model_copy(update={"kobo": kobo}))


def load_wave(connection: psycopg.Connection, wave: Wave) -> None:
    """The catalogue with the wave's totals, and its submissions, into raw."""
    load_catalogue_tables(connection, wave.catalogue)
    load_answers(connection, wave)


def load_answers(connection: psycopg.Connection, wave: Wave) -> None:
    """The wave's submissions into raw."""
    copy_rows(connection, "raw.kobo_submission", SUBMISSION, _submissions(wave))


def _submissions(wave: Wave) -> Iterator[tuple[object, ...]]:
    [form] = wave.catalogue.kobo
    for number, ((agency, gender, band), given) in enumerate(zip(wave.groups, wave.answers.T.tolist(), strict=True), start=1):
        answers = {"consent": "yes", "agency": agency, "gender": gender, "grade_band": band}
        answers |= {item: str(value) for item, value in zip(wave.items, given, strict=True)}
        yield form, form, number, f"u{number}", f"u{number}", "2025-06-01T00:00:00Z", False, "h", json.dumps(answers)


def measure_survey(say: Callable[[str], None] = print, n_respondents: int = RESPONDENTS) -> list[Figure]:
    """Needs the dependency group `bench`, and Rscript with r-cran-survey for R's figures."""
    with tempfile.TemporaryDirectory(prefix="parity-bench-") as name:
        folder = Path(name)
        os.chmod(folder, 0o711)
        with temporary_server() as postgres:
            url = new_database(postgres)
            say(f"loading a wave of {n_respondents:,} respondents and {ITEMS} items ...")
            migrate_warehouse(url, backups=None)
            with psycopg.connect(url) as connection:
                load_wave(connection, invent(n_respondents))
            dbt_build(url, folder, "--select", "+ind_survey__estimate", "--exclude", *MODELS)
            dbt_build(url, folder, "--select", *MODELS, "--exclude-resource-type", "test", "unit_test")
            seconds = seconds_of(folder, *MODELS)
            say(f"  parity: {seconds:.1f} s")
            indicators = _write_scores(url, folder / "scores.csv")
            ours = _ours(url)
        found = [shown(f"survey estimates of {n_respondents:,} respondents × {ITEMS} items, in SQL", seconds, "s")]
        for peer, command, has_errors in PEERS:
            if not shutil.which(command[0]):
                say(f"  {peer}: not measured, {command[0]} is not installed (Debian: r-base-core, r-cran-survey)")
                continue
            out = folder / "peer.csv"
            done = subprocess.run(
                [*command, folder / "scores.csv", out, _levels(ours), *indicators], capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise RuntimeError(f"{peer} failed:\n{done.stderr[-2000:]}")
            took = float(done.stdout.split()[-1])
            estimates, errors = _differences(ours, out)
            say(f"  {peer}: {took:.1f} s for {len(ours)} estimates")
            found.append(compared(f"  by {peer}", seconds, "s", took))
            found.append(
                figure(f"  largest relative difference from {peer}", 1e9 * max(estimates, errors if has_errors else 0), "1e-9", 1)
            )
    return found


def _levels(ours: dict[tuple[str, ...], tuple[float, float]]) -> str:
    """Each level with the columns that it keeps, as the peers take it."""
    kept = {key[0]: [name for name, value in zip(PLACE, key[2:], strict=True) if value != "all"] for key in ours}
    return ";".join(f"{level}={'+'.join(columns)}" for level, columns in sorted(kept.items()))


def _write_scores(url: str, path: Path) -> list[str]:
    """One row for each respondent: groups, weights, the post-stratum's total, and a column for each indicator."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("select distinct indicator_code from indicators.ind_survey__person_score order by 1").fetchall()
        indicators = [code for (code,) in rows]
        columns = ", ".join(f"max(y) filter (where indicator_code = '{code}') as \"{code}\"" for code in indicators)
        query = f"""
            select score.country_code, score.agency_code, score.agency_type, score.gender, score.grade_band, score.stratum, score.poststratum,
                respondent.base_weight, sum(respondent.weight) over (partition by score.poststratum) as total, scores.*
            from (select distinct submission_id, country_code, agency_code, agency_type, gender, grade_band, stratum, poststratum
                from indicators.ind_survey__person_score) as score
            inner join core.int_survey__respondent as respondent using (submission_id)
            inner join (select submission_id, {columns} from indicators.ind_survey__person_score group by submission_id) as scores
                using (submission_id)
            order by score.submission_id"""
        with path.open("wb") as file, connection.cursor().copy(f"copy ({query}) to stdout (format csv, header)") as copy:
            for block in copy:
                file.write(block)
    return indicators


def _ours(url: str) -> dict[tuple[str, ...], tuple[float, float]]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select level, indicator_code, country_code, agency_code, agency_type, gender, grade_band, estimate, se"
            " from indicators.ind_survey__estimate where level not like '%gap%'"
        ).fetchall()
    return {row[:7]: row[7:] for row in rows}


def _differences(ours: dict[tuple[str, ...], tuple[float, float]], path: Path) -> tuple[float, float]:
    """The largest relative differences of estimates and of standard errors. Raises ValueError where the cells are not the same."""
    with path.open(newline="") as file:
        theirs = {
            tuple(row[name] for name in ("level", "indicator", *PLACE)): (float(row["estimate"]), float(row["se"]))
            for row in csv.DictReader(file)
        }
    if theirs.keys() != ours.keys():
        raise ValueError(f"not the same cells: {sorted(theirs.keys() ^ ours.keys())[:3]}")
    estimates, errors = (max(abs(theirs[key][n] / ours[key][n] - 1) for key in ours) for n in (0, 1))
    return estimates, errors
