"""What dbt makes of random stories stands in golden/told_stories.json, which test_told_golden.py compares quickly: dbt must still say so.

After a change of the stories, or of what figures count, write it again: WRITE_GOLDEN=1 pytest tests/integration/test_told_stories.py
"""

from __future__ import annotations

import os

from tests.integration import test_told_golden
from tests.integration.dbt_project import build_models
from tests.integration.test_told_golden import kept, write
from tests.integration.told_stories import Told, told_by_dbt

stories = test_told_golden.stories


def rewritten(told: Told) -> Told:
    if os.environ.get("WRITE_GOLDEN"):
        write(told)
    return kept()


def test_dbt_tells_what_is_kept(warehouse, stories, tmp_path):
    build_models(warehouse, tmp_path, "--select", "+fct_staff_event", "+int_staff__person_year", deliveries="effective")
    told = told_by_dbt(warehouse, stories)
    assert rewritten(told) == told
