"""Answers whose code no version of the form offers: an error above a share, a notice below, and remembered until a scan finds them read."""

import json
import shutil

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
from parity.settings import REPOSITORY
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

TOKEN = "a" * 40
PULSE = """name: pulse
asset_name: Pulse
agency: THA-POL
fields: {a: gender, c: respect}
value_maps: {gender: {f: woman, m: man}}
weight: {frame: {THA-POL: 10}}
"""


def content(*codes):
    return {
        "survey": [
            {"type": "select_one", "name": "a", "select_from_list_name": "sex"},
            {"type": "integer", "name": "c"},
        ],
        "choices": [{"list_name": "sex", "name": code, "label": [code]} for code in codes],
        "translations": [None],
    }


@pytest.fixture
def pulse(tmp_path, warehouse, monkeypatch):
    """Run `parity kobo sync pulse`: exit code, standard output, standard error. `answer` sends submissions."""
    server = create_app(tmp_path / "kobo.sqlite", TOKEN)
    store, catalogue = server.state.store, tmp_path / "catalogue"
    uid = store.add_asset("Pulse")
    store.deploy(uid, store.add_version(uid, content("f", "m")))
    shutil.copytree(REPOSITORY / "catalogue", catalogue)
    contract = catalogue / "sources" / "kobo" / "pulse.yml"
    contract.write_text(PULSE)
    with serve(server) as url:
        for name, value in (
            ("KOBO_URL", url),
            ("KOBO_TOKEN", TOKEN),
            ("WAREHOUSE_URL", warehouse),
            ("LANDING_URL", str(tmp_path / "landing")),
            ("CATALOGUE", str(catalogue)),
        ):
            monkeypatch.setenv(f"PARITY_{name}", value)

        def sync(*words):
            result = CliRunner().invoke(app, ["kobo", "sync", "pulse", *words])
            return result.exit_code, " ".join(result.stdout.split()), " ".join(result.stderr.split())

        def answer(n, code):
            for _ in range(n):
                number = store.db.execute("select count(*) from submission").fetchone()[0]
                root = f"00000000-0000-4000-8000-{number:012d}"
                record = {"_uuid": root, "meta/rootUuid": f"uuid:{root}", "_submission_time": "2026-01-01T00:00:00"}
                store.log(uid, "add-submission", "owner", {"submission": {"root_uuid": root}})
                store.add(uid, record | {"a": code, "c": "1", "_validation_status": {}, "_attachments": []})

        sync.answer, sync.store, sync.uid, sync.contract, sync.warehouse = answer, store, uid, contract, warehouse
        yield sync


def genders(url):
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select value, count(*)::int from raw.kobo_answer join (select distinct on (submission_id) * from"
            " raw.kobo_submission order by submission_id, load_no desc) newest using (asset_uid, submission_id, content_hash)"
            " where field = 'gender' and not is_deleted group by 1"
        )
        return dict(rows.fetchall())


def test_more_unread_answers_than_the_limit_are_an_error_that_names_field_share_offers_and_remedy(pulse):
    pulse.answer(90, "f")
    pulse.answer(10, "Female")
    code, said, why = pulse()
    assert code == 1 and "pulse: 100 new" in said
    assert "pulse: gender: 10 of 100 answers (10 %) stayed in the landing" in why and "the form offers f, m" in why
    assert "More than 5 % is an error; the rest of the form is loaded" in why and "under value_maps" in why
    assert "Female" not in said + why, "an answer is never quoted"
    assert genders(pulse.warehouse) == {"woman": 90}


def test_the_error_stays_over_syncs_that_read_nothing_new_until_the_form_offers_the_code(pulse):
    pulse.answer(90, "f")
    pulse.answer(10, "fem")
    assert [pulse()[0], pulse()[0], pulse("--scan")[0]] == [1, 1, 1]
    pulse.answer(5, "fem")
    assert ["gender: 15 of 105 answers" in pulse(*words)[2] for words in ((), (), ("--scan",), ())] == [True] * 4
    pulse.contract.write_text(PULSE.replace("f: woman", "f: woman, fem: woman"))
    assert pulse()[0] == 1, "the contract alone offers nothing where the form has a list"
    pulse.store.deploy(pulse.uid, pulse.store.add_version(pulse.uid, content("f", "m", "fem")))
    code, said, why = pulse()
    assert code == 0 and "stayed in the landing" not in said + why
    assert genders(pulse.warehouse) == {"woman": 105}


def test_fewer_than_the_limit_are_a_notice_in_a_sync_that_is_well(pulse):
    pulse.answer(96, "f")
    pulse.answer(4, "Female")
    code, said, why = pulse()
    assert code == 0 and "gender" not in why
    assert "gender: 4 of 100 answers (4 %) stayed in the landing" in said
    assert "gender: 4 of 100 answers (4 %) stayed in the landing" in pulse()[1]
    [report] = json.loads(pulse("--json")[1])
    assert [(one["field"], one["n_unread"], one["n_answers"]) for one in report["unread"]] == [("gender", 4, 100)]


def test_a_map_that_has_no_code_in_common_with_the_form_stops_it_before_anything_is_read(pulse):
    pulse.contract.write_text(PULSE.replace("{f: woman, m: man}", "{Female: woman, Male: man}"))
    pulse.answer(3, "f")
    code, said, why = pulse()
    assert code == 1 and said == ""
    assert "value_maps lists Female, Male for gender, and the form offers f, m" in why


def test_a_mapped_code_that_the_form_does_not_offer_beside_others_that_it_does_is_a_notice(pulse):
    pulse.contract.write_text(PULSE.replace("m: man", "m: man, x: other"))
    pulse.answer(3, "f")
    code, said, _ = pulse()
    assert code == 0 and "value_maps of gender has 'x', which no version of the form offers" in said
