"""The invented reports of fact-finding: a form as it ships, answers that it offers, and a truth that follows from the newest of them."""

import json
from collections import Counter

import pytest

from ingestion.kobo.form import read_form
from ingestion.kobo.mapping import plan
from ingestion.kobo.records import Reader
from ingestion.questionnaire.difference import changes
from parity.catalogue.questionnaire import read_questionnaire
from parity.settings import REPOSITORY
from sandbox.samples.fact_finding import truth as truth_of


@pytest.fixture(scope="module")
def form(samples):
    return json.loads((samples / "kobo" / "fact_finding" / "asset.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answers(samples, catalogue, form):
    """What leaves the landing of each submission, in order of arrival."""
    contract = catalogue.kobo["fact_finding"]
    reader = Reader(contract, plan(contract, [read_form(version["uid"], version["content"]) for version in form["versions"]]))
    lines = (samples / "kobo" / "fact_finding" / "submissions.jsonl").read_text(encoding="utf-8").splitlines()
    found = [reader.submission(json.loads(line)).answers for line in lines]
    assert reader.unknown.total() == 0 and reader.plan.notices == ()
    return found


def test_the_form_on_the_server_is_the_one_in_the_catalogue(form):
    faults = []
    questionnaire = read_questionnaire(REPOSITORY / "catalogue" / "questionnaire" / "fact_finding", faults)
    assert changes(form["versions"][-1]["content"], questionnaire, questionnaire.languages) == faults == []


def test_every_answer_of_a_report_leaves_the_landing_and_nothing_else(answers, catalogue, truth):
    fields = {*catalogue.kobo["fact_finding"].fields.values()}
    assert len(answers) == truth["fact_finding"]["n_submissions"]
    assert set().union(*answers) == fields
    assert all(("post_no" in report) == (report["subject"] == "post") for report in answers)


def test_a_report_that_is_sent_again_says_otherwise_and_the_later_is_the_truth(answers, catalogue, truth):
    times = Counter((r["agency"], r["period_year"], r.get("post_no")) for r in answers)
    again = [about for about, n in times.items() if n > 1]
    assert again == [("THA-POL", "2025", None), ("IDN-IMM", "2025", "1")]
    rules = {i.id: i.items for i in catalogue.indicators if i.id in ("WLC-02", "HAR-07", "LDR-01", "LDR-05")}
    assert truth_of(answers, rules) == truth["fact_finding"]["found"]
    first_only = truth_of([r for r in answers if times[r["agency"], r["period_year"], r.get("post_no")] == 1], rules)
    assert "WLC-02" not in first_only["THA-POL"]["2025"]


def test_some_answers_are_not_known_and_one_agency_reports_no_rules_in_a_year(answers, truth):
    said = Counter(answer for report in answers for answer in report.values())
    assert 0.03 < said["unknown"] / (said["yes"] + said["no"] + said["unknown"]) < 0.1
    found = truth["fact_finding"]["found"]
    assert "WLC-02" not in found["PHL-CG"]["2024"] and "INF-01" in found["PHL-CG"]["2024"] and "WLC-02" in found["PHL-CG"]["2025"]
    assert found["VNM-CUS"]["2025"]["VIC-03"][1] < 5
