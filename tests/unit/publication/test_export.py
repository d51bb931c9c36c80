"""Exports: a dictionary that says what each column means, files that are whole, and SDMX that comes back as it went."""

import csv
import datetime as dt
import io

import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysdmx.io.csv.sdmx20.reader import read as read_csv

from publication import sdmx, tables
from publication.dictionary import Code, Column, code_lists, dictionary
from publication.files import write_whole
from publication.history import ReleaseError
from publication.sdmx_structure import SdmxCode, code_id, code_value, structure
from publication.seen import KEYS, View

COLUMNS = (
    *((key, "integer" if key == "period_year" else "text") for key in KEYS),
    *(("indicator_name", "text"), ("estimate", "double precision"), ("n", "integer"), ("response_rate_pct", "double precision")),
    *(("is_suppressed", "boolean"), ("quality_flag", "text"), ("period_date", "date")),
)
KEY = {"indicator_code": "REP-01", "country_code": "THA", "agency_code": "THA-POL", "agency_type": "police", "grade_band": "all",
       "breakdown": "none", "breakdown_value": "all", "period": "year", "period_year": 2025, "provenance": "synthetic", "gender": "woman"}  # fmt: skip
REST = {"indicator_name": "Women's share", "estimate": 20.1, "n": 100, "response_rate_pct": None, "is_suppressed": False,
        "quality_flag": None, "period_date": dt.date(2025, 12, 31)}  # fmt: skip
HIDDEN = {"estimate": None, "n": None, "is_suppressed": True}


def view(*cells):
    records = [KEY | REST | cell for cell in cells]
    return View("indicator", COLUMNS, tuple(tuple(record[name] for name, _ in COLUMNS) for record in records))


def described(*views):
    return dictionary(views, lambda view, column: f"what {column} means")


def messages(shown, **definitions):
    found = structure(described(shown), code_lists([shown]), definitions, "1.7")
    message = sdmx.structure_message(found, "PARITY-7", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    return found, message, sdmx.data_message(found, shown.records())


def test_every_column_is_described_with_type_unit_and_code_list():
    about = {column.column: column for column in described(view({}))}
    assert list(about) == [name for name, _ in COLUMNS]
    assert about["indicator_code"] == Column(
        "indicator", "indicator_code", "text", "what indicator_code means", "", "CL_INDICATOR"
    )
    assert about["estimate"].unit == "as the column unit says" and about["response_rate_pct"].unit == "per cent"
    assert about["period_year"].code_list == "" and about["indicator_name"].code_list == ""


def test_a_code_list_holds_what_the_release_holds_with_the_words_of_the_column_beside_it():
    found = code_lists([view({}, {"gender": "women minus men"}, {"indicator_code": "REP-02", "indicator_name": "Ratio"})])
    assert [code for code in found if code.code_list in ("CL_GENDER", "CL_INDICATOR")] == [
        Code("CL_GENDER", "woman", "woman"),
        Code("CL_GENDER", "women minus men", "women minus men"),
        Code("CL_INDICATOR", "REP-01", "Women's share"),
        Code("CL_INDICATOR", "REP-02", "Ratio"),
    ]


def test_a_suppressed_cell_has_no_number_in_any_format():
    shown = view({}, HIDDEN | {"gender": "man"})
    content = tables.table(shown, described(shown))
    [_, hidden] = csv.DictReader(io.StringIO(tables.as_csv(content).decode()))
    assert hidden["is_suppressed"] == "true" and hidden["estimate"] == hidden["n"] == ""
    [_, hidden] = pyarrow.parquet.read_table(io.BytesIO(tables.as_parquet(content))).to_pylist()
    assert hidden["estimate"] is None and hidden["n"] is None
    [_, hidden] = csv.DictReader(io.StringIO(messages(shown)[2]))
    assert (hidden["OBS_STATUS"], hidden["OBS_VALUE"], hidden["N"]) == ("Q", "", "")


def test_parquet_carries_the_meaning_of_each_column():
    shown = view({})
    read = pyarrow.parquet.read_table(io.BytesIO(tables.as_parquet(tables.table(shown, described(shown)))))
    assert read.schema.field("n").metadata[b"description"] == b"what n means"


def test_a_column_of_an_unknown_type_is_named_with_where_to_say_what_it_becomes():
    odd = View("indicator", (("shape", "point"),), ())
    with pytest.raises(ReleaseError, match=r"published.indicator.shape is point: say in publication/tables.py"):
        tables.table(odd, described(odd))


def test_the_status_says_whether_a_value_is_shown_uncertain_suppressed_or_missing():
    shown = view({}, {"quality_flag": "wide interval: read with care"}, HIDDEN, {"estimate": None})
    assert [row["OBS_STATUS"] for row in csv.DictReader(io.StringIO(messages(shown)[2]))] == ["A", "U", "Q", "O"]


def test_sdmx_comes_back_equal_with_types_codes_and_missing_values():
    shown = view(
        {}, {"gender": "women minus men", "quality_flag": 'wide, "very"'}, HIDDEN, {"period_year": 2024, "estimate": 1e-7}
    )
    found, message, data = messages(shown)
    back = sdmx.read_back(message, data)
    assert back == sdmx.expected(found, shown.records())
    assert back[1]["SEX"] == "women minus men" and back[0]["PERIOD_DATE"] == dt.date(2025, 12, 31)
    assert back[2]["IS_SUPPRESSED"] is True and back[3]["TIME_PERIOD"] == 2024 and back[3]["OBS_VALUE"] == 1e-7


def test_a_version_that_looks_like_a_number_and_the_last_digit_of_a_number_come_back():
    shown = view({"provenance": "2026.10", "estimate": 0.1 + 0.2}, {"provenance": "2026.10", "estimate": 34.799999999999997})
    found, message, data = messages(shown)
    assert sdmx.read_back(message, data) == sdmx.expected(found, shown.records())


def test_the_reader_of_others_takes_the_file_with_all_rows_and_components():
    shown = view({}, HIDDEN | {"gender": "man"}, {"period_year": 2024})
    found, _, data = messages(shown)
    [dataset] = read_csv(data)
    assert dataset.structure == "DataStructure=PARITY:DSD_INDICATORS(1.7)"
    assert {*dataset.data.columns} == {*found.columns, "OBS_STATUS"} and len(dataset.data) == 3


def test_the_structure_message_has_no_empty_list_which_its_schema_forbids():
    assert "[]" not in messages(view({}))[1]


def test_a_lost_value_does_not_come_back_equal():
    shown = view({}, {"gender": "man"})
    found, message, data = messages(shown)
    assert sdmx.read_back(message, data.replace("20.1", "20.2", 1)) != sdmx.expected(found, shown.records())


def test_the_structure_has_a_dimension_for_each_key_and_the_catalogues_definition_of_each_indicator():
    found, _, _ = messages(view({}), **{"REP-01": "female headcount / headcount"})
    assert {found.columns[component.id] for component in found.definition.components.dimensions} == set(KEYS)
    [indicators] = [codelist for codelist in found.codelists if codelist.id == "CL_INDICATOR"]
    assert [(code.id, code.name, code.description) for code in indicators] == [
        ("REP-01", "Women's share", "female headcount / headcount")
    ]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(min_size=1, max_size=12))
def test_every_value_becomes_an_id_that_sdmx_allows_and_comes_back(value):
    identity = code_id(value)
    assert all(sign.isascii() and (sign.isalnum() or sign in "_-$") for sign in identity)
    assert code_value(SdmxCode(identity, name=value)) == value


def test_two_values_that_would_become_one_id_are_refused():
    with pytest.raises(ReleaseError, match="Two codes of CL_GRADE_BAND"):
        messages(view({"grade_band": "not stated"}, {"grade_band": "not_stated"}))


def test_files_are_written_again_without_harm_and_others_are_never_replaced(tmp_path):
    for _ in range(3):
        assert [path.name for path in write_whole(tmp_path / "a", {"x.csv": b"1", "y.csv": b"2"})] == ["x.csv", "y.csv"]
    with pytest.raises(ReleaseError, match=r"y\.csv is there with another content.*Nothing was written"):
        write_whole(tmp_path / "a", {"x.csv": b"1", "y.csv": b"3", "z.csv": b"4"})
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == {"x.csv": b"1", "y.csv": b"2"}


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ReleaseError, match=r"Name a folder that you may write to"):
        write_whole(tmp_path / "file", {"x.csv": b"1"})


def test_sdmx_tells_a_mid_year_from_its_year():
    shown = view({}, {"period": "mid-year", "estimate": 21.0, "period_date": dt.date(2025, 6, 30)})
    found, message, data = messages(shown)
    assert sdmx.read_back(message, data) == sdmx.expected(found, list(shown.records()))
    [codes] = [codelist for codelist in found.codelists if codelist.id == "CL_PERIOD"]
    assert [code_value(code) for code in codes.items] == ["mid-year", "year"]
