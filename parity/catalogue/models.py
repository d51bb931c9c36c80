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
    sources_read: str | None = None
    changes: dict[str, list[str]] = {}
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
    set_aside: dict[str, tuple[str, ...]] = {}
    """Contracts of staff files that have faults, by name. Their own files wait; everything else goes on."""
    kobo: dict[str, KoboContract]
    reference: dict[str, ReferenceContract]
    fieldwork: Fieldwork
    hr_words: HrWords
    road_map: RoadMap
    composite: Composite

    @property
    def reviewed(self) -> list[HrContract]:
        """The contracts of staff files that somebody has reviewed: what the warehouse is built by."""
        return [contract for contract in self.hr.values() if not contract.needs_review]

    @property
    def waiting(self) -> list[str]:
        """Names of contracts of staff files that are drafts or faulty: what was loaded under them keeps the meaning that it had."""
        return sorted({*self.set_aside, *(name for name, contract in self.hr.items() if contract.needs_review)})

    def set_aside_lines(self) -> list[str]:
        """One line for each contract that is set aside: which, its first fault, and what to do."""
        return [_line(name, faults) for name, faults in self.set_aside.items()]

    def conditions(self, indicator: Indicator) -> list[Condition]:
        """All that a respondent must fulfil to count for `indicator`, that which `among` brings with it included."""
        found = [Condition(item=indicator.opt_in.item, answer=indicator.opt_in.answer)] if indicator.opt_in else []
        if indicator.among:
            wider = next(other for other in self.indicators if other.id == indicator.among)
            found += [*self.conditions(wider), Condition(indicator=wider.id)]
        return found


def _line(name: str, faults: tuple[str, ...]) -> str:
    first = " ".join(faults[0].split()) if faults else "it has a fault."
    more = f" ({len(faults) - 1} more: parity hr check FILE --contract {name} lists them.)" if len(faults) > 1 else ""
    return f"The contract {name} is set aside, and its files wait: {first}{more} Correct it, or take {name}.yml away. Other files are not affected."
