"""A file of the catalogue by itself: what is no list, no YAML or no entry is told with its line, its field and the nearest right word."""

import pytest

from parity.catalogue.errors import CatalogueError
from parity.catalogue.gate_limits import load_limits
from parity.catalogue.hr_contract import HrContract
from parity.catalogue.known import load_known
from parity.catalogue.loader import read_file, read_list
from parity.catalogue.policy import load_policy
from parity.catalogue.vocabulary import Agency, Grade
from tests.unit.catalogue.edited import CATALOGUE


def faults(read, tmp_path, text, name="agencies.yml", model=Agency):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CatalogueError) as error:
        read(path, model)
    return [fault.replace(f"{path}:", "") for fault in error.value.faults]


AGENCY = "{code: ABC, name: A, country: THA, type: police, provenance: synthetic}"


def test_a_list_is_read_entry_by_entry(tmp_path):
    path = tmp_path / "agencies.yml"
    path.write_text(f"agencies:\n  - {AGENCY}\n  - {AGENCY.replace('ABC', 'XYZ')}\n", encoding="utf-8")
    assert [agency.code for agency in read_list(path, Agency)] == ["ABC", "XYZ"]
    path.write_text("agencies: []\n", encoding="utf-8")
    assert read_list(path, Agency) == []


@pytest.mark.parametrize("text", ["", "agencies:\n", "agencies: 5\n", "- 1\n", "other: []\n", "agencies: {a: 1}\n"])
def test_a_file_without_its_list_is_told(tmp_path, text):
    assert faults(read_list, tmp_path, text) == ["1: must hold a list under 'agencies'."]


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CatalogueError, match="the file is missing"):
        read_list(tmp_path / "agencies.yml", Agency)
    with pytest.raises(CatalogueError, match="the file is missing"):
        load_limits(tmp_path)
    with pytest.raises(CatalogueError, match="the file is missing"):
        load_policy(tmp_path)


@pytest.mark.parametrize(("text", "said"), [
    (f"agencies:\n  - {AGENCY}\n  - {AGENCY.replace('police', 'polise')}\n", "3: type: Input should be"),
    (f"agencies:\n  - {AGENCY}\n  - {AGENCY.replace('police', 'polise')}\n", "Did you mean 'police'?"),
    (f"agencies:\n  - {AGENCY.replace('country', 'contry')}\n", "2: contry: Extra inputs are not permitted. Did you mean 'country'?"),
    ("agencies:\n  - 5\n", "2: entry: Input should be"), ("agencies: [\n", "2: "), ("agencies:\n  - {code: 2024-02-30}\n", "2: "),
    (f"agencies:\n  - {AGENCY}\nagencies: []\n", "3: 'agencies' stands here twice."), (b"agencies: \xff\n", "not readable as UTF-8"),
])  # fmt: skip
def test_each_fault_is_told_with_its_line_and_field(tmp_path, text, said):
    assert any(fault.startswith(said) or said in fault for fault in faults(read_list, tmp_path, text))


def test_every_faulty_entry_is_told_and_a_number_may_be_out_of_bounds(tmp_path):
    text = "grades:\n  - {grade: 0, band: junior, label: x}\n  - {grade: 1, band: junior, label: x}\n  - {grade: 10, band: junior, label: x}\n"
    assert [fault.split(":")[0] for fault in faults(read_list, tmp_path, text, "grades.yml", Grade)] == ["2", "4"]


def test_a_misspelt_key_deep_in_an_entry_is_told_with_the_keys_of_that_place(tmp_path):
    text = "name: abc\nagency: ABC\ngrain: roster\nfile_pattern: '*'\nformat: csv\ncolumns:\n  sex: {heder: x}\nranks:\n  - {name: x, grad: 1}\n"
    told = faults(read_file, tmp_path, text, "abc.yml", HrContract)
    assert "7: columns.sex.heder: Extra inputs are not permitted. Did you mean 'header'?" in told
    assert "9: ranks.0.grad: Extra inputs are not permitted. Did you mean 'grade'?" in told


KNOWN = """known:
  - indicator: {indicator}
    agency: {agency}
    year: 2024
    who: woman
    least: 3
    greatest: 3
    source: the annual report
"""


@pytest.mark.parametrize(("indicator", "agency", "said"), [
    ("REP-01", "THA-POL", []), ("REP-00", "THA-POL", [":2: indicator: 'REP-00' is not in counts in disclosure.yml. Did you mean 'REP-0"]),
    ("REP-01", "THA-POLL", [":3: agency: 'THA-POLL' is not in agencies.yml. Did you mean 'THA-POL'?"]), ("XXX-99", "YYY", [":2: indicator", ":3: agency"]),
])  # fmt: skip
def test_what_is_known_is_of_an_indicator_and_an_agency_that_there_are(tmp_path, indicator, agency, said):
    (tmp_path / "known.yml").write_text(KNOWN.format(indicator=indicator, agency=agency), encoding="utf-8")
    (tmp_path / "agencies.yml").write_bytes((CATALOGUE / "agencies.yml").read_bytes())
    told = []
    try:
        assert [str(known) for known in load_known(tmp_path, load_policy(CATALOGUE))] == ["REP-01 of THA-POL 2024, woman"]
    except CatalogueError as error:
        told = error.faults
    assert len(told) == len(said) and all(part in fault for part, fault in zip(said, told, strict=True))


def test_without_a_file_nothing_is_known(tmp_path):
    assert load_known(tmp_path, load_policy(CATALOGUE)) == []
