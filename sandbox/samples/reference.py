"""Invented reference tables with the columns of the UN's: victims and accused of trafficking, women's share of police, and population."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

from parity.catalogue import Catalogue
from parity.catalogue.vocabulary import Country

SYNTHETIC = "SYNTHETIC"
YEARS = range(2018, 2025)
SEXES = ("Female", "Male")
VICTIMS = [
    "row_no",
    "iso3",
    "country",
    "indicator",
    "dimension",
    "category",
    "sex",
    "age",
    "year",
    "unit",
    "value_text",
    "source",
]
POLICE = [
    "indicator",
    "series",
    "m49",
    "country",
    "iso3",
    "sdg_region",
    "year",
    "sex",
    "value_pct",
    "nature",
    "reporting",
    "source_year",
    "is_latest",
]


ACCUSED = ("Persons brought into formal contact", "Persons prosecuted", "Persons convicted")  # each of those before
FORMS = ("Forced labour", "Sexual exploitation", "Other forms of exploitation")
POPULATION = ["iso3", "country", "year", "sex", "age", "population", "source"]


def write_reference(folder: Path, catalogue: Catalogue, seed: int) -> dict[str, Any]:
    """Write the three tables; returns what they say of each country and year."""
    rng = random.Random(f"{seed}/reference")
    asean = [country for country in catalogue.countries if country.asean_since]
    victims: list[list[object]] = []
    police: list[list[object]] = []
    known: dict[tuple[str, int, str], int] = {}
    for country in asean:
        for year in YEARS:
            for sex, scale in (("Female", 90), ("Male", 55)):
                count = int(rng.expovariate(1 / scale))
                known[country.code, year, sex] = count
                victims.append(_victims(len(victims) + 1, country, year, sex, "Total", count))
    for country in asean:
        share = rng.uniform(6, 20)
        for year in YEARS:
            share += rng.uniform(-0.2, 0.8)
            police.append(
                [
                    "IV.4",
                    "Share of female police officers",
                    "",
                    country.name,
                    country.code,
                    "",
                    year,
                    "Female",
                    f"{share:.1f}",
                    SYNTHETIC,
                    "",
                    2025,
                    int(year == YEARS[-1]),
                ]
            )
    truth: dict[str, Any] = {"victims": _add_ages_and_totals(victims, asean, known, seed), "population": {}}
    truth["forms"] = _add_forms_and_citizenships(victims, asean, seed)
    truth["accused"] = _add_accused(victims, asean, seed)
    population = _population(asean, seed, truth["population"])
    _write(folder / "undesa_population" / "synthetic_population.csv", POPULATION, population)
    _write(folder / "unodc_glotip" / "synthetic_glotip.csv", VICTIMS, victims)
    _write(folder / "unsd_police" / "synthetic_police.csv", POLICE, police)
    return truth


def _victims(
    row_no: int, country: Country, year: int, sex: str, age: str, count: int, dimension: str = "Total", category: str = "Total"
) -> list[object]:
    return _line(row_no, country, "Detected trafficking victims", (dimension, category), (sex, age), year, count)


def _line(
    row_no: int, country: Country, indicator: str, part: tuple[str, str], of_whom: tuple[str, str], year: int, count: int
) -> list[object]:
    said = "<5" if count < 5 else f"{count:,}"  # as in the UN's file, where nobody is not told from a few
    return [row_no, country.code, country.name, indicator, *part, *of_whom, year, "Counts", said, SYNTHETIC]


def _add_ages_and_totals(
    victims: list[list[object]], countries: list[Country], known: dict[tuple[str, int, str], int], seed: int
) -> dict[str, dict[str, dict[str, int]]]:
    """Add children and adults of each sex, and totals that hold some whose sex or age nobody wrote down."""
    rng = random.Random(f"{seed}/reference/ages")
    truth: dict[str, dict[str, dict[str, int]]] = {}
    for country in countries:
        for year in YEARS:
            both = {sex: known[country.code, year, sex] for sex in SEXES}
            n_known = 0
            for sex, count in both.items():
                of_known_age = count - rng.randint(0, count // 12)
                children = round(of_known_age * rng.uniform(0.1, 0.4))
                n_known += of_known_age
                for age, n in (("0 to 17 years", children), ("18 years or over", of_known_age - children)):
                    victims.append(_victims(len(victims) + 1, country, year, sex, age, n))
            total = sum(both.values()) + rng.randint(0, 6)
            victims.append(_victims(len(victims) + 1, country, year, "Total", "Total", total))
            truth.setdefault(country.code, {})[str(year)] = {**both, "known": n_known, "total": total}
    return truth


def _add_forms_and_citizenships(
    victims: list[list[object]], countries: list[Country], seed: int
) -> dict[str, dict[str, dict[str, int]]]:
    """Add each form of exploitation by sex and age, and citizenships of all; returns women of all ages by form."""
    rng = random.Random(f"{seed}/reference/forms")
    truth: dict[str, dict[str, dict[str, int]]] = {}
    for place, country in enumerate(countries):
        neighbours = [countries[(place + step) % len(countries)].name for step in (1, 2)]
        for year in YEARS:
            said = truth.setdefault(country.code, {}).setdefault(str(year), {})
            for form in FORMS:
                for sex, scale in (("Female", 40), ("Male", 25)):
                    of_ages = [int(rng.expovariate(1 / scale)) for _ in range(2)]
                    said[form] = sum(of_ages) if sex == "Female" else said[form]
                    for age, count in zip(("0 to 17 years", "18 years or over"), of_ages, strict=True):
                        victims.append(
                            _victims(len(victims) + 1, country, year, sex, age, count, "by form of exploitation", form)
                        )
            for citizenship, scale in zip((country.name, *neighbours), (80, 20, 6), strict=True):
                count = int(rng.expovariate(1 / scale))
                victims.append(_victims(len(victims) + 1, country, year, "Total", "Total", count, "by citizenship", citizenship))
    return truth


def _add_accused(
    victims: list[list[object]], countries: list[Country], seed: int
) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    """Add persons suspected, prosecuted and convicted by sex, each stage some of those before; returns them by country, year and stage."""
    rng = random.Random(f"{seed}/reference/accused")
    truth: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
    for country in countries:
        for year in YEARS:
            left = {"Female": int(rng.expovariate(1 / 50)), "Male": int(rng.expovariate(1 / 90))}
            for stage in ACCUSED:
                truth.setdefault(country.code, {}).setdefault(str(year), {})[stage] = dict(left)
                for sex, count in (*left.items(), ("Total", sum(left.values()))):
                    victims.append(_line(len(victims) + 1, country, stage, ("Total", "Total"), (sex, "Total"), year, count))
                left = {sex: round(count * rng.uniform(0.4, 0.9)) for sex, count in left.items()}
    return truth


def _population(countries: list[Country], seed: int, truth: dict[str, dict[str, dict[str, int]]]) -> list[list[object]]:
    rng = random.Random(f"{seed}/reference/population")
    rows: list[list[object]] = []
    for country in countries:
        people = rng.uniform(0.5, 100) * 1e6
        for year in (*YEARS, 2025):
            people *= rng.uniform(1.0, 1.015)
            women = rng.uniform(0.49, 0.52)
            of_working_age = rng.uniform(0.62, 0.7)
            said = truth.setdefault(country.code, {})[str(year)] = {}
            for sex, share in zip(SEXES, (women, 1 - women), strict=True):
                for age, part in (("Total", 1.0), ("15-64", of_working_age)):
                    said[f"{sex} {age}"] = round(people * share * part)
                    rows.append([country.code, country.name, year, sex, age, said[f"{sex} {age}"], SYNTHETIC])
    return rows


def _write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    path.parent.mkdir(parents=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([header, *rows])
