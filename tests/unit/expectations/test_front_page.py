"""The front page of the gates' pages and the page of one run: verdicts, words that are shown as they are, and links."""

from __future__ import annotations

import datetime as dt
import re

from expectations.check import Suite, between, no_row
from expectations.front_page import front_page, run_of, run_page
from expectations.result import GateResult, Part, Result

AT = dt.datetime(2026, 3, 1, 7, 8, 9, 40, tzinfo=dt.UTC)
HOSTILE = "<b>&"
SUITE = Suite(f"lists {HOSTILE}", "raw.hr_staff", "select 1", (), f"Ask {HOSTILE}.", f"staff {HOSTILE}")
FAILED = Result(SUITE, no_row(f"Why {HOSTILE}."), False, 1, 2)
WARNED = Result(SUITE, between("n", 0, 1, "So.", "warning"), False, 1, 2, (Part("A", f"{HOSTILE} gone"),))
PASSED = Result(SUITE, between("m", 0, 1, "So."), True, 0, 2)
RESULT = GateResult("raw", (WARNED, PASSED, FAILED))


def test_a_run_is_named_after_its_gate_and_time_and_says_failures_before_warnings():
    run = run_of(RESULT, AT)
    assert (run.name, run.gate, run.at, run.verdict, run.n_checks) == (
        "raw-20260301T070809000040", "raw", "2026-03-01 07:08:09 UTC", "failed", 3,
    )  # fmt: skip
    assert [state for state, _ in run.said] == ["failed", "warning"]
    assert run_of(GateResult("raw", (WARNED, PASSED)), AT).verdict == "passed"
    assert run_of(GateResult("raw", (PASSED,)), AT).said == []


def test_the_front_page_links_each_run_and_says_nothing_of_one_without_a_failure():
    page = front_page([run_of(RESULT, AT), run_of(GateResult("indicators", (PASSED,)), AT)])
    assert re.findall(r'href="(runs/[^"]*)"', page) == [
        "runs/raw-20260301T070809000040/index.html",
        "runs/indicators-20260301T070809000040/index.html",
    ]
    assert page.count("<td>nothing</td>") == 1 and page.count('<span class="passed">passed</span>') == 1
    assert page.count("<br>") == 1, "one line for each check that did not pass"


def test_no_word_of_a_suite_or_a_source_becomes_markup():
    for page in (front_page([run_of(RESULT, AT)]), run_page(RESULT, AT, {})):
        assert HOSTILE not in page and "&lt;b&gt;&amp;" in page


def test_the_page_of_a_run_has_every_check_with_its_column_severity_owner_reason_and_state():
    page = run_page(RESULT, AT, {SUITE.name: "validations/x.html"})
    rows = [re.sub("<[^>]*>", "|", row).split("|") for row in re.findall(r"<tr>(<td>.*?)</tr>", page)]
    words = [[word for word in row if word] for row in rows]
    lists, staff, why = "lists &lt;b&gt;&amp;", "staff &lt;b&gt;&amp;", "Why &lt;b&gt;&amp;."
    between_words = "ExpectColumnValuesToBeBetween"
    assert words == [
        [lists, "raw.hr_staff", "n", between_words, "warning", staff, "So.", "warning"],
        [lists, "raw.hr_staff", "m", between_words, "critical", staff, "So.", "passed"],
        [lists, "raw.hr_staff", "ExpectTableRowCountToEqual", "critical", staff, why, "failed"],
    ]
    assert page.count('href="validations/x.html"') == 3 and "Gate raw, 2026-03-01 07:08:09 UTC" in page
    assert 'href=""' in run_page(RESULT, AT, {}), "a suite without a page of its own leads nowhere else"
