"""Invented reference tables with the columns of the UN's: detected trafficking victims, women's share of police."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from parity.catalogue import Catalogue

SYNTHETIC = "SYNTHETIC"
YEARS = range(2018, 2025)
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


def write_reference(folder: Path, catalogue: Catalogue, seed: int) -> None:
    rng = random.Random(f"{seed}/reference")
    asean = [country for country in catalogue.countries if country.asean_since]
    victims, police = [], []
    for country in asean:
        for year in YEARS:
            for sex, scale in (("Female", 90), ("Male", 55)):
                count = int(rng.expovariate(1 / scale))
                victims.append(
                    [
                        len(victims) + 1,
                        country.code,
                        country.name,
                        "Detected trafficking victims",
                        "Total",
                        "Total",
                        sex,
                        "Total",
                        year,
                        "Counts",
                        "<5" if count < 5 else f"{count:,}",
                        SYNTHETIC,
                    ]
                )
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
    _write(folder / "unodc_glotip" / "synthetic_glotip.csv", VICTIMS, victims)
    _write(folder / "unsd_police" / "synthetic_police.csv", POLICE, police)


def _write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    path.parent.mkdir(parents=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([header, *rows])
