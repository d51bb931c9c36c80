"""Ingestion on a real PostgreSQL: the stand-in server and the sample files into raw."""

import socket

import psycopg
import pytest

from ingestion.hr.errors import FileRefused
from ingestion.hr.files import local_file
from ingestion.hr.keys import KeyRing
from ingestion.hr.load import load_file
from ingestion.kobo.access import list_forms
from ingestion.kobo.client import KoboClient
from ingestion.kobo.errors import KoboError
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from ingestion.reference import load_catalogue as load_catalogue_tables
from ingestion.reference import load_reference
from parity.catalogue import load_catalogue
from parity.migrate import migrate_warehouse
from parity.settings import REPOSITORY
from sandbox.kobo_standin.app import create_app
from sandbox.samples.generate import generate
from tests.integration.kobo_server import serve

TOKEN = "b" * 40
FORM = "workplace_culture"


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(REPOSITORY / "catalogue")


@pytest.fixture(scope="module")
def samples(tmp_path_factory, catalogue):
    out = tmp_path_factory.mktemp("samples")
    generate(out, catalogue, REPOSITORY / "catalogue", seed=7, size=0.1)
    return out


@pytest.fixture
def landing(tmp_path):
    return Landing(str(tmp_path / "landing"))


@pytest.fixture
def ring(tmp_path):
    return KeyRing(tmp_path / "keys")


@pytest.fixture
def connection(warehouse):
    with psycopg.connect(warehouse) as opened:
        yield opened


@pytest.fixture
def kobo(tmp_path, samples):
    """A stand-in server on a free port, with its store."""
    app = create_app(tmp_path / "kobo.sqlite", TOKEN)
    app.state.store.seed(samples / "kobo" / FORM)
    with serve(app) as url:
        yield url


def count(connection, query, *values):
    return connection.execute(query, values).fetchone()[0]


def test_a_sync_takes_everything_and_a_second_one_nothing(kobo, connection, landing, catalogue):
    client = KoboClient(kobo, TOKEN)
    assert [form.form for form in list_forms(client, catalogue)] == [FORM]
    report = sync_form(client, catalogue.kobo[FORM], landing, connection)
    assert report.n_total == report.n_new == client.count(list_forms(client, catalogue)[0].asset_uid) > 300
    again = sync_form(client, catalogue.kobo[FORM], landing, connection)
    assert (again.n_new, again.n_changed, again.n_deleted) == (0, 0, 0)
    assert count(connection, "select count(*) from raw.kobo_form") == 2


def test_edits_validations_and_deletions_arrive_and_history_stays(kobo, connection, landing, catalogue):
    client = KoboClient(kobo, TOKEN)
    contract = catalogue.kobo[FORM]
    sync_form(client, contract, landing, connection)
    uid = list_forms(client, catalogue)[0].asset_uid
    data = f"{kobo}/api/v2/assets/{uid}/data/"
    ids = [row[0] for row in connection.execute("select submission_id from raw.kobo_answer where field = 'respect' limit 3")]
    edit = {"payload": {"submission_ids": ids[:1], "data": {"culture/respect": "1"}}}
    assert client.session.patch(f"{data}bulk/", json=edit).ok
    status = {"validation_status.uid": "validation_status_not_approved"}
    assert client.session.patch(f"{data}{ids[1]}/validation_status/", json=status).ok
    assert client.session.delete(f"{data}{ids[2]}/").status_code == 204
    report = sync_form(client, contract, landing, connection)
    assert (report.n_new, report.n_changed, report.n_deleted) == (0, 2, 1)
    newest = "select * from raw.kobo_submission where submission_id = %s order by load_no desc limit 1"
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        assert cursor.execute(newest, (ids[2],)).fetchone()["is_deleted"]
        assert cursor.execute(newest, (ids[1],)).fetchone()["validation_status"] == "validation_status_not_approved"
    assert count(connection, "select count(*) from raw.kobo_submission where submission_id = %s", ids[0]) == 2


def test_who_did_not_consent_leaves_no_answer(kobo, connection, landing, catalogue, samples):
    sync_form(KoboClient(kobo, TOKEN), catalogue.kobo[FORM], landing, connection)
    refused = (samples / "kobo" / FORM / "submissions.jsonl").read_text().count('"consent": "no"')
    silent = count(
        connection,
        "select count(*) from raw.kobo_submission where submission_id not in (select submission_id from raw.kobo_answer)",
    )
    assert silent == refused > 0


def test_a_question_renamed_between_versions_is_one_item(kobo, connection, landing, catalogue):
    sync_form(KoboClient(kobo, TOKEN), catalogue.kobo[FORM], landing, connection)
    versions = count(
        connection,
        "select count(distinct s.version_uid) from raw.kobo_answer a join raw.kobo_submission s using (submission_id)"
        " where a.field = 'promo_merit'",
    )
    assert versions == 2


def test_a_wrong_token_says_so_and_changes_nothing(kobo, connection, landing, catalogue):
    with pytest.raises(KoboError, match="token is wrong or revoked"):
        list_forms(KoboClient(kobo, "c" * 40), catalogue)


def test_a_server_that_is_gone_says_so(catalogue):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(KoboError, match="did not answer"):
        KoboClient(f"http://127.0.0.1:{port}", TOKEN, retries=0).me()


@pytest.mark.parametrize("name", ["tha_pol", "idn_imm", "vnm_cus"])
def test_staff_files_load_once_and_bad_rows_are_described_without_values(connection, landing, ring, catalogue, samples, name):
    contract = catalogue.hr[name]
    path = sorted((samples / "drop" / "hr" / name).iterdir())[0]
    report = load_file(connection, landing, contract, local_file(contract, path), ring)
    assert report.status == "loaded" and report.n_rows > 50 and report.n_quarantined > 0
    assert load_file(connection, landing, contract, local_file(contract, path), ring).status == "already loaded"
    assert count(connection, "select count(*) from raw.hr_staff") == report.n_rows
    assert count(connection, "select count(distinct row_no) from quarantine.hr_row") == report.n_quarantined
    everything = str(connection.execute("select * from quarantine.hr_row").fetchall())
    assert "X?" not in everything and "31-02" not in everything


def test_an_unreadable_file_is_refused_whole_with_its_name_and_a_remedy(connection, landing, ring, catalogue, tmp_path):
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(FileRefused, match=r"broken\.xlsx: .*damaged or cut short"):
        load_file(connection, landing, catalogue.hr["idn_imm"], local_file(catalogue.hr["idn_imm"], path), ring)
    assert count(connection, "select count(*) from raw.hr_delivery") == 0


def test_a_renamed_column_is_refused_with_the_likeliest_match(connection, landing, ring, catalogue, samples, tmp_path):
    original = sorted((samples / "drop" / "hr" / "vnm_cus").iterdir())[0]
    path = tmp_path / original.name
    path.write_bytes(original.read_bytes().decode("utf-16").replace("Giới tính", "Giới  tính", 1).encode("utf-16"))
    with pytest.raises(FileRefused, match=r"column 'Giới tính' is missing \(is it 'Giới  tính'\?\)"):
        load_file(connection, landing, catalogue.hr["vnm_cus"], local_file(catalogue.hr["vnm_cus"], path), ring)
    assert count(connection, "select count(*) from raw.hr_staff") == 0


def test_reference_tables_and_the_catalogue_are_replaced_not_added_to(connection, landing, catalogue, samples):
    for _ in range(2):
        load_catalogue_tables(connection, catalogue)
        for name, contract in catalogue.reference.items():
            path = next((samples / "drop" / "reference" / name).iterdir())
            n = load_reference(connection, landing, contract, path)
            assert count(connection, f"select count(*) from raw.{contract.table}") == n > 0
    assert count(connection, "select count(*) from raw.catalogue_indicator") == len(catalogue.indicators)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("NaN", "not a finite number"),
        ("inf", "not a finite number"),
        ("-Infinity", "not a finite number"),
        ("-5", "a negative number"),
        ("a few", "not a number"),
    ],
)
def test_a_number_of_a_reference_table_by_which_nobody_can_be_counted_is_refused(warehouse, tmp_path, catalogue, value, fault):
    """As R and pandas write what is not known. What was loaded before stays."""
    contract, landing = catalogue.reference["undesa_population"], Landing(str(tmp_path / "landing"))
    file = tmp_path / "un_population_2024.csv"
    rows = ["iso3,year,sex,age,population", "VNM,2024,Female,15-64,480000"]
    with psycopg.connect(warehouse) as connection:
        migrate_warehouse(warehouse, backups=None)
        file.write_text("\n".join(rows))
        assert load_reference(connection, landing, contract, file) == 1
        file.write_text("\n".join([*rows, f"VNM,2024,Male,15-64,{value}"]))
        with pytest.raises(FileRefused, match=f"row 3: column 'population': {fault}"):
            load_reference(connection, landing, contract, file)
        assert count(connection, "select count(*) from raw.ref_population") == 1


@pytest.mark.parametrize("why", ["faulty", "draft"])
def test_what_a_contract_said_stays_while_it_is_faulty_or_a_draft(connection, catalogue, why):
    said = "select rank_name, grade from raw.catalogue_rank where contract = 'tha_pol' order by 1, 2"
    load_catalogue_tables(connection, catalogue)
    before = connection.execute(said).fetchall()
    others = {name: contract for name, contract in catalogue.hr.items() if name != "tha_pol"}
    draft = {"tha_pol": catalogue.hr["tha_pol"].model_copy(update={"needs_review": True, "ranks": []})}
    changed = {"hr": others, "set_aside": {"tha_pol": ("a fault",)}} if why == "faulty" else {"hr": others | draft}
    load_catalogue_tables(connection, catalogue.model_copy(update=changed))
    assert before and connection.execute(said).fetchall() == before
    load_catalogue_tables(connection, catalogue.model_copy(update={"hr": others}))
    assert connection.execute(said).fetchall() == []
    load_catalogue_tables(connection, catalogue)
