"""What respondents say would help most: one indicator for each answer that the questionnaire offers."""

import csv

from parity.catalogue import load_catalogue
from tests.unit.catalogue.edited import CATALOGUE

CHOICES = CATALOGUE / "questionnaire" / "workplace_culture" / "choices.csv"


def test_each_change_that_the_questionnaire_offers_has_an_indicator_of_its_own():
    rows = csv.DictReader(CHOICES.read_text(encoding="utf-8-sig").splitlines())
    offered = {row["name"]: row["label::English (en)"] for row in rows if row["list_name"] == "change"}
    found = [indicator for indicator in load_catalogue(CATALOGUE).indicators if indicator.chosen]
    assert {each.chosen.answer: each.name.removeprefix("Would help most: ").lower() for each in found} == {
        code: label.lower() for code, label in offered.items()
    }
    assert all(each.chosen.among == [*offered] and each.chosen.at_most == 2 for each in found)
    assert all(each.dir == "context" and each.goalposts is None for each in found), "in no index and no family of tests"
