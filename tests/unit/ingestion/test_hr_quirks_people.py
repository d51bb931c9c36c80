"""What agency files really do, a case a quirk: each is read exactly as meant, or refused in words that a clerk can act on.

Codes of sex, identity, ranks, events, and what was blacked out. The numbers are those of the catalogue of quirks.
"""

from __future__ import annotations

import pytest

from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.quirks import DAY, HEADER, OTHER, ROW, book, contract, got, refused, text, with_cell

# 6 Sex codes

CODES = [
    ({"M": "man", "F": "woman"}, "F", "woman"),
    ({"ชาย": "man", "ญ": "woman"}, "ญ", "woman"),
    ({"L": "man", "P": "woman"}, "P", "woman"),
    ({"Lelaki": "man", "Wanita": "woman"}, "Wanita", "woman"),
    ({"Nam": "man", "Nữ": "woman"}, "Nữ", "woman"),
    ({"ប្រុស": "man", "ស្រី": "woman"}, "ស្រី", "woman"),
    ({"ຊາຍ": "man", "ຍິງ": "woman"}, "ຍິງ", "woman"),
    ({"ကျား": "man", "မ": "woman"}, "မ", "woman"),
    ({"Lalaki": "man", "Babae": "woman"}, "Babae", "woman"),
    ({"1": "man", "2": "woman"}, "2", "woman"),
    ({"0": "woman", "1": "man"}, "0", "woman"),
    ({"Polki": "man", "Polwan": "woman"}, "Polwan", "woman"),
    ({"นาย": "man", "นางสาว": "woman"}, "นางสาว", "woman"),
    ({"M": "woman", "H": "man"}, "M", "woman"),
    ({"M": "man", "X": "other"}, "X", "other"),
    ({"M": "man", "N": "not_stated"}, "N", "not_stated"),
    ({"M": "man", "***": "redacted"}, "***", "redacted"),
    ({"M": "man", "": "missing"}, "", "missing"),
]


@pytest.mark.parametrize(("codes", "cell", "gender"), CODES)
def test_06_a_code_of_sex_means_what_its_agency_says(codes, cell, gender):
    result = got(text(with_cell("sex", cell)), sex_codes=codes)
    assert codes[result.rows[0].sex_code] == gender


def test_06_a_code_that_the_contract_does_not_know_is_never_given_a_meaning():
    result = got(text(ROW, *[with_cell("sex", "K")] * 1))
    assert [f.rule for f in result.findings] == ["code not in the contract"]


def test_06_an_unknown_code_is_named_only_where_it_is_no_single_persons():
    few = got(text(*[ROW] * 4, *[with_cell("sex", "KH")] * 4))
    many = got(text(*[ROW] * 6, *[with_cell("sex", "KH")] * 5))
    assert few.delivery.findings.unknown_codes() == []
    assert many.delivery.findings.unknown_codes() == [("sex", "KH", 5)]


# 7 Identity


def test_07_the_same_person_has_one_key_in_an_agency_and_another_in_the_next():
    columns = contract().model_dump()["columns"] | {"agency": {"header": "agency"}}
    of_two = contract(columns=columns, agency_codes={"P": "ABC-POL", "C": "ABC-CUS"})
    rows = got(text([*ROW, "P"], [*ROW, "C"], header=[*HEADER, "agency"]), of=of_two).rows
    assert [row.agency_code for row in rows] == ["ABC-POL", "ABC-CUS"]


@pytest.mark.parametrize("cell", ["1.23E+17", "", "***", "(confidential)"])
def test_07_an_id_that_names_nobody_is_a_finding(cell):
    assert [f.column for f in got(text(OTHER, with_cell("id", cell))).findings] == ["id"]


def test_07_a_long_number_that_excel_cut_is_a_finding():
    result = got(make.xlsx([HEADER, OTHER, with_cell("id", 198501012010121001)]), of=book())
    assert "digits were lost" in result.findings[0].rule


def test_07_the_digit_of_a_nip_is_a_cross_check_and_never_decides():
    result = got(text(with_cell("id", "198501012010121001"), with_cell("id", "198501012010122001")), sex_digit="nip")
    assert [row.sex_code for row in result.rows] == ["F", "F"]
    assert result.notices == ["in 1 row the sex differs from the one in the person's number: ask which is right"]


def test_07_a_birth_date_leaves_its_year_and_an_age_band():
    columns = contract().model_dump()["columns"] | {"birth_date": {"header": "born"}}
    body = text([*ROW, "15/01/1989"], [*OTHER, "31/12/1988"], [*OTHER, "01/01/2015"], header=[*HEADER, "born"])
    result = got(body, of=contract(columns=columns))
    assert [(row.birth_year, row.age_band) for row in result.rows] == [(1989, "25-34"), (1988, "35-44")]
    assert "1989-01" not in str(result.rows) and "15/01" not in str(result.rows)
    assert [f.rule for f in result.findings] == ["an age under 15 or over 99: is the calendar right?"]


# 8 Rank


def test_08_spellings_and_renames_of_ranks_carry_their_dates():
    ranks = [
        {"name": "Officer", "grade": 1, "valid_to": "2019-02-07"},
        {"name": "Patrolman", "grade": 1, "valid_from": "2019-02-08"},
        {"name": "Captain", "grade": 5},
    ]
    result = got(text(with_cell("rank", "Patrolman"), OTHER, ROW), ranks=ranks)
    assert [row.rank_name for row in result.rows] == ["Patrolman", "Captain"]
    assert [f.rule for f in result.findings] == ["a rank that the contract knows for other dates only"]


def test_08_an_unmapped_rank_is_an_error_with_its_count():
    words = refused(text(*[ROW] * 4, *[with_cell("rank", "Seargent")] * 16))
    assert "16 of 20 rows break the contract" in words and "'Seargent' in column 'rank' 16 times" in words


def test_08_a_blank_rank_says_nothing_and_is_kept():
    assert got(text(with_cell("rank", ""))).rows[0].rank_name is None


# 9 Events


def test_09_events_in_four_languages_of_reasons():
    events = contract(
        grain="events",
        period={},
        columns={
            "person_id": {"header": "id"},
            "event": {"header": "what"},
            "event_date": {"header": "when"},
            "rank": {"header": "rank"},
        },
        identifying=[],
        event_codes={"Pensiun": "separation", "เลื่อนยศ": "promotion", "Điều động": "transfer", "Recruited": "hire"},
    )
    body = text(
        ["1", "Pensiun", "01/02/2010", ""],
        ["2", "เลื่อนยศ", "01/02/2010", "Captain"],
        ["3", "Điều động", "", ""],
        header=["id", "what", "when", "rank"],
    )
    result = got(body, of=events)
    assert [(row.event_code, row.event_date) for row in result.rows] == [("Pensiun", DAY), ("เลื่อนยศ", DAY)]
    assert [f.rule for f in result.findings] == ["an event without its date"]


# 10 Redaction and absence


def test_10_a_total_that_counts_a_branch_whose_rows_are_withheld_is_told():
    assert "says 12, and 2 rows stand there" in got(text(ROW, OTHER, ["Total", "12", "", "", "", "", ""])).notices[0]


def test_10_legal_text_in_a_cell_is_no_code():
    result = got(text(OTHER, with_cell("rank", "Withheld under section 7(A) of the Act")))
    assert [f.value_class for f in result.findings] == ["text of 38 characters"]
