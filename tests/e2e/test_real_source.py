"""The same path on real data: shares and standard errors equal R's, staff indicators an independent script's; published, they are rounded."""

import csv

import psycopg
import pytest
import yaml

from parity.settings import REPOSITORY
from publication.disclosure import WITH_ANOTHER
from tests.e2e.conftest import start

INDICATORS = {"Q22": "PRO-06", "Q17": "HAR-03", "Q42": "WLC-04", "Q49": "CUL-03"}
KEY = "indicator_code, level, agency_code, agency_type, gender, period_year"
WHOLE = "grade_band = 'all' and breakdown = 'none'"
GENDERS = {"all": "all", "Female": "woman", "Male": "man"}


@pytest.fixture(scope="module")
def real(shared_data):
    yield from start("--source", str(shared_data))


@pytest.fixture(scope="module")
def cells(real):
    def read(url, table):
        with psycopg.connect(url) as connection:
            cursor = connection.execute(f"select {KEY}, numerator, denominator, estimate, se, df, n from {table} where {WHOLE}")
            return {tuple(row[:6]): row[6:] for row in cursor}

    return {
        "published": read(real.instance.reader_url, "published.indicator"),
        "indicators": read(real.instance.warehouse_url, "indicators.fct_indicator"),
    }


@pytest.fixture(scope="module")
def withheld(real):
    """Why each withheld cell of the whole is, by the same key."""
    with psycopg.connect(real.instance.reader_url) as connection:
        cursor = connection.execute(f"select {KEY}, suppression_reason from published.indicator where {WHOLE} and is_suppressed")
        return {tuple(row[:6]): row[6] for row in cursor}


@pytest.fixture(scope="module")
def too_few(real):
    """The cells of the whole that are withheld for their own count."""
    few = "(n < 10 or n_positive between 1 and 4 or n - n_positive between 1 and 4)"
    with psycopg.connect(real.instance.warehouse_url) as connection:
        return set(connection.execute(f"select {KEY} from indicators.fct_indicator where {WHOLE} and {few}"))


def survey_key(row):
    agencies = yaml.safe_load((REPOSITORY / "catalogue/sources/kobo/fevs_2018.yml").read_text())["value_maps"]["agency"]
    level = {
        "component": "agency",
        "component_x_sex": "agency_gender",
        "agency_type_x_sex": "agency_type_gender",
        "sex": "gender",
    }
    is_agency = row["domain_type"].startswith("component")
    agency_type = "all" if row["agency_type"] == "" else row["agency_type"]
    return (
        INDICATORS[row["item"]],
        level.get(row["domain_type"], "all"),
        agencies[row["component"]] if is_agency else "all",
        agency_type,
        GENDERS[row["sex"]],
        2018,
    )


def test_survey_shares_and_standard_errors_equal_those_of_r(cells, withheld, too_few, shared_data):
    with (shared_data / "survey" / "fevs_2018_expected.csv").open() as file:
        rows = list(csv.DictReader(file))
    shown, with_another = 0, []
    for row in rows:
        key = survey_key(row)
        _, _, estimate, se, df, n = cells["indicators"][key]
        assert estimate / 100 == pytest.approx(float(row["estimate"]), abs=1e-9)
        assert se / 100 == pytest.approx(float(row["se"]), abs=1e-9)
        assert (df, n) == (int(row["df"]), int(row["n"]))
        sum_y, sum_w, public, public_se, public_df, public_n = cells["published"][key]
        assert sum_y is sum_w is public_se is public_df is None, "what would tell the base exactly stays inside"
        if public is not None:
            assert abs(public - estimate) <= 0.5 + 1e-9 and public == int(public)
            assert abs(public_n - n) <= 2 and public_n % 5 == 0
            shown += 1
        elif withheld.get(key) == WITH_ANOTHER and key not in too_few:
            with_another.append(key)
    assert len(rows) == 212
    assert shown + len(with_another) >= 200, "only a handful of cells of one small agency are withheld for their own sake"
    explained, others = set(too_few), {key for key, why in withheld.items() if why == WITH_ANOTHER}
    while more := {key for key in others - explained if any(is_part_beside(key, other) for other in explained)}:
        explained |= more
    assert set(with_another) <= explained, "each goes with one that is withheld for its own count, or with one that does"


def is_part_beside(key, other):
    """Whether two cells are parts of one figure: agencies of a country, or the sexes of one place."""
    code, level, agency, agency_type, gender, year = key
    if (other[0], other[5]) != (code, year):
        return False
    return (other[1], other[4]) == (level, gender) or (other[2], other[3]) == (agency, agency_type)


def test_headcounts_shares_and_separation_rates_equal_the_independent_script(cells, shared_data):
    with (shared_data / "hr" / "chicago_expected.csv").open() as file:
        rows = list(csv.DictReader(file))
    compared = 0
    for row in rows:
        year = int(row["year"])
        if row["measure"] == "women_share_pct":
            key = ("REP-01", "agency", "USA-CPD", "police", "all", year)
        elif row["measure"] == "separation_rate_per_100py":
            key = ("RET-01", "agency_gender", "USA-CPD", "police", GENDERS[{"F": "Female", "M": "Male"}[row["sex"]]], year)
        else:
            continue
        numerator, denominator, estimate, *_ = cells["indicators"][key]
        assert (numerator, denominator) == (float(row["numerator"]), float(row["denominator"]))
        assert estimate == float(row["value"])
        numerator, denominator, estimate, *_ = cells["published"][key]
        assert numerator == 5 * ((float(row["numerator"]) + 2) // 5)
        whole = float(row["denominator"])
        assert denominator == (5 * ((whole + 2) // 5) if key[0] == "REP-01" else round(whole))
        assert estimate == pytest.approx(100 * numerator / denominator, rel=1e-12)
        compared += 1
    assert compared == 16 + 12


def test_headcounts_by_sex_equal_the_independent_script(real, shared_data):
    with psycopg.connect(real.instance.warehouse_url) as connection:
        found = {
            (year, gender): n
            for year, gender, n in connection.execute(
                "select extract(year from period_date)::int, gender, sum(n_staff) from core.fct_headcount group by 1, 2"
            )
        }
    with (shared_data / "hr" / "chicago_expected.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["measure"] == "headcount" and row["sex"] != "all"]
    assert len(rows) == 32
    for row in rows:
        assert found[int(row["year"]), {"F": "woman", "M": "man"}[row["sex"]]] == float(row["value"])


def test_real_data_say_that_they_are_not_of_asean(real):
    with psycopg.connect(real.instance.reader_url) as reader:
        assert reader.execute("select distinct provenance from published.indicator").fetchall() == [("real",)]
        assert "United States" in reader.execute("select provenance_note from published.release_info").fetchone()[0]
