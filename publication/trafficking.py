"""The UN's counts of trafficking as they are published: every country of its file, with the bounds of the source. Pure.

They concern no person whom an agency knows: the counts are public, so that no rule of disclosure control suppresses or rounds them. `<5` stays 0 to 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from parity.yaml_files import read_yaml

SYNTHETIC = "synthetic"
MEASURES = {
    "victims_detected": "Victims detected",
    "persons_suspected": "Persons suspected",
    "persons_prosecuted": "Persons prosecuted",
    "persons_convicted": "Persons convicted",
    "offences_recorded": "Offences recorded",
}
PEOPLE = {
    ("woman", "all"): "Women and girls",
    ("woman", "child"): "Girls",
    ("woman", "adult"): "Women",
    ("man", "all"): "Men and boys",
    ("man", "child"): "Boys",
    ("man", "adult"): "Men",
    ("all", "all"): "All",
    ("all", "child"): "Children",
    ("all", "adult"): "Adults",
}
GENDERS = {"woman": "Women and girls", "man": "Men and boys", "other": "Another gender", "missing": "Not known", "all": "All"}
AGES = {"all": "", "child": ", children", "adult": ", adults", "missing": ", age not known"}


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A row of indicators.ind_trafficking__count, with the name of its country."""

    country_code: str
    country: str
    period_year: int
    measure: str
    gender: str
    age_group: str
    breakdown: str
    breakdown_value: str
    breakdown_label: str
    count_low: int
    count_high: int
    n_people: int | None
    rate_low: float | None
    rate_high: float | None
    is_newest: bool
    basis: str
    provenance: str

    @property
    def series(self) -> tuple[str, ...]:
        """What the years of one series share."""
        return (self.country_code, self.measure, self.gender, self.age_group, self.breakdown, self.breakdown_value)


_COLUMNS = {
    "country": "country.country_name",
    "count_low": "n_low::int",
    "count_high": "n_high::int",
    "n_people": "n_people::bigint",
}
COUNTED = f"""
select {", ".join(f"{_COLUMNS.get(each.name, f'counted.{each.name}')} as {each.name}" for each in fields(Counted))}
from indicators.ind_trafficking__count as counted
inner join core.dim_country as country using (country_code)
order by country_code, measure, breakdown, breakdown_value, gender, age_group, period_year
"""


def source_of(catalogue: Path, contract: str) -> str:
    """Who published the table of a contract, as the folder `catalogue` says."""
    found: str = read_yaml(catalogue / "sources" / "reference" / f"{contract}.yml")["source"]
    return found


def cited(source: str, provenance: str) -> str:
    return f"Synthetic data in the form of: {source}" if provenance == SYNTHETIC else source


def people(gender: str, age_group: str) -> str:
    """Of whom a count is, in words: girls count as women, and are called so where they are counted alone."""
    return PEOPLE.get((gender, age_group)) or GENDERS[gender] + AGES[age_group]


def labels(counted: Counted) -> dict[str, str]:
    return {
        "measure_label": MEASURES[counted.measure],
        "gender_label": people(counted.gender, counted.age_group),
    }


def trafficking_rows(counted: Iterable[Counted], source: str) -> list[dict[str, Any]]:
    """Rows of release.trafficking; `source` is whom readers cite."""
    return [asdict(each) | labels(each) | {"source": cited(source, each.provenance)} for each in counted]
