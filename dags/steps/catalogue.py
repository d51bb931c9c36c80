"""The catalogue as every step reads it: a fault in it is mended by a person, not by a retry."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dags.steps.refusal import no_retry_for

if TYPE_CHECKING:
    from parity.catalogue import Catalogue

log = logging.getLogger(__name__)


def read_catalogue() -> Catalogue:
    from parity.catalogue import CatalogueError, load_catalogue
    from parity.settings import Settings

    with no_retry_for(CatalogueError):
        catalogue = load_catalogue(Settings.from_env().catalogue)
    for line in catalogue.set_aside_lines():
        log.warning("%s", line)
    return catalogue
