"""Whose answers a published wave rests on: who differs from its seals after edits, new answers, erasures and later questions, on a real PostgreSQL."""

from __future__ import annotations

import pytest

from publication.wave_history import read_waves
from publication.wave_seals import NOW, differing, is_unchanged, keep, n_elsewhere, versions
from tests.integration import made_cells
from tests.integration.test_wave_carried import LATER

connection = made_cells.connection
WAVE, NEXT = ("culture", 2025), ("culture", 2026)
SPLIT = ("country_code", "agency_code", "agency_type", "gender", "grade_band")


@pytest.fixture
def survey(connection):
    """Three respondents of 2025 and one of 2026 of the form `culture`, and one of another form with the number of the first."""
    connection.execute(
        """
        create schema staging;
        create table staging.stg_kobo__submission (form text, submission_id bigint, asset_uid text, root_uuid text);
        create table staging.stg_kobo__answer (form text, submission_id bigint, field text, value text);
        create table core.int_survey__wave as select * from (values ('culture', 2025, '2025', date '2025-09-30'),
            ('culture', 2026, '2026', date '2026-09-30')) as wave (form, period_year, wave, last_day);
        create table core.int_survey__respondent (form text, submission_id bigint, period_year int);
        create table indicators.ind_survey__person_score (form text, submission_id bigint, indicator_code text, provenance text, period_year int,
            country_code text, agency_code text, agency_type text, gender text, grade_band text, breakdown text, breakdown_value text);
        create table staging.stg_catalogue__indicator_item (indicator_code text, item text);
        create table staging.stg_catalogue__indicator_condition (indicator_code text, item text, among_indicator text);
        """
    )
    for number, year in ((1, 2025), (2, 2025), (3, 2025), (9, 2026)):
        respond(connection, number, year)
    respond(connection, 1, 2025, form="other")
    return connection


def respond(connection, number, year, form="culture", root="uuid:r{}", **answers):
    """A respondent with two answers; one of a question with several, in any order."""
    root_uuid = root and root.format(number)
    connection.execute("insert into staging.stg_kobo__submission values (%s, %s, 'a', %s)", (form, number, root_uuid))
    connection.execute("insert into core.int_survey__respondent values (%s, %s, %s)", (form, number, year))
    for field, value in ({"q1": "yes", "q2": "no", "q3": None} | answers).items():
        connection.execute("insert into staging.stg_kobo__answer values (%s, %s, %s, %s)", (form, number, field, value))
    connection.execute(
        "insert into indicators.ind_survey__person_score values (%s, %s, 'CUL-03', 'real', %s, 'THA', 'THA-POL', 'police', 'woman', 'junior', 'function', null)",
        (form, number, year),
    )


def sealed(connection, *waves):
    """A release that readers saw, with seals of these waves."""
    (number,) = connection.execute(
        "insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed, shown_at, published_at, held_against)"
        " values ('superseded', '1', '', 0, 0, now(), now(), '{}') returning release_id"
    ).fetchone()
    keep(connection, number, [(wave, str(wave[1])) for wave in waves])
    return number


def of_wave(connection, wave=WAVE):
    [version] = [each for each in versions(connection) if each.key == wave]
    return version


def others(connection, wave=WAVE):
    return sorted((row["submission_id"], row["fields"]) for row in differing(connection, of_wave(connection, wave)))


def edit(connection, number, field, value, form="culture"):
    connection.execute(
        "update staging.stg_kobo__answer set value = %s where (form, submission_id, field) = (%s, %s, %s)",
        (value, form, number, field),
    )


def test_a_wave_is_sealed_with_its_respondents_and_no_value_of_an_answer(survey):
    first = sealed(survey, WAVE)
    version = of_wave(survey)
    assert (version.release_id, version.n_respondents, len(version.salt)) == (first, 3, 32)
    assert is_unchanged(survey, version) and others(survey) == []
    kept = survey.execute("select who, seals from release.survey_seal").fetchall()
    assert len(kept) == 3 and {frozenset(seals) for _, seals in kept} == {frozenset({"q1", "q2"})}
    assert len({seals["q1"] for _, seals in kept}) == 3, "the same answer of two people has two seals"


def test_two_waves_have_keys_of_their_own_and_a_release_that_comes_again_keeps_its_seals(survey):
    number = sealed(survey, WAVE, NEXT)
    one, other = of_wave(survey), of_wave(survey, NEXT)
    assert one.salt != other.salt and (one.n_respondents, other.n_respondents) == (3, 1)
    respond(survey, 4, 2025)
    keep(survey, number, [(WAVE, "2025")])
    assert of_wave(survey) == one and not is_unchanged(survey, one)


def test_an_edited_answer_makes_one_other_respondent_with_that_answer(survey):
    sealed(survey, WAVE)
    edit(survey, 2, "q1", "no")
    assert others(survey) == [(2, ["q1"])] and not is_unchanged(survey, of_wave(survey))
    edit(survey, 2, "q1", "yes")
    assert is_unchanged(survey, of_wave(survey))


def test_an_answer_that_is_taken_away_is_another_one_and_one_that_was_blank_is_new(survey):
    sealed(survey, WAVE)
    edit(survey, 1, "q2", None)
    assert others(survey) == [(1, ["q2"])]


def test_a_new_respondent_is_another_whole_and_other_waves_and_forms_are_no_matter(survey):
    sealed(survey, WAVE)
    respond(survey, 4, 2025)
    respond(survey, 10, 2026)
    edit(survey, 1, "q1", "no", form="other")
    edit(survey, 9, "q1", "no")
    assert others(survey) == [(4, None)]


def test_a_question_that_came_later_changes_nobody(survey):
    sealed(survey, WAVE)
    survey.execute("insert into staging.stg_kobo__answer values ('culture', 1, 'q9', 'new')")
    assert is_unchanged(survey, of_wave(survey)) and others(survey) == []


def test_an_erased_respondent_is_nobody_who_differs_and_is_still_counted(survey):
    """An erasure deletes the answers, and the seal of the person with them."""
    sealed(survey, WAVE)
    survey.execute("delete from core.int_survey__respondent where (form, submission_id) = ('culture', 3)")
    version = of_wave(survey)
    assert not is_unchanged(survey, version) and others(survey) == []
    left = f"{NOW.format(fields='')} delete from release.survey_seal where who not in (select who from now)"
    assert survey.execute(left, vars(version)).rowcount == 1
    assert not is_unchanged(survey, of_wave(survey)) and others(survey) == [], "one of three has no seal any more"


def test_several_values_of_one_question_are_one_answer_in_any_order(survey):
    survey.execute("insert into staging.stg_kobo__answer values ('culture', 1, 'many', 'b'), ('culture', 1, 'many', 'a')")
    sealed(survey, WAVE)
    survey.execute("delete from staging.stg_kobo__answer where field = 'many'")
    survey.execute("insert into staging.stg_kobo__answer values ('culture', 1, 'many', 'a'), ('culture', 1, 'many', 'b')")
    assert is_unchanged(survey, of_wave(survey))
    survey.execute("delete from staging.stg_kobo__answer where field = 'many' and value = 'a'")
    assert others(survey) == [(1, ["many"])]


def test_a_respondent_is_known_by_the_root_of_all_versions_and_of_older_servers_by_the_first(survey):
    """Older servers tell no root: the uuid of the first version stands for it, whatever later ones have."""
    survey.execute("update staging.stg_kobo__submission set root_uuid = null where submission_id in (2, 3) and form = 'culture'")
    submitted = "insert into raw.kobo_submission (form, asset_uid, submission_id, uuid, is_deleted, content_hash) values ('culture', %s, %s, %s, false, '')"
    survey.execute(submitted, ("a", 2, "uuid:first"))
    survey.execute(submitted, ("other", 3, "uuid:of another project"))
    sealed(survey, WAVE)
    before = of_wave(survey)
    survey.execute(submitted, ("a", 2, "uuid:second"))
    survey.execute("update staging.stg_kobo__submission set root_uuid = 'r1' where submission_id = 1 and form = 'culture'")
    assert is_unchanged(survey, before), "with or without `uuid:`"
    survey.execute("update staging.stg_kobo__submission set root_uuid = 'first' where submission_id = 2 and form = 'culture'")
    assert is_unchanged(survey, before), "a server that tells the root since"
    survey.execute("update staging.stg_kobo__submission set root_uuid = '3' where submission_id = 3 and form = 'culture'")
    assert is_unchanged(survey, before), "without any, the number stands for it"


def test_who_differs_is_told_once_for_each_figure_and_its_breakdown(survey):
    sealed(survey, WAVE)
    survey.execute("update indicators.ind_survey__person_score set breakdown_value = 'patrol' where submission_id = 1")
    edit(survey, 1, "q1", "no")
    found = differing(survey, of_wave(survey))
    assert sorted((row["breakdown"], row["breakdown_value"]) for row in found) == [("function", "patrol"), ("none", "all")]
    assert {tuple(row[name] for name in SPLIT) for row in found} == {("THA", "THA-POL", "police", "woman", "junior")}
    assert {(row["indicator_code"], row["period_year"], row["provenance"]) for row in found} == {("CUL-03", 2025, "real")}


def test_respondents_who_stand_in_a_wave_of_another_year_are_counted(survey):
    sealed(survey, WAVE)
    assert n_elsewhere(survey, NEXT, of_wave(survey)) == 0
    survey.execute(
        "update core.int_survey__respondent set period_year = 2026 where (form, submission_id) in (('culture', 1), ('culture', 2))"
    )
    edit(survey, 1, "q1", "no")
    assert n_elsewhere(survey, NEXT, of_wave(survey)) == 2


def test_versions_are_those_that_readers_saw_the_oldest_first_and_seals_of_rejected_ones_go(survey):
    first = sealed(survey, WAVE)
    candidate = sealed(survey, NEXT)
    third = sealed(survey, WAVE)
    survey.execute(
        "update release.release set state = 'candidate', shown_at = null, published_at = null where release_id = %s", (candidate,)
    )
    assert [version.release_id for version in versions(survey)] == [first, third]
    keep(survey, third, [])
    assert survey.execute("select count(*) from release.survey_wave").fetchone() == (3,)
    survey.execute("update release.release set state = 'rejected' where release_id in (%s, %s)", (candidate, first))
    keep(survey, third, [])
    assert [number for (number,) in survey.execute("select release_id from release.survey_wave order by 1")] == [first, third]
    assert survey.execute("select count(*) from release.survey_seal where release_id = %s", (candidate,)).fetchone() == (0,)


def test_a_wave_reopened_by_order_counts_who_differs_by_the_questions_of_each_figure(survey):
    sealed(survey, WAVE)
    survey.execute("insert into staging.stg_catalogue__indicator_item values ('CUL-03', 'q1'), ('CUL-99', 'q2')")
    edit(survey, 1, "q1", "no")
    edit(survey, 2, "q2", "yes")
    survey.execute(
        "insert into ops.survey_wave_reopened (form, period_year, wave, reason, ordered_by) values ('culture', 2025, '2025', 'doubled', 'me')"
    )
    found = read_waves(survey, [], LATER)
    assert found.states[WAVE].is_reopened and found.states[WAVE].is_published and not found.states[WAVE].is_unchanged
    counts = {base[5]: n for base, n in found.n_differing.items() if base[1:5] == ("THA", "THA-POL", "police", "woman")}
    assert counts == {"junior": 1, "all": 1}, "the other edit is of a question that this figure does not count"
    assert not found.states[NEXT].is_published
