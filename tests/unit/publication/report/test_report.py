"""The report says what the published rows say, in words, and marks what is late, missing or not known."""

import datetime as dt

import pytest

from publication.report.content import make_report
from publication.report.figures import sort_figures
from publication.report.parts import Heading, Picture, Points, Table, Text
from publication.report.read import Place
from publication.report.words import day, figure, number
from tests.unit.publication.report.rows import ACTIONS, FIGURES, PROMISE, published
from tests.unit.publication.report.rows import figure as row

TODAY = dt.date(2026, 11, 28)


def section(title, **changes):
    [found] = [each for each in make_report(published(**changes), TODAY).sections if each.title == title]
    return found.parts


def tables(parts):
    return {part.title: part for part in parts if isinstance(part, Table)}


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(13.4, "pct", "13.4 %"), (62.0, "pct", "62 %"), (-0.04, "percentage points", "0 points"), (1.27, "ratio", "1.27"), (7.0, "years", "7"),
     (0.5, "per 100 person-years", "0.5"), (10.0, "pct", "10 %")],
)  # fmt: skip
def test_a_number_is_written_in_its_unit(value, unit, said):
    assert number(value, unit) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"estimate": 62.0, "ci_low": 57.0, "ci_high": 67.0}, "62 % (57 to 67 %)"),
        ({"estimate": 13.4}, "13.4 %"),
        ({"status": "bounded", "ci_low": 0.0, "ci_high": 8.0}, "under 8 %"),
        ({"status": "bounded", "ci_low": 92.0, "ci_high": 100.0}, "over 92 %"),
        ({"status": "few"}, "fewer than 5 people"),
        ({"status": "suppressed"}, ""),
    ],
)
def test_a_figure_has_its_interval_or_its_bound_or_nothing(changes, said):
    assert figure(row("XYZ-01", 2025, None) | changes) == said


def test_it_begins_with_what_a_minister_asks():
    [points] = section("In brief")
    assert points == Points(
        (
            "3 promises: 1 behind, 1 missed, 1 not known.",
            "Women are 13.4 % of staff at the end of 2025.",
            "4 actions: 1 done, 1 under way, 1 planned, 1 dropped; 1 overdue.",
            "3 indicators with a figure, 2 without.",
        )
    )


def test_a_promise_has_its_author_state_milestones_history_and_scenarios():
    parts = section("Promises")
    headings = [(part.words, part.state) for part in parts if isinstance(part, Heading)]
    assert headings == [
        ("Women's share of personnel: 15 % by the end of 2025", "missed"),
        ("Women's share of personnel: 30 % by the end of 2030", "behind"),
        ("Women in command: 20 % by the end of 2032", "not known"),
    ]
    facts = [part.sentences for part in parts if isinstance(part, Points)]
    assert facts[1] == (
        "Promised by Invented: Commissioner-General's office on 8 March 2023. In: Invented: pledge 30 % by 2030",
        "Framework: ASEAN Regional Plan of Action on Women, Peace and Security",
        "Promised first: 35 % by the end of 2029",
    )
    found = tables(parts)
    assert found["Milestones"].rows == (("2025", "20 %", "13.4 %", "missed"), ("2027", "25 %", "", "to come"))
    [change] = found["History"].rows
    assert change == (
        "2 May 2024",
        "35 % became 30 %; due 2029 became 2030",
        "The five-year budget allows fewer new posts (Invented: decree 7/2024)",
    )
    assert [cells[0] for cells in found["What would have to change"].rows] == [
        "Flows as they are",
        "Half of those hired are women",
    ]
    scenarios = [part for part in parts if isinstance(part, Table) and part.title == "What would have to change"]
    assert len(scenarios) == 1, "a promise that was missed is not projected any more"
    assert sum(isinstance(part, Picture) for part in parts) == 2, "without a figure there is nothing to draw"


def test_a_promise_that_was_withdrawn_or_deleted_says_so():
    gone = PROMISE | {
        "state": "withdrawn",
        "is_in_catalogue": False,
        "withdrawn_document": "decree 9",
        "words": "Withdrawn on 2026-01-01: x.",
    }
    parts = section("Promises", promises=[gone])
    [facts] = [part.sentences for part in parts if isinstance(part, Points)]
    assert "Withdrawn in: decree 9" in facts
    assert facts[-1] == "The promise was deleted from the catalogue. It stands here as earlier releases held it."
    assert "What would have to change" not in tables(parts)


def test_actions_say_what_is_overdue_and_why_one_was_dropped():
    [table] = section("Actions")
    assert [cells[-3:] for cells in table.rows] == [
        ("30 June 2025", "done", "https://example.org/order-12"),
        ("30 June 2026", "planned, overdue", ""),
        ("31 December 2027", "under way", ""),
        ("31 December 2025", "dropped: The rule stands in a law", ""),
    ]
    on_the_day = [ACTIONS[1] | {"due_date": TODAY}]
    [table] = section("Actions", actions=on_the_day)
    assert table.rows[0][-2] == "planned"


def test_each_indicator_has_one_row_with_its_newest_year():
    found = tables(section("Figures"))
    assert found["Representation"].rows == (
        ("REP-01 Women's share of personnel", "2025", "13.4 %", "", "", "13.2 % (2024)", "30 % by 2030 (30x30)"),
    )
    assert found["Retention and attrition"].rows[0][:3] == (
        "RET-04 Ratio of separation rates (ratio)",
        "2025",
        "1.27 (0.91 to 1.78)",
    )
    assert found["Harassment and complaint handling"].rows[0][2:5] == ("62 % (57 to 67 %)", "48 % (41 to 55 %)", "under 8 %")


def test_of_a_country_it_says_how_many_agencies_stand_behind_a_figure():
    country = Place("THA", "all", "Thailand")
    figures = [row("REP-01", 2025, 15.0, n_agencies=2, n_agencies_missing=1)]
    [cells] = tables(section("Figures", place=country, figures=figures))["Representation"].rows
    assert cells[0] == "REP-01 Women's share of personnel [2 agencies, 1 missing]"
    heading = next(part for part in section("Promises", place=country) if isinstance(part, Heading))
    assert heading.words == "Thailand Police (synthetic): Women's share of personnel: 15 % by the end of 2025"
    [table] = section("Actions", place=country)
    assert table.rows[0][0] == "Thailand Police (synthetic): Women's share of personnel: 30 % by the end of 2030"


def test_what_is_not_known_is_listed_by_its_reason():
    found = tables(section("What is not known"))
    assert found[""].rows == (
        ("Not available: needs answers", "DEP-06 Kit that fits"),
        ("Withheld: fewer than 10 staff", "PRO-01 Women in command"),
    )
    [promise] = found["Promises that cannot be judged"].rows
    assert promise == ("Women in command, 20 % by 2032", "Not known: the figure of 2025 is withheld (fewer than 10 staff).")
    [all_known] = section("What is not known", figures=FIGURES[:4], promises=[])
    assert all_known == Text("Every indicator of this place has a figure.")


def test_an_older_figure_stands_in_where_the_newest_year_has_none():
    figures = [row("REP-01", 2024, 13.2), row("REP-01", 2025, None)]
    [(years, newest)] = sort_figures(figures).told
    assert newest == 2024 and set(years) == {2024, 2025}


def test_a_flag_is_told_at_the_end():
    [points] = section("How to read this")
    assert points.sentences[-1] == "HAR-03 Trust in the complaint system, 2025: response rate under 30 %: read with care"


def test_a_place_without_anything_says_so():
    nothing = {
        "figures": [],
        "promises": [],
        "actions": [],
        "milestones": [],
        "changes": [],
        "scenarios": [],
        "lines": [],
        "series": [],
    }
    report = make_report(published(**nothing), TODAY)
    words = [part.words for each in report.sections for part in each.parts if isinstance(part, Text)]
    assert words[:3] == [
        "The current release holds no promise about this place.",
        "No action is published for the promises of this place.",
        "No figure about this place is published.",
    ]
    assert report.title == "Road map: Thailand Police (synthetic)"
    assert report.about.startswith(
        "Release 7, published on 27 November 2026, catalogue 2026.4. Printed on 28 November 2026. Synthetic data"
    )


def test_a_day_is_written_out():
    assert day(dt.date(2023, 3, 8)) == "8 March 2023" and day(None) == ""
