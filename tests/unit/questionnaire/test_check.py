"""`parity kobo check`: each thing that a questionnaire must hold is missed when it is taken away, and told where."""

from types import SimpleNamespace

import pytest

from ingestion.kobo.form import Form, Question
from ingestion.questionnaire.check import check, read_words
from ingestion.questionnaire.deploy import Deployment, require_mapped
from ingestion.questionnaire.difference import as_form
from ingestion.questionnaire.mapped import mapping_notices, versions
from ingestion.questionnaire.minutes import estimate
from ingestion.questionnaire.workbook import QuestionnaireError
from parity.catalogue import KoboContract, load_catalogue
from parity.catalogue.kobo_contract import Consent
from parity.catalogue.questionnaire import read_questionnaire
from parity.settings import REPOSITORY
from tests.unit.questionnaire.forms import EN, TH, catalogue, choice_rows, statuses, survey_rows, write

WORDS = read_words(REPOSITORY / "catalogue" / "questionnaire" / "identifying_words.csv")


def faults(tmp_path, known=None, **files):
    return [str(fault) for fault in check(write(tmp_path / "pulse", **files), known or catalogue(), WORDS)]


def bend(number, **cells):
    rows = survey_rows()
    rows[number] |= cells
    return rows


def test_a_sound_questionnaire_has_no_fault(tmp_path):
    assert faults(tmp_path) == []


@pytest.mark.parametrize("form", ["workplace_culture", "fact_finding", "exit_interview"])
def test_the_questionnaires_that_ship_have_no_fault(form):
    folder, found = REPOSITORY / "catalogue", []
    questionnaire = read_questionnaire(folder / "questionnaire" / form, found)
    assert check(questionnaire, load_catalogue(folder), WORDS) == found == []


@pytest.mark.parametrize(
    ("column", "words", "asks_for"),
    [
        (EN, "What is your name?", "a name"),
        (EN, "Your staff number", "a number of a person"),
        (EN, "Which station do you work at?", "an exact unit"),
        (EN, "How old are you?", "an exact age"),
        (EN, "Name the person who did it", "the name of somebody else"),
        (TH, "ชื่อ-นามสกุลของท่าน", "a name"),
        (TH, "เบอร์โทรศัพท์", "a phone number"),
    ],
)
def test_a_question_that_asks_who_somebody_is_is_found_in_every_language(tmp_path, column, words, asks_for):
    found = faults(tmp_path, survey=bend(3, **{column: words}))
    assert len(found) == 1 and found[0].startswith(f"survey.csv:5: {column}: 'respect' seems to ask for {asks_for}")


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Siapa nama Anda?", "id"),
        ("Nomor telepon Anda", "id"),
        ("NIP Anda", "id"),
        ("Họ và tên của bạn", "vi"),
        ("Số điện thoại", "vi"),
        ("Bạn bao nhiêu tuổi?", "vi"),
    ],
)
def test_the_words_know_indonesian_and_vietnamese(words, language):
    assert any(word.language == language and word.pattern.search(words) for word in WORDS)


@pytest.mark.parametrize("kind", ["text", "integer", "date", "geopoint", "image", "deviceid", "username", "audio"])
def test_only_questions_with_choices_are_asked(tmp_path, kind):
    rows = survey_rows()
    rows.insert(4, {"type": kind, "name": "more", EN: "More", TH: "เพิ่มเติม"})
    assert any(fault.startswith("survey.csv:6: type: ") for fault in faults(tmp_path, survey=rows))


def test_an_item_without_an_indicator_and_an_indicator_without_its_item_are_told(tmp_path):
    assert any("'respect' serves no indicator" in fault for fault in faults(tmp_path, survey=bend(3, indicator="")))
    assert any("'XYZ-99' is no indicator" in fault for fault in faults(tmp_path, survey=bend(3, indicator="XYZ-99")))
    wanting = faults(tmp_path, known=catalogue(items=["respect", "included"]))
    assert wanting == [
        "survey.csv:1: name: CUL-03 needs the item 'included', which is not asked. Add the question, take the item from the indicator, or name under serves, in the contract, the indicators that this form is there for."
    ]
    assert any(
        "no question serves CUL-07, a survey indicator" in one
        for one in faults(tmp_path, catalogue(planned=["CUL-01", "CUL-07"]))
    )


def test_a_form_owes_questions_only_to_the_indicators_that_it_serves(tmp_path):
    known = catalogue(items=["respect", "included"], planned=["CUL-01", "CUL-07"])

    def found(*serves):
        contract = known.kobo["pulse"].model_copy(update={"serves": list(serves)})
        return faults(tmp_path, SimpleNamespace(indicators=known.indicators, kobo={"pulse": contract}, survey_items={}))

    assert found() == found("CUL-01") == []
    assert [one.split(":")[3] for one in found("CUL-03")] == [
        " CUL-03 needs the item 'included', which is not asked. Add the question, take the item from"
        " the indicator, or name under serves, in the contract, the indicators that this form is there for."
    ]
    assert [one.split(": ")[2].split(",")[0] for one in found("CUL-01", "CUL-07")] == ["no question serves CUL-07"]


def test_what_another_form_serves_is_not_asked_of_the_rest(tmp_path):
    known = catalogue(items=["respect", "included"])
    other = known.kobo["pulse"].model_copy(update={"name": "other", "serves": ["CUL-03"]})
    known.kobo["other"] = other
    assert faults(tmp_path, known) == []


def test_an_item_that_says_an_indicator_which_does_not_count_it_is_told_and_context_is_not(tmp_path):
    assert any("'merit' is not among the items of CUL-03" in one for one in faults(tmp_path, survey=bend(4, indicator="CUL-03")))
    assert faults(tmp_path, survey=bend(4, indicator="CUL-01 context")) == []


def test_an_item_that_counts_for_an_indicator_says_so(tmp_path):
    found = faults(tmp_path, survey=bend(3, indicator="CUL-03 context"))
    assert found == ["survey.csv:5: indicator: 'respect' counts for CUL-03, which its row does not say. Write CUL-03."]


def test_a_missing_translation_and_two_choices_that_read_alike_are_told(tmp_path):
    choices = choice_rows()
    choices[1][TH] = choices[2][TH]
    choices[3][TH] = ""
    found = faults(tmp_path, choices=choices)
    assert any(one.startswith(f"choices.csv:4: {TH}: '2' and '3' of agree read alike") for one in found)
    assert any(one.startswith(f"choices.csv:5: {TH}: 'yes' has no words") for one in found)


def test_a_translated_code_is_told(tmp_path):
    choices = choice_rows()
    choices[2]["name"] = "เห็นด้วย"
    assert any("'เห็นด้วย' is no code" in one for one in faults(tmp_path, choices=choices))


@pytest.mark.parametrize(
    ("relevant", "told"),
    [
        ("${nobody} = 'yes'", "${nobody} is no question"),
        ("${merit} = '1'", "${merit} is asked later"),
        ("${consent} = 'ja'", "'ja' is no choice of consent"),
        ("selected(${consent}, 'oui')", "'oui' is no choice of consent"),
        ("selected('yes maybe', ${consent})", "'maybe' is no choice of consent"),
    ],
)
def test_a_condition_on_what_is_not_asked_before_is_told(tmp_path, relevant, told):
    found = faults(tmp_path, survey=bend(3, relevant=relevant))
    assert any(one.startswith("survey.csv:5: relevant: ") and told in one for one in found)


def test_every_language_has_a_status_and_every_status_a_language(tmp_path):
    assert any("ไทย (th) has no status" in one for one in faults(tmp_path, translations=statuses()[:1]))
    extra = [*statuses(), {"language": "Bahasa Melayu (ms)", "status": "draft", "note": ""}]
    assert any(one.startswith("translations.csv:4: language: no column") for one in faults(tmp_path, translations=extra))


def test_an_answer_neither_mapped_nor_dropped_is_told(tmp_path):
    fields = {"consent": "consent", "g/respect": "respect"}
    assert any("g/merit is neither in fields nor in drops" in one for one in faults(tmp_path, catalogue(fields)))
    assert faults(tmp_path, catalogue(fields, drops=["g/merit"])) == []


def test_a_title_other_than_the_contracts_is_told(tmp_path):
    assert any(one.startswith("settings.csv:2: form_title") for one in faults(tmp_path, title="Other"))


def test_an_item_that_another_form_asks_in_other_words_is_told_and_one_about_the_respondent_is_not(tmp_path):
    known = catalogue()
    known.survey_items = {"respect": "Colleagues respect me.", "merit": "Promotion is by merit.", "consent": "Will you?"}
    [fault] = faults(tmp_path, known)
    assert fault.startswith(f"survey.csv:6: {EN}: 'merit' is asked in another form, in other words: \"Promotion is by merit.\"")
    known.kobo["pulse"] = known.kobo["pulse"].model_copy(
        update={"fields": {"consent": "consent", "g/respect": "respect", "g/merit": "own_merit"}}
    )
    assert faults(tmp_path, known) == []


def test_minutes_are_the_sum_of_the_kinds(tmp_path):
    # consent 60 s and two scale items of 9 s; half as long again for a slow reader
    minutes = estimate(write(tmp_path / "pulse"))
    assert (minutes.median, minutes.slow) == (round(78 / 60, 1), round(117 / 60, 1))


def test_the_block_on_unwanted_behaviour_is_a_minute_whatever_it_asks(tmp_path):
    rows = survey_rows()
    for number in range(5):
        rows.insert(5, {"type": "select_one agree", "name": f"h{number}", EN: "Has anyone …", TH: "มีใคร", "indicator": "HAR-01"})
    assert estimate(write(tmp_path / "pulse", survey=rows)).median == round((78 + 60) / 60, 1)


def test_a_questionnaire_that_takes_too_long_is_told(tmp_path):
    rows = survey_rows()
    for number in range(80):
        rows.insert(4, {"type": "select_one agree", "name": f"q{number}", EN: "Q", TH: "ถาม", "indicator": "CUL-01"})
    assert any("a slow reader needs" in one for one in faults(tmp_path, survey=rows))


def test_what_pyxform_refuses_is_told_in_its_words(tmp_path):
    rows = survey_rows()
    rows[5]["type"] = "end_repeat"
    assert any("pyxform refuses the form" in one for one in faults(tmp_path, survey=rows))


def fact_rows():
    def row(type, name, en, **others):
        return {"type": type, "name": name, EN: en, TH: "ถาม"} | others

    return [
        row("select_one subject", "subject", "What about?", indicator="gate"),
        row("select_one yn", "agency", "Agency", indicator="disaggregation"),
        row("integer", "period_year", "Year", indicator="disaggregation", constraint=". >= 2000"),
        row("begin_group", "policies", "Rules", relevant="${subject} = 'policies' and ${period_year} > 2000"),
        row("select_one yn", "cap", "Is there a cap?", indicator="REC-05"),
        row("end_group", "", ""),
        row("begin_group", "post", "Post", relevant="${subject} = 'post'"),
        row("integer", "post_no", "Number on the list", indicator="disaggregation"),
        row("select_one yn", "post_type", "Kind", indicator="disaggregation"),
        row("select_one yn", "staff_band", "Staff", indicator="disaggregation"),
        row("end_group", "", ""),
    ]


def fact_choices():
    yn = [("yes", "Yes", "ใช่"), ("no", "No", "ไม่")]
    lists = {"yn": yn, "subject": [("policies", "Rules", "กฎ"), ("post", "A post", "ด่าน")]}
    return [{"list_name": name, "name": code, EN: en, TH: th} for name, rows in lists.items() for code, en, th in rows]


def fact_catalogue(items=("cap",)):
    known = catalogue(planned=["CUL-07"])
    known.indicators.append(SimpleNamespace(id="REC-05", source="fact_finding", items=list(items)))
    in_policies, in_post = ("cap",), ("post_no", "post_type", "staff_band")
    fields = {name: name for name in ("subject", "agency", "period_year")}
    fields |= {f"policies/{name}": name for name in in_policies} | {f"post/{name}": name for name in in_post}
    contract = {"name": "pulse", "kind": "fact_finding", "asset_name": "Pulse", "fields": fields}
    known.kobo["pulse"] = KoboContract.model_validate(contract)
    return known


def fact_faults(tmp_path, rows=None, **known):
    return faults(tmp_path, fact_catalogue(**known), survey=rows or fact_rows(), choices=fact_choices())


def test_a_fact_finding_form_may_ask_for_numbers_and_owes_nothing_to_survey_indicators(tmp_path):
    assert fact_faults(tmp_path) == []


def test_a_fact_finding_form_answers_for_its_own_indicators(tmp_path):
    assert any("REC-05 needs the item 'ceiling', which is not asked" in one for one in fact_faults(tmp_path, items=["ceiling"]))
    assert any(
        "no question serves REC-05, a fact-finding indicator" in one
        for one in fact_faults(tmp_path, fact_rows()[:4] + fact_rows()[5:], items=[])
    )


@pytest.mark.parametrize(
    ("kind", "is_told"), [("decimal", False), ("date", False), ("text", True), ("geopoint", True), ("image", True)]
)
def test_a_fact_finding_form_asks_no_words_places_or_pictures(tmp_path, kind, is_told):
    rows = fact_rows()
    rows[2] |= {"type": kind, "constraint": ""}
    assert any(one.startswith("survey.csv:4: type: ") for one in fact_faults(tmp_path, rows)) is is_told


def test_a_number_that_asks_who_somebody_is_is_found_too(tmp_path):
    rows = fact_rows()
    rows[7] |= {EN: "Your staff number"}
    assert any("seems to ask for a number of a person" in one for one in fact_faults(tmp_path, rows))


def test_a_fact_finding_form_may_take_its_time(tmp_path):
    rows = fact_rows()
    for number in range(120):
        rows.insert(5, {"type": "select_one yn", "name": f"q{number}", EN: "Q", TH: "ถาม", "indicator": "REC-05 context"})
    assert not any("a slow reader needs" in one for one in fact_faults(tmp_path, rows))


def test_what_the_sync_would_refuse_of_the_contract_is_told_before_the_form_is_deployed(tmp_path):
    rows = survey_rows()
    rows[4:4] = [
        {"type": "text", "name": "boss", EN: "More", TH: "เพิ่มเติม"},
        {"type": "integer", "name": "age", EN: "More", TH: "เพิ่มเติม", "calculation": "${boss}"},
    ]
    fields = {"consent": "consent", "g/respect": "respect", "g/merit": "merit", "g/age": "age"}
    found = faults(tmp_path, catalogue(fields), survey=rows)
    told = [one for one in found if "sources/kobo/pulse.yml lists g/age, which reads g/boss, which is of type text" in one]
    assert len(told) == 1 and told[0].startswith("survey.csv:7: type: ") and "Remove it from fields" in told[0]


def test_a_code_of_the_contract_in_another_spelling_is_told_with_both(tmp_path):
    known = catalogue()
    known.kobo["pulse"] = known.kobo["pulse"].model_copy(update={"value_maps": {"consent": {"Yes": "agreed"}}})
    assert faults(tmp_path, known) == [
        "sources/kobo/pulse.yml:1: value_maps: value_maps of consent has 'Yes', the form offers 'yes'. Copy the code from the form."
    ]


PATHS = {"consent": "consent", "g/respect": "respect", "g/merit": "merit"}


def test_a_path_of_the_contract_that_is_not_asked_is_told_with_the_closest_that_is(tmp_path):
    found = faults(tmp_path, known=catalogue(fields={**PATHS, "g/resspect2": "respect2", "wholly/else": "z"}))
    assert [fault.partition(": the sync")[0] for fault in found] == [
        "sources/kobo/pulse.yml:1: fields: no version of the form would have 'g/resspect2', and nothing else serves respect2",
        "sources/kobo/pulse.yml:1: fields: no version of the form would have 'wholly/else', and nothing else serves z",
    ]
    assert "Did you mean 'g/respect'?" in found[0]


def test_an_earlier_name_of_a_question_that_is_asked_is_no_fault_and_is_told_as_what_it_is(tmp_path):
    known = catalogue(fields={**PATHS, "g/regard": "respect", "g/esteem": "respect"})
    assert faults(tmp_path, known=known) == []
    told = mapping_notices(known.kobo["pulse"], versions(write(tmp_path / "pulse")))
    assert [notice.split(" in ")[0] for notice in told] == ["g/regard", "g/esteem"]


@pytest.mark.parametrize(("value", "n"), [("yes", 0), ("YES", 1), ("1", 1)])
def test_a_consent_that_nobody_can_give_is_a_fault(tmp_path, value, n):
    known = catalogue()
    known.kobo["pulse"] = known.kobo["pulse"].model_copy(update={"consent": Consent(field="consent", value=value)})
    found = faults(tmp_path, known=known)
    assert len(found) == n and all(f"'{value}'" in fault and "consent" in fault for fault in found)


def test_a_question_that_only_deployed_versions_asked_may_stay_in_the_contract_of_their_server_alone(tmp_path):
    questionnaire = write(tmp_path / "pulse")
    contract = catalogue(fields={**PATHS, "g/gone": "gone"}).kobo["pulse"]
    now = as_form(questionnaire, questionnaire.languages)
    gone = Question("g/gone", "gone", "select_one", "agree", "k9", (), {})
    first = Form("v1", (*now.questions, gone), now.choices)
    for deployed in ((first,), (first, now), (first, now, now)):
        require_mapped(Deployment(questionnaire, questionnaire.languages, {}, (), deployed), contract)
    for deployed in ((), (now,), (now, now)):
        with pytest.raises(QuestionnaireError, match="would have 'g/gone'"):
            require_mapped(Deployment(questionnaire, questionnaire.languages, {}, (), deployed), contract)
