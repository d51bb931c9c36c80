"""What a report consists of, before it is laid out: the same parts become HTML and PDF."""

from __future__ import annotations

from dataclasses import dataclass, field

from publication.report.chart import Chart


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    words: str
    kind: str = field(default="text", init=False)


@dataclass(frozen=True)
class Points:
    """A list of short sentences."""

    sentences: tuple[str, ...]
    kind: str = field(default="points", init=False)


@dataclass(frozen=True)
class Heading:
    """What the parts that follow are about; `state` is how it stands, in a word or two."""

    words: str
    state: str = ""
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True)
class Table:
    """`widths` share the width of the page; the first row that is drawn is `head`, also on the next page."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    kind: str = field(default="table", init=False)


@dataclass(frozen=True)
class Picture:
    """A chart, and what it shows in words."""

    chart: Chart
    words: str
    kind: str = field(default="picture", init=False)


Part = Text | Points | Heading | Table | Picture


@dataclass(frozen=True)
class Section:
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Report:
    """`about` says of which release it is and when it was printed; it stands below the title, and `footer` on each page."""

    title: str
    about: str
    footer: str
    sections: tuple[Section, ...]
