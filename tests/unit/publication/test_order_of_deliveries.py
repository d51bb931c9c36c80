"""Which delivery is the newest is asked in several places, and each must know of files that came again."""

from __future__ import annotations

import re

from parity.settings import REPOSITORY

ORDER = re.compile(r"is_provisional,\s+(?!coalesce\()[\w.]*delivered_at desc")


def test_every_order_of_deliveries_knows_of_files_that_came_again():
    rooms = ("dbt/models", "dbt/macros", "expectations", "ingestion", "publication", "stack", "cli", "sandbox", "dags")
    files = [path for room in rooms for kind in ("*.py", "*.sql") for path in (REPOSITORY / room).rglob(kind)]
    assert len(files) > 200
    assert [str(path) for path in files if ORDER.search(path.read_text(encoding="utf-8"))] == []
