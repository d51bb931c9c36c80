"""The whole catalogue as one model."""

from __future__ import annotations

from parity.catalogue.composite import Composite
from parity.catalogue.entry import Entry
from parity.catalogue.hr_contract import HrContract
from parity.catalogue.hr_words import HrWords
from parity.catalogue.indicators import Breakdown, Condition, Indicator
from parity.catalogue.kobo_contract import Fieldwork, KoboContract
from parity.catalogue.reference_contract import ReferenceContract
from parity.catalogue.targets import RoadMap
from parity.catalogue.vocabulary import Agency, Country, Function, GenderState, Grade


class Catalogue(Entry):
    """The whole catalogue, cross-checked: codes that one file uses stand in the file that defines them."""

    version: str
    domains: dict[int, str]
    breakdowns: dict[str, Breakdown]
    countries: list[Country]
    agencies: list[Agency]
    genders: list[GenderState]
    grades: list[Grade]
    functions: list[Function]
    indicators: list[Indicator]
    survey_items: dict[str, str]
    hr: dict[str, HrContract]
    kobo: dict[str, KoboContract]
    reference: dict[str, ReferenceContract]
    fieldwork: Fieldwork
    hr_words: HrWords
    road_map: RoadMap
    composite: Composite

    def conditions(self, indicator: Indicator) -> list[Condition]:
        """All that a respondent must fulfil to count for `indicator`, that which `among` brings with it included."""
        found = [Condition(item=indicator.opt_in.item, answer=indicator.opt_in.answer)] if indicator.opt_in else []
        if indicator.among:
            wider = next(other for other in self.indicators if other.id == indicator.among)
            found += [*self.conditions(wider), Condition(indicator=wider.id)]
        return found
