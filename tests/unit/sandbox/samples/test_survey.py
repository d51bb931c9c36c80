"""The synthetic form and its answers are shaped as the server's, and hold what truth.json says."""

import csv
import json
import math
from collections import Counter
from pathlib import Path

import pytest
import pyxform.xls2xform

QUESTIONNAIRE = Path(__file__).resolve().parents[4] / "catalogue" / "questionnaire" / "workplace_culture"


def rows(name):
    with (QUESTIONNAIRE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_questionnaire_is_an_xlsform_that_pyxform_accepts():
    survey = [{key: value for key, value in row.items() if value and key != "indicator"} for row in rows("survey.csv")]
    form = {"survey": survey, "choices": rows("choices.csv"), "settings": rows("settings.csv")}
    result = pyxform.xls2xform.convert(form, validate=False, pretty_print=False)
    assert "Bahasa Indonesia (id)" in result.xform
    assert "/fairness/promo_merit" in result.xform


def test_content_has_the_shape_of_the_recorded_one(asset, shared_data):
    path = shared_data / "kobo" / "traffic" / "13_version_detail_0.json"
    recorded = json.loads(path.read_text(encoding="utf-8"))["response"]["json"]["content"]
    for version in asset["versions"]:
        content = version["content"]
        assert content.keys() == recorded.keys()
        assert content["choices"][0].keys() == recorded["choices"][0].keys()
        known = {key for row in recorded["survey"] for key in row} | {"relevant"}
        assert {key for row in content["survey"] for key in row} <= known
        assert [language.rpartition(" ")[2] for language in content["translations"]] == ["(en)", "(id)", "(th)", "(vi)"]


def test_records_have_the_shape_of_a_recorded_one(records, shared_data):
    path = shared_data / "kobo" / "traffic" / "data" / "record_anonymous.json"
    recorded = json.loads(path.read_text(encoding="utf-8"))["response"]["json"]
    system = {key for key in recorded if key.startswith(("_", "meta/", "formhub/"))}
    for record in records:
        mine = {key for key in record if key.startswith(("_", "meta/", "formhub/"))}
        assert mine == system
        assert all(type(record[key]) is type(recorded[key]) for key in mine)
        assert all(isinstance(value, str) for key, value in record.items() if key not in mine)


def test_records_arrive_in_order_of_id_after_their_version_was_deployed(records, asset):
    deployed = {version["uid"]: version["date_deployed"][:10] for version in asset["versions"]}
    assert [record["_id"] for record in records] == list(range(1, len(records) + 1))
    times = [record["_submission_time"] for record in records]
    assert times == sorted(times)
    assert all(record["today"] >= deployed[record["__version__"]] for record in records)
    assert len({record["_uuid"] for record in records}) == len(records)


def test_a_fifth_answers_the_first_version_with_its_old_name(records, asset):
    first = asset["versions"][0]["uid"]
    old = [record for record in records if record["__version__"] == first]
    assert 0.1 < len(old) / len(records) < 0.3
    assert all("fairness/promo_merit" not in record and "facilities_kit/safe_shift" not in record for record in old)
    assert any("fairness/promotion_on_merit" in record for record in old)
    new = [record for record in records if record["__version__"] != first and record["consent"] == "yes"]
    assert all("fairness/promo_merit" in record and "fairness/promotion_on_merit" not in record for record in new)


def test_renamed_question_keeps_its_stable_identity(asset):
    kuids = [
        {row["name"]: row["$kuid"] for row in version["content"]["survey"] if "name" in row} for version in asset["versions"]
    ]
    assert kuids[0]["promotion_on_merit"] == kuids[1]["promo_merit"]
    assert all(len(set(version.values())) == len(version) for version in kuids)


def test_who_does_not_consent_answers_nothing_else(records):
    refused = [record for record in records if record["consent"] == "no"]
    assert refused
    assert not [key for record in refused for key in record if "/" in key and not key.startswith(("meta/", "formhub/"))]


def test_answers_are_choices_of_the_form_and_only_what_was_shown(records):
    choices = {(row["list_name"], row["name"]) for row in rows("choices.csv")}
    lists = {row["name"]: row["type"].split(" ")[1] for row in rows("survey.csv") if row["type"].startswith("select")}
    said = {
        (lists[name], choice)
        for record in records
        for path, value in record.items()
        if (name := path.rsplit("/", 1)[-1].replace("promotion_on_merit", "promo_merit")) in lists
        for choice in value.split(" ")
    }
    civilians = [record for record in records if record.get("profile/sworn") == "civilian"]
    unwilling = [record for record in records if record.get("harassment/har_optin") == "skip"]
    assert said and civilians and unwilling and said <= choices
    assert not [record for record in civilians if "facilities_kit/uniform_fit" in record]
    assert not [record for record in unwilling if "harassment/h1" in record]
    values = Counter(record.get("culture/respect") for record in records)
    assert values["88"] and values["99"]


def test_every_agency_of_four_types_answers(records, catalogue):
    agencies = {record.get("profile/agency") for record in records} - {None}
    types = {agency.code: agency.type for agency in catalogue.agencies}
    assert {types[code] for code in agencies} == {"police", "immigration", "customs", "coast_guard"}


def test_sample_counts_are_what_the_records_hold(records, truth):
    women = [r for r in records if r.get("profile/agency") == "IDN-IMM" and r.get("profile/sex") == "woman"]
    merit = [r.get("fairness/promo_merit", r.get("fairness/promotion_on_merit")) for r in women]
    valid = [int(value) for value in merit if value not in ("88", "99")]
    cell = truth["survey"]["sample"]["IDN-IMM"]["indicators"]["PRO-06"]["woman"]
    assert cell == {"n": len(valid), "sum_y": sum(v >= 4 for v in valid), "n_positive": sum(v >= 4 for v in valid)}


def test_prevalence_counts_who_answered_three_of_five_and_reports_only_those_of_whom_something_is_told(records, truth):
    told = [r for r in records if r.get("profile/agency") == "THA-POL" and r.get("harassment/har_optin") == "yes"]
    answers = [[r[f"harassment/har_items/h{n}"] for n in range(1, 6) if r[f"harassment/har_items/h{n}"] != "pnts"] for r in told]
    met = [any(answer != "never" for answer in given) for given in answers if len(given) >= 3]
    reported = [r.get("harassment/reported") for r, given in zip(told, answers, strict=True) if len(given) >= 3]
    found = truth["survey"]["sample"]["THA-POL"]["indicators"]
    assert found["HAR-01"]["all"] == {"n": len(met), "sum_y": sum(met), "n_positive": sum(met)}
    assert found["HAR-02"]["all"]["n"] == reported.count("yes") + reported.count("no")
    assert found["HAR-02"]["all"]["sum_y"] == reported.count("yes")


@pytest.mark.parametrize("gender", ["woman", "man", "all"])
def test_sample_lies_near_the_population(truth, catalogue, gender):
    width = {indicator.id: 4 if indicator.statistic == "mean" else 1 for indicator in catalogue.indicators}
    assert truth["survey"]["population"]
    for agency, population in truth["survey"]["population"].items():
        for code, cell in truth["survey"]["sample"][agency]["indicators"].items():
            if gender not in cell:  # few tell of a report, and fewer of what came after it
                continue
            share, sample = population[code][gender], cell[gender]
            error = width[code] * math.sqrt(0.25 / sample["n"])
            assert abs(sample["sum_y"] / sample["n"] - share) < 4 * error
