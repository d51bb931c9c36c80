"""Whose flows differ between two states of an agency is counted before dbt reads them (publication/told_otherwise.py): dbt's models must say the same."""

from __future__ import annotations

from random import Random

import psycopg

from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY
from publication.told_otherwise import RetoldFlows
from tests.integration.dbt_project import build_models
from tests.integration.three_lists import prepare_codes
from tests.integration.told_stories import GRAIN, load, of_kinds, story, told_by_dbt

N_STORIES = 150
KINDS = {"hires", "leavers", "service", "recruits", "promotions"}


def test_people_whose_flows_differ_are_those_of_dbt(warehouse, tmp_path):
    random = Random(20261127)
    stories = [story(random, f"S{number:03}") for number in range(N_STORIES)]
    prepare_codes(warehouse)
    load(warehouse, stories)
    build_models(warehouse, tmp_path, "--select", "+fct_staff_event", "+int_staff__person_year", deliveries="effective")
    expected = told_by_dbt(warehouse, stories)
    with psycopg.connect(warehouse) as connection:
        retold = RetoldFlows(
            connection, GRAIN, load_policy(REPOSITORY / "catalogue").registers, {each.code: each.sealed for each in stories}
        )
        found = {each.code: dict(of_kinds(retold(each.sides(1), each.sides(0)), KINDS)) for each in stories}
    differs = {code: (found[code], expected[code]) for code in found if found[code] != expected[code]}
    assert not differs, f"{len(differs)} of {N_STORIES} stories: {next(iter(differs.items()))}"
    assert {kind for told in expected.values() for kind, _ in told} == KINDS
    assert sum(map(bool, expected.values())) > N_STORIES / 2
