"""What a report is made of: the rows of the published views about a country or an agency. Reads nothing else."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

Row = Mapping[str, Any]

PLACES = """
select distinct country_code, country_name, agency_code, agency_name from published.indicator
where country_code <> 'all' and level in ('agency', 'country')
union
select country_code, country_name, agency_code, agency_name from published.promise
"""
RELEASE = "select release_id, published_at, catalogue_version, provenance_note from published.release_info"
OF_PLACE = "country_code = %(country)s and (%(agency)s = 'all' or agency_code = %(agency)s)"
FIGURES = """
select indicator_code, indicator_name, domain_no, domain_name, unit, target_text, gender, period_year, estimate, ci_low, ci_high, status,
    suppression_reason, unavailable_reason, quality_flag, n_agencies, n_agencies_missing
from published.indicator
where country_code = %(country)s and agency_code = %(agency)s and agency_type = any(%(types)s) and period = 'year' and grade_band = 'all'
    and breakdown = 'none' and gender in ('all', 'woman', 'man') and provenance = %(provenance)s and level = any(%(levels)s)
order by domain_no, indicator_code, period_year, gender
"""
PROMISES = f"""
select promise.*, indicator_code || ' ' || indicator_name as indicator from published.promise as promise
where {OF_PLACE} and provenance = %(provenance)s order by agency_name, due_year, target
"""
CHILDREN = {
    "milestones": f"select * from published.promise_milestone where {OF_PLACE} and provenance = %(provenance)s order by target, milestone_year",
    "changes": f"select * from published.promise_change where {OF_PLACE} order by target, change_no",
    "actions": f"select * from published.promise_action where {OF_PLACE} order by due_date, target, sort_order",
    "scenarios": f"select * from published.roadmap where {OF_PLACE} and provenance = %(provenance)s order by target, sort_order",
    "lines": """
        select path.* from published.roadmap_path as path
        where path.provenance = %(provenance)s and path.target in (
            select target from published.promise where country_code = %(country)s and (%(agency)s = 'all' or agency_code = %(agency)s))
        order by path.target, path.sort_order, path.period_year
        """,
    "series": """
        select indicator_code, country_code, agency_code, period_year, estimate, ci_low, ci_high
        from published.indicator
        where country_code = %(country)s and period = 'year' and grade_band = 'all' and breakdown = 'none' and gender = 'all'
            and provenance = %(provenance)s and level in ('agency', 'country') and estimate is not null
        order by period_year
        """,
}
PROVENANCES = f"""
select distinct provenance from published.indicator
where {OF_PLACE}
union
select provenance from published.promise where {OF_PLACE}
order by 1
"""


class UnknownPlace(LookupError):
    """No country and no agency of the current release is called so; the message names the nearest."""


@dataclass(frozen=True)
class Place:
    """A country, whose `agency` is `all`, or an agency."""

    country: str
    agency: str
    name: str

    @property
    def is_country(self) -> bool:
        return self.agency == "all"


@dataclass(frozen=True)
class Published:
    """The published rows about a place, of one provenance. `figures` are of the place itself; the others also of a country's agencies."""

    place: Place
    release: Row
    provenance: str
    figures: Sequence[Row]
    promises: Sequence[Row]
    milestones: Sequence[Row]
    changes: Sequence[Row]
    actions: Sequence[Row]
    scenarios: Sequence[Row]
    lines: Sequence[Row]
    series: Sequence[Row]


def find_place(connection: psycopg.Connection, name: str) -> Place:
    """The country or agency of that code or name. Raises UnknownPlace."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(PLACES).fetchall()
    places = {place.country if place.is_country else place.agency: place for place in map(_place, rows)}
    places |= {row["country_code"]: Place(row["country_code"], "all", row["country_name"]) for row in rows}
    known = {word.casefold(): place for code, place in places.items() for word in (code, place.name)}
    if name.casefold() in known:
        return known[name.casefold()]
    close = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.6)
    hint = f" Did you mean '{_code(known[close[0]])}'?" if close else ""
    raise UnknownPlace(
        f"'{name}' is no country or agency of the current release.{hint} Known: {', '.join(sorted(places)) or 'none'}."
    )


def read_published(connection: psycopg.Connection, place: Place) -> list[Published]:
    """What the current release says of the place: once for synthetic and once for real data, where it has both."""
    with connection.cursor(row_factory=dict_row) as cursor:
        release = cursor.execute(RELEASE).fetchone()
        if release is None:
            return []
        whole = "country" if place.is_country else "agency"
        asked = {
            "country": place.country,
            "agency": place.agency,
            "types": ["all"] if place.is_country else _types(cursor, place),
            "levels": [whole, f"{whole}_gender"],
        }
        found = []
        for row in cursor.execute(PROVENANCES, asked).fetchall():
            given = asked | {"provenance": row["provenance"]}
            children = {name: cursor.execute(query, given).fetchall() for name, query in CHILDREN.items()}
            found.append(
                Published(
                    place=place,
                    release=release,
                    provenance=row["provenance"],
                    figures=cursor.execute(FIGURES, given).fetchall(),
                    promises=cursor.execute(PROMISES, given).fetchall(),
                    **children,
                )
            )
    return found


def _types(cursor: psycopg.Cursor[Any], place: Place) -> list[str]:
    rows = cursor.execute("select distinct agency_type from published.indicator where agency_code = %s", (place.agency,))
    return [row["agency_type"] for row in rows]


def _place(row: Row) -> Place:
    if row["agency_code"] == "all":
        return Place(row["country_code"], "all", row["country_name"])
    return Place(row["country_code"], row["agency_code"], row["agency_name"])


def _code(place: Place) -> str:
    return place.country if place.is_country else place.agency
