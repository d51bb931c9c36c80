"""The family of comparisons in which p-values are adjusted: the survey indicators of the catalogue, but those that a form of their own serves.

So neither what happens to be shown nor a second survey moves the p-value of a gap.
"""

from __future__ import annotations

from pathlib import Path

import psycopg

from parity.catalogue import load_catalogue
from parity.database import first_value

COMPARED = "select count(*) from core.dim_indicator where source = 'survey' and indicator_code <> all(%s)"


def n_compared(connection: psycopg.Connection, folder: Path) -> int:
    """How many indicators compare women and men of a place. `folder`: of the catalogue."""
    of_their_own = {code for form in load_catalogue(folder).kobo.values() for code in form.serves or ()}
    return int(first_value(connection.execute(COMPARED, (sorted(of_their_own),))))
