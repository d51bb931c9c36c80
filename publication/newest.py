"""What charts need of a release's cells: which year is the newest of a figure, which wave of a survey a cell is of, and a label for an axis.

A chart of several places shows one year. So the newest year is not that of a cell, but of a figure in all places of a kind: the last one in which
a cell says something and most places have arrived. A place that says nothing in it stays empty, and no older year takes its place. A mid-year is
never the newest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from publication.cell import GAP, YEAR, PublishedCell, Status
from publication.notes import is_years_end
from publication.waves import NO_WAVES, Waves

NOT_THERE = (Status.OPEN, Status.NOT_DEFINED, Status.NOT_AVAILABLE)
SAYS_NOTHING = (Status.SUPPRESSED, *NOT_THERE)
SYNTHETIC = " (synthetic)"
PLACES = ("country_code", "agency_code", "agency_type")
WHO = {"woman": "women", "man": "men", "other": "another gender", GAP: GAP}
SAID: dict[str, str] = {  # what stands behind the label of a cell without a number; of a bounded one its bound
    Status.FEW: "a few or none",
    Status.SUPPRESSED: "suppressed",
    Status.OPEN: "wave still open",
    Status.NOT_DEFINED: "not defined",
    Status.NOT_AVAILABLE: "not available",
}


def for_charts(rows: Sequence[PublishedCell], waves: Waves = NO_WAVES) -> list[PublishedCell]:
    """The cells of one whole release with `wave`, `is_newest` and `label`."""
    names = _agency_names(rows)
    rows = [replace(row, wave=wave(row, waves), agency_name=names.get(row.agency_code, row.agency_name)) for row in rows]
    newest = _newest(rows)
    labels = _labels(rows)
    return [
        replace(row, is_newest=row.period == YEAR and row.period_year == newest[_figure(row)], label=words)
        for row, words in zip(rows, labels, strict=True)
    ]


def _agency_names(rows: Sequence[PublishedCell]) -> dict[str, str]:
    """Names of the agencies that share one, made apart by their country or, in one country, by their codes: charts group bars and lines by name."""
    agencies = {row.agency_code: row for row in rows if row.agency_code != "all"}
    for known_by in (lambda row: f", {row.country_name or row.country_code}", lambda row: f" [{row.agency_code}]"):
        times = Counter(row.agency_name for row in agencies.values())
        agencies |= {
            code: replace(row, agency_name=_with(row.agency_name, known_by(row)))
            for code, row in agencies.items()
            if row.agency_name and times[row.agency_name] > 1
        }
    return {code: row.agency_name for code, row in agencies.items()}


def _with(name: str, mark: str) -> str:
    """The mark of provenance stays at the end, where charts take it off."""
    bare = name.removesuffix(SYNTHETIC)
    return f"{bare}{mark}{name[len(bare) :]}"


def wave(row: PublishedCell, waves: Waves) -> str | None:
    """The name of the survey's wave that the cell is of, as its contract says. A carried cell keeps the name that it was published under; one of no
    wave, such as a figure that is not available, has its year. Cells of other sources have none."""
    return (row.wave or waves.name_of(row) or str(row.period_year)) if row.source == "survey" else None


def label(row: PublishedCell, mark: str = "") -> str:
    """Place, people, value of a breakdown, year or wave and indicator in one line, and in brackets at its end why there is no number."""
    parts = [_place(row), *_people(row), _when(row)]
    said = _said(row)
    return f"{', '.join(parts)} · {row.indicator_code}{mark}" + (f" ({said})" if said else "")


def _newest(rows: Sequence[PublishedCell]) -> dict[tuple[Any, ...], int]:
    """Each figure's newest year in which a cell says something; where none ever does, its last year.

    A year of staff figures counts once more than half as many places have arrived as in the year before. Otherwise the first agency of a new year
    would empty the charts of all others.
    """
    families: dict[tuple[Any, ...], list[PublishedCell]] = defaultdict(list)
    for row in rows:
        if row.period == YEAR:
            families[_figure(row)].append(row)
    newest = {}
    for figure, family in families.items():
        there: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
        for row in family:
            if row.status not in NOT_THERE:
                there[row.period_year].add(tuple(getattr(row, name) for name in PLACES))
        saying = sorted({row.period_year for row in family if row.status not in SAYS_NOTHING}, reverse=True)
        arrived = (year for year in saying if family[0].source == "survey" or 2 * len(there[year]) > len(there.get(year - 1, ())))
        newest[figure] = next(arrived, saying[0] if saying else max(row.period_year for row in family))
    return newest


def _figure(row: PublishedCell) -> tuple[Any, ...]:
    """The same figure in all places of one kind. Women, men and the gap between them have one newest year."""
    kind_of_place = tuple(getattr(row, name) == "all" for name in PLACES)
    return (row.indicator_code, row.source, row.provenance, kind_of_place, row.grade_band == "all", row.breakdown)


def _place(row: PublishedCell) -> str:
    """Totals never mix what is synthetic with what is real; an agency's own name says which it is."""
    if row.agency_code != "all":
        return row.agency_name or row.agency_code
    kind = f"agencies of type {_words(row.agency_type)}"
    if row.country_code != "all":
        name = row.country_name if row.agency_type == "all" else f"{row.country_name}: {kind}"
    else:
        name = "All agencies" if row.agency_type == "all" else kind.capitalize()
    return f"{name} ({row.provenance})" if row.provenance != "real" else name


def _people(row: PublishedCell) -> list[str]:
    people = [] if row.gender == "all" else [WHO.get(row.gender, _words(row.gender))]
    if row.grade_band != "all":
        people.append(f"{_words(row.grade_band)} grades")
    if row.breakdown != "none":
        by = _words(row.breakdown)
        people.append(f"by {by}" if row.breakdown_value == "all" else f"{by} {_words(row.breakdown_value)}")
    return people


def _when(row: PublishedCell) -> str:
    year = str(row.period_year)
    if row.period == YEAR and row.source.startswith("hr") and row.period_date is not None and not is_years_end(row.period_date):
        return f"{year} ({row.period_date.day} {row.period_date:%B})"
    if row.period != YEAR:
        return f"{row.period} {year}"
    if row.wave is None or year in row.wave:
        return row.wave or year
    return f"{row.wave} {year}"


def _said(row: PublishedCell) -> str:
    if row.status == Status.BOUNDED and row.ci_low is not None and row.ci_high is not None:
        unit = " %" if row.unit == "pct" else ""
        return f"over {row.ci_low:g}{unit}" if row.ci_low > 0 else f"under {row.ci_high:g}{unit}"
    return SAID.get(row.status, "")


def _labels(rows: Sequence[PublishedCell]) -> list[str]:
    """Labels that two cells would share, as two places may bear one name, get the cells' ids."""
    labels = [label(row) for row in rows]
    times = Counter(labels)
    return [words if times[words] == 1 else label(row, f" [{row.cell_id}]") for row, words in zip(rows, labels, strict=True)]


def _words(code: str) -> str:
    return code.replace("_", " ")
