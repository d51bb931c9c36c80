"""Codes that one file of the catalogue uses must stand in the file that defines them; each code is defined once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from parity.catalogue.entry import Gender
from parity.catalogue.errors import line_of, nearest
from parity.catalogue.hr_contract import HrContract
from parity.catalogue.kobo_contract import FINDING_FIELDS, RESPONDENT_FIELDS, KoboContract, Subject
from parity.catalogue.models import Catalogue
from parity.catalogue.promise_rules import promise_faults
from parity.catalogue.served import served
from parity.catalogue.vocabulary import GradeBand

Known = Callable[[Path, tuple[Any, ...], Any, Iterable[Any], str], None]


def cross_check(folder: Path, catalogue: Catalogue) -> list[str]:
    """Every fault, with file, line and the nearest known code."""
    faults: list[str] = []
    known = _known(faults)
    for name, key in (
        ("countries", "code"),
        ("agencies", "code"),
        ("genders", "gender"),
        ("grades", "grade"),
        ("functions", "code"),
        ("indicators", "id"),
    ):
        _once(folder / f"{name}.yml", name, [getattr(entry, key) for entry in getattr(catalogue, name)], faults)
    countries = [country.code for country in catalogue.countries]
    for n, agency in enumerate(catalogue.agencies):
        known(folder / "agencies.yml", ("agencies", n, "country"), agency.country, countries, "country")
    for n, indicator in enumerate(catalogue.indicators):
        path = folder / "indicators.yml"
        known(path, ("indicators", n, "domain"), indicator.domain, catalogue.domains, "domain")
        for key in ("disagg", "lacks"):
            for breakdown in getattr(indicator, key):
                known(path, ("indicators", n, key), breakdown, catalogue.breakdowns, "breakdown")
        for item in indicator.items:
            known(path, ("indicators", n, "items"), item, catalogue.survey_items, "questionnaire item")
        if indicator.opt_in:
            known(path, ("indicators", n, "opt_in"), indicator.opt_in.item, catalogue.survey_items, "questionnaire item")
        earlier = [other.id for other in catalogue.indicators[:n] if other.items and other.statistic == "share"]
        known(path, ("indicators", n, "among"), indicator.among, earlier, "share of survey answers among the indicators above")
    for name, breakdown in catalogue.breakdowns.items():
        answers = sorted(RESPONDENT_FIELDS)
        known(folder / "indicators.yml", ("breakdowns", name, "answer"), breakdown.answer, answers, "answer about the respondent")
    _road_map(folder / "targets.yml", catalogue, known)
    faults += promise_faults(folder / "targets.yml", catalogue.road_map, catalogue.indicators)
    for name, key in (("scenarios", "name"), ("targets", "name")):
        _once(folder / "targets.yml", name, [getattr(entry, key) for entry in getattr(catalogue.road_map, name)], faults)
    for n, number in enumerate(catalogue.composite.domains):
        known(folder / "composite.yml", ("domains", n), number, catalogue.domains, "domain")
    for name, contract in catalogue.hr.items():
        _hr(folder / "sources" / "hr" / f"{name}.yml", contract, catalogue, known, faults)
    for name, form in catalogue.kobo.items():
        path = folder / "sources" / "kobo" / f"{name}.yml"
        _kobo(path, form, catalogue, known)
        faults += _counted_elsewhere(path, form, catalogue)
    return faults


def cross_check_staff(folder: Path, contract: HrContract, catalogue: Catalogue) -> list[str]:
    """The faults of one contract of a staff file, in the same words."""
    faults: list[str] = []
    _hr(folder / "sources" / "hr" / f"{contract.name}.yml", contract, catalogue, _known(faults), faults)
    return faults


def _known(faults: list[str]) -> Known:
    def known(path: Path, location: tuple[Any, ...], value: Any, words: Iterable[Any], what: str) -> None:
        words = list(words)
        if value is not None and value not in words:
            faults.append(f"{path}:{line_of(path, location)}: '{value}' is no known {what}.{nearest(value, words)}")

    return known


def _once(path: Path, key: str, codes: list[Any], faults: list[str]) -> None:
    for n, code in enumerate(codes):
        if code in codes[:n]:
            faults.append(f"{path}:{line_of(path, (key, n))}: '{code}' stands here twice.")


def _told_otherwise(path: Path, contract: HrContract, catalogue: Catalogue) -> Iterator[str]:
    """A contract that says of its agency's people that they are invented, where the agency's entry says otherwise, or the reverse."""
    if contract.synthetic is None:
        return
    said, provenance = str(contract.synthetic).lower(), "synthetic" if contract.synthetic else "real"
    of_contract = {contract.agency, *contract.agency_codes.values()}
    for agency in catalogue.agencies:
        if agency.code in of_contract and agency.provenance != provenance:
            yield (
                f"{path}:{line_of(path, ('synthetic',))}: 'synthetic: {said}' does not fit {agency.code}, which has provenance: "
                f"{agency.provenance} in agencies.yml. Correct the one that is wrong; this line may be left out."
            )


def _hr(path: Path, contract: HrContract, catalogue: Catalogue, known: Known, faults: list[str]) -> None:
    agencies = [agency.code for agency in catalogue.agencies]
    known(path, ("agency",), contract.agency, agencies, "agency")
    for code, agency in contract.agency_codes.items():
        known(path, ("agency_codes", code), agency, agencies, "agency")
    faults.extend(_told_otherwise(path, contract, catalogue))
    functions = [function.code for function in catalogue.functions]
    for name, code in contract.functions.items():
        known(path, ("functions", name), code, functions, "function")


def _road_map(path: Path, catalogue: Catalogue, known: Known) -> None:
    can_be_promised = [indicator.id for indicator in catalogue.indicators if indicator.dir in ("up", "down")]
    for n, target in enumerate(catalogue.road_map.targets):
        known(path, ("targets", n, "indicator"), target.indicator, can_be_promised, "indicator that should rise or fall")
        known(path, ("targets", n, "agency"), target.agency, [agency.code for agency in catalogue.agencies], "agency")
        known(path, ("targets", n, "country"), target.country, [country.code for country in catalogue.countries], "country")


def _counted_elsewhere(path: Path, contract: KoboContract, catalogue: Catalogue) -> Iterator[str]:
    """Answers that would count for an indicator which the form does not serve: they would move the figures of the form that does."""
    codes = {indicator.id for indicator in served(contract, catalogue.kobo.values(), catalogue.indicators)}
    for source, field in contract.fields.items():
        for indicator in catalogue.indicators:
            asked = {*indicator.items, *([indicator.opt_in.item] if indicator.opt_in else [])}
            if indicator.source == contract.source and field in asked and indicator.id not in codes:
                yield (
                    f"{path}:{line_of(path, ('fields', source))}: '{field}' counts for {indicator.id}, which this form does not serve."
                    f" Add {indicator.id} to serves, or give the question another name."
                )


def _kobo(path: Path, contract: KoboContract, catalogue: Catalogue, known: Known) -> None:
    agencies = [agency.code for agency in catalogue.agencies]
    fields = {*contract.fields.values()} | ({"agency"} if contract.agency else set())
    known(path, ("agency",), contract.agency, agencies, "agency")
    names = {*(RESPONDENT_FIELDS if contract.kind == "respondents" else FINDING_FIELDS), *catalogue.survey_items}
    for source, field in contract.fields.items():
        known(path, ("fields", source), field, names, "field or questionnaire item")
    codes = {
        "agency": (agencies, "agency"),
        "subject": (get_args(Subject), "subject"),
        "gender": (get_args(Gender), "gender"),
        "grade_band": (get_args(GradeBand), "grade band"),
        "function": ([function.code for function in catalogue.functions], "function"),
    }
    for field, values in contract.value_maps.items():
        known(path, ("value_maps", field), field, fields, "field of this form")
        for raw, value in values.items():
            if field in codes:
                known(path, ("value_maps", field, raw), value, *codes[field])
    if contract.weight:
        for agency in contract.weight.frame or {}:
            known(path, ("weight", "frame", agency), agency, agencies, "agency")
        for n, total in enumerate(contract.weight.totals):
            known(path, ("weight", "totals", n), total.agency, agencies, "agency")
        for n, margin in enumerate(contract.weight.margins):
            known(path, ("weight", "margins", n), margin.agency, agencies, "agency")
        known(path, ("weight", "field"), contract.weight.field, fields, "field of this form")
    if contract.consent:
        known(path, ("consent", "field"), contract.consent.field, fields, "field of this form")
    can_be_served = [indicator.id for indicator in catalogue.indicators if indicator.source == contract.source]
    for n, code in enumerate(contract.serves or ()):
        known(path, ("serves", n), code, can_be_served, f"indicator of a {contract.source.replace('_', '-')} form")
    for n, field in enumerate(contract.strata):
        known(path, ("strata", n), field, fields, "field of this form")
