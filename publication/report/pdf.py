"""A report as PDF with real text, which can be searched, copied and read aloud. Charts are drawn as lines, from the same coordinates as in HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from publication.report.chart import Chart, Point
from publication.report.fonts import Fonts, in_built_in
from publication.report.parts import Heading, Part, Picture, Points, Report, Table, Text
from publication.report.words import together

if TYPE_CHECKING:
    from fpdf import FPDF

MARGIN = 16.0
INK, QUIET, RULE = (27, 31, 36), (87, 96, 106), (208, 215, 222)
STATE = {"kept": (23, 105, 44), "on course": (23, 105, 44), "missed": (161, 38, 13), "behind": (161, 38, 13)}
STYLES: dict[str, tuple[tuple[int, int, int], float]] = {  # colour and width in mm
    "grid": (RULE, 0.2), "band": (QUIET, 0.25), "observed": (INK, 0.6), "promised": ((179, 84, 30), 0.45), "expected": ((31, 111, 178), 0.5),
}  # fmt: skip
BODY, SMALL = 10.0, 8.5
LEAST_ROOM = 28.0  # mm below a heading, without which it goes to the next page
FAMILY, BUILT_IN = "report", "helvetica"


def as_pdf(report: Report, fonts: Fonts, made: dt.date, *, compress: bool = True) -> bytes:
    """Raises NoFont where a letter cannot be written. `made` stands in the file as the day on which it was printed."""
    pdf = _opened(report, fonts, made)
    pdf.set_compression(compress)
    page = _Page(pdf, fonts)
    page.write(report.title, 20, bold=True)
    page.write(report.about, SMALL, colour=QUIET)
    for section in report.sections:
        page.section(section.title)
        for part in section.parts:
            page.draw(part)
    return bytes(pdf.output())


def _opened(report: Report, fonts: Fonts, made: dt.date) -> FPDF:
    from fpdf import FPDF

    class Numbered(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font(_family(fonts), "", 8)
            self.set_text_color(*QUIET)
            footer = report.footer if fonts.regular else in_built_in(report.footer)
            self.cell(0, 5, footer)
            self.set_x(-MARGIN - 30)
            self.cell(30, 5, f"{self.page_no()} / {{nb}}", align="R")

    pdf = Numbered(format="A4")
    pdf.set_margins(MARGIN, MARGIN)
    pdf.c_margin = 0
    pdf.set_auto_page_break(True, MARGIN + 4)
    pdf.set_title(report.title)
    pdf.set_lang("en")
    pdf.set_creation_date(dt.datetime(made.year, made.month, made.day, tzinfo=dt.UTC))
    if fonts.regular is not None:
        pdf.add_font(FAMILY, "", fonts.regular)
        pdf.add_font(FAMILY, "B", fonts.bold or fonts.regular)
        for number, other in enumerate(fonts.others):
            pdf.add_font(f"other{number}", "", other)
        pdf.set_fallback_fonts([f"other{number}" for number in range(len(fonts.others))], exact_match=False)
    pdf.add_page()
    return pdf


def _family(fonts: Fonts) -> str:
    return FAMILY if fonts.regular else BUILT_IN


class _Page:
    """Where the next part is drawn."""

    def __init__(self, pdf: Any, fonts: Fonts) -> None:
        self._pdf, self._fonts = pdf, fonts

    def draw(self, part: Part) -> None:
        match part:
            case Heading():
                self._heading(part)
            case Text():
                self.write(part.words, BODY)
            case Points():
                for sentence in part.sentences:
                    self._point(sentence)
            case Table():
                self._table(part)
            case Picture():
                self._picture(part)

    def write(
        self, words: str, size: float, *, bold: bool = False, colour: Sequence[int] = INK, indent: float = 0, after: float = 1.2
    ) -> None:
        pdf = self._pdf
        self._style(size, bold=bold, colour=colour)
        pdf.set_x(MARGIN + indent)
        pdf.multi_cell(pdf.epw - indent, size * 0.5, self._letters(words), align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(after)

    def _point(self, sentence: str) -> None:
        self._room(BODY)
        self._style(BODY)
        self._pdf.set_x(MARGIN + 2)
        self._pdf.cell(3, BODY * 0.5, self._letters("•"))
        self.write(sentence, BODY, indent=5, after=0.6)

    def section(self, title: str) -> None:
        pdf = self._pdf
        self._room(LEAST_ROOM)
        pdf.ln(4)
        self.write(title, 14, bold=True, after=0.6)
        pdf.set_draw_color(*INK)
        pdf.set_line_width(0.4)
        pdf.line(MARGIN, pdf.get_y(), MARGIN + pdf.epw, pdf.get_y())
        pdf.ln(2)

    def _heading(self, heading: Heading) -> None:
        self._room(LEAST_ROOM)
        self._pdf.ln(2.5)
        self.write(heading.words, 11, bold=True, after=0.3)
        if heading.state:
            self.write(heading.state.upper(), SMALL, bold=True, colour=STATE.get(heading.state, QUIET), after=0.6)

    def _table(self, table: Table) -> None:
        from fpdf.enums import TableBordersLayout
        from fpdf.fonts import FontFace

        pdf = self._pdf
        if table.title:
            self._room(LEAST_ROOM)
            pdf.ln(0.8)
            self.write(table.title, BODY, bold=True, after=0.2)
        self._style(SMALL)
        pdf.set_draw_color(*RULE)
        pdf.set_line_width(0.2)
        with pdf.table(
            col_widths=table.widths,
            text_align="LEFT",
            line_height=SMALL * 0.48,
            padding=(0.8, 1.8, 0.8, 0),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", color=QUIET),
            v_align="TOP",
        ) as drawn:
            for cells in (table.head, *table.rows):
                row = drawn.row()
                for words in cells:
                    row.cell(self._letters(words))
        pdf.ln(2.5)

    def _picture(self, picture: Picture) -> None:
        pdf, chart = self._pdf, picture.chart
        scale = min(pdf.epw, 165) / chart.width
        self._room(chart.height * scale + 4)
        top = pdf.get_y() + 1
        _Drawing(pdf, (MARGIN, top), scale, self._letters).draw(chart, lambda: self._style(7.5))
        pdf.set_y(top + chart.height * scale + 2)

    def _style(self, size: float, *, bold: bool = False, colour: Sequence[int] = INK) -> None:
        self._pdf.set_font(_family(self._fonts), "B" if bold else "", size)
        self._pdf.set_text_color(*colour)

    def _room(self, needed: float) -> None:
        if self._pdf.will_page_break(needed):
            self._pdf.add_page()

    def _letters(self, words: str) -> str:
        return together(words) if self._fonts.regular else in_built_in(words)


class _Drawing:
    """A chart on a page: `origin` and `scale` in mm."""

    def __init__(self, pdf: Any, origin: Point, scale: float, letters: Any) -> None:
        self._pdf, self._origin, self._scale, self._letters = pdf, origin, scale, letters

    def draw(self, chart: Chart, style: Any) -> None:
        pdf = self._pdf
        for line in chart.lines:
            self._line(line.kind, line.points)
        for entry in chart.key:
            self._line(entry.kind, (entry.at, (entry.at[0] + 22, entry.at[1])))
        pdf.set_fill_color(*INK)
        for x, y in map(self._at, chart.dots):
            pdf.ellipse(x - 0.8, y - 0.8, 1.6, 1.6, style="F")
        pdf.set_fill_color(255, 255, 255)
        pdf.set_draw_color(*STYLES["promised"][0])
        for x, y in map(self._at, chart.goals):
            pdf.rect(x - 0.9, y - 0.9, 1.8, 1.8, style="DF")
        style()
        for label in chart.labels:
            self._text(label.at, label.words, label.anchor)
        for entry in chart.key:
            self._text((entry.at[0] + 28, entry.at[1] + 3.5), entry.words, "start")

    def _at(self, point: Point) -> Point:
        return self._origin[0] + point[0] * self._scale, self._origin[1] + point[1] * self._scale

    def _line(self, kind: str, points: Sequence[Point]) -> None:
        colour, width = STYLES[kind]
        self._pdf.set_draw_color(*colour)
        self._pdf.set_line_width(width)
        self._pdf.set_dash_pattern(*((1.6, 1.3) if kind == "promised" else ()))
        self._pdf.polyline([self._at(point) for point in points])
        self._pdf.set_dash_pattern()

    def _text(self, at: Point, words: str, anchor: str) -> None:
        x, y = self._at(at)
        words = self._letters(words)
        x -= self._pdf.get_string_width(words) * {"start": 0, "middle": 0.5, "end": 1}[anchor]
        self._pdf.text(x, y, words)
