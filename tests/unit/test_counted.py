"""Numbers in sentences: one row breaks, two rows break, and no message says `1 rows`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingestion.hr.check import check_content
from ingestion.hr.errors import FileRefused
from parity.counted import counted, either, persons, times
from parity.settings import REPOSITORY
from tests.unit.ingestion.contracts import ROW, contract, csv_file

SOURCES = sorted(path for folder in ("ingestion/hr", "cli/hr") for path in Path(REPOSITORY, folder).rglob("*.py"))
# A number that may be one, right before a word that means several.
MANY = re.compile(r"\{[^{}]*(?::,)?\} (?:rows|cells|columns|files|dates|formulas|totals|times|remarks|true dates)\b(?! or more)")
# Numbers that are never one: limits, and what is said of several only.
NEVER_ONE = re.compile(r"\{(?:MOST|MOST_\w+|MAX_\w+|LONGEST\w*|SHARED_BY|n_gone:,|heading\.n_rows)")


@pytest.mark.parametrize(("n", "said"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1200, "1,200 rows")])
def test_rows_are_counted(n, said):
    assert counted(n, "row") == said


def test_what_takes_more_than_an_s_is_said_in_its_own_words():
    assert (persons(1), persons(2_000), counted(1, "total differs", "totals differ")) == (
        "1 person",
        "2,000 people",
        "1 total differs",
    )
    assert (times(1), times(1_000), either(0, "is", "are")) == ("once", "1,000 times", "are")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([ROW.replace(",F,", ",x,")], "1 of 1 row breaks the contract, most often (1 row, here first)"),
        (
            [ROW, ROW.replace(",F,", ",x,").replace("1001", "1002")],
            "1 of 2 rows breaks the contract, most often (1 row, here first)",
        ),
        ([ROW.replace(",F,", ",x,")] * 2, "2 of 2 rows break the contract, most often (2 rows, here first)"),
    ],
)
def test_a_refusal_counts_its_rows_in_english(rows, said):
    with pytest.raises(FileRefused) as refused:
        check_content(csv_file(*rows), "staff.csv", contract(max_bad_share=0))
    assert said in str(refused.value)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_message_counts_by_hand(path):
    by_hand = [found[0] for found in MANY.finditer(path.read_text()) if not NEVER_ONE.match(found[0])]
    assert by_hand == []
