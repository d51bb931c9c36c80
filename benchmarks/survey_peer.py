"""The estimates of a wave with svy: `python -m benchmarks.survey_peer SCORES OUT LEVEL=COLUMN+…;… INDICATOR …`.

Prints the seconds of estimation. svy's standard errors take nothing off for post-stratification, so they are not R's.
"""

from __future__ import annotations

import csv
import sys
import time

PLACE = ("country_code", "agency_code", "agency_type", "gender", "grade_band")


def main() -> None:
    import polars as pl
    import svy

    path, out, levels, *indicators = sys.argv[1:]
    people = pl.read_csv(path)
    began = time.perf_counter()
    totals = dict(people.select("poststratum", "total").unique().iter_rows())
    sample = svy.Sample(people, svy.Design(stratum="stratum", wgt="base_weight")).weighting.poststratify(
        totals, cells="poststratum"
    )
    found = []
    for level, columns in (entry.split("=") for entry in levels.split(";")):
        kept = columns.split("+") if columns else []
        for one in sample.estimation.mean(indicators, by=kept or None):
            for cell in one.estimates:
                place = dict(zip(kept, cell.by_level or (), strict=True))
                found.append((level, cell.y, *(place.get(name, "all") for name in PLACE), repr(cell.est), repr(cell.se)))
    seconds = time.perf_counter() - began
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("level", "indicator", *PLACE, "estimate", "se"))
        writer.writerows(found)
    print(seconds)


if __name__ == "__main__":
    main()
