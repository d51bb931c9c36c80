"""Which indicators a form is there for: those that its contract names under `serves`, else all of its kind that no other form names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from parity.catalogue.kobo_contract import KoboContract


class Sourced(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...


Indicated = TypeVar("Indicated", bound=Sourced)


def served(contract: KoboContract, forms: Iterable[KoboContract], indicators: Iterable[Indicated]) -> list[Indicated]:
    """The indicators, in their order, whose questions the form must ask and in whose figures its answers may count."""
    of_its_kind = [indicator for indicator in indicators if indicator.source == contract.source]
    if contract.serves is not None:
        return [indicator for indicator in of_its_kind if indicator.id in contract.serves]
    named = {code for form in forms if form.source == contract.source for code in form.serves or ()}
    return [indicator for indicator in of_its_kind if indicator.id not in named]
