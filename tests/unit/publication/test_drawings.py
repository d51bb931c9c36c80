"""The drawings of trafficking: what each row shows and says, read from its HTML by a parser that is not ours."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from publication.drawing.accused import accused
from publication.drawing.counts import Count
from publication.drawing.figures import Figure, Officers, Place, places_of
from publication.drawing.officers import officers_and_victims
from publication.drawing.victims import victims

LAOS, THAILAND = Place("LAO", "Lao PDR", "real"), Place("THA", "Thailand", "real")
HOSTILE = Place("XXX", """<script>alert("1")</script>' onload='x & <b>""", "real")
VOID = {"br", "hr", "img", "input"}


class Page(HTMLParser):
    """The elements of a row with their classes and styles, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "|".join(self.texts)

    def heights(self, kind: str) -> list[float]:
        """In per cent, of the blocks of one class."""
        return [self.number(style, "height") for name, style in self.styled() if name == kind]

    def styled(self) -> list[tuple[str, str]]:
        return [(each.get("class") or "", each["style"] or "") for _, each in self.elements if "style" in each]

    @staticmethod
    def number(style: str, what: str) -> float:
        return float(re.search(rf"{what}:(-?[\d.]+)%", style)[1])


def figure(
    place: Place, year: int, gender: str, age: str, low: int, high: int | None = None, measure="victims_detected"
) -> Figure:
    return Figure(place, year, measure, gender, age, Count(low, low if high is None else high), "UNODC")


def by_sex(place: Place, year: int, women: int, men: int, measure: str = "victims_detected") -> list[Figure]:
    return [figure(place, year, "woman", "all", women, measure=measure), figure(place, year, "man", "all", men, measure=measure)]


def ages(place: Place, year: int, *counts: int) -> list[Figure]:
    keys = [("woman", "adult"), ("woman", "child"), ("man", "adult"), ("man", "child")]
    return [figure(place, year, *key, count) for key, count in zip(keys, counts, strict=True)]


EVERY_CHART = {
    "victims": lambda figures, officers, places: victims(figures, places),
    "accused": lambda figures, officers, places: accused(figures, places),
    "officers": officers_and_victims,
}


def every_row(figures=(), officers=(), places=None):
    places = places_of(figures, officers) if places is None else places
    return {chart: draw(figures, officers, places) for chart, draw in EVERY_CHART.items()}


@pytest.mark.parametrize("chart", EVERY_CHART)
def test_a_hostile_name_stays_text(chart):
    figures = [
        replace(each, measure=measure)
        for measure in ("victims_detected", "persons_suspected")
        for each in by_sex(HOSTILE, 2020, 30, 10)
    ]
    officers = [Officers(HOSTILE, 2020, 12.0, '<img src=x onerror="y">')]
    harmless = replace(HOSTILE, name="Thailand")
    rows = every_row(figures, officers)[chart]
    same = every_row([replace(each, place=harmless) for each in figures], [replace(officers[0], place=harmless, source="UN")])[
        chart
    ]
    for row, plain in zip(rows, same, strict=True):
        page = Page(row.html)
        assert page.elements == Page(plain.html).elements, "the name adds no element and no attribute"
        assert {tag for tag, _ in page.elements} <= {"div", "span", "b"}
        assert {name for _, each in page.elements for name in each} <= {"class", "style"}
    assert any(HOSTILE.name in Page(row.html).text for row in rows)


@pytest.mark.parametrize("chart", EVERY_CHART)
def test_each_row_is_whole_and_begins_as_superset_asks_and_has_a_place_and_a_plain_text(chart):
    figures = [*ages(THAILAND, 2019, 43, 60, 18, 13), *by_sex(LAOS, 2018, 30, 20)]
    rows = every_row(figures)[chart]
    assert [row.row_no for row in rows] == list(range(len(rows)))
    assert {row.chart for row in rows} == {chart}
    for row in rows:
        assert row.html.startswith("<div") and Page(row.html).open == []
        assert row.plain_text and "<" not in row.plain_text


def test_victims_stand_in_order_of_names_with_every_year_from_the_first_to_the_last_of_all():
    rows = victims([*by_sex(THAILAND, 2021, 30, 10), *by_sex(LAOS, 2018, 30, 20)], (LAOS, THAILAND))
    assert [row.country_code for row in rows] == ["all", "LAO", "THA"]
    for row in rows[1:]:
        assert "Year|2018|2019|2020|2021" in Page(row.html).text
    assert "No figure: 2019–2021." in rows[1].plain_text and "No figure: 2018–2020." in rows[2].plain_text


def test_columns_are_as_high_as_their_counts_and_the_greatest_year_is_full():
    [_, row] = victims([*ages(THAILAND, 2019, 10, 20, 5, 5), *ages(THAILAND, 2020, 40, 20, 10, 10)], (THAILAND,))
    page = Page(row.html)
    assert page.heights("tv-f tv-women") == [12.5, 50.0]
    assert page.heights("tv-f tv-girls") == [25.0, 25.0]
    assert sum(sum(page.heights(f"tv-f tv-{kind}")[1:]) for kind in ("women", "girls", "men", "boys")) == 100
    assert all(height == 0 for name, _ in page.styled() if "tv-q" in name for height in page.heights(name))


def test_a_count_with_bounds_is_solid_to_the_lower_and_hatched_to_the_upper_and_says_both():
    figures = [figure(THAILAND, 2020, "woman", "all", 16), figure(THAILAND, 2020, "man", "all", 1, 4)]
    [_, row] = victims(figures, (THAILAND,))
    page = Page(row.html)
    assert (page.heights("tv-f tv-males"), page.heights("tv-q tv-males")) == ([5.0], [15.0])
    assert "Men or boys|1–4" in page.text and "full height: 20" in page.text
    assert "80 to 94 % women and girls (16 of 17–20 whose sex is known)" in page.text
    assert "2020: Women or girls 16, Men or boys 1–4; All 17–20." in row.plain_text


def test_every_number_stands_under_its_year_and_adds_up():
    [_, row] = victims([*ages(THAILAND, 2019, 1540, 60, 18, 13), figure(THAILAND, 2021, "all", "all", 50)], (THAILAND,))
    text = Page(row.html).text
    assert "Women|1,540|·|·" in text and "Boys|13|·|·" in text
    assert "Other, or not stated|·|·|50" in text
    assert "All|1,631|·|50" in text
    assert "2021: 50 detected, in 2019 98 % women and girls" in text
    assert "No figure: 2020. Not by sex: 2021." in text


def test_a_country_without_figures_says_so_and_draws_nothing():
    rows = every_row(by_sex(THAILAND, 2020, 30, 10), places=(LAOS, THAILAND))
    row = rows["victims"][1]
    assert row.plain_text == "Lao PDR: no figure. No detected victims in the source."
    assert Page(row.html).styled() == []
    for row in rows["accused"][1:]:
        assert [row.plain_text.count(f"{name}: no figure.") for name in ("Suspected", "Prosecuted", "Convicted")] == [1, 1, 1]


@pytest.mark.parametrize("chart", EVERY_CHART)
def test_without_any_figure_a_chart_still_says_how_to_read_it(chart):
    rows = every_row()[chart]
    assert rows[0].country_code == "all" and Page(rows[0].html).text
    assert not [row for row in rows if row.country_code != "all"]


def test_only_invented_figures_are_called_synthetic():
    invented = replace(THAILAND, provenance="synthetic")
    marked = every_row(by_sex(invented, 2020, 30, 10), [Officers(invented, 2020, 9.0, "UN")])
    for chart in EVERY_CHART:
        key, row, *_ = marked[chart]
        assert "Synthetic data." in Page(key.html).text and "(synthetic)" in key.plain_text
        assert "Thailand (synthetic)" in row.plain_text and "Thailand (synthetic)" in Page(row.html).text
    plain = [row for rows in every_row(by_sex(THAILAND, 2020, 30, 10)).values() for row in rows]
    assert "ynthetic" not in "".join(row.html + row.plain_text for row in plain)


def test_the_accused_are_told_apart_by_stage_each_with_its_newest_share():
    figures = [
        *by_sex(THAILAND, 2020, 30, 70, "persons_suspected"),
        *by_sex(THAILAND, 2021, 12, 8, "persons_convicted"),
        figure(THAILAND, 2022, "all", "all", 9, measure="persons_convicted"),
    ]
    [_, row] = accused(figures, (THAILAND,))
    assert "Suspected: in 2020, 30 % women and girls (30 of 100 whose sex is known)." in row.plain_text
    assert "Prosecuted: no figure." in row.plain_text
    assert "Convicted: in 2021, 60 % women and girls (12 of 20 whose sex is known)." in row.plain_text
    assert "Not by sex: 2022." in row.plain_text
    page = Page(row.html)
    assert page.heights("tv-f tv-females") == [30.0, 60.0] and page.heights("tv-f tv-males") == [70.0, 40.0]


def test_the_accused_are_drawn_for_ten_years_and_written_for_all():
    figures = [each for year in range(2008, 2022) for each in by_sex(THAILAND, year, 30, 70, "persons_prosecuted")]
    [_, row] = accused(figures, (THAILAND,))
    page = Page(row.html)
    assert "Year|2012|2013|2014|2015|2016|2017|2018|2019|2020|2021" in page.text and "2011" not in page.text
    assert all(f"{year}: Women or girls 30" in row.plain_text for year in range(2008, 2022))


def position(row, name: str) -> float:
    [style] = [style for each, style in Page(row.html).styled() if each == name]
    return Page.number(style, "left")


def test_officers_and_victims_stand_on_one_scale_with_what_the_bounds_leave_open():
    figures = [figure(THAILAND, 2020, "woman", "all", 16), figure(THAILAND, 2020, "man", "all", 1, 4)]
    row = officers_and_victims(figures, [Officers(THAILAND, 2022, 9.0, "UN")], (THAILAND,))[1]
    low, high = 100 * 16 / 20, 100 * 16 / 17
    assert position(row, "tv-do") == 9 and position(row, "tv-dv") == round((low + high) / 2, 2)
    assert position(row, "tv-db") == low and position(row, "tv-dn") == 9
    [line] = [style for name, style in Page(row.html).styled() if name == "tv-dn"]
    assert Page.number(line, "width") == round((low + high) / 2 - 9, 2), "the line reaches from one to the other"
    assert "Police officers (UN), 2022: 9 % women." in row.plain_text
    assert "Victims 2020: 80 to 94 % women and girls (16 of 17–20 whose sex is known)." in row.plain_text


def test_the_widest_distance_comes_first_and_those_with_nothing_last():
    more = [Place(code, code, "real") for code in ("AAA", "BBB", "CCC", "DDD")]
    _, one_side, near, wide = more
    figures = [*by_sex(one_side, 2020, 30, 10), *by_sex(near, 2020, 20, 80), *by_sex(wide, 2020, 90, 10)]
    officers = [Officers(near, 2020, 40.0, "UN"), Officers(wide, 2020, 10.0, "UN")]
    rows = officers_and_victims(figures, officers, tuple(more))
    assert [row.country_code for row in rows] == ["all", "DDD", "CCC", "BBB", "AAA", "all"]
    assert "no figure on women among them" in rows[3].plain_text and "no year with ten or more by sex" in rows[4].plain_text


def test_paritys_newest_figure_goes_before_the_uns_newest_and_both_are_shown():
    officers = [
        Officers(THAILAND, 2022, 11.0, "UN"), Officers(THAILAND, 2019, 8.0, "Parity", 3),
        Officers(THAILAND, 2021, 10.0, "UN"), Officers(THAILAND, 2018, 7.0, "Parity", 2),
    ]  # fmt: skip
    key, row, _ = officers_and_victims([], officers, (THAILAND,))
    assert "Staff of 3 police agencies, 2019: 8 % women. Police officers (UN), 2022: 11 % women." in row.plain_text
    assert key.plain_text.endswith("Sources: Parity; UN.")
    assert position(row, "tv-do") == 8 and position(row, "tv-du") == 11
    assert {name for name, _ in Page(row.html).styled()} == {"tv-do", "tv-du"}, "no line where there is no other end"
