"""The catalogue: what domain people edit, read once, checked whole, and handed to the rooms as frozen models."""

from parity.catalogue.errors import CatalogueError
from parity.catalogue.hr_contract import HrContract
from parity.catalogue.kobo_contract import KoboContract
from parity.catalogue.loader import load_catalogue
from parity.catalogue.models import Catalogue
from parity.catalogue.reference_contract import ReferenceContract

__all__ = ["Catalogue", "CatalogueError", "HrContract", "KoboContract", "ReferenceContract", "load_catalogue"]
