"""Figures known from elsewhere: they help the attack where they are true, and are told and left out where they are not."""

import pytest

from parity.catalogue import CatalogueError
from parity.catalogue.known import Known, load_known
from publication.attacked import attacked, known_used
from publication.candidate import release_rows
from publication.context import Context
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY


def share(women, n, **changes):
    return a_cell(
        cell_id=f"{changes}", indicator_code="REP-01", source="hr", unit="pct", method="census share", agency_code="A", period_year=2025,
        numerator=float(women), denominator=float(n), n=n, estimate=100 * women / n, **changes,
    )  # fmt: skip


def known(least, greatest, **changes):
    return Known(
        **{"indicator": "REP-01", "agency": "A", "year": 2025, "who": "woman", "source": "Annual report"} | changes,
        least=least,
        greatest=greatest,
    )


# Women: 40 of 200 in all, of whom 3 senior, 17 middle and 20 junior.
CELLS = [
    share(40, 200),
    share(3, 40, grade_band="senior"),
    share(17, 60, grade_band="middle"),
    share(20, 100, grade_band="junior"),
]


def shown(rows):
    return {row.grade_band for row in rows if not row.is_suppressed}


def test_without_knowledge_a_small_count_is_protected_by_rounding():
    assert shown(release_rows(CELLS, POLICY)) == {"all", "middle", "junior"}


def test_what_statements_give_away_alone_stops_no_release():
    statements = [known(40, 40), known(17, 17, grade_band="middle"), known(20, 20, grade_band="junior")]
    rows = release_rows(CELLS, POLICY, Context(known=statements))
    assert shown(rows) == {"all", "middle", "junior"}
    assert not attacked(CELLS, rows, POLICY, Context(known=statements)).fallen


def test_what_is_known_of_the_whole_and_a_part_hides_a_further_part():
    # 25 women are junior or senior. With 18 to 22 junior ones (shown as 20), and 1 to 4 senior ones, these could only be 3 or 4.
    cells = [
        share(40, 200),
        share(4, 40, grade_band="senior"),
        share(15, 60, grade_band="middle"),
        share(21, 100, grade_band="junior"),
    ]
    statements = [known(40, 40), known(15, 15, grade_band="middle")]
    rows = release_rows(cells, POLICY, Context(known=statements))
    assert not attacked(cells, rows, POLICY, Context(known=statements)).fallen
    assert shown(rows) < shown(release_rows(cells, POLICY))


def test_a_count_that_is_known_itself_is_not_said_to_be_protected():
    statements = [known(3, 3, grade_band="senior")]
    report = attacked(CELLS, release_rows(CELLS, POLICY, Context(known=statements)), POLICY, Context(known=statements))
    assert not any("senior" in str(finding.key) and finding.key.who == "woman" for finding in report.findings)


def test_a_statement_that_the_lists_contradict_is_left_out_and_told():
    statements = [known(50, 59), known(2, 2, agency="B")]
    rows = release_rows(CELLS, POLICY, Context(known=statements))
    assert rows == release_rows(CELLS, POLICY)
    assert ["count otherwise" in str(use) for use in known_used(CELLS, rows, POLICY, statements)] == [True, False]


@pytest.fixture
def catalogue(tmp_path):
    (tmp_path / "agencies.yml").write_text(
        "agencies:\n  - {code: A, name: A, country: THA, type: police, provenance: synthetic}\n"
    )
    return tmp_path


ENTRY = "known:\n  - {indicator: REP-01, agency: A, year: 2025, who: woman, least: 3, greatest: 3, source: Annual report}\n"


def test_known_figures_are_read(catalogue):
    assert load_known(catalogue, POLICY) == []
    (catalogue / "known.yml").write_text(ENTRY)
    assert load_known(catalogue, POLICY) == [known(3, 3)]


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("REP-01", "REP-04", "known.yml:2: indicator: 'REP-04' is not in counts in disclosure.yml. Did you mean"),
        ("agency: A", "agency: B", "agency: 'B' is not in agencies.yml"),
        ("greatest: 3", "greatest: 2", "greatest (2) is below least (3)"),
        ("woman", "women", "Did you mean 'woman'"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(catalogue, written, instead, message):
    (catalogue / "known.yml").write_text(ENTRY.replace(written, instead))
    with pytest.raises(CatalogueError) as refused:
        load_known(catalogue, POLICY)
    assert message in str(refused.value)
