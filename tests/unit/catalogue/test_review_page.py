"""The review sheet says of each indicator what it was compared with, what differs and why; and what was not compared, or not checked."""

from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from parity.catalogue import load_catalogue
from parity.catalogue.indicators import Indicator
from parity.catalogue.review_page import review_page
from parity.settings import REPOSITORY

SAID = {
    "id": "REP-01", "tier": "core", "domain": 1, "name": "Share", "source": "hr", "num": "women", "den": "all", "unit": "pct", "dir": "up", "target": "t",
    "ref": "a book", "needs": "lists",
}  # fmt: skip
BOOK = {"document": "Book", "table": "Table 3", "year": 1999, "says": "women of all"}


def indicator(**changes):
    return Indicator.model_validate(SAID | changes)


def page(*indicators, changes=None, sources_read=None):
    catalogue = SimpleNamespace(
        version="9", sources_read=sources_read, changes=changes or {}, domains={1: "First"}, indicators=list(indicators)
    )
    return review_page(catalogue)


def test_an_indicator_is_told_line_by_line():
    said = page(
        indicator(
            standards=[BOOK],
            population="women",
            period="a day",
            differs="Men too.",
            why="They are there",
            unsure="The book was not read.",
        )
    )
    assert said.split("### ")[1].splitlines() == [
        "REP-01 Share", "",
        "- **Standard**: Book, Table 3 (1999): women of all.",
        "- **Computed**: women / all (pct).",
        "- **Counted**: women. **When**: a day.",
        "- **Differs**: Men too.",
        "- **Why**: They are there.",
        "- **Not checked**: The book was not read.",
    ]  # fmt: skip
    assert "- Something could not be checked in the document itself: REP-01." in said


def test_what_was_not_compared_says_so_and_a_definition_of_our_own_too():
    assert "- **Standard**: Not compared with a standard yet. After: a book." in page(indicator())
    assert "- Not compared yet: REP-01." in page(indicator())
    assert "- **Standard**: none: own definition. After: a book." in page(indicator(differs="own definition", why="w"))


def test_the_sheet_says_what_was_read_for_it_and_sides_with_a_stroke_stand_in_brackets():
    assert "- Not compared yet: REP-01.\n- One book." in page(indicator(), sources_read="One book.") and "One book" not in page(
        indicator()
    )
    assert (
        indicator(num="a / b", den="c / d").definition == "(a / b) / (c / d)"
        and indicator(den="c / d").definition == "women / (c / d)"
    )


def test_what_a_version_changed_stands_above_the_indicators():
    assert "## What 9 changed\n\n- One thing.\n\n## 1 First" in page(indicator(), changes={"9": ["One thing."]})


@pytest.mark.parametrize(("changes", "fault"), [
    ({"standards": [BOOK]}, "differs is missing"), ({"differs": "all"}, "why is missing"), ({"standards": [{**BOOK, "year": 99}]}, "1900"),
])  # fmt: skip
def test_half_a_review_is_refused(changes, fault):
    with pytest.raises(ValidationError, match=fault):
        indicator(**changes)


def test_nothing_that_differs_needs_no_reason():
    assert indicator(standards=[BOOK], differs="nothing").why is None


def test_every_indicator_was_compared_and_the_newest_version_says_what_it_changed():
    catalogue = load_catalogue(REPOSITORY / "catalogue")
    waiting = [one.id for one in catalogue.indicators if not one.differs]
    assert waiting == [] and next(iter(catalogue.changes)) == catalogue.version
