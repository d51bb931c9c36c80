"""Answers to any questionnaire: those that its form would take, the same for a seed, in the days of its waves."""

import datetime as dt
from collections import Counter

import pytest

from parity.catalogue import KoboContract
from sandbox.samples import any_form, kobo_form
from sandbox.samples.conditions import holds
from tests.unit.sandbox.samples.conftest import CATALOGUE

FORMS = ["exit_interview", "workplace_culture", "fact_finding"]


def drawn(catalogue, form, seed=7, n=60):
    asset = kobo_form.asset(CATALOGUE / "questionnaire" / form, ("2023-12-01",))
    return asset["versions"][-1]["content"], any_form.records(asset, catalogue.kobo[form], n, seed)


@pytest.mark.parametrize("form", FORMS)
def test_every_answer_is_one_that_was_asked_for_and_offered(catalogue, form):
    content, records = drawn(catalogue, form)
    asked = {question.path: question for question in any_form.questions(content)}
    given = [(record, path) for record in records for path in record if path in asked]
    assert {path for _, path in given} == asked.keys()
    for record, path in given:
        question, said = asked[path], {asked[other].name: record[other] for other in record if other in asked}
        assert not question.codes or set(record[path].split()) <= set(question.codes)
        assert all(holds(condition, said) for condition in question.conditions)
        assert holds(question.constraint, said, record[path])


@pytest.mark.parametrize("form", FORMS)
def test_every_required_question_that_is_asked_has_an_answer(catalogue, form):
    content, records = drawn(catalogue, form)
    required = [question for question in any_form.questions(content) if question.is_required]
    names = {question.path: question.name for question in any_form.questions(content)}
    wanted = [
        (record, question)
        for record in records
        for said in [{names[path]: answer for path, answer in record.items() if path in names}]
        for question in required
        if all(holds(condition, said) for condition in question.conditions)
    ]
    assert len(wanted) > 500
    assert all(question.path in record for record, question in wanted)


def test_the_same_seed_gives_the_same_answers_and_another_others(catalogue):
    assert drawn(catalogue, "exit_interview") == drawn(catalogue, "exit_interview")
    assert drawn(catalogue, "exit_interview", seed=8)[1] != drawn(catalogue, "exit_interview")[1]


def test_nothing_but_answers_and_what_the_server_needs_is_invented(catalogue):
    content, records = drawn(catalogue, "exit_interview")
    paths = {question.path for question in any_form.questions(content)}
    assert {key for record in records for key in record} == paths | {"start", "end", "today", "__version__", "_submission_time"}


def test_who_refuses_consent_answers_nothing_else_and_is_rare(catalogue):
    _, records = drawn(catalogue, "exit_interview", n=400)
    refused = [record for record in records if record["consent"] == "no"]
    assert 0 < len(refused) < 0.06 * len(records)
    assert {key for record in refused for key in record if "/" in key} == set()


def test_a_sample_falls_into_the_waves_that_the_contract_declares(catalogue):
    contract = catalogue.kobo["workplace_culture"]
    _, records = drawn(catalogue, "workplace_culture")
    [wave] = contract.waves
    days = {dt.date.fromisoformat(record["_submission_time"][:10]) for record in records}
    assert len(records) == 60 and wave.first_day <= min(days) and max(days) <= wave.last_day


def test_without_waves_each_year_is_one_and_a_fixed_year_is_the_only_one(catalogue):
    _, records = drawn(catalogue, "exit_interview")
    assert Counter(record["_submission_time"][:4] for record in records) == {"2024": 60, "2025": 60}
    fixed = catalogue.kobo["exit_interview"].model_copy(update={"period_year": 2018})
    assert any_form.spans(fixed) == [(dt.date(2018, 1, 1), dt.date(2018, 12, 31))]


def one_question(**cells):
    row = {"type": "integer", "name": "q", "$xpath": "q", "required": True} | cells
    contract = {"name": "pulse", "asset_name": "Pulse", "fields": {"q": "agency"}, "weight": {"equal": True}}
    asset = {"versions": [{"uid": "v", "content": {"survey": [row], "choices": []}}]}
    return any_form.records(asset, KoboContract.model_validate(contract), 20, seed=1)


def test_a_number_lies_where_its_constraint_allows():
    assert {int(record["q"]) for record in one_question(constraint=". > 3 and . < 6")} == {4, 5}
    assert all(2.0 <= float(record["q"]) <= 2.5 for record in one_question(type="decimal", constraint=". >= 2 and . <= 2.5"))


def test_a_constraint_that_no_answer_fulfils_is_told_with_its_question():
    with pytest.raises(any_form.NoAnswer, match="No answer to 'q' fulfils its constraint"):
        one_question(constraint=". > 5 and . < 3")


def test_the_truth_counts_only_who_consents_in_the_codes_of_the_warehouse(catalogue):
    contract = catalogue.kobo["exit_interview"]
    _, records = drawn(catalogue, "exit_interview", n=300)
    truth = any_form.truth(records, contract)
    assert truth.keys() == {"2024", "2025"}
    for year, found in truth.items():
        of_year = [record for record in records if record["_submission_time"].startswith(year)]
        consenting = [record for record in of_year if record["consent"] == "yes"]
        assert (found["n_submissions"], found["n_respondents"]) == (len(of_year), len(consenting))
        assert found["answers"]["gender"].get("not_stated", 0) == sum(record["profile/sex"] == "pnts" for record in consenting)
        assert found["answers"]["gender"]["woman"] == sum(record["profile/sex"] == "woman" for record in consenting)
