"""Writes the whole synthetic source: Kobo forms with answers, staff files and registers, reference tables, and the truth of them."""

from __future__ import annotations

import dataclasses
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from parity.catalogue import Catalogue, KoboContract
from parity.catalogue.form_files import is_form
from sandbox.samples import any_form, fact_finding, hr_files, kobo_form, registers, survey, truth
from sandbox.samples.conditions import NotUnderstood
from sandbox.samples.people import PLANS, Person, staff
from sandbox.samples.reference import write_reference

FORM = "workplace_culture"


def generate(out: Path, catalogue: Catalogue, catalogue_folder: Path, seed: int, size: float = 1.0) -> dict[str, Any]:
    """Fill the empty folder `out`; returns the truth, which is also written to truth.json.

    `size` scales the agencies and the samples; the survey frame in the catalogue fits size 1 and seed 7.
    """
    people = {plan.code: staff(dataclasses.replace(plan, size=max(1, round(plan.size * size))), seed) for plan in PLANS}
    known: dict[str, Any] = {"synthetic": True, "seed": seed, "size": size}
    # The survey takes as long as the staff files: each has a process of its own.
    with ProcessPoolExecutor(max_workers=1) as worker:
        surveyed = worker.submit(_write_survey, out / "kobo" / FORM, catalogue, catalogue_folder, people, seed, size)
        known |= _write_staff(out / "drop" / "hr", catalogue, people, seed)
        known["survey"] = surveyed.result()
    known["fact_finding"] = _write_facts(out / "kobo" / fact_finding.FORM, catalogue, catalogue_folder, seed)
    known["forms"] = {
        name: _write_any(out / "kobo" / name, contract, catalogue_folder / "questionnaire" / name, seed, size)
        for name, contract in catalogue.kobo.items()
        if name not in (FORM, fact_finding.FORM) and is_form(catalogue_folder / "questionnaire" / name)
    }
    known["reference"] = write_reference(out / "drop" / "reference", catalogue, seed)
    (out / "truth.json").write_text(json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")
    return known


def _write_staff(drop: Path, catalogue: Catalogue, people: dict[str, list[Person]], seed: int) -> dict[str, Any]:
    known: dict[str, Any] = {"hr": {}, "hr_dirty_rows": {}, "hr_registers": {}}
    for name, write in hr_files.WRITERS.items():
        contract = catalogue.hr[name]
        folder = drop / name
        folder.mkdir(parents=True)
        known["hr_dirty_rows"][name] = write(folder, contract, people[contract.agency])
        known["hr"][contract.agency] = truth.hr_truth(people[contract.agency])
    for name, write_register in registers.WRITERS.items():
        contract = catalogue.hr[name]
        folder = drop / name
        folder.mkdir(parents=True)
        dirty, known["hr_registers"][name] = write_register(folder, contract, people[contract.agency], seed)
        known["hr_dirty_rows"][name] = dirty
    return known


def _write_survey(
    folder: Path, catalogue: Catalogue, catalogue_folder: Path, people: dict[str, list[Person]], seed: int, size: float
) -> dict[str, Any]:
    contract = catalogue.kobo[FORM]
    asset = kobo_form.asset(catalogue_folder / "questionnaire" / FORM)
    items = survey.scale_items(asset["versions"][-1]["content"])
    members = {agency: survey.population(agency, people[agency], items, seed) for agency in survey.SAMPLE_SIZES}
    drawn = []
    for agency, n in survey.SAMPLE_SIZES.items():
        drawn += survey.draw(members[agency], max(1, round(n * size)), asset, seed)
    records = survey.arrive(drawn, asset)
    _write_form(folder, asset, records)
    return {
        "n_submissions": len(records),
        "n_population": {agency: len(everybody) for agency, everybody in members.items()},
        "population": {agency: truth.population_truth(everybody, contract, catalogue) for agency, everybody in members.items()},
        "sample": truth.sample_truth(records, contract, catalogue),
    }


def _write_facts(folder: Path, catalogue: Catalogue, catalogue_folder: Path, seed: int) -> dict[str, Any]:
    asset = kobo_form.asset(catalogue_folder / "questionnaire" / fact_finding.FORM, fact_finding.DEPLOYED)
    rules = {
        indicator.id: indicator.items
        for indicator in catalogue.indicators
        if indicator.id in ("WLC-02", "HAR-07", "LDR-01", "LDR-05")
    }
    sent = fact_finding.reports(rules, seed)
    _write_form(folder, asset, survey.arrive(fact_finding.records(sent, asset), asset))
    return {"n_submissions": len(sent), "found": fact_finding.truth(sent, rules)}


def _write_any(folder: Path, contract: KoboContract, questionnaire: Path, seed: int, size: float) -> dict[str, Any]:
    """A form that has no sample of its own. One to which no answers can be drawn has none, and stops nothing else."""
    first = min(day for day, _ in any_form.spans(contract))
    asset = kobo_form.asset(questionnaire, (f"{first}",))
    try:
        drawn = any_form.records(asset, contract, max(1, round(any_form.SAMPLE_SIZE * size)), seed)
    except (any_form.NoAnswer, NotUnderstood) as error:
        print(f"{contract.name}: no sample is made. {error}", file=sys.stderr)
        return {"no_sample": str(error)}
    _write_form(folder, asset, survey.arrive(drawn, asset))
    return any_form.truth(drawn, contract)


def _write_form(folder: Path, asset: dict[str, Any], records: list[dict[str, Any]]) -> None:
    folder.mkdir(parents=True)
    (folder / "asset.json").write_text(json.dumps(asset, ensure_ascii=False), encoding="utf-8")
    with (folder / "submissions.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
