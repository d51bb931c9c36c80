"""The invariants of what goes out: `published` is whole and true, the attacker finds nothing, and no figure moved because of a few people."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from benchmarks.long_run import ledger as ledgers
from benchmarks.long_run import survey, truth
from benchmarks.long_run.scene import Scene, different, rows
from benchmarks.long_run.steps import Release, Rollback
from benchmarks.long_run.truth import Version
from benchmarks.long_run.world import Row, World

TABLES = "select table_name from information_schema.views where table_schema = 'published' order by 1"
CONTENT = "select count(*)::int, coalesce(md5(string_agg(line::text, E'\\n' order by line::text)), '') from published.{} as line"
SHARES = """
select agency_code, grade_band, period_year, numerator, denominator, is_suppressed, suppression_reason
from published.indicator
where indicator_code = 'REP-01' and level in ('agency', 'agency_grade') and period = 'year' and unavailable_reason is null
"""
BASES = """
select agency_code, gender, period_year, n from published.indicator
where indicator_code = %s and level in ('agency', 'agency_gender') and agency_code <> 'all' and gender in ('woman', 'man') and grade_band = 'all'
    and breakdown = 'none' and not is_suppressed and unavailable_reason is null
"""
SHOWN = "select release_id from release.release where coalesce(shown_at, published_at) is not null order by 1"
MADE_OF = "select agency_code, period_date, content_sha256 from release.snapshot where release_id = %s and period = 'year'"
FIGURES = """
select cell_id, indicator_code, agency_code, period_year, is_suppressed, status, numerator, denominator, n, estimate, ci_low, ci_high
from release.indicator
where release_id = %s and source <> 'survey' and agency_code <> 'all' and period = 'year' and unavailable_reason is null
"""
OF_THE_YEAR_END = frozenset({"REP-01", "REP-03", "REP-04", "REP-05", "PRO-01", "PRO-02", "DEP-01", "DEP-02"})
RESPECT = "CUL-03"


def published_is_whole_and_true(scene: Scene) -> list[str] | None:
    """Readers hold the current release, row by row; and each share of women that it shows is that of the people of the version that should count."""
    if not any(isinstance(step.kind, Release) for step in scene.played):
        return None
    complaints = []
    for (table,) in scene.rows(TABLES):
        theirs, ours = (rows(url, CONTENT.format(table)) for url in (scene.place.readers_url, scene.place.url))
        complaints += different(f"rows and hash of published.{table} in the readers' database", theirs, ours)
    return [*complaints, *_shares(scene), *_bases(scene)]


def _shares(scene: Scene) -> list[str]:
    """Women's share by agency and year-end, whole and by band of grades."""
    played = truth.last_release(scene.played)
    expected = truth.counting(scene.world, played)
    found = {(agency, year, band): row for agency, band, year, *row in scene.rows_of_readers(SHARES)}
    complaints = []
    for (agency, year), version in expected.items():
        for band in truth.BANDS:
            share, row = truth.share(scene.world, version, band), found.get((agency, year, band))
            name = f"women's share of {agency} {year}, {band}"
            if row is None:
                complaints += [f"{name} is not published"] if band == "all" else []
                continue
            women, base, is_suppressed, why = row
            if is_suppressed:
                if band == "all" and share.may_be_shown:
                    complaints.append(f"{name} is suppressed ({why}), and {share} breaks no rule")
            elif not share.may_be_shown and share.women:
                complaints.append(f"{name} is shown ({women:g} of {base:g}), and {share} breaks a rule")
            else:
                complaints += different(f"{name}, of {version[2]}", (women, base), share.rounded)
    surplus = {(agency, year) for agency, year, _ in found} - expected.keys()
    return complaints + [f"{agency} {year} is published, and its year is not closed" for agency, year in sorted(surplus)]


def _bases(scene: Scene) -> list[str]:
    """Respondents of a closed wave, as they were when the wave was first released."""
    complaints = []
    expected = _respondents(scene)
    for agency, gender, year, n in scene.rows_of_readers(BASES, RESPECT):
        if (agency, gender, year) not in expected:
            complaints.append(f"respondents of {agency} {year}, {gender}: shown, and no such wave is closed")
        else:
            count = expected[agency, gender, year]
            complaints += different(f"respondents of {agency} {year}, {gender}", float(n), truth.round_to(count))
    return complaints


def _respondents(scene: Scene) -> dict[tuple[str, str, int], int]:
    """By agency, gender and year, at the first release after the wave's last day."""
    played = truth.last_release(scene.played)
    found: dict[tuple[str, str, int], int] = {}
    for wave in survey.waves(scene.world):
        first = next((n for n, step in enumerate(played) if isinstance(step.kind, Release) and step.today > wave.last_day), None)
        if first is None:
            continue
        ledger = ledgers.after(scene.world, played[: first + 1])
        counts: dict[tuple[str, str, int], int] = defaultdict(int)
        for answer in ledger.answers.values():
            if answer.wave == wave.number:
                said = survey.given(scene.world, answer)
                counts[said["agency"], said["sex"], wave.first_day.year] += 1
        found |= counts
    return found


@dataclass(frozen=True)
class Made:
    """A release that readers saw: the lists that it was made of, and its figures of agencies."""

    release: int
    lists: Mapping[tuple[str, dt.date], Version]
    figures: Mapping[str, tuple[object, ...]]


def no_figure_moved_because_of_a_few(scene: Scene) -> list[str] | None:
    """Compare each two releases that readers saw. A figure of an agency may differ only where ten people or more do, with five or more of each sex that differs."""
    if not isinstance(scene.step.kind, Release | Rollback):
        return None
    made = [_made(scene, number) for (number,) in scene.rows(SHOWN)]
    return [complaint for one, other in combinations(made, 2) for complaint in _moved(scene.world, one, other)]


def _made(scene: Scene, number: int) -> Made:
    versions = {}
    for agency, day, digest in scene.rows(MADE_OF, number):
        if (file := scene.files.get(digest)) is not None:
            versions[agency, day] = (agency, day, file.edition)
    return Made(number, versions, {cell: tuple(row) for cell, *row in scene.rows(FIGURES, number)})


def _moved(world: World, one: Made, other: Made) -> Iterable[str]:
    """The figures that moved with too few people behind them, one complaint for each agency and year."""
    told = set()
    for cell in one.figures.keys() & other.figures.keys():
        here, there = one.figures[cell], other.figures[cell]
        if here == there:
            continue
        indicator, agency, year = str(here[0]), str(here[1]), int(str(here[2]))
        is_stock = indicator in OF_THE_YEAR_END
        behind = _behind(world, one, other, agency, year, is_stock=is_stock)
        if (not behind.is_enough or behind.people == 0) and (agency, year, is_stock) not in told:
            told.add((agency, year, is_stock))
            yield (
                f"{indicator} of {agency} {year} differs between releases {one.release} and {other.release} ({here[3:]} and {there[3:]}),"
                f" and {behind} stand behind it"
            )


def _behind(world: World, one: Made, other: Made, agency: str, year: int, *, is_stock: bool) -> truth.Differing:
    """Who differs between what the two releases were made of: on the year's last list, or on any list for what people did during years."""
    found: list[dict[str, Row]] = [{}, {}]
    days = {day for code, day in {*one.lists, *other.lists} if code == agency}
    for side, made in enumerate((one, other)):
        if is_stock:
            last = max((day for code, day in made.lists if code == agency and day.year == year), default=None)
            found[side] = dict(truth.in_post(world, made.lists[agency, last])) if last else {}
        else:
            for day in days:
                if version := made.lists.get((agency, day)):
                    found[side] |= {f"{day} {number}": row for number, row in truth.in_post(world, version).items()}
    numbers = {key.split()[-1]: sex for key, sex in truth.changed(*found)}
    women = sum(sex == "woman" for sex in numbers.values())
    return truth.Differing(len(numbers), women, len(numbers) - women)
