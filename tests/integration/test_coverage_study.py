"""Intervals hold a truth that is known, and weights bring estimates nearer to it: the study of `make coverage-study`, with fewer draws.

The whole study asks for 93 to 97 % of 500 draws. Of 40 draws, each figure's share has a standard error of 3.4 points, so bounds are wider here.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.coverage_study import GENDERS, INDICATORS, Coverage, study
from stack.postgres import Postgres
from tests.integration.dbt_project import database

pytestmark = pytest.mark.long
DRAWS = 40


@pytest.fixture(scope="module")
def found(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> list[Coverage]:
    with database(postgres) as url:
        return study(DRAWS, url, tmp_path_factory.mktemp("study"), seed=3)


def test_every_indicator_and_group_is_studied(found: list[Coverage]) -> None:
    assert {(row.indicator, row.gender) for row in found} == {(code, g) for code in INDICATORS for g in ("all", *GENDERS)}
    assert {row.n_draws for row in found} == {DRAWS}


def test_intervals_hold_the_truth_about_as_often_as_they_say(found: list[Coverage]) -> None:
    assert all(row.held_pct >= 82 for row in found), found
    assert 91 <= np.mean([row.held_pct for row in found]) <= 99


def test_weighted_figures_are_nearer_to_the_truth_than_unweighted_ones(found: list[Coverage]) -> None:
    assert all(row.error_weighted < row.error_unweighted for row in found if row.gender == "all")
    assert np.mean([row.error_weighted / row.error_unweighted for row in found]) < 0.9
