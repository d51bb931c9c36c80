"""What must stay in the landing: words where numbers belong, answers without consent, codes that nobody offered; in every place of an answer."""

import pytest

from ingestion.kobo.mapping import plan
from ingestion.kobo.records import Reader, duration_seconds
from tests.unit.ingestion.test_kobo_mapping import contract, paths, question, version

WORDS = ["Maria", "boss", "yes", "Somchai-J", "x", "อรุณ", "ten", "mon"]


@pytest.mark.parametrize("kind", ["integer", "decimal", "range", "date", "time", "datetime", "today"])
@pytest.mark.parametrize("n_versions", [1, 2])
def test_no_single_word_leaves_as_a_number_or_a_date(kind, n_versions):
    agreement = contract({"a": "x"})
    reader = Reader(agreement, plan(agreement, [version(f"v{n}", question("a", type=kind)) for n in range(n_versions)]))
    assert [reader.answers({"a": word}) for word in WORDS] == [{}] * len(WORDS)
    assert reader.unknown == {"x": len(WORDS)}


def test_a_question_that_was_a_number_and_is_a_date_takes_single_words_of_neither_kind_of_sentence():
    agreement = contract({"a": "x"})
    reader = Reader(
        agreement, plan(agreement, [version("v1", question("a", type="integer")), version("v2", question("a", type="date"))])
    )
    assert [reader.answers({"a": said}) for said in ("12", "2026-01-02", "my boss", "12,5")] == [
        {"x": "12"},
        {"x": "2026-01-02"},
        {},
        {},
    ]


CONSENT = {"fields": {"agree": "consent", "other": "respect", "again": "fair"}, "consent": {"field": "consent", "value": "yes"}}


def consenting():
    agreement = contract(CONSENT["fields"], consent=CONSENT["consent"])
    forms = [version("v", *(question(path) for path in CONSENT["fields"]), codes=("yes", "no"))]
    return Reader(agreement, plan(agreement, forms))


@pytest.mark.parametrize("agree", ["no", "Yes", "yes ", "", None, ["yes"]])
def test_consent_is_the_answer_to_its_own_question_alone(agree):
    record = {"_id": 1, "other": "yes", "again": "yes"} | ({} if agree is None else {"agree": agree})
    assert not consenting().has_consent(record)
    assert consenting().submission(record).answers == {}


def test_with_consent_all_answers_leave_whatever_the_others_are():
    record = {"_id": 1, "agree": "yes", "other": "no", "again": "no"}
    assert consenting().submission(record).answers == {"consent": "yes", "respect": "no", "fair": "no"}


def test_consent_under_the_former_name_of_its_question_counts():
    agreement = contract({"agree": "consent", "other": "respect"}, consent=CONSENT["consent"])
    forms = [
        version("v1", question("old/agree", "k1"), question("other", "k2"), codes=("yes", "no")),
        version("v2", question("agree", "k1"), question("other", "k2"), codes=("yes", "no")),
    ]
    reader = Reader(agreement, plan(agreement, forms))
    assert reader.has_consent({"old/agree": "yes"}) and not reader.has_consent({"old/agree": "no", "other": "yes"})


def test_an_unlisted_code_within_a_repeat_stays_and_leaves_no_empty_answer():
    agreement = contract({"g/a": "x"})
    reader = Reader(agreement, plan(agreement, [version("v", question("g/a", repeats=("g",)))]))
    record = {"g": [{"g/a": "y"}, {"g/a": "Maria"}, {"g/a": "n"}]}
    assert reader.answers(record) == {"x": {"1": "y", "3": "n"}} and reader.unknown == {"x": 1}
    assert reader.answers({"g": [{"g/a": "Maria"}]}) == {}


def test_two_questions_that_moved_are_each_followed_once():
    forms = [
        version("v1", question("a/p"), question("a/q"), question("b/stays")),
        version("v2", question("c/p"), question("c/q"), question("b/stays")),
    ]
    planned = plan(contract({"a/p": "x", "a/q": "y", "b/stays": "z"}), forms)
    assert paths(planned) == {"a/p": "x", "a/q": "y", "b/stays": "z", "c/p": "x", "c/q": "y"}
    assert planned.notices == ("a/p moved to c/p", "a/q moved to c/q")


def test_a_question_that_moved_is_not_asked_about_when_another_of_its_type_vanishes():
    forms = [version("v1", question("a/p"), question("a/gone")), version("v2", question("c/p"))]
    assert plan(contract({"a/p": "x", "a/gone": "y"}), forms).notices == ("a/p moved to c/p", "a/gone is no longer asked")


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-01-01T08:00:00", "2026-01-01T08:00:00", 0),
        ("2026-01-01T08:00:00+07:00", "2026-01-01T03:10:00+02:00", 600),
        ("2026-01-01T08:00:01", "2026-01-01T08:00:00", None),
        ("1926-01-01T08:00:00", "2026-01-01T08:00:00", None),
        ("soon", "2026-01-01T08:00:00", None),
    ],
)
def test_an_interview_lasts_from_start_to_end_and_is_unknown_where_these_cannot_be(start, end, seconds):
    assert duration_seconds({"start": start, "end": end}) == seconds
