"""How groups of respondents are collapsed until each can be brought to a known number of staff: the fixed rule, step by step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, deliver, prepare, query, respond

FORM = "workplace_culture"
# Per agency: gender → respondents and staff of each band.
AGENCIES: dict[str, dict[str, dict[str, tuple[int, int]]]] = {
    "THA-POL": {
        "woman": {"junior": (20, 100), "middle": (12, 60), "senior": (10, 15)},
        "man": {"junior": (30, 200), "middle": (15, 90), "senior": (4, 30)},
    },
    "IDN-IMM": {
        "woman": {"junior": (6, 80), "middle": (5, 40), "senior": (11, 20)},
        "man": {"junior": (7, 70), "middle": (2, 30), "senior": (3, 10)},
    },
    "VNM-CUS": {
        "woman": {"junior": (3, 40), "middle": (1, 10), "senior": (0, 0)},
        "man": {"junior": (14, 90), "middle": (11, 60), "senior": (0, 0)},
    },
}
CONTRACTS = {"THA-POL": "tha_pol", "IDN-IMM": "idn_imm", "VNM-CUS": "vnm_cus"}


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    catalogue = load_catalogue(REPOSITORY / "catalogue")
    people: list[dict[str, Any]] = []
    with database(postgres) as url:
        prepare(url)
        for agency, genders in AGENCIES.items():
            contract = catalogue.hr[CONTRACTS[agency]]
            rank = {{1: "junior", 4: "middle", 7: "senior"}.get(r.grade): r.name for r in contract.ranks}
            sex = {gender: code for code, gender in contract.sex_codes.items()}
            staff = []
            for gender, bands in genders.items():
                for band, (n, n_staff) in bands.items():
                    people += [{"agency": agency, "gender": gender, "grade_band": band, "respect": 4 + i % 2} for i in range(n)]
                    staff += [
                        {
                            "period_date": dt.date(2025, 6, 30),
                            "person_key": f"{agency}{gender}{band}{i}",
                            "sex_code": sex[gender],
                            "rank_name": rank[band],
                        }
                        for i in range(n_staff)
                    ]
            deliver(url, CONTRACTS[agency], agency, staff)
        people += [{"agency": "THA-POL", "gender": "not_stated", "grade_band": "junior", "respect": 1}] * 3
        people += [{"agency": "IDN-IMM", "gender": "man", "respect": 1}] * 2
        people += [{"agency": "PHL-CG", "gender": "woman", "grade_band": "junior", "respect": 1}] * 12
        respond(url, FORM, people)
        build_models(url, tmp_path_factory.mktemp("dbt"), "--select", "+int_survey__respondent", "+ind_survey__response_rate")
        yield url


def groups(url: str, agency: str) -> dict[str, tuple[int, float]]:
    """Post-stratum → respondents and the sum of their weights."""
    rows = query(
        url,
        "select split_part(poststratum, '/2025/', 2) as name, count(*) as n, sum(weight) as people from core.int_survey__respondent"
        " where agency_code = %s group by 1",
        agency,
    )
    return {row["name"]: (row["n"], round(row["people"], 6)) for row in rows}


def test_bands_stand_alone_where_each_holds_ten_and_a_thin_senior_band_joins_the_middle(built: str) -> None:
    found = groups(built, "THA-POL")
    stays = found.pop("none")
    assert found == {
        "woman/junior": (20, 100),
        "woman/middle": (12, 60),
        "woman/senior": (10, 15),
        "man/junior": (30, 200),
        "man/middle+senior": (19, 120),
    }
    assert stays[0] == 3  # whose gender is not stated stand for themselves alone


def test_thin_junior_bands_join_the_middle_and_a_gender_of_thin_bands_is_one_group_with_those_who_gave_no_grade(
    built: str,
) -> None:
    assert groups(built, "IDN-IMM") == {"woman/junior+middle": (11, 120), "woman/senior": (11, 20), "man": (14, 110)}


def test_too_few_women_are_brought_to_the_staff_together_with_the_men(built: str) -> None:
    assert groups(built, "VNM-CUS") == {"women+men": (29, 200)}


def test_without_a_staff_list_base_weights_stay(built: str) -> None:
    [(name, (n, people))] = groups(built, "PHL-CG").items()
    assert (name, n) == ("none", 12)
    assert people == pytest.approx(2854)


def test_response_rates_have_the_staff_as_their_base(built: str) -> None:
    rates = {
        (row["agency_code"], row["gender"]): row["response_rate_pct"]
        for row in query(built, "select agency_code, gender, response_rate_pct from indicators.ind_survey__response_rate")
    }
    assert rates["THA-POL", "woman"] == pytest.approx(100 * 42 / 175)
    assert rates["THA-POL", "all"] == pytest.approx(100 * 94 / 4397)
    assert rates["PHL-CG", "woman"] is None
