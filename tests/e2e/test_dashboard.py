"""The dashboard in a real browser: everything drawn, no error, numbers equal to the release, filters at work.

Runs against the demonstration that all end-to-end tests share. Set PARITY_SCREENSHOTS to a folder to keep the screenshots.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from parity.settings import REPOSITORY
from stack.instance import ADMIN, Instance

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DASHBOARDS = {
    path.stem: yaml.safe_load(path.read_text()) for path in (REPOSITORY / "superset" / "assets" / "dashboards").glob("*.yaml")
}
FAILURES = re.compile(r"No results were returned|Unexpected error|Data error|Error:|An error occurred|Timeout error", re.I)
POOLED = """
    select {factor} * sum(numerator) / sum(denominator) from published.indicator
    where indicator_code = %(code)s and level = %(level)s and gender = %(gender)s
      and (%(country)s::text is null or country_name = %(country)s)
      and is_newest and numerator is not null
"""

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Debian's chromium is not installed: apt-get install chromium runs this test"
)
playwright = pytest.importorskip("playwright.sync_api")


def items(dashboard: str, kind: str) -> list[dict]:
    return [item for item in DASHBOARDS[dashboard]["position"].values() if isinstance(item, dict) and item["type"] == kind]


def tabs_of(dashboard: str) -> list[str]:
    """The names of its tabs in order, the first of which opens with it; of a dashboard without tabs, one without a name."""
    return [tab["meta"]["text"] for tab in items(dashboard, "TAB")] or [""]


def charts_of(dashboard: str, tab: str) -> list[str]:
    inside = [each["id"] for each in items(dashboard, "TAB") if each["meta"]["text"] == tab] or ["ROOT_ID"]
    return sorted(item["meta"]["sliceName"] for item in items(dashboard, "CHART") if inside[0] in item["parents"])


@pytest.fixture(scope="module")
def instance(demo) -> Instance:
    return demo.instance


def ask(instance: Instance, query: str, **values: object) -> float | None:
    """The one number that a query gives, asked as Superset's own role."""
    with psycopg.connect(instance.reader_url) as connection:
        row = connection.execute(query, values).fetchone()
    return None if row is None or row[0] is None else float(row[0])


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


class Reader:
    """A browser page with a dashboard, logged in by the form and drawn to its end, and the error answers that it got."""

    def __init__(self, browser: playwright.Browser, instance: Instance, dashboard: str = "enabling_environment") -> None:
        self.refused: list[tuple[int, str]] = []
        self.page = browser.new_page(viewport={"width": 1440, "height": 7600})
        self.page.on("response", lambda a: self.refused.append((a.status, a.url)) if a.status >= 400 else None)
        said: list[str] = []
        self.page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        base = instance.url("superset")
        self.page.goto(f"{base}/login/", wait_until="networkidle")
        self.page.fill("input[name=username], #username", ADMIN)
        self.page.fill("input[name=password], #password", instance.secrets["admin"])
        with self.page.expect_navigation(wait_until="load", timeout=60_000):
            self.page.keyboard.press("Enter")
        assert "/login" not in self.page.url, f"the login form comes back: {self.page.locator('body').inner_text()}"
        self.page.goto(f"{base}/superset/dashboard/{DASHBOARDS[dashboard]['slug']}/")
        try:
            self.page.locator("[data-test=dashboard-component-chart-holder]").first.wait_for(timeout=60_000)
        except playwright.TimeoutError:
            pytest.fail(
                f"no chart in 60 s; errors: {self.refused}, {said}; the page: {self.page.locator('body').inner_text()[:500]!r}"
            )
        wait_until_drawn(self.page, len(charts_of(dashboard, tabs_of(dashboard)[0])))

    def open(self, dashboard: str, tab: str) -> None:
        """Bring a tab to the front, drawn to its end."""
        if tab:
            self.page.locator("[role=tab]", has_text=tab).click()  # its name for screen readers has "Copy URL" in it
        wait_until_drawn(self.page, len(charts_of(dashboard, tab)))


@pytest.fixture(scope="module")
def reader(instance: Instance, browser: playwright.Browser) -> Reader:
    """One page for all tests that only look."""
    return Reader(browser, instance)


@pytest.fixture
def page(reader: Reader) -> playwright.Page:
    return reader.page


def wait_until_drawn(page: playwright.Page, n_charts: int) -> None:
    """Wait until every chart of the tab in front has drawn a canvas, a table or a number, and nothing there loads any more."""
    page.wait_for_function(
        """n => {
            const seen = what => [...document.querySelectorAll(what)].filter(one => one.getClientRects().length);
            const boxes = seen('[data-test-chart-name]');
            const drawn = box => box.querySelector('canvas, svg, table, .header-line, .ant-empty, [role=alert]');
            return boxes.length >= n && boxes.every(drawn) && !seen('.loading, .ant-spin-spinning').length;
        }""",
        arg=n_charts,
        timeout=90_000,
    )
    page.wait_for_timeout(1_200)  # the charts' entrance animation


def keep(page: playwright.Page, instance: Instance, name: str) -> None:
    folder = Path(os.environ.get("PARITY_SCREENSHOTS") or instance.home / "screenshots")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def holder(page: playwright.Page, chart: str) -> playwright.Locator:
    return page.locator(f'[data-test=dashboard-component-chart-holder]:has([data-test-chart-name="{chart}"])')


def headline(page: playwright.Page, chart: str) -> str:
    return holder(page, chart).locator(".header-line").first.inner_text().strip()


@pytest.mark.parametrize("dashboard, tab", [(dashboard, tab) for dashboard in DASHBOARDS for tab in tabs_of(dashboard)])
def test_every_chart_of_the_yaml_is_drawn_without_error(dashboard, tab, browser, instance):
    reader = Reader(browser, instance, dashboard)
    page = reader.page
    reader.open(dashboard, tab)
    keep(page, instance, f"{dashboard}_{tab.lower().replace(' ', '_')}".rstrip("_"))
    names = page.eval_on_selector_all(
        "[data-test-chart-name]", "all => all.filter(one => one.getClientRects().length).map(one => one.dataset.testChartName)"
    )
    assert sorted(set(names)) == charts_of(dashboard, tab)
    assert page.locator("[data-test=dashboard-component-chart-holder] [role=alert]").all_inner_texts() == []
    assert page.locator("[data-test=dashboard-component-chart-holder] .ant-empty").count() == 0
    assert not FAILURES.findall(page.locator("[data-test=grid-content]:visible").inner_text())
    assert reader.refused == []


def test_the_road_map_tells_each_promise_in_the_words_of_the_release(browser, instance):
    page = Reader(browser, instance, "road_map").page
    text = page.locator(
        '[data-test=dashboard-component-chart-holder]:has([data-test-chart-name="Where every promise stands"]) table'
    )
    with psycopg.connect(instance.reader_url) as connection:
        words = connection.execute("select words from published.roadmap where sort_order = 0").fetchall()
    shown = " ".join(text.all_inner_texts())  # the head is a table of its own
    assert words and all(sentence in shown for (sentence,) in words)
    assert headline(page, "Promises") == str(len(words))


@pytest.fixture(scope="module")
def trafficking(instance: Instance, browser: playwright.Browser) -> playwright.Page:
    """The tab of that name, for all tests that only look at it."""
    reader = Reader(browser, instance)
    reader.open("enabling_environment", "Trafficking")
    return reader.page


@pytest.mark.parametrize(
    "chart, title",
    [
        ("officers", "Women among officers and among detected victims"),
        ("victims", "Detected victims by sex and age"),
        ("accused", "Suspected, prosecuted and convicted, by sex"),
    ],
)
def test_the_tab_trafficking_shows_every_drawing_of_the_release_as_a_drawing(trafficking, instance, chart, title):
    query = "select country_name, html from published.drawing where chart = %s and country_code <> 'all' order by row_no"
    with psycopg.connect(instance.reader_url) as connection:
        rows = connection.execute(query, (chart,)).fetchall()
    box = holder(trafficking, title)
    assert len(rows) >= 8, "countries of ASEAN"
    assert box.locator(".tv b", has_text=re.compile(r"\w")).count() >= len(rows)
    shown = box.inner_text()
    places = [shown.index(name) for name, _ in rows]
    assert places == sorted(places) and "<div" not in shown
    assert "Synthetic data." in shown or not any("(synthetic)" in name for name, _ in rows)


def test_headline_numbers_are_those_of_the_release(page, instance):
    for chart, code, level, gender, factor in (
        ("Women serving", "REP-01", "agency", "all", 100),
        ("Women leading", "PRO-01", "agency", "all", 100),
        ("Women hired", "REC-02", "agency", "all", 100),
        ("Women leaving", "RET-01", "agency_gender", "woman", 100),
    ):
        expected = ask(instance, POOLED.format(factor=factor), code=code, level=level, gender=gender, country=None)
        assert headline(page, chart).rstrip("%") == f"{expected:.1f}", chart
    people = "select sum(n) from published.indicator where indicator_code = 'CUL-03' and level = 'agency' and is_newest"
    assert headline(page, "Respondents") == f"{ask(instance, people):,.0f}"


def test_each_cell_has_a_label_of_its_own_and_each_figure_one_newest_year(instance):
    assert ask(instance, "select count(*) - count(distinct label) from published.indicator") == 0
    several = """
        select count(*) from (
            select from published.indicator where is_newest and level = 'agency'
            group by indicator_code, source, provenance, breakdown having count(distinct period_year) > 1) as mixed
    """
    assert ask(instance, several) == 0


def test_headline_numbers_name_the_one_year_that_they_are_of(page, instance):
    for chart, code in (("Women serving", "REP-01"), ("Women hired", "REC-02"), ("Respondents", "CUL-03")):
        year = ask(
            instance,
            "select min(period_year) from published.indicator where indicator_code = %(code)s and level = 'agency' and is_newest",
            code=code,
        )
        assert f"{year:.0f}" in holder(page, chart).inner_text(), chart


def test_a_suppressed_gap_says_so_and_a_shown_one_has_its_interval(page, instance):
    with psycopg.connect(instance.reader_url) as connection:
        gaps = connection.execute(
            "select estimate, ci_low, ci_high from published.indicator where level = 'agency_gap' and source = 'survey' and is_newest"
            " and unit = 'pct' and direction = 'up' and tier = 'core'"
        ).fetchall()
    rows = holder(page, "Gap between women and men by agency (percentage points)").locator("tbody tr").all_inner_texts()
    assert gaps and len(rows) == len(gaps)
    assert sum("suppressed" in row for row in rows) == sum(estimate is None for estimate, _, _ in gaps)
    for estimate, low, high in gaps:
        assert estimate is None or any(f"{estimate:+.0f} ({low:+.0f} to {high:+.0f})" in row for row in rows)


def test_withheld_cells_say_so_and_show_no_number(page, instance):
    rows = page.locator('[data-test=dashboard-component-chart-holder]:has([data-test-chart-name^="All indicators"]) table')
    assert ask(instance, "select count(*) from published.indicator where is_suppressed and n is not null") == 0
    if not ask(instance, "select count(*) from published.indicator where is_suppressed"):
        pytest.skip("this release withholds nothing")
    page.get_by_placeholder(re.compile("records")).fill("withheld")
    page.wait_for_timeout(1_000)
    texts = rows.locator("tbody tr").all_inner_texts()
    assert texts and all("withheld: " in text and "N/A" in text for text in texts)
    page.get_by_placeholder(re.compile("records")).fill("")


def test_a_country_filter_leaves_that_country(browser, instance):
    reader = Reader(browser, instance)
    page = reader.page
    query = "select min(country_name) from published.indicator where indicator_code = 'REP-01' and level = 'agency'"
    with psycopg.connect(instance.reader_url) as connection:
        country = connection.execute(query).fetchone()[0]
    chooser = page.locator("[data-test=form-item-value]").first
    chooser.click()
    page.keyboard.type(country)
    page.locator(f'.ant-select-item-option[title="{country}"]').first.click()
    page.keyboard.press("Escape")
    page.locator("[data-test=filter-bar__apply-button]").click()
    page.wait_for_timeout(1_000)
    wait_until_drawn(page, len(charts_of("enabling_environment", "Staff and survey")))
    keep(page, instance, "enabling_environment_one_country")
    expected = ask(instance, POOLED.format(factor=100), code="REP-01", level="agency", gender="all", country=country)
    assert headline(page, "Women serving") == f"{expected:.1f}%"
    assert reader.refused == []
