"""Which rows of a release are drawn, and which stay apart."""

from publication.drawing.release import drawing_rows


def counted(**given):
    neutral = {
        "country_code": "THA", "country": "Thailand", "period_year": 2020, "measure": "victims_detected", "gender": "all",
        "age_group": "all", "breakdown": "none", "breakdown_value": "all", "count_low": 20, "count_high": 20, "rate_low": None, "rate_high": None,
        "source": "UNODC", "provenance": "real",
    }  # fmt: skip
    return neutral | given


def police(**given):
    neutral = {
        "country_code": "THA", "country": "Thailand", "period_year": 2019, "women_pct": 8.0, "agencies_pct": None, "agencies_year": None,
        "n_agencies": None, "agencies_provenance": None, "source": "UNSD", "provenance": "real",
    }  # fmt: skip
    return neutral | given


def said(rows, chart):
    return {row["country_name"]: row["plain_text"] for row in rows if row["chart"] == chart and row["country_code"] != "all"}


def test_a_release_without_trafficking_and_police_has_keys_alone():
    rows = drawing_rows([], [], [])
    assert {row["country_code"] for row in rows} == {"all"}
    assert [row["chart"] for row in rows] == ["officers", "officers", "victims", "accused"]
    assert all(set(row) == {"chart", "row_no", "country_code", "country_name", "html", "plain_text"} for row in rows)


def test_parts_by_exploitation_and_unknown_sexes_are_not_drawn_a_second_time():
    rows = drawing_rows(
        [
            counted(),
            counted(breakdown="exploitation", breakdown_value="forced_labour"),
            counted(gender="missing"),
            counted(age_group="missing"),
            counted(measure="offences_recorded"),
        ],
        [],
        [],
    )
    assert said(rows, "victims") == {
        "Thailand": "Thailand: 2020: 20 detected. 2020: Other, or not stated 20; All 20. None by sex."
    }


def test_bounds_of_the_release_are_those_of_the_drawing():
    rows = drawing_rows([counted(count_low=1.0, count_high=4.0)], [], [])
    assert "2020: 1–4 detected." in said(rows, "victims")["Thailand"]


OWN = {"agencies_pct": 12.4, "agencies_year": 2025, "n_agencies": 3, "agencies_provenance": "real"}
BY_SEX = [counted(gender="woman"), counted(gender="man")]


def test_the_agencies_share_stands_before_the_uns_where_both_are_real():
    assert said(drawing_rows(BY_SEX, [], [police(**OWN)]), "officers") == {
        "Thailand": "Thailand: Staff of 3 police agencies, 2025: 12 % women. Police officers (UN), 2019: 8 % women."
        " Victims 2020: 50 % women and girls (20 of 40 whose sex is known)."
    }
    assert "Staff of 1 police agency, 2025" in str(drawing_rows(BY_SEX, [], [police(**OWN | {"n_agencies": 1})]))


def test_officers_of_invented_agencies_stand_next_to_no_real_victim():
    rows = drawing_rows(BY_SEX, [], [police(**OWN | {"agencies_provenance": "synthetic"})])
    found = said(rows, "officers")
    assert "Staff" not in found["Thailand"] and "Police officers (UN), 2019: 8 %" in found["Thailand"]
    assert found["Thailand (synthetic)"].endswith(
        "Staff of 3 police agencies, 2025: 12 % women. Victims: no year with ten or more by sex."
    )
    assert list(said(rows, "victims")) == ["Thailand"], "countries of officers alone are no rows of victims"


def test_police_of_countries_that_report_no_trafficking_are_left_out():
    rows = drawing_rows(BY_SEX, [], [police(country_code="ALB", country="Albania"), police()])
    assert list(said(rows, "officers")) == ["Thailand"]


def test_each_chart_cites_its_sources_once():
    rows = drawing_rows(
        [*BY_SEX, counted(measure="persons_convicted", source="UNODC, other")], [], [police(), police(period_year=2018)]
    )
    keys = {row["chart"]: row["plain_text"] for row in rows if row["row_no"] == 0}
    ends = {"officers": "Sources: UNODC; UNSD.", "victims": "Sources: UNODC.", "accused": "Sources: UNODC, other."}
    assert {chart: text.endswith(ends[chart]) for chart, text in keys.items()} == dict.fromkeys(ends, True)


def trend(**given):
    neutral = {
        "country_code": "THA", "country": "Thailand", "measure": "victims_detected", "gender": "all", "age_group": "all",
        "breakdown": "none", "first_year": 2012, "last_year": 2021, "change_pct": -3.4, "change_low_pct": -9.1, "change_high_pct": 4.4,
        "unavailable_reason": None, "provenance": "real",
    }  # fmt: skip
    return neutral | given


def test_the_newest_rate_and_the_trends_of_all_and_of_women_are_said_with_their_bounds():
    rows = [
        counted(rate_low=0.1874, rate_high=0.1874, period_year=2020),
        counted(rate_low=12.3, rate_high=15.6, period_year=2021),
    ]
    trends = [
        trend(gender="woman", change_pct=2.2, change_low_pct=-1.6, change_high_pct=6.0),
        trend(), trend(gender="man"), trend(age_group="child"), trend(breakdown="exploitation"), trend(measure="persons_convicted"),
    ]  # fmt: skip
    text = said(drawing_rows(rows, trends, []), "victims")["Thailand"]
    assert text.startswith(
        "Thailand: 2021: 20 detected, 12 to 16 per 100,000 people. Change a year with its 95 % interval: all 2012–2021 -3.4 % (-9.1 to +4.4);"
        " women and girls 2012–2021 +2.2 % (-1.6 to +6.0). 2020: "
    )
    assert "0.19 per 100,000 people" in said(drawing_rows(rows[:1], [], []), "victims")["Thailand"]


def test_a_trend_of_nearly_nothing_has_no_minus_before_its_nought():
    text = said(drawing_rows([counted()], [trend(change_pct=-0.04, change_low_pct=-0.02)], []), "victims")["Thailand"]
    assert "all 2012–2021 +0.0 % (+0.0 to +4.4)" in text


def test_a_series_without_a_trend_says_why():
    reason = "not available: needs 5 years, and 3 are there"
    gone = trend(change_pct=None, change_low_pct=None, change_high_pct=None, unavailable_reason=reason)
    assert f"Trend {reason}." in said(drawing_rows([counted()], [gone], []), "victims")["Thailand"]
