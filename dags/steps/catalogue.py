"""The catalogue as every step reads it: a fault in it is mended by a person, not by a retry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dags.steps.refusal import no_retry_for

if TYPE_CHECKING:
    from parity.catalogue import Catalogue


def read_catalogue() -> Catalogue:
    from parity.catalogue import CatalogueError, load_catalogue
    from parity.settings import Settings

    with no_retry_for(CatalogueError):
        return load_catalogue(Settings.from_env().catalogue)
