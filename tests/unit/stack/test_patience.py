"""Waiting ends where nothing moves, or at the limit; a slow machine that works gets its time."""

import math
import subprocess
import sys
import time

import pytest

from stack.patience import Patience, Sample, sample


def watch(looks, still=60, most=600):
    """The verdict after looks at (time, CPU seconds, bytes of log), the first of which begins the waiting."""
    (began, cpu, log), *later = looks
    patience = Patience.begin(still, most, Sample(cpu, log), began)
    for now, cpu, log in later:
        patience = patience.look(Sample(cpu, log), now)
        if verdict := patience.verdict(now):
            return now, verdict
    return None


def test_work_at_a_hundredth_of_a_core_is_progress():
    assert watch([(t, t / 100, 0) for t in range(0, 600, 2)]) is None


def test_a_log_that_grows_is_progress():
    assert watch([(t, 0, t // 50) for t in range(0, 600, 2)]) is None


def test_a_process_that_neither_computes_nor_logs_is_given_up_after_a_minute():
    now, verdict = watch([(t, 3, 10) for t in range(0, 600, 2)])
    assert now == 62 and "made no progress for 60 s" in verdict


def test_it_is_given_up_a_minute_after_its_last_movement():
    now, _ = watch([(t, min(t, 200), 10) for t in range(0, 600, 2)])
    assert now == 262


def test_the_ticking_of_an_idle_process_is_no_progress():
    assert watch([(t, t / 1000, 0) for t in range(0, 600, 2)])[0] == 62


def test_ten_minutes_are_the_limit_however_busy_it_is():
    now, verdict = watch([(t, t, t) for t in range(0, 1200, 2)])
    assert now == 602 and verdict == "was not ready after 600 s"
    assert watch([(t, t, t) for t in range(0, 9000, 2)], most=math.inf) is None


def test_a_sample_counts_children_alive_and_ended(tmp_path):
    work = "import time; end = time.process_time() + 0.5\nwhile time.process_time() < end: pass"
    parent = f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {work!r}]); time.sleep(60)"
    log = tmp_path / "log"
    process = subprocess.Popen([sys.executable, "-c", parent])
    try:
        assert sample(log, process.pid).log_bytes == 0
        log.write_text("a line\n")
        end = time.monotonic() + 20
        while sample(log, process.pid).cpu_seconds < 0.5:
            assert time.monotonic() < end
            time.sleep(0.05)
        assert sample(log, process.pid).log_bytes == 7
    finally:
        process.kill()
        process.wait()
    assert sample(log, process.pid).cpu_seconds == pytest.approx(0)
