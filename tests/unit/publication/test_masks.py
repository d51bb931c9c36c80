"""What the masks select, as text: no column is read that the file does not name."""

from __future__ import annotations

from parity.catalogue.access import Column, Table, load_access
from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY
from publication.masks import select

CATALOGUE = REPOSITORY / "catalogue"
POLICY = load_policy(CATALOGUE)
WHY = "A reason of a test."


def text_of(table: Table) -> str:
    return select("fieldwork", "some", table, POLICY).as_string()


def test_no_star_and_no_column_that_is_left_out_is_selected():
    roles = load_access(CATALOGUE).roles
    assert any(table.left_out for role in roles.values() for table in role.tables.values())
    for role in roles.values():
        for name, table in role.tables.items():
            text = select(role.schema_name, name, table, POLICY).as_string()
            assert "select *" not in text
            assert not [column for column in table.left_out if f'"{column}"' in text]


def test_thresholds_are_those_of_the_policy():
    counts = Table(columns={"n": Column(shown="count", why=WHY)})
    assert '"n" >= 5' in text_of(counts)
    stricter = POLICY.model_copy(update={"min_count": 20, "rounding_base": 10})
    text = select("fieldwork", "some", counts, stricter).as_string()
    assert '"n" >= 20' in text and "cast(10 as numeric)) * 10" in text


def test_a_word_with_a_quote_stays_a_word():
    table = Table(columns={"issue": Column(why=WHY)}, only={"issue": ["it's"]}, why_rows=WHY)
    assert "it''s" in text_of(table)
