"""A draft of a contract from an example: what it finds, what it only suggests, and what it leaves to the reviewer."""

from __future__ import annotations

import unicodedata

import pytest
import yaml
from pydantic import ValidationError

from ingestion.hr.check import check
from ingestion.hr.errors import FileRefused
from ingestion.hr.files import local_file
from ingestion.hr.load import load_file
from ingestion.hr.scaffold import draft
from parity.catalogue import HrContract, load_catalogue
from parity.settings import REPOSITORY
from sandbox.samples.generate import generate
from tests.unit.ingestion import spreadsheets as make

CATALOGUE = load_catalogue(REPOSITORY / "catalogue")


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    out = tmp_path_factory.mktemp("samples")
    generate(out, CATALOGUE, REPOSITORY / "catalogue", seed=7, size=0.05)
    return out


def drafted(path, **more):
    made = draft(path, "new", "NEW-POL", CATALOGUE.hr_words, more.pop("known", CATALOGUE.hr), **more)
    return made, HrContract.model_validate(yaml.safe_load(made.text()))


def written(tmp_path, body: str | bytes, name: str = "staff_2024-03.csv"):
    path = tmp_path / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    return path


@pytest.mark.parametrize("name", ["idn_imm", "tha_pol", "vnm_cus"])
def test_the_draft_of_a_sample_says_what_its_contract_says(samples, name):
    truth = CATALOGUE.hr[name]
    path = min(samples.rglob(f"hr/{name}/*"))
    _, contract = drafted(path)
    for field in ("format", "encoding", "delimiter", "header_row", "calendar", "date_format", "total_markers"):
        assert getattr(contract, field) == getattr(truth, field), field
    assert {key: column.header for key, column in contract.columns.items()} == {
        key: column.header for key, column in truth.columns.items()
    }
    assert contract.sex_codes.items() <= truth.sex_codes.items() and len(contract.sex_codes) >= 3
    ranks = {(rank.name, rank.grade) for rank in contract.ranks}
    assert ranks <= {(rank.name, rank.grade) for rank in truth.ranks} and len(ranks) >= 6
    assert {*truth.identifying} <= {*contract.identifying}
    mine, its = (check(path, one.model_copy(update={"name": name, "max_bad_share": 1})) for one in (contract, truth))
    assert (mine.n_rows, mine.findings.n_bad) == (its.n_rows, its.findings.n_bad)


def test_a_draft_loads_nothing_until_it_is_reviewed(tmp_path):
    path = written(tmp_path, "ID,Name,Sex,Rank\n1,A,F,Sergeant\n2,B,M,Sergeant\n")
    _, contract = drafted(path)
    assert contract.needs_review
    with pytest.raises(FileRefused, match=r"its contract new is a draft.*remove `needs_review`"):
        load_file(None, None, contract, local_file(contract, path), None)


def test_the_period_is_read_from_the_files_name(tmp_path):
    _, contract = drafted(written(tmp_path, "ID,Sex\n1,F\n2,M\n"))
    assert check(tmp_path / "staff_2024-03.csv", contract).n_by_period == {("NEW-POL", "2024-03-31"): 2}


def test_dates_that_can_be_read_in_two_ways_are_left_to_the_reviewer(tmp_path):
    made, contract = drafted(written(tmp_path, "ID,Sex,Hire Date\n1,F,03/04/2010\n2,M,05/06/2011\n"))
    assert contract.date_format == "%d/%m/%Y" and "may as well be %m/%d/%Y" in made.text()
    made, contract = drafted(written(tmp_path, "ID,Sex,Hire Date\n1,F,03/14/2010\n2,M,05/06/2011\n"))
    assert contract.date_format == "%m/%d/%Y" and "may as well" not in made.text()


def test_codes_that_mean_nothing_by_themselves_get_no_meaning(tmp_path):
    path = written(tmp_path, "ID,Sex\n" + "\n".join(f"{n},{n % 2 + 1}" for n in range(20)))
    made, contract = drafted(path)
    assert contract.needs_review and contract.sex_codes == {}
    with pytest.raises(ValidationError, match="sex_codes must say what each code in the column of sex means"):
        HrContract.model_validate(contract.model_dump() | {"needs_review": False})
    assert "'1' (10 rows) is not understood" in made.text() and "'2' (10 rows)" in made.text()


def test_a_value_of_few_rows_is_not_quoted(tmp_path):
    made, _ = drafted(written(tmp_path, "ID,Sex\n" + "\n".join(f"{n},F" for n in range(20)) + "\n21,SITI AMINAH\n"))
    assert "SITI" not in made.text() and "a code that is not named here (1 row)" in made.text()


def test_a_rank_like_a_known_one_is_suggested_and_marked(tmp_path):
    rows = [f"{n},F,{'Police Sergant' if n % 2 else 'Zzyzx'}" for n in range(10)]
    made, contract = drafted(written(tmp_path, "ID,Sex,Rank\n" + "\n".join(rows)), known={})
    assert {rank.name: rank.grade for rank in contract.ranks} == {"Police Sergant": 3, "Zzyzx": None}
    assert "because it looks like 'police sergeant'" in made.text() and "'Zzyzx' (5 rows): no suggestion" in made.text()


def test_a_rank_of_few_rows_that_may_be_a_name_is_counted_and_not_copied(tmp_path):
    rows = [f"{n},F,{'Police Sergeant' if n else 'Zzyzx'}" for n in range(30)]
    made, contract = drafted(written(tmp_path, "ID,Sex,Rank\n" + "\n".join(rows)), known={})
    assert [rank.name for rank in contract.ranks] == ["Police Sergeant"]
    assert "Zzyzx" not in made.text() and "(1 row) is not understood: 1 different value" in made.text()


def test_a_table_of_counts_becomes_measures_and_never_people(tmp_path):
    _, contract = drafted(written(tmp_path, "Rank,Male,Female,Total\nSergeant,10,2,12\nCaptain,3,1,4\nTotal,13,3,16\n"))
    assert contract.grain == "aggregate"
    assert {(measure.header, measure.gender) for measure in contract.measures} == {
        ("Male", "man"),
        ("Female", "woman"),
        ("Total", "all"),
    }


@pytest.mark.parametrize("encoding", ["cp874", "cp1258", "utf-16", "utf-8-sig"])
def test_the_encoding_is_found(tmp_path, encoding):
    headers = {"cp874": "เลขประจำตัว,เพศ,ยศ", "cp1258": "Mã số,Phái,Đơn vi"}.get(encoding, "เลขประจำตัว,เพศ,ยศ")
    text = f"{headers}\n" + "\n".join(f"{n},F,A{n % 3}" for n in range(30))
    body = (unicodedata.normalize("NFD", text) if encoding == "cp1258" else text).encode(encoding, errors="ignore")
    _, contract = drafted(written(tmp_path, body))
    assert contract.encoding == encoding.removesuffix("-sig")
    assert "person_id" in contract.columns


def test_sheets_of_months_and_a_protected_workbook(tmp_path):
    rows = [["NIP", "JK"], ["1", "P"], ["2", "L"]]
    path = written(
        tmp_path, make.protected(make.xlsx(rows, sheet="Januari 2024", more={"Februari 2024": rows}), "s3cret"), "s.xlsx"
    )
    with pytest.raises(FileRefused, match="protected by a password"):
        drafted(path)
    _, contract = drafted(path, password="s3cret")
    assert contract.format == "workbook" and "sheet_pattern" in contract.period.model_dump(exclude_none=True)
    assert check(path, contract, "s3cret").n_by_period == {("NEW-POL", "2024-01-31"): 2, ("NEW-POL", "2024-02-29"): 2}


@pytest.mark.parametrize("name", ["tha_pol_training", "idn_imm_complaints"])
def test_the_draft_of_a_register_is_of_its_grain_and_reads_it(samples, name):
    truth = CATALOGUE.hr[name]
    [path] = samples.rglob(f"hr/{name}/*")
    made, contract = drafted(path)
    assert contract.grain == truth.grain and made.fields["needs_review"]
    assert {column: found.header for column, found in contract.columns.items()} == {
        column: said.header for column, said in truth.columns.items() if said.required
    }
    assert contract.course_codes == truth.course_codes and contract.complaint_codes == truth.complaint_codes
    assert len(check(path, contract).findings.all) == 2


def test_what_a_grain_does_not_read_is_left_to_the_reviewer(tmp_path):
    body = "id,sex,rank,course,hours\n" + "\n".join(f"{n},F,Officer,Law,3" for n in range(9))
    made, contract = drafted(written(tmp_path, body))
    assert contract.grain == "roster" and {"course", "hours"} <= {*contract.ignored} and "ignored" in made.remarks
    long = "year,round,sex,applied,selected\n2024,1,F,12,3\n2024,1,M,30,9"
    _, contract = drafted(written(tmp_path, long, "intake_2024.csv"), grain="applicants")
    assert {"sex", "n_applied", "n_hired", "round"} <= contract.columns.keys()
