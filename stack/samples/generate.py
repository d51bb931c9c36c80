"""Writes the whole synthetic source: a Kobo form with answers, three agencies' drop folders, reference tables, the truth."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

from parity.catalogue import Catalogue
from stack.samples import hr_files, kobo_form, survey
from stack.samples.people import PLANS, staff
from stack.samples.truth import hr_truth

FORM = "workplace_culture"


def generate(out: Path, catalogue: Catalogue, catalogue_folder: Path, seed: int) -> dict[str, Any]:
    """Fill the empty folder `out`; returns the truth, which is also written to truth.json."""
    people = {plan.code: staff(plan, seed) for plan in PLANS}
    truth: dict[str, Any] = {"seed": seed, "hr": {}, "survey": {}}
    for name, write in hr_files.WRITERS.items():
        contract = catalogue.hr[name]
        folder = out / "drop" / "hr" / name
        folder.mkdir(parents=True)
        write(folder, contract, people[contract.agency])
        truth["hr"][contract.agency] = hr_truth(people[contract.agency])
    truth["survey"] = _write_survey(out / "kobo" / FORM, catalogue, catalogue_folder, people, seed)
    _write_reference(out / "drop" / "reference", catalogue, seed)
    (out / "truth.json").write_text(json.dumps(truth, indent=1, sort_keys=True))
    return truth


def _write_survey(
    folder: Path, catalogue: Catalogue, catalogue_folder: Path, people: dict[str, list], seed: int
) -> dict[str, Any]:
    folder.mkdir(parents=True)
    contract = catalogue.kobo[FORM]
    asset = kobo_form.asset(catalogue_folder / "questionnaire" / FORM)
    (folder / "asset.json").write_text(json.dumps(asset, ensure_ascii=False))
    items = [name for name in contract.fields.values() if name in catalogue.survey_items and _is_scale(name, contract)]
    truth: dict[str, Any] = {}
    first_id = 1
    with (folder / "submissions.jsonl").open("w", encoding="utf-8") as file:
        for agency in survey.SAMPLE_SIZES:
            members = survey.population(agency, people[agency], list(dict.fromkeys(items)), seed)
            truth[agency] = survey.truth(members, catalogue)
            records = survey.submissions(members, contract, asset, seed, first_id)
            first_id += len(records)
            file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return truth


def _is_scale(name: str, contract: Any) -> bool:
    profile = {"consent", "gender", "age_band", "agency", "sworn", "grade_band", "tenure_band", "function", "weight"}
    return name not in profile


def _write_reference(folder: Path, catalogue: Catalogue, seed: int) -> None:
    rng = random.Random(f"{seed}/reference")
    asean = [country for country in catalogue.countries if country.asean_since]
    victims = folder / "unodc_glotip" / "synthetic_glotip.csv"
    victims.parent.mkdir(parents=True)
    with victims.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["row_no", "iso3", "country", "indicator", "dimension", "category", "sex", "age", "year", "unit",
                         "value_text", "source"])
        number = 0
        for country in asean:
            for year in range(2018, 2025):
                for sex, scale in (("Female", 90), ("Male", 55)):
                    number += 1
                    count = int(rng.expovariate(1 / scale))
                    writer.writerow([number, country.code, country.name, "Detected trafficking victims", "Total", "Total",
                                     sex, "Total", year, "Counts", "<5" if count < 5 else f"{count:,}", "SYNTHETIC"])
    police = folder / "unsd_police" / "synthetic_police.csv"
    police.parent.mkdir(parents=True)
    with police.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["indicator", "series", "m49", "country", "iso3", "sdg_region", "year", "sex", "value_pct", "nature",
                         "reporting", "source_year", "is_latest"])
        for country in asean:
            share = rng.uniform(6, 20)
            for year in range(2018, 2025):
                share += rng.uniform(-0.2, 0.8)
                writer.writerow(["IV.4", "Share of female police officers", "", country.name, country.code, "", year,
                                 "Female", f"{share:.1f}", "SYNTHETIC", "", 2025, year == 2024])
