"""Plants one fault after the other, says how far it is, and keeps what it found as it comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Lock

from benchmarks.mutants import report, trial
from benchmarks.mutants.chosen import Record
from benchmarks.mutants.fault import Fault
from benchmarks.mutants.report import Tried
from benchmarks.mutants.results import Results

SAY_EACH = 10  # faults

Say = Callable[[str], None]


def try_all(
    trees: Sequence[Path], planned: Sequence[Fault], before: Sequence[Tried], known: Record, results: Results, say: Say
) -> list[Tried]:
    """Those of an earlier run, and those that have ended: after Ctrl-C these are not all. Each tree tries faults of its own."""
    tried, begun, lock, stopped = list(before), time.monotonic(), Lock(), Event()
    if before:
        say(f"{len(before)} of {len(planned)} faults were noticed in an earlier run.")
    left = Queue[Fault]()
    for fault in planned:
        if fault not in {one.fault for one in before}:
            left.put(fault)

    def ended(one: Tried) -> None:
        with lock:
            results.keep(one)
            tried.append(one)
            if not one.noticed:
                say(report.survivors([one])[0])
            if len(tried) % SAY_EACH == 0:
                share = report.share_pct(tried)
                say(f"{len(tried)} of {len(planned)} faults, {share:.0f} % noticed, {time.monotonic() - begun:.0f} s")

    def work(tree: Path) -> None:
        while not stopped.is_set():
            try:
                fault = left.get_nowait()
            except Empty:
                return
            chosen = known.choose(fault)
            ended(Tried(fault, trial.notices(tree, fault, chosen), len(chosen.tests)))

    with ThreadPoolExecutor(len(trees)) as pool:
        works = [pool.submit(work, tree) for tree in trees]
        try:
            for each in works:
                each.result()
        except KeyboardInterrupt:
            say("Stopping after the faults that are being tried. The same command goes on from there.")
        finally:
            stopped.set()
    return tried
