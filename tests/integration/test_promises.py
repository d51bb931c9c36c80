"""Promises on a real PostgreSQL: released with their state, kept where the catalogue loses them, and printed from the published views."""

from __future__ import annotations

import datetime as dt

import pytest
from typer.testing import CliRunner

from cli.main import app
from publication.releases import build_candidate, decide, publish
from publication.report.content import make_report
from publication.report.html import as_html
from publication.report.read import UnknownPlace, find_place, read_published
from tests.integration import made_cells
from tests.integration.made_cells import CATALOGUE, fill

connection = made_cells.connection
DAY, LATER, LAST = dt.date(2026, 5, 1), dt.date(2026, 6, 1), dt.date(2026, 7, 1)


def release(connection, today):
    number = build_candidate(connection, CATALOGUE, today=today)
    decide(connection, passed=True)
    publish(connection, number)
    return number


def promise(connection, value=30, due=2030):
    """One promise of the agency A1 in place of the one before, with a milestone, a change and an action."""
    connection.execute(
        "truncate indicators.ind_roadmap__promise, indicators.ind_roadmap__milestone, indicators.ind_roadmap__change,"
        " indicators.ind_roadmap__action, core.dim_country, core.dim_agency"
    )
    connection.execute(
        "insert into indicators.ind_roadmap__promise values ('pledge', 'REP-01', 'agency', 'THA', 'A1', 'synthetic', %s, %s, 'the cabinet',"
        " '2023-03-08', 'a plan', 'cedaw', 'CEDAW', null, null, null)",
        (value, due),
    )
    connection.execute("insert into indicators.ind_roadmap__milestone values ('pledge', 2025, 22), ('pledge', 2027, 25)")
    connection.execute(
        "insert into indicators.ind_roadmap__change values ('pledge', '2024-05-02', 35, 2029, 'the budget was cut', 'decree 7')"
    )
    connection.execute(
        "insert into indicators.ind_roadmap__action values ('pledge', 'quota', 0, 'Open the examination', 'Recruitment', '2025-06-30',"
        " 'planned', null, null)"
    )
    connection.execute("insert into core.dim_country values ('THA', 'Thailand')")
    connection.execute("insert into core.dim_agency values ('A1', 'Police', true)")
    connection.commit()


def published(connection, columns, table="promise"):
    return connection.execute(f"select {columns} from published.{table} order by 1").fetchall()


def changes(connection):
    return published(connection, "change_no, value_before, value_after, due_before, due_after, is_stated", "promise_change")


def test_a_release_judges_a_promise_by_its_own_figures_and_holds_all_that_belongs_to_it(connection):
    fill(connection, 20)
    promise(connection)
    first = release(connection, DAY)
    [row] = published(connection, "state, words, current_value, first_value, first_due_year, is_in_catalogue, agency_name")
    assert row == (
        "not known",
        "Not known: 20.0 % in 2025, and no earlier figure to compare it with (30 % by the end of 2030).",
        *(20.0, 35.0, 2029, True, "Police"),
    )
    assert published(connection, "milestone_year, state, current_value", "promise_milestone") == [
        (2025, "missed", 20.0),
        (2027, "to come", None),
    ]
    assert changes(connection) == [(1, 35.0, 30.0, 2029, 2030, True)]
    assert published(connection, "action, owner, state, agency_code", "promise_action") == [
        ("quota", "Recruitment", "planned", "A1")
    ]
    assert release(connection, LATER) == first, "another day alone makes no other release"


def test_what_the_catalogue_loses_or_edits_without_a_word_stays(connection):
    fill(connection, 20)
    promise(connection)
    release(connection, DAY)
    promise(connection, value=20, due=2025)
    release(connection, LATER)
    assert published(connection, "state, target_value, first_value") == [("kept", 20.0, 35.0)]
    assert changes(connection) == [(1, 35.0, 30.0, 2029, 2030, True), (2, 30.0, 20.0, 2030, 2025, False)]
    connection.execute("truncate indicators.ind_roadmap__promise, indicators.ind_roadmap__change")
    gone = release(connection, LAST)
    [row] = published(connection, "state, is_in_catalogue, withdrawn_date, words")
    assert row == (
        "withdrawn",
        False,
        LAST,
        "Withdrawn on 2026-07-01: Taken off the catalogue; no reason is stated.",
    )
    assert [change[0] for change in changes(connection)] == [1, 2]
    connection.execute(
        "truncate indicators.ind_roadmap__milestone, indicators.ind_roadmap__action"
    )  # as dbt does for a promise that is gone
    assert release(connection, LAST) == gone, "its milestones and actions stay with it"
    assert published(connection, "action, state, why", "promise_action") == [("quota", "planned", None)]
    assert release(connection, LAST + dt.timedelta(days=1)) == gone, "it is not withdrawn anew each day"


def test_a_milestone_or_an_action_that_a_standing_promise_loses_stays_over_two_releases(connection):
    fill(connection, 20)
    promise(connection)
    release(connection, DAY)
    connection.execute("truncate indicators.ind_roadmap__milestone, indicators.ind_roadmap__action")
    second = release(connection, LATER)
    kept = [(2025,), (2027,)], [("quota", "dropped", "Taken off the catalogue; no reason is stated")]

    def shown():
        return (
            published(connection, "milestone_year", "promise_milestone"),
            published(connection, "action, state, why", "promise_action"),
        )

    assert shown() == kept
    connection.execute(
        "update indicators.fct_indicator set numerator = numerator + 20, denominator = denominator + 20 where agency_code = 'A1'"
    )
    assert release(connection, LAST) > second
    assert shown() == kept


def test_a_figure_that_is_withheld_judges_no_promise(connection):
    fill(connection, 3)
    promise(connection)
    release(connection, DAY)
    [row] = published(connection, "state, current_value, words")
    assert row[:2] == ("not known", None) and "is withheld" in row[2]
    assert {value for _, value in published(connection, "milestone_year, current_value", "promise_milestone")} == {None}


def test_the_report_is_made_of_the_published_views(connection):
    fill(connection, 20)
    promise(connection)
    release(connection, DAY)
    place = find_place(connection, "police")
    assert (place.country, place.agency, place.is_country) == ("THA", "A1", False)
    [found] = read_published(connection, place)
    assert (found.provenance, len(found.figures), len(found.promises), len(found.actions)) == ("synthetic", 1, 1, 1)
    page = as_html(make_report(found, LAST))
    for words in (
        "Road map: Police",
        "planned, overdue",
        "35\u00a0% became 30\u00a0%; due 2029 became 2030",
        "1 indicator with a figure",
    ):
        assert words in page
    country = find_place(connection, "THA")
    [of_country] = read_published(connection, country)
    assert country.is_country and len(of_country.promises) == 1 and not of_country.figures
    with pytest.raises(UnknownPlace, match=r"'Tailand' is no country or agency of the current release\. Did you mean 'THA'\?"):
        find_place(connection, "Tailand")


def test_the_command_writes_a_whole_file_and_refuses_an_unknown_place(connection, warehouse, tmp_path, monkeypatch):
    fill(connection, 20)
    promise(connection)
    release(connection, DAY)
    connection.commit()
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
    out = tmp_path / "police.html"
    done = CliRunner().invoke(app, ["roadmap", "report", "A1", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "<h1>Road map: Police</h1>" in out.read_text(encoding="utf-8") and list(tmp_path.iterdir()) == [out]
    assert CliRunner().invoke(app, ["roadmap", "report", "A99"]).exit_code == 2
    nowhere = CliRunner().invoke(app, ["roadmap", "report", "A1", "--out", str(tmp_path / "no" / "x.html")])
    assert nowhere.exit_code == 2 and "Name a file in a folder" in nowhere.output
