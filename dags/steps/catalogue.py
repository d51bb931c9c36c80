"""The catalogue as every step reads it. A fault in it may be an editor that saves this moment: the task is tried twice more, and then a person mends it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parity.catalogue import Catalogue, HrContract

log = logging.getLogger(__name__)


class ContractAway(LookupError):
    """A contract of staff files that has faults now, or is no longer there; the message says which."""


class UnknownName(LookupError):
    """A parameter names nothing that exists; the message lists what does."""

    is_passing = False


def read_catalogue() -> Catalogue:
    """Raises CatalogueError."""
    from parity.catalogue import load_catalogue
    from parity.settings import Settings

    catalogue = load_catalogue(Settings.from_env().catalogue)
    for line in catalogue.set_aside_lines():
        log.warning("%s", line)
    return catalogue


def contract_of(catalogue: Catalogue, name: str) -> HrContract:
    """Raises ContractAway."""
    if name in catalogue.hr:
        return catalogue.hr[name]
    lines = dict(zip(catalogue.set_aside, catalogue.set_aside_lines(), strict=True))
    raise ContractAway(lines.get(name) or f"There is no contract {name} in catalogue/sources/hr/ any more.")


def require_known(what: str, name: str | None, known: Iterable[str]) -> None:
    """Raises UnknownName where a parameter names none of these."""
    from parity.catalogue.errors import nearest

    names = sorted(known)
    if name is not None and name not in names:
        raise UnknownName(f"There is no {what} '{name}'.{nearest(name, names)} These exist: {', '.join(names) or 'none'}.")
