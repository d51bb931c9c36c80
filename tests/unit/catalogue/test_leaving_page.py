"""The page for ethics boards names every type that may leave the landing, once, and no other."""

import re

import pytest

from parity.catalogue.leaving_page import leaving_page
from parity.catalogue.question_types import LEAVES
from parity.settings import REPOSITORY

PAGE = REPOSITORY / "docs" / "explanation" / "what-leaves.md"


def test_the_table_names_every_type_that_may_leave_once():
    table = leaving_page(PAGE).partition("<!-- parity generate -->")[2].partition("<!-- end -->")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    assert sorted(kind for row in rows for kind in re.findall(r"`(\w+)`", row.split("|")[1])) == sorted(LEAVES)
    assert all(len(row.split("|")[2].strip()) > 10 for row in rows) and len(rows) > 5


def test_a_page_without_a_place_for_the_table_is_named(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# What leaves\n\n<!-- parity generate -->\n")
    with pytest.raises(ValueError, match=r"page\.md has no table between"):
        leaving_page(page)
