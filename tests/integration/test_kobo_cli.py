"""`parity kobo` on a stand-in server and a real warehouse: what an operator types, and what the command answers."""

import json
import shutil

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
from parity.settings import REPOSITORY
from sandbox.kobo_standin.app import create_app
from sandbox.samples.generate import generate
from tests.integration.kobo_server import serve

TOKEN = "a" * 40
FORM = "workplace_culture"


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    from parity.catalogue import load_catalogue

    out = tmp_path_factory.mktemp("samples")
    generate(out, load_catalogue(REPOSITORY / "catalogue"), REPOSITORY / "catalogue", seed=7, size=0.02)
    return out


@pytest.fixture
def parity(tmp_path, samples, warehouse, monkeypatch):
    """Run the command; exit code, standard output and standard error."""
    server = create_app(tmp_path / "kobo.sqlite", TOKEN)
    server.state.store.seed(samples / "kobo" / FORM)
    with serve(server) as url:
        monkeypatch.setenv("PARITY_KOBO_URL", url)
        monkeypatch.setenv("PARITY_KOBO_TOKEN", TOKEN)
        monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
        monkeypatch.setenv("PARITY_LANDING_URL", str(tmp_path / "landing"))

        def run(*words):
            result = CliRunner().invoke(app, ["kobo", *words])
            return result.exit_code, " ".join(result.stdout.split()), " ".join(result.stderr.split())

        run.store = server.state.store
        yield run


def test_sync_then_reconcile_then_nothing_new(parity):
    code, said, _ = parity("sync")
    assert code == 0 and f"{FORM}:" in said and "(by scan)" in said
    assert parity("reconcile")[:2] == (0, f"{FORM}: raw equals the server, {said.split()[1]} submissions")
    code, said, _ = parity("sync", FORM, "--json")
    assert code == 0 and [(one["way"], one["n_new"]) for one in json.loads(said)] == [("history", 0)]


def test_reconcile_exits_1_and_says_how_to_mend_what_differs(parity):
    parity("sync")
    uid = parity.store.assets()[0]["uid"]
    parity.store.delete(uid, next(parity.store.records(uid))["_id"])
    code, said, remedy = parity("reconcile")
    assert code == 1 and "1 no longer on the server" in said and "parity kobo sync --scan" in remedy
    assert parity("sync", "--scan")[0] == 0
    assert parity("reconcile")[0] == 0


def test_erase_is_a_dry_run_until_told(parity):
    parity("sync")
    root = next(parity.store.records(parity.store.assets()[0]["uid"]))["meta/rootUuid"]
    assert "1 submission(s) would go" in parity("erase", root)[1]
    assert "1 submission(s) would go" in parity("erase", root)[1]
    assert "1 submission(s) erased" in parity("erase", root, "--apply")[1]
    assert parity("erase", root)[1] == f"{FORM}: nothing is held of this respondent."


def test_an_unknown_form_is_named_with_the_known_ones(parity):
    code, _, said = parity("sync", "nope")
    assert code == 2 and said.startswith("There is no contract 'nope': choose") and FORM in said


def test_a_wrong_token_ends_with_its_remedy_and_no_trace(parity, monkeypatch):
    monkeypatch.setenv("PARITY_KOBO_TOKEN", "b" * 40)
    code, _, said = parity("sync")
    assert code == 2 and "copy it anew" in said and said.endswith("into PARITY_KOBO_TOKEN.") and "Traceback" not in said


def test_an_address_without_a_token_is_refused(parity, monkeypatch):
    monkeypatch.delenv("PARITY_KOBO_TOKEN")
    code, _, said = parity("sync")
    assert code == 2 and "belong together" in said


def test_a_warehouse_that_is_down_says_so(parity, monkeypatch):
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", "postgresql://nobody:x@127.0.0.1:9/none")
    code, _, said = parity("sync")
    assert code == 3 and "A database does not answer" in said


PULSE = "name: a_pulse\nasset_name: Pulse\nagency: THA-POL\nfields: {a: gender, c: respect}\nweight: {frame: {THA-POL: 10}}\n"
PULSE_CONTENT = {
    "survey": [{"type": "integer", "name": "a"}, {"type": "integer", "name": "c"}],
    "choices": [],
    "translations": [None],
}


@pytest.fixture
def pulse(parity, tmp_path, monkeypatch):
    """A second form with a contract, before the other in order; deploys one more of its name, and says its uid."""
    catalogue = tmp_path / "catalogue"
    shutil.copytree(REPOSITORY / "catalogue", catalogue)
    (catalogue / "sources" / "kobo" / "a_pulse.yml").write_text(PULSE)
    monkeypatch.setenv("PARITY_CATALOGUE", str(catalogue))

    def deploy():
        uid = parity.store.add_asset("Pulse")
        parity.store.deploy(uid, parity.store.add_version(uid, PULSE_CONTENT))
        return uid

    return deploy


@pytest.mark.parametrize("command", ["sync", "reconcile"])
def test_two_projects_of_one_name_stop_their_form_alone_and_are_named(command, parity, pulse):
    uids = [pulse(), pulse()]
    code, said, why = parity(command)
    assert code == 1
    assert f"{FORM}: " in said and "a_pulse" not in said
    assert "a_pulse: 2 forms named 'Pulse' are on http" in why and [uid for uid in uids if uid not in why] == []
    assert "stop sharing them with the account 'owner'" in why
    code, said, _ = parity(command, "--json")
    assert code == 1 and [one["form"] for one in json.loads(said) if "error" in one] == ["a_pulse"]
    assert [one["form"] for one in json.loads(said) if "error" not in one] == [FORM]


def test_a_form_that_was_synced_and_is_not_there_any_more_is_named_beside_the_report_of_the_others(parity, pulse):
    assert parity("sync")[0] == 0, "never synced, and so not missed"
    uid = pulse()
    assert parity("sync")[0] == 0
    parity.store.drop_asset(uid)
    for command in ("sync", "reconcile", "sync"):
        code, said, why = parity(command)
        assert code == 1 and f"{FORM}: " in said
        assert "The account 'owner' sees 1 project on http" in why and "'Pulse' (a_pulse)" in why
        assert "a_pulse: was last synced on 20" in why and "What was loaded stays. Share its project" in why
    code, said, _ = parity("sync", "--json")
    assert code == 1 and [(one["form"], "error" in one) for one in json.loads(said)] == [(FORM, False), ("a_pulse", True)]
    code, _, why = parity("sync", "a_pulse")
    assert code == 3 and "No deployed form named 'Pulse'" in why and "share it with the account 'owner'" in why


def test_an_account_without_the_right_to_the_submissions_is_named_with_form_server_and_remedy(parity, pulse, monkeypatch):
    uid = pulse()
    parity("sync")
    parity.store.add_account("ana", "c" * 40)
    parity.store.grant(uid, "ana", "view_asset")
    monkeypatch.setenv("PARITY_KOBO_TOKEN", "c" * 40)
    code, said, why = parity("sync")
    assert (code, said) == (1, "")
    assert "a_pulse: The account 'ana' on http" in why and "may not read all of the form 'Pulse' (GET http" in why
    assert "with the right 'View submissions'" in why and "in PARITY_KOBO_TOKEN." in why


def test_an_account_that_is_locked_is_told_to_change_its_password(parity, monkeypatch):
    parity.store.add_account("ana", "c" * 40, restricted=True)
    monkeypatch.setenv("PARITY_KOBO_TOKEN", "c" * 40)
    code, _, why = parity("sync")
    assert code == 1 and "locked the token's account until its password is changed" in why


def test_a_form_that_cannot_be_mapped_asks_and_stops_no_other(parity, tmp_path, monkeypatch):
    catalogue = tmp_path / "catalogue"
    shutil.copytree(REPOSITORY / "catalogue", catalogue)
    broken = catalogue / "sources" / "kobo" / f"{FORM}.yml"
    broken.write_text(broken.read_text().replace("profile/sex: gender", "profile/sexx: gender"))
    (catalogue / "sources" / "kobo" / "a_pulse.yml").write_text(
        "name: a_pulse\nasset_name: Pulse\nagency: THA-POL\nfields: {a: gender, c: respect}\nweight: {frame: {THA-POL: 10}}\n"
    )
    content = {
        "survey": [{"type": "integer", "name": "a"}, {"type": "integer", "name": "c"}, {"type": "integer", "name": "b"}],
        "choices": [],
        "translations": [None],
    }
    uid = parity.store.add_asset("Pulse")
    parity.store.deploy(uid, parity.store.add_version(uid, content))
    parity.store.add(uid, {"_uuid": "u", "meta/rootUuid": "uuid:u", "a": "three", "_validation_status": {}, "_attachments": []})
    monkeypatch.setenv("PARITY_CATALOGUE", str(catalogue))
    code, said, refused = parity("sync")
    assert code == 1
    assert "a_pulse: 1 new" in said, refused
    assert "1 answers stayed in the landing" in said
    assert "not in the contract, stays in the landing: b" in said
    assert f"{FORM}: " in refused and "no version of the form has profile/sexx" in refused


def lose(parity, n):
    uid = parity.store.assets()[0]["uid"]
    numbers = [record["_id"] for record in parity.store.records(uid)][:n]
    parity.store.lose(uid, numbers)
    return uid, numbers


def test_a_form_that_is_held_says_so_with_every_sync_until_somebody_accepts(parity):
    parity("sync")
    assert parity("held") == (0, "No form is held: every submission that raw holds is on the server, or was deleted there.", "")
    code, _, why = parity("accept", FORM, "--reason", "they were trials of the team")
    assert code == 1 and f"{FORM} is not held" in why
    _, numbers = lose(parity, 30)
    for words in (("sync", "--scan"), ("sync",), ("sync", FORM)):
        code, said, _ = parity(*words)
        assert code == 1 and "0 deleted" in said and "HELD since 20" in said
        assert "30 of those held were not sent" in said and f'parity kobo accept {FORM} --reason "…"' in said
    code, said, _ = parity("sync", "--json")
    (report,) = json.loads(said)
    assert code == 1 and (report["n_deleted"], report["held"]["n_absent"], report["held"]["examples"]) == (0, 30, numbers[:20])
    code, _, remedy = parity("reconcile")
    assert code == 1 and f"parity kobo accept {FORM}" in remedy
    assert [hold["form"] for hold in json.loads(parity("held", "--json")[1])] == [FORM]
    assert parity("accept")[:2] == (parity("held")[0], parity("held")[1]) and f"{FORM}: HELD since" in parity("accept")[1]
    code, _, why = parity("accept", FORM)
    assert code == 1 and "Say why" in why
    code, said, _ = parity("accept", FORM, "--reason", "they were trials of the team", "--json")
    assert code == 0 and [one["accepted_because"] for one in json.loads(said)] == ["they were trials of the team"]
    assert "the next sync applies it" in parity("held")[1]
    code, said, _ = parity("sync")
    assert code == 0 and "30 deleted" in said and parity("reconcile")[0] == 0


def test_a_form_that_is_held_is_let_go_when_the_server_has_the_rows_back(parity):
    parity("sync")
    uid, _ = lose(parity, 30)
    assert [parity("sync", "--scan")[0], parity("sync")[0]] == [1, 1]
    parity.store.remongo(uid)
    code, said, _ = parity("sync")
    assert code == 0 and "HELD" not in said and parity("held")[1].startswith("No form is held")


def test_an_unknown_form_cannot_be_accepted(parity):
    code, _, why = parity("accept", "nope", "--reason", "they were trials of the team")
    assert code == 2 and "There is no contract 'nope'" in why


def test_a_database_that_fails_at_one_form_leaves_the_reports_of_the_others(parity, pulse, warehouse):
    uid = pulse()
    record = {"_uuid": "u", "meta/rootUuid": "uuid:u", "a": "3", "_validation_status": {}, "_attachments": []}
    parity.store.add(uid, record)
    with psycopg.connect(warehouse, autocommit=True) as admin:
        admin.execute("alter table raw.kobo_submission add constraint no_pulse check (form <> 'a_pulse')")
        for _ in range(2):
            code, said, why = parity("sync", "--json")
            reports = {one["form"]: one for one in json.loads(said)}
            assert code == 1 and reports[FORM]["n_total"] > 0 and "error" not in reports[FORM]
            assert "the database failed: new row" in reports["a_pulse"]["error"] and "uuid:u" not in said + why
        admin.execute("alter table raw.kobo_submission drop constraint no_pulse")
    code, said, _ = parity("sync")
    assert code == 0 and "a_pulse: 1 new" in said


def test_a_session_that_the_database_ends_leaves_the_reports_of_the_forms_before(parity, pulse, monkeypatch):
    import ingestion.kobo.sync

    pulse()
    real = ingestion.kobo.sync.sync_form

    def ended(client, contract, landing, connection, **options):
        if contract.name == FORM:
            connection.execute("select pg_terminate_backend(pg_backend_pid())")
        return real(client, contract, landing, connection, **options)

    monkeypatch.setattr(ingestion.kobo.sync, "sync_form", ended)
    code, said, why = parity("sync", "--json")
    reports = json.loads(said)
    assert code == 1 and [(one["form"], "error" in one) for one in reports] == [("a_pulse", False), (FORM, True)]
    assert "the database failed: terminating connection" in reports[1]["error"] and f"{FORM}: the database failed" in why
    assert "Traceback" not in why
