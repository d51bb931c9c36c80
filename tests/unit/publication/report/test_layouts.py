"""The same report as HTML and as PDF: escaped, whole, with real text; and a chart whose places follow from its numbers."""

import datetime as dt
import re
from pathlib import Path

import pytest

from publication.report.chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, promise_chart
from publication.report.content import make_report
from publication.report.fonts import Fonts, NoFont, find_fonts, in_built_in
from publication.report.html import as_html
from publication.report.parts import Report, Section, Table, Text
from publication.report.pdf import as_pdf
from tests.unit.publication.report.rows import action, published

TODAY = dt.date(2026, 11, 28)


def test_every_text_is_escaped_and_nothing_is_fetched_from_elsewhere():
    wild = [action("x", TODAY, "done", what="<script>alert(1)</script>", owner='"><img src=x>', evidence="javascript:alert(1)")]
    page = as_html(make_report(published(actions=wild), TODAY))
    assert "<script" not in page and "<img" not in page and "&lt;script&gt;alert(1)" in page
    assert 'href="javascript' not in page and not re.search(r'(src|href)="https?://(?!example\.org)', page)


def test_evidence_that_is_an_address_is_a_link_and_any_other_is_text():
    page = as_html(make_report(published(), TODAY))
    assert '<a href="https://example.org/order-12">https://example.org/order-12</a>' in page
    said = as_html(make_report(published(actions=[action("x", TODAY, "done", evidence="https://a.org and more")]), TODAY))
    assert "https://a.org and more" in said and "<a href" not in said


def test_each_section_and_state_stands_in_the_page_and_no_line_break_parts_a_number_from_its_sign():
    page = as_html(make_report(published(), TODAY))
    titles = re.findall(r"<h2>(.*?)</h2>", page)
    assert titles == ["In brief", "Promises", "Actions", "Figures", "What is not known", "How to read this"]
    assert '<span class="state not-known">not known</span>' in page and page.count("<svg") == 2
    body = page.partition("</style>")[2]
    assert "13.4\u00a0%" in body and not re.search(r"\d %[^;]", body)


# 2022 to 2030 is drawn from LEFT to WIDTH - RIGHT; 12.4 to 30 between the round values 10 and 30, a step of 5.
def test_a_chart_has_its_points_where_their_numbers_are():
    chart = promise_chart(
        [(2022, 12.4), (2024, 15.0)],
        [(2022, 12.4), (2026, 20.0), (2030, 30.0)],
        [(2024, 15.0), (2040, 40.0)],
        [(2024, 14.0, 16.0)],
    )
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    assert chart.dots == ((LEFT, round(HEIGHT - BOTTOM - down * 2.4 / 20, 2)), (LEFT + across / 4, HEIGHT - BOTTOM - down / 4))
    assert chart.goals == ((LEFT + across / 2, HEIGHT - BOTTOM - down / 2), (LEFT + across, TOP))
    assert [line.kind for line in chart.lines] == ["grid"] * 5 + ["band", "promised", "observed"]
    assert [label.words for label in chart.labels][:5] == ["10", "15", "20", "25", "30"]
    assert [entry.words for entry in chart.key] == ["Promised", "As flows or trend lead", "Observed"]


def test_a_chart_needs_a_figure_and_one_is_enough():
    assert promise_chart([], [(2030, 30.0), (2030, 30.0)], [], []) is None
    chart = promise_chart([(2025, 30.0)], [(2025, 30.0), (2025, 30.0)], [], [])
    assert len(chart.dots) == 1 and all(0 <= y <= HEIGHT and 0 <= x <= WIDTH for x, y in (*chart.dots, *chart.goals))


def test_many_years_have_fewer_labels():
    chart = promise_chart([(2000 + n, 10.0 + n) for n in range(31)], [(2000, 10.0), (2030, 40.0)], [], [])
    years = [label.words for label in chart.labels if label.anchor == "middle"]
    assert years == ["2000", "2004", "2008", "2012", "2016", "2020", "2024", "2028"]


def test_the_font_is_the_one_that_is_named_or_found_or_the_built_in(tmp_path: Path):
    (tmp_path / "DejaVuSans.ttf").touch()
    (tmp_path / "NotoSansThai-Regular.ttf").touch()
    found = find_fonts(folders=[str(tmp_path)])
    assert found == Fonts(tmp_path / "DejaVuSans.ttf", tmp_path / "DejaVuSans.ttf", (tmp_path / "NotoSansThai-Regular.ttf",))
    named = tmp_path / "mine.ttf"
    with pytest.raises(NoFont, match=r"mine\.ttf is no file"):
        find_fonts(named, folders=[])
    named.touch()
    assert find_fonts(named, folders=[]) == Fonts(named, named)
    assert find_fonts(folders=[]) == Fonts()


def test_letters_that_the_built_in_font_lacks_are_refused_with_a_remedy():
    assert in_built_in("“30 %” – 3 ≥ 2…") == '"30 %" - 3 >= 2...'
    with pytest.raises(NoFont, match=r"writes 'ố' \(in \"số 12\"\)\. Name a TrueType font with --font"):
        in_built_in("số 12")


def test_a_pdf_has_real_text_and_a_table_goes_on_with_its_head_on_the_next_page():
    rows = tuple((f"action {n}", "x") for n in range(80))
    report = Report(
        "Road map: A",
        "Release 7",
        "A, release 7",
        (Section("Actions", (Text("Who does what"), Table("", ("What", "Due"), rows, (3, 1)))),),
    )
    made = as_pdf(report, Fonts(), TODAY, compress=False)
    assert made.startswith(b"%PDF-") and made == as_pdf(report, Fonts(), TODAY, compress=False)
    for words in (b"(Road map: A)", b"(Who does what)", b"(action 0)", b"(action 79)"):
        assert words in made
    n_pages = len(re.findall(rb"/Type /Page\b", made))
    assert n_pages > 1 and made.count(b"(What)") == n_pages == made.count(b"(A, release 7)")


def test_a_whole_report_becomes_a_pdf():
    made = as_pdf(make_report(published(), TODAY), Fonts(), TODAY, compress=False)
    for words in (b"(MISSED)", b"(In brief)", b"(What is not known)", b"(Milestones)"):
        assert words in made
