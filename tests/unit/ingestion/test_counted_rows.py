"""Which rows count: totals against the rows since the heading before, tables of counts with and without totals, blank codes."""

import pytest

from ingestion.hr.errors import FileRefused
from tests.staff import read
from tests.unit.ingestion.contracts import HEADER, ROW, contract, csv_file

OFF = "1 total differs from the rows above it, first: "


def listed(*rows, **changes):
    return read(csv_file(*rows), "staff.csv", contract(total_markers=["Total", "Grand total"], **changes))


def total(n, word="Total"):
    return f"{word},{n},,,,,,,"


def people(n, first=1):
    return [ROW.replace("1001", str(2000 + k)) for k in range(first, first + n)]


def test_totals_of_parts_and_of_all_are_compared_each_with_its_own_rows():
    result = listed(*people(3), total(3), *people(2, 4), total(2), *people(4, 6), total(4), total(9, "Grand total"))
    assert (len(result.rows), result.notices) == (9, [])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*people(3), total(4)], "row 5 says 4, and 3 rows stand there"),
        ([*people(3), total(3), *people(2, 4), total(3)], "row 8 says 3, and 2 rows stand there"),
        ([*people(1), HEADER, *people(2, 2), total(2)], "row 6 says 2, and 3 rows stand there"),
    ],
)
def test_a_total_that_differs_is_told_with_its_row_and_the_rows_above_it(rows, said):
    assert listed(*rows).notices == [OFF + said]


def test_a_header_printed_again_between_people_is_no_person_and_starts_no_new_count():
    result = listed(*people(2), HEADER, *people(2, 3), HEADER, *people(1, 5), total(5))
    assert (len(result.rows), result.notices) == (5, [])


def test_a_person_whose_row_begins_like_a_heading_or_with_nothing_is_counted():
    """The first cell of such a row is blank, so it is looked at more closely, and is staff all the same."""
    header = "note," + HEADER
    rows = [f"{note},{row}" for note, row in zip(["", "x", ""], people(3), strict=True)]
    result = read(csv_file(*rows, f"Total,3,{',' * 7}", header=header), "staff.csv", contract(identifying=["name", "note"]))
    assert (len(result.rows), result.notices) == (3, [])


@pytest.mark.parametrize("sexes", [{"F": "woman", "M": "man"}, {"F": "woman", "M": "man", "": "missing"}])
def test_a_blank_sex_loads_only_where_the_contract_gives_it_a_meaning(sexes):
    result = listed(ROW, ROW.replace(",F,", ",,").replace("1001", "1002"), sex_codes=sexes)
    has_meaning = "" in sexes
    assert [row.sex_code for row in result.rows] == (["F", ""] if has_meaning else ["F"])
    assert [(finding.column, finding.rule) for finding in result.findings] == (
        [] if has_meaning else [("sex", "code not in the contract")]
    )


# Tables of counts


def counted(header, *lines, measures, **changes):
    of = contract(
        **{
            "grain": "aggregate",
            "columns": {"period": {"header": "period"}},
            "identifying": [],
            "sex_codes": {},
            "measures": measures,
        }
        | changes
    )
    return read(csv_file(*lines, header=header), "counts.csv", of)


WOMEN, MEN, ALL = ({"header": head, "gender": gender} for head, gender in (("F", "woman"), ("M", "man"), ("all", "all")))


def as_counts(result):
    return [(row.gender, row.n_low, row.n_high) for row in result.rows]


def test_a_column_of_totals_alone_is_kept_and_one_beside_its_parts_is_not_counted_again():
    assert as_counts(counted("period,all", "12/2023,100", measures=[ALL])) == [("all", 100, 100)]
    both = counted("period,F,M,all", "12/2023,10,90,100", measures=[WOMEN, MEN, ALL])
    assert as_counts(both) == [("woman", 10, 10), ("man", 90, 90)]


@pytest.mark.parametrize(
    ("line", "adds_up"),
    [
        ("12/2023,10,90,100", True),
        ("12/2023,10,90,101", False),
        ("12/2023,10,90,99", False),
        ("12/2023,<5,90,91", True),
        ("12/2023,<5,90,94", True),
        ("12/2023,<5,90,90", False),
        ("12/2023,<5,90,95", False),
        ("12/2023,,90,200", True),
        ("12/2023,10,90,", True),
    ],
)
def test_parts_add_up_where_any_numbers_that_they_stand_for_do(line, adds_up):
    result = counted("period,F,M,all", line, measures=[WOMEN, MEN, ALL])
    assert [finding.rule for finding in result.findings] == ([] if adds_up else ["the parts do not add up to the total"])


def stages(line, header="period,F in,M in,F out,M out,all out"):
    measures = [
        {
            "header": head,
            "gender": {"F": "woman", "M": "man", "all": "all"}[head.split()[0]],
            "stage": {"in": "applied", "out": "hired"}[head.split()[1]],
        }
        for head in header.split(",")[1:]
    ]
    return counted(header, line, measures=measures, grain="applicants")


@pytest.mark.parametrize("header", ["period,F in,M in,F out,M out,all out", "period,F in,M in,all in,F out,M out"])
def test_the_stage_that_has_a_total_is_compared_though_the_other_has_none(header):
    right, wrong = (
        ("12/2023,50,60,5,6,11", "12/2023,50,60,5,6,12")
        if header.endswith("out,all out")
        else ("12/2023,50,60,110,5,6", "12/2023,50,60,111,5,6")
    )
    assert not stages(right, header).findings
    assert [finding.rule for finding in stages(wrong, header).findings] == ["the parts do not add up to the total"]


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ("12/2023,5,60,5,6,11", []),
        ("12/2023,4,60,5,6,11", ["more hired than applied"]),
        ("12/2023,50,5,5,6,11", ["more hired than applied"]),
        ("12/2023,<5,60,4,6,10", []),
        ("12/2023,,60,5,6,11", []),
    ],
)
def test_no_more_are_hired_than_applied_of_either_sex(line, rules):
    assert [finding.rule for finding in stages(line).findings] == rules


def test_one_column_named_twice_in_the_file_is_refused():
    with pytest.raises(FileRefused, match="column of counts 'F' stands there 2 times"):
        counted("period,F,F", "12/2023,1,2", measures=[WOMEN])
