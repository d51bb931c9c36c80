"""`make bench`: figures against their limits and against peers of the same run, as a table and as benchmarks/latest.json."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.demo import measure_demo
from benchmarks.gate import measure_gate
from benchmarks.hr import measure_hr
from benchmarks.kobo import measure_kobo
from benchmarks.release import measure_release
from benchmarks.spark import measure_spark
from benchmarks.survey_wave import measure_survey
from benchmarks.warehouse import measure_dbt

BENCHMARKS = {
    "demo": measure_demo,
    "kobo": measure_kobo,
    "hr": measure_hr,
    "dbt": measure_dbt,
    "survey": measure_survey,
    "release": measure_release,
    "gate": measure_gate,
    "spark": measure_spark,
}
ON_REQUEST = {"spark"}  # takes hours at its full size


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only",
        default=",".join(name for name in BENCHMARKS if name not in ON_REQUEST),
        help=f"comma-separated: {', '.join(BENCHMARKS)}",
    )
    names = parser.parse_args().only.split(",")
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    figures = [entry for name in names for entry in BENCHMARKS[name]()]
    Path(__file__).with_name("latest.json").write_text(json.dumps(figures, indent=1))
    table = Table("name", "value", "unit", "reference", "ratio", "bound", "holds")
    for entry in figures:
        table.add_row(
            *("" if cell is None else f"{cell:,.6g}" if type(cell) in (int, float) else str(cell) for cell in entry.values())
        )
    Console(width=150).print(table)
    return 0 if all(entry["holds"] for entry in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
