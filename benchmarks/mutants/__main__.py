"""`make mutants`: do the tests notice a fault in the modules that must be right?

Plants faults one at a time in a copy of the repository (a turned comparison, a boundary, a lost condition, statement or argument, the same in
SQL inside strings), runs the tests that call the function, and prints the share noticed, module by module, and the faults that nobody noticed.
What was found is kept in .cache/mutants as it comes: a run that was stopped goes on where it was, and a fault that a test noticed is not planted
again while its module is the same. Ends with 1 where fewer than 95 % are noticed, and with 2 where it could not be tried.
With --dbt: the faults of dbt.yml, one a model, and the tests of that model.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks.mutants import dbt, report, trial
from benchmarks.mutants.plan import read_plan, sample
from benchmarks.mutants.report import Tried
from benchmarks.mutants.results import Results
from benchmarks.mutants.rounds import try_all
from parity.settings import REPOSITORY

KEPT = REPOSITORY / ".cache" / "mutants"


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed plants the same faults (default 1)")
    parser.add_argument(
        "--sample", type=int, default=200, metavar="N", help="faults to plant (default 200; 0: all, which takes a day)"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="MODULE",
        help="part of a path, as publication/ or hr/dates; may be repeated",
    )
    parser.add_argument(
        "--workers", type=int, default=1, help="faults tried at the same time, each in a copy of its own (default 1)"
    )
    parser.add_argument("--kept", type=Path, default=KEPT, metavar="FOLDER", help="where it is kept (default .cache/mutants)")
    parser.add_argument("--afresh", action="store_true", help="plant also what was noticed before")
    parser.add_argument("--dbt", action="store_true", help="the faults of benchmarks/mutants/dbt.yml in place of those in Python")
    parser.add_argument("--list", action="store_true", help="only print the faults that would be planted")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    return parser.parse_args()


def main() -> int:
    asked = options()
    console = Console(width=120, stderr=asked.json)
    say = partial(console.print, markup=False, soft_wrap=True)
    plan = read_plan()
    with tempfile.TemporaryDirectory(prefix="parity-mutants-") as name:
        Path(name).chmod(0o711)
        trees = [Path(name) / str(number) for number in range(max(1, asked.workers))]
        for tree in trees:
            trial.copy_to(tree)
        if asked.dbt:
            return _say_dbt(dbt.noticed(trees[0], dbt.read_faults(), say), asked, console)
        planned = sample(trees[0], plan, asked.only, asked.sample, asked.seed)
        if asked.list:
            for fault in planned:
                print(f"{fault.file}:{fault.line}: {fault.what}")
            return 0
        asked.kept.mkdir(parents=True, exist_ok=True)
        known = trial.record(trees[0], plan.tests, asked.kept / "record.json", say)
        results = Results(asked.kept / "results.jsonl", trees[0], planned)
        tried = try_all(trees, planned, [] if asked.afresh else results.noticed_before(), known, results, say)
    return _say(tried, asked, console)


def _say(tried: Sequence[Tried], asked: argparse.Namespace, console: Console) -> int:
    if asked.json:
        print(json.dumps(report.as_json(tried, asked.seed), indent=2, ensure_ascii=False))
    else:
        console.print(report.table(tried))
        for line in report.survivors(tried):
            console.print(line, markup=False, soft_wrap=True)
    return 0 if report.share_pct(tried) >= report.AT_LEAST_PCT else 1


def _say_dbt(noticed: dict[dbt.ModelFault, bool], asked: argparse.Namespace, console: Console) -> int:
    lost = [fault for fault, is_noticed in noticed.items() if not is_noticed]
    if asked.json:
        survivors = [{"model": fault.model, "kind": fault.kind, "mutation": f"{fault.old} → {fault.new}"} for fault in lost]
        print(
            json.dumps(
                {"planted": len(noticed), "noticed": len(noticed) - len(lost), "survivors": survivors},
                indent=2,
                ensure_ascii=False,
            )
        )
    else:
        console.print(
            f"{len(noticed) - len(lost)} of {len(noticed)} faults in dbt models were noticed by the models' unit tests."
        )
        for fault in lost:
            console.print(f"{fault.model}: {fault.kind}: {fault.old} → {fault.new}", markup=False, soft_wrap=True)
    return 1 if lost else 0


if __name__ == "__main__":
    try:
        code = main()
    except (RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        code = 2
    raise SystemExit(code)
