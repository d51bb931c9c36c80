"""Weights and estimates equal R's survey package, raked (golden/raking.R) and with base weights (golden/base_design.R)."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from parity.catalogue import Catalogue
from parity.catalogue.weights import Margin
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, prepare, query, respond

GOLDEN = Path(__file__).with_name("golden")
FORM = "fevs_2018"


def rows(name: str) -> list[dict[str, str]]:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def with_margins(catalogue: Catalogue) -> Catalogue:
    contract = catalogue.kobo[FORM]
    margins = [
        Margin(agency=row["agency"], gender=row["gender"] or None, grade_band=row["grade_band"] or None, n=float(row["n"]))
        for row in rows("raking_margins.csv")
    ]
    # Three of this agency's five seniors answer, too few to be brought to them.
    margins += [Margin(agency="USA-ICE", gender=gender, n=20) for gender in ("woman", "man")]
    margins += [Margin(agency="USA-ICE", grade_band=band, n=n) for band, n in (("junior", 35), ("senior", 5))]
    weight = contract.weight.model_copy(update={"poststratify": "rake", "margins": margins})
    return catalogue.model_copy(update={"kobo": {FORM: contract.model_copy(update={"weight": weight})}})


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    fields = ("agency", "gender", "grade_band", "weight", "respect")
    thin = {"agency": "USA-ICE", "weight": 2, "promo_merit": 4}  # another question: R knows only three agencies
    few = [{**thin, "gender": ("woman", "man")[n % 2], "grade_band": "senior" if n < 3 else "junior"} for n in range(30)]
    outside = {"agency": "USA-TSA", "gender": "woman", "grade_band": "junior", "weight": 3, "promo_merit": 1}
    with database(postgres) as url:
        prepare(url, edit=with_margins)
        respond(url, FORM, [{name: row[name] for name in fields} for row in rows("raking_people.csv")])
        # Nothing is known of the staff of two more agencies. They answer another question, so that totals stay those of three.
        base = ("agency", "gender", "grade_band", "weight", "promo_merit")
        respond(url, FORM, [{name: row[name] for name in base} for row in rows("base_design_people.csv")], first_id=8001)
        respond(url, FORM, few, first_id=5001)
        respond(url, FORM, [outside] * 12, first_id=6001)
        build_models(url, tmp_path_factory.mktemp("dbt"), "--select", "+ind_survey__estimate", "+ind_survey__response_rate")
        yield url


def test_weights_equal_those_of_r(built: str) -> None:
    found = {
        row["submission_id"]: row
        for row in query(
            built,
            "select submission_id, respondent.weight, raked.is_trimmed from core.int_survey__respondent as respondent"
            " inner join core.int_survey__raked as raked using (form, submission_id)",
        )
    }
    expected = rows("raking_people.csv")
    assert len(found) == len(expected) and sum(row["is_trimmed"] == "TRUE" for row in expected) > 5
    for row in expected:
        mine = found[int(row["id"])]
        assert math.isclose(mine["weight"], float(row["raked_weight"]), rel_tol=1e-8), row
        assert mine["is_trimmed"] == (row["is_trimmed"] == "TRUE")


@pytest.mark.parametrize("margin", ["gender", "grade_band"])
def test_weights_sum_to_every_margin(built: str, margin: str) -> None:
    sums = query(
        built,
        f"select agency_code, {margin} as category, sum(weight) as people from core.int_survey__respondent"
        " where collapse_step = 'raked' group by 1, 2",
    )
    owed = {(row["agency"], row[margin]): float(row["n"]) for row in rows("raking_margins.csv") if row[margin]}
    assert {(row["agency_code"], row["category"]) for row in sums} == owed.keys()
    for row in sums:
        assert math.isclose(row["people"], owed[row["agency_code"], row["category"]], rel_tol=1e-8)


def test_estimates_and_standard_errors_equal_those_of_r(built: str) -> None:
    cells = {
        (cell["level"], cell["agency_code"], cell["gender"], cell["grade_band"]): cell
        for cell in query(
            built,
            "select * from indicators.ind_survey__estimate where indicator_code = 'CUL-03'"
            " and agency_code in ('all', 'USA-FBI', 'USA-DEA', 'USA-ATF')",
        )
    }
    expected = rows("raking_expected.csv")
    assert len(expected) == 25
    for row in expected:
        cell = cells[row["level"], row["agency"], row["gender"], row["grade_band"]]
        assert math.isclose(cell["estimate"], float(row["estimate"]), rel_tol=0, abs_tol=1e-9), row
        assert math.isclose(cell["se"], float(row["se"]), rel_tol=0, abs_tol=1e-9), row


def test_estimates_with_base_weights_equal_those_of_r(built: str) -> None:
    cells = {
        (cell["level"], cell["agency_code"], cell["gender"]): cell
        for cell in query(
            built, "select * from indicators.ind_survey__estimate where indicator_code = 'PRO-06' and grade_band = 'all'"
        )
    }
    expected = rows("base_design_expected.csv")
    assert len(expected) == 8
    for row in expected:
        cell = cells[row["level"], row["agency"], row["gender"]]
        assert math.isclose(cell["estimate"], float(row["estimate"]), rel_tol=0, abs_tol=1e-9), row
        assert math.isclose(cell["se"], float(row["se"]), rel_tol=0, abs_tol=1e-9), row


def test_an_agency_that_a_margin_is_too_thin_for_or_that_has_none_keeps_its_base_weights(built: str) -> None:
    kept = query(
        built,
        "select agency_code, min(weight) as least, max(weight) as most from core.int_survey__respondent"
        " where collapse_step = 'none' and agency_code in ('USA-ICE', 'USA-TSA') group by 1 order by 1",
    )
    assert kept == [
        {"agency_code": "USA-ICE", "least": 2.0, "most": 2.0},
        {"agency_code": "USA-TSA", "least": 3.0, "most": 3.0},
    ]


def test_response_rates_have_the_margins_as_their_base(built: str) -> None:
    [rate] = query(
        built,
        "select response_rate_pct, n_people from indicators.ind_survey__response_rate where agency_code = 'USA-FBI' and gender = 'woman'",
    )
    women = sum(row["agency"] == "USA-FBI" and row["gender"] == "woman" for row in rows("raking_people.csv"))
    assert (rate["n_people"], rate["response_rate_pct"]) == (900, pytest.approx(100 * women / 900))
