"""The repository's own catalogue loads; a fault in it is told with file, line and the nearest right spelling."""

import ast
import csv
import gzip

import pytest

from parity.catalogue import load_catalogue
from parity.catalogue.questionnaire import read_questionnaire
from tests.unit.catalogue.edited import CATALOGUE, edit, faults

FEVS = "sources/kobo/fevs_2018.yml"
FACTS = "sources/kobo/fact_finding.yml"
QUESTIONNAIRE = CATALOGUE / "questionnaire" / "workplace_culture"


def test_catalogue_of_the_repository_is_without_fault():
    catalogue = load_catalogue(CATALOGUE)
    assert {i.id for i in catalogue.indicators} >= {
        "REP-01", "REC-02", "RET-01", "PRO-01", "PRO-06", "HAR-03", "LDR-03", "CUL-03",
    }  # fmt: skip
    assert set(catalogue.hr) >= {
        "tha_pol", "idn_imm", "vnm_cus", "usa_cpd_staff_years", "usa_cpd_roster",
        "tha_pol_training", "idn_imm_complaints", "idn_imm_separations", "vnm_cus_applicants",
    }  # fmt: skip
    assert set(catalogue.kobo) >= {"workplace_culture", "fact_finding", "exit_interview", "fevs_2018"}
    assert set(catalogue.reference) >= {"unodc_glotip", "unsd_police", "undesa_population"}


def test_nine_grades_fall_into_three_bands_of_three():
    bands = [grade.band for grade in load_catalogue(CATALOGUE).grades]
    assert bands == ["junior"] * 3 + ["middle"] * 3 + ["senior"] * 3


def test_an_agency_says_in_its_name_whether_it_is_synthetic():
    agencies = load_catalogue(CATALOGUE).agencies
    assert {agency.provenance for agency in agencies} == {"real", "synthetic"}
    for agency in agencies:
        assert ("(synthetic)" in agency.name) == (agency.provenance == "synthetic")


def test_misspelt_field_is_told_with_line_and_nearest_name(folder):
    path = folder / "sources" / "hr" / "tha_pol.yml"
    line = edit(path, "encoding: cp874", "encodng: cp874")
    assert faults(folder) == [f"{path}:{line}: encodng: Extra inputs are not permitted. Did you mean 'encoding'?"]


def test_misspelt_field_of_a_nested_entry_is_told_too(folder):
    path = folder / "sources" / "hr" / "vnm_cus.yml"
    line = edit(path, "sex: {header: Giới tính}", "sex: {heeder: Giới tính}")
    told = f"{path}:{line}: columns.sex.heeder: Extra inputs are not permitted. Did you mean 'header'?"
    assert told in faults(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("agencies.yml", "country: THA", "country: TAH", "'TAH' is no known country. Did you mean 'THA'?"),
        ("sources/hr/tha_pol.yml", "agency: THA-POL", "agency: THA-POLL", "no known agency. Did you mean 'THA-POL'?"),
        ("sources/hr/tha_pol.yml", "ช: man", "ช: men", "Did you mean 'man'?"),
        ("sources/hr/tha_pol.yml", "encoding: cp874", "encoding: cp8740", "'cp8740' is no encoding"),
        ("sources/hr/idn_imm.yml", "Patroli: patrol", "Patroli: patroll", "no known function. Did you mean 'patrol'?"),
        (FEVS, "items/Q22: promo_merit", "items/Q22: promo_merrit", "Did you mean 'promo_merit'?"),
        (FEVS, "HS14: USA-TSA", "HS14: USA-TSAA", "no known agency. Did you mean 'USA-TSA'?"),
        (FEVS, "weight: {field: weight}", "weight: {field: wait}", "no known field of this form"),
        (FEVS, "Female: woman", "Female: women", "no known gender. Did you mean 'woman'?"),
        ("indicators.yml", "items: [promo_merit]", "items: [promo_merits]", "Did you mean 'promo_merit'?"),
        ("indicators.yml", "domain: 10\n    name: Inc", "domain: 12\n    name: Inc", "'12' is no known domain"),
        ("genders.yml", "gender: man", "gender: woman", "'woman' stands here twice"),
    ],
)
def test_unknown_code_is_told_with_file_line_and_nearest_code(folder, file, old, new, says):
    path = folder / file
    line = edit(path, old, new)
    found = faults(folder)
    assert len(found) == 1
    assert found[0].startswith(f"{path}:")
    assert says in found[0]
    # Of two equal entries the second is told, wherever the edit was.
    assert "stands here twice" in says or found[0].startswith(f"{path}:{line}:")


def test_repeated_key_is_a_fault_and_not_silently_the_last_one(folder):
    path = folder / "sources" / "hr" / "vnm_cus.yml"
    edit(path, 'delimiter: ";"', 'delimiter: ";"\ndelimiter: ","')
    assert faults(folder) == [f"{path}:10: 'delimiter' stands here twice."]


def test_all_faults_are_told_at_once(folder):
    edit(folder / "grades.yml", "band: middle", "band: midle")
    edit(folder / "functions.yml", "label: Patrol", "lable: Patrol")
    (folder / "countries.yml").unlink()
    told = "\n".join(faults(folder))
    for part in ("Did you mean 'middle'?", "Did you mean 'label'?", "countries.yml: the file is missing."):
        assert part in told


@pytest.mark.parametrize("content", ["", "name: [unclosed", "just words"])
def test_contract_that_is_no_mapping_is_a_fault_and_not_skipped(folder, content):
    path = folder / "sources" / "hr" / "new_agency.yml"
    path.write_text(content, encoding="utf-8")
    found = faults(folder)
    assert found and all(str(path) in fault for fault in found)


def test_roster_without_a_period_is_refused(folder):
    edit(folder / "sources" / "hr" / "vnm_cus.yml", "period: {column: Kỳ, grain: month}\n", "")
    assert "period names one of column, sheet_pattern and name_pattern" in faults(folder)[0]


def test_contract_must_be_named_as_its_file(folder):
    (folder / "sources" / "hr" / "vnm_cus.yml").rename(folder / "sources" / "hr" / "vietnam.yml")
    assert "must equal the file's name, 'vietnam'" in faults(folder)[0]


def test_question_without_a_label_in_some_language_is_told(folder):
    path = folder / "questionnaire" / "workplace_culture" / "survey.csv"
    edit(path, "Rekan kerja memperlakukan saya dengan hormat.", "")
    assert "'respect' has no label::Bahasa Indonesia (id)." in faults(folder)[0]


def test_unknown_choice_list_is_told_with_the_nearest(folder):
    path = folder / "questionnaire" / "workplace_culture" / "survey.csv"
    edit(path, "select_one agree5,respect", "select_one agree,respect")
    assert "'agree' is no list of choices.csv. Did you mean 'agree5'?" in faults(folder)[0]


def test_no_question_asks_for_what_identifies_a_person():
    rows = []
    for form in ("workplace_culture", "exit_interview"):
        with (QUESTIONNAIRE.parent / form / "survey.csv").open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    kinds = {row["type"].split(" ")[0] for row in rows}
    assert kinds <= {"start", "end", "today", "select_one", "select_multiple", "begin_group", "end_group", "note"}


@pytest.mark.parametrize("form", ["workplace_culture", "fact_finding"])
def test_machine_translation_is_marked_as_a_draft(form):
    with (QUESTIONNAIRE.parent / form / "translations.csv").open(encoding="utf-8", newline="") as file:
        status = {row["language"]: row["status"] for row in csv.DictReader(file)}
    assert status.pop("English (en)") == "reviewed"
    assert set(status) == {"Bahasa Indonesia (id)", "ไทย (th)", "Tiếng Việt (vi)"} and set(status.values()) == {"draft"}


def test_a_form_without_translations_has_no_language_that_anybody_reviewed():
    faults = []
    read = read_questionnaire(QUESTIONNAIRE.parent / "exit_interview", faults)
    assert faults == [] and read.languages == read_questionnaire(QUESTIONNAIRE, faults).languages
    assert [read.status(language) for language in read.languages] == ["draft"] * 4
    assert read.settings["form_title"] == "Exit interview (synthetic)"


def test_every_rank_of_the_real_files_is_mapped(shared_data):
    catalogue = load_catalogue(CATALOGUE)
    for contract, name in (("usa_cpd_staff_years", "chicago_staff_years"), ("usa_cpd_roster", "chicago_roster_2017")):
        with gzip.open(shared_data / "hr" / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
            ranks = {row["rank"] for row in csv.DictReader(file)}
        assert ranks <= catalogue.hr[contract].rank_names


def test_payroll_ranks_have_the_levels_of_the_reference_calculation(shared_data):
    script = (shared_data / "hr" / "make_expected.py").read_text(encoding="utf-8")
    start = script.index("LEVELS = {")
    levels = ast.literal_eval(script[start + len("LEVELS = ") : script.index("\n}", start) + 2])
    grades = {0: None, 1: 1, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7, 7: 8, 8: 9}
    expected = {title: grades[level] for level, titles in levels.items() for title in titles}
    contract = load_catalogue(CATALOGUE).hr["usa_cpd_staff_years"]
    assert {rank.name: rank.grade for rank in contract.ranks} == expected
    assert len(expected) == 46


SERVERS = (
    "_id _uuid _submission_time _status _submitted_by _xform_id_string _attachments _geolocation _validation_status _tags _notes"
)
METADATA = [
    *SERVERS.split(),
    *("__version__", "meta/instanceID", "meta/rootUuid", "meta/deprecatedID", "formhub/uuid", "_supplementalDetails/voice"),
    *("_validation_status.by_whom", "_attachments/filename", "deviceid", "username", "start", "today"),
]


@pytest.mark.parametrize("path", METADATA)
def test_a_contract_that_lets_metadata_out_is_refused(folder, path):
    edit(folder / FEVS, "profile/sex: gender", f"{path}: gender")
    assert any(f"'{path}' is metadata, which never leaves the landing" in fault for fault in faults(folder))


@pytest.mark.parametrize(
    "path", ["_1_How_are_you", "_1_Profile/sex", "_", "_idea", "profile/_id", "metadata/sex", "_status_of_post"]
)
def test_a_question_that_kobotoolbox_called_after_a_label_with_a_digit_is_no_metadata(folder, path):
    edit(folder / FEVS, "profile/sex: gender", f"{path}: gender")
    assert faults(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: fact_finding", "kind: fact_findings", "Did you mean 'fact_finding'?"),
        ("kind: fact_finding", "kind: fact_finding\nweight: {frame: {THA-POL: 10}}", "a fact-finding form has no weight"),
        (
            "kind: fact_finding",
            "kind: fact_finding\nconsent: {field: subject, value: post}",
            "a fact-finding form has no consent",
        ),
        ("  post/post_no: post_no\n", "", "a fact-finding form needs the fields post_no"),
        ("policies/leadership/plan_report:", "leadership/plan_report:", "must stand in the group of what it tells of"),
        ("policies/leadership/plan_report:", "plan_report:", "must stand in the group of what it tells of"),
        ("leadership/plan_report: plan_report", "leadership/plan_report: plan_raport", "Did you mean 'plan_report'?"),
        ("  subject: subject\n", "  subject: gender\n", "needs the fields subject"),
        ("kind: fact_finding\n", "", "respondents need a weight"),
    ],
)
def test_a_fact_finding_form_has_what_its_kind_needs_and_nothing_of_respondents(folder, old, new, says):
    edit(folder / FACTS, old, new)
    assert any(says in fault and FACTS in fault for fault in faults(folder))


def test_items_of_fact_finding_tell_of_policies_or_a_post():
    subjects = load_catalogue(CATALOGUE).kobo["fact_finding"].subjects
    assert subjects["plan_report"] == "policies" and subjects["womens_toilets"] == "post"
    assert not {"subject", "agency", "period_year", "post_no", "post_type", "staff_band"} & subjects.keys()


def test_every_indicator_of_fact_finding_names_its_questions():
    catalogue = load_catalogue(CATALOGUE)
    asked = catalogue.kobo["fact_finding"].subjects
    named = {indicator.id: indicator.items for indicator in catalogue.indicators if indicator.source == "fact_finding"}
    assert named.keys() == {"REC-05", "INF-01", "INF-02", "WLC-01", "WLC-02", "HAR-07", "LDR-01", "LDR-05", "VIC-03"}
    assert [len(named[code]) for code in ("WLC-02", "HAR-07", "LDR-01", "LDR-05")] == [8, 10, 3, 2]
    assert all(len({asked[item] for item in items}) == 1 for items in named.values())


def test_no_item_stands_in_two_questionnaires():
    catalogue = load_catalogue(CATALOGUE)
    facts, survey = catalogue.kobo["fact_finding"], catalogue.kobo["workplace_culture"]
    assert not facts.subjects.keys() & {*survey.fields.values()}


def test_a_composite_of_a_domain_that_there_is_not_is_told(folder):
    line = edit(folder / "composite.yml", "domains: [1,", "domains: [12,")
    assert any(f"composite.yml:{line}" in fault and "'12' is no known domain" in fault for fault in faults(folder))


def test_an_indicator_among_one_that_stands_below_it_is_told(folder):
    edit(folder / "indicators.yml", "among: HAR-01", "among: HAR-04")
    assert any("'HAR-04' is no known share of survey answers among the indicators above" in fault for fault in faults(folder))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("answered_at_least: 3", "answered_at_least: 6", "more than there are items"),
        ("few: 1, many: 1", "few: 2, many: 3", "count 0 or 1"),
        ("score: any", "score: some", "score"),
    ],
)
def test_a_score_that_cannot_be_is_told(folder, old, new, said):
    line = edit(folder / "indicators.yml", old, new)
    above = (folder / "indicators.yml").read_text().splitlines()[:line]
    entry = max(number for number, text in enumerate(above, start=1) if text.startswith("  - id:"))
    told = [fault for fault in faults(folder) if said in fault]
    assert any(f"indicators.yml:{place}:" in fault for fault in told for place in (entry, line))


def test_margins_that_do_not_sum_to_the_same_staff_are_told(folder):
    margins = "{agency: USA-FBI, gender: woman, n: 40}, {agency: USA-FBI, grade_band: junior, n: 50}"
    edit(folder / FEVS, "weight: {field: weight}", f"weight: {{field: weight, poststratify: rake, margins: [{margins}]}}")
    assert any("the margins of USA-FBI have 40 people by gender, 50 by grade band" in fault for fault in faults(folder))


@pytest.mark.parametrize(
    ("women", "said"),
    [
        ({"junior": 40, "senior": 5}, "totals of USA-FBI, woman: give one for each of junior, middle, senior (0 where nobody is), or one for all"),
        ({None: 45, "junior": 40}, "totals of USA-FBI, woman: give one for each of"),
        ({"junior": 0, "middle": 0, "senior": 0}, "totals of USA-FBI, woman sum to 0: leave out a gender whose number is not known"),
        ({None: 0}, "totals of USA-FBI, woman sum to 0"),
        ({"junior": 40, "middle": 0, "senior": 5}, None),
        ({None: 45}, None),
    ],
)  # fmt: skip
def test_totals_of_which_a_part_is_not_known_are_told(folder, women, said):
    bands = [f"{{agency: USA-FBI, gender: woman{f', grade_band: {band}' if band else ''}, n: {n}}}" for band, n in women.items()]
    totals = ", ".join([*bands, "{agency: USA-FBI, gender: man, n: 9}"])
    edit(folder / FEVS, "weight: {field: weight}", f"weight: {{field: weight, poststratify: totals, totals: [{totals}]}}")
    assert [said in fault for fault in faults(folder)] == ([True] if said else [])


@pytest.mark.parametrize(
    ("old", "new"),
    [("no_number:", "no_numbers:"), ("no_number: [n/a", 'no_number: ["---"'), ("no_number: [n/a", "no_number: [7")],
)
def test_words_for_no_number_have_letters_and_are_there(folder, old, new):
    edit(folder / "hr_words.yml", old, new)
    told = faults(folder)
    assert told and all("hr_words.yml:" in fault and "no_numb" in fault for fault in told)


WAVES = """waves:
  - name: "2025"
    from: 2025-05-01
    to: 2025-12-31
"""
SECOND = "  - name: {name}\n    from: {first}\n    to: {last}\n"


@pytest.mark.parametrize(
    ("name", "first", "last", "says"),
    [
        ("spring", "2025-12-31", "2026-05-01", "list waves from the oldest to the newest, and let none overlap"),
        ("spring", "2024-03-01", "2024-05-01", "list waves from the oldest to the newest, and let none overlap"),
        ("spring", "2026-05-01", "2026-03-01", "ends on 2026-03-01, before it begins on 2026-05-01: correct from or to"),
        ('"2025"', "2026-03-01", "2026-05-01", "two waves are called '2025': give each a name of its own"),
        ("spring", "2026-02-30", "2026-05-01", "no such day (day is out of range for month). Write a day of the calendar"),
    ],
)
def test_waves_that_cannot_be_are_told_with_file_and_remedy(folder, name, first, last, says):
    path = folder / "sources" / "kobo" / "workplace_culture.yml"
    edit(path, WAVES, WAVES + SECOND.format(name=name, first=first, last=last))
    [fault] = faults(folder)
    assert fault.startswith(f"{path}:") and says in fault


def test_two_waves_of_a_year_and_a_wave_beside_another_fixed_year_are_told(folder):
    path = folder / "sources" / "kobo" / "workplace_culture.yml"
    edit(path, "to: 2025-12-31\n", "to: 2025-08-31\n" + SECOND.format(name="autumn", first="2025-09-01", last="2025-12-31"))
    edit(folder / FEVS, "period_year: 2018", "period_year: 2019")
    told = "\n".join(faults(folder))
    assert "'2025' and 'autumn' both end in 2025, and figures are by year: make them one wave" in told
    assert "all answers are of period_year 2019: list one wave, which ends in that year, or drop period_year" in told


def test_a_contract_without_waves_loads_as_before(folder):
    edit(folder / "sources" / "kobo" / "workplace_culture.yml", WAVES, "")
    assert load_catalogue(folder).kobo["workplace_culture"].waves == []
