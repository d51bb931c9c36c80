"""The survey estimator on hand-made answers: weights, scales answered in part, silence, edits and deletions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, prepare, query, respond

FORM = "workplace_culture"
ANSWERS = [
    {"agency": "THA-POL", "gender": "woman", "grade_band": "junior", "respect": 5, "included": 2},  # y = ½
    {"agency": "THA-POL", "gender": "woman", "grade_band": "junior", "respect": 4, "included": 88},  # y = 1
    {"agency": "THA-POL", "gender": "man", "grade_band": "senior", "respect": 1},  # y = 0
    {"agency": "THA-POL", "gender": "not_stated", "respect": 99},  # no valid answer, but in the sample
    {"agency": "IDN-IMM", "gender": "man", "grade_band": "junior", "respect": 3, "included": 4},  # y = ½
    {"agency": "IDN-IMM", "gender": "man", "grade_band": "junior", "respect": 4, "included": 4},  # y = 1
    {"agency": "NOWHERE", "gender": "man", "respect": 4},
]
NEVER = {f"h{n}": "never" for n in range(1, 6)}
HARASSMENT = [
    {"har_optin": "yes", **NEVER, "h1": "once", "reported": "yes", "retaliation": "no"},  # counts in all three
    {"har_optin": "yes", **NEVER, "h5": "many", "reported": "pnts"},  # met with it; whether reported is not said
    {"har_optin": "yes", **NEVER},
    {"har_optin": "yes", "h1": "never", "h2": "pnts", "h3": "pnts", "h4": "never", "h5": "few"},  # three of five answered
    {
        "har_optin": "yes",
        "h1": "once",
        "h2": "pnts",
        "h3": "pnts",
        "h4": "pnts",
        "h5": "never",
        "reported": "yes",
        "retaliation": "yes",
    },  # one act is enough, whatever is not answered
    {"har_optin": "skip"},
    {"har_optin": "skip", **NEVER, "h1": "many"},  # changed their mind
    {},
]
PERSON = {"agency": "PHL-CG", "gender": "woman", "respect": 1}


def edit_and_delete(url: str) -> None:
    """Of submissions 101–104 the first is edited, the second deleted, and the fourth is the third sent again."""
    again = (
        "insert into raw.kobo_submission (form, asset_uid, submission_id, root_uuid, uuid, submitted_at, is_deleted,"
        " content_hash, answers, loaded_at) select form, asset_uid, submission_id, root_uuid, uuid, submitted_at, %s, %s,"
        " answers || %s, loaded_at + interval '1 day' from raw.kobo_submission where submission_id = %s"
    )
    with psycopg.connect(url) as connection:
        connection.execute(again, (False, "edited", '{"respect": "5"}', 101))
        connection.execute(again, (True, "h", "{}", 102))
        connection.execute(
            "update raw.kobo_submission set root_uuid = (select root_uuid from raw.kobo_submission where submission_id = 103)"
            " where submission_id = 104"
        )


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A year for each case: 2025 weights and scales, 2024 edits, 2023 a lone respondent."""
    with database(postgres) as url:
        prepare(url)
        with psycopg.connect(url) as connection:
            connection.execute("delete from raw.catalogue_survey_frame")
            connection.execute("delete from raw.catalogue_survey_wave")  # so each year is a wave
            for agency, population in (("THA-POL", 100), ("IDN-IMM", 30), ("PHL-CG", 40)):
                connection.execute("insert into raw.catalogue_survey_frame values (%s, %s, %s)", (FORM, agency, population))
        respond(url, FORM, ANSWERS)
        respond(url, FORM, [PERSON] * 4, first_id=101, year=2024)
        edit_and_delete(url)
        respond(url, FORM, [{**PERSON, "respect": 5}], first_id=201, year=2023)
        respond(url, FORM, [{"agency": "THA-POL", "gender": "woman", **told} for told in HARASSMENT], first_id=301, year=2022)
        respond(url, FORM, [{"agency": "IDN-IMM", "gender": "man", "har_optin": "yes", **NEVER}] * 2, first_id=401, year=2022)
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def culture(url: str, year: int, level: str, agency: str = "all") -> dict[str, Any]:
    [cell] = query(
        url,
        "select * from indicators.fct_indicator where indicator_code = 'CUL-03' and period_year = %s and level = %s"
        " and agency_code = %s",
        year,
        level,
        agency,
    )
    return cell


def test_a_persons_score_is_the_mean_over_items_validly_answered(built: str) -> None:
    cell = culture(built, 2025, "agency", "THA-POL")
    assert (cell["n"], cell["df"]) == (3, 2)
    assert cell["estimate"] == pytest.approx(50)


def test_the_silent_stay_in_the_stratum_of_the_variance(built: str) -> None:
    # z = w(y − p)/Σw = (0, ⅙, −⅙) and 0 for the silent one; variance = 4/3 · 2/36
    cell = culture(built, 2025, "agency", "THA-POL")
    assert cell["se"] == pytest.approx(100 * math.sqrt(4 / 3 * 2 / 36))


def test_agencies_weigh_by_their_population(built: str) -> None:
    cell = culture(built, 2025, "all")
    assert cell["estimate"] == pytest.approx(100 * (25 * 1.5 + 15 * 1.5) / (3 * 25 + 2 * 15))
    assert cell["df"] == 3


def test_a_respondent_of_an_unknown_agency_is_left_out_with_the_reason(built: str) -> None:
    left_out = query(built, "select exclusion_reason from core.int_survey__profile where exclusion_reason is not null")
    assert left_out == [{"exclusion_reason": "agency not in the catalogue"}]


def test_edits_deletions_and_double_sendings_count_once(built: str) -> None:
    standing = query(
        built,
        "select submission_id, answer_value, weight from core.fct_survey_response where period_year = 2024 order by 1",
    )
    assert [tuple(row.values()) for row in standing] == [(101, 5, 20), (104, 1, 20)]


def test_a_stratum_of_one_has_no_standard_error(built: str) -> None:
    cell = culture(built, 2023, "agency", "PHL-CG")
    assert cell["estimate"] == 100
    assert cell["se"] is None


def harassment(url: str, code: str) -> dict[str, dict[str, Any]]:
    """Cells by place and gender."""
    cells = query(url, "select * from indicators.fct_indicator where indicator_code = %s and period_year = 2022 and n > 0", code)
    return {" ".join(cell[name] for name in ("country_code", "agency_type", "gender")): cell for cell in cells}


def test_prevalence_is_of_the_willing_who_named_an_act_or_answered_three_of_five_and_counts_any_once(built: str) -> None:
    women = harassment(built, "HAR-01")["THA police woman"]
    assert (women["n"], women["n_positive"], women["df"]) == (5, 4, 4)
    assert women["estimate"] == pytest.approx(80)
    # eight in the stratum, five of them in the base: z = (y − ⅘)/5, variance 8/7 · Σz²
    assert women["se"] == pytest.approx(100 * math.sqrt(8 / 7 * (4 / 25 + 16 / 25) / 25))


def test_the_willing_are_shown_as_a_share_of_all_who_were_asked(built: str) -> None:
    cells = harassment(built, "HAR-01")
    assert cells["THA police woman"]["opt_in_pct"] == pytest.approx(100 * 5 / 7)
    assert cells["all all man"]["opt_in_pct"] == pytest.approx(100)
    assert harassment(built, "HAR-02")["THA police woman"]["opt_in_pct"] == pytest.approx(100 * 5 / 7)


def test_reports_are_of_those_who_met_with_it_and_retaliation_of_those_who_reported(built: str) -> None:
    reports, retaliation = (harassment(built, code)["THA police woman"] for code in ("HAR-02", "HAR-04"))
    assert (reports["n"], reports["n_positive"]) == (2, 2)
    assert (retaliation["n"], retaliation["n_positive"]) == (2, 1)


def test_sensitive_figures_have_no_cell_of_an_agency_or_grade_and_only_the_cuts_of_the_policy(built: str) -> None:
    levels = query(
        built,
        "select distinct replace(level, 'gap', 'gender') as level from indicators.ind_survey__estimate"
        " where indicator_code in ('HAR-01', 'HAR-02', 'HAR-04')",
    )
    assert {row["level"] for row in levels} == set(load_policy(REPOSITORY / "catalogue").sensitive_levels)


def test_a_country_that_was_asked_is_not_said_to_lack_the_answers(built: str) -> None:
    said = query(
        built, "select * from indicators.fct_indicator where indicator_code = 'HAR-01' and unavailable_reason is not null"
    )
    assert {row["agency_code"] for row in said} <= {"PHL-CG"}
