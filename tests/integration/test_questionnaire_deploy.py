"""`parity kobo deploy` against a stand-in server: what the API shows afterwards is the questionnaire, or nothing was written."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from cli.main import app
from ingestion.kobo.client import KoboClient
from ingestion.questionnaire.difference import changes
from ingestion.questionnaire.workbook import build
from parity.catalogue.questionnaire import read_questionnaire
from parity.settings import REPOSITORY
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

TOKEN = "a" * 40
FORM = "workplace_culture"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A catalogue of one's own to edit."""
    shutil.copytree(REPOSITORY / "catalogue", tmp_path / "catalogue")
    monkeypatch.setenv("PARITY_CATALOGUE", str(tmp_path / "catalogue"))
    return tmp_path / "catalogue" / "questionnaire" / FORM


@pytest.fixture
def client(tmp_path, monkeypatch):
    with serve(create_app(tmp_path / "kobo.sqlite", TOKEN)) as url:
        monkeypatch.setenv("PARITY_KOBO_URL", url)
        monkeypatch.setenv("PARITY_KOBO_TOKEN", TOKEN)
        yield KoboClient(url, TOKEN)


@pytest.fixture
def deploy(folder, client):
    def run(*options, answer=None):
        result = CliRunner().invoke(app, ["kobo", "deploy", *options], input=answer)
        return result.exit_code, " ".join(result.stdout.split()), " ".join(result.stderr.split())

    return run


def questionnaire(folder):
    faults = []
    read = read_questionnaire(folder, faults)
    assert faults == []
    return read


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def only_asset(client):
    (asset,) = client.assets()
    return client.asset(asset["uid"])


def test_a_new_form_is_imported_deployed_and_read_back(deploy, client, folder):
    code, said, _ = deploy("--yes", "--allow-draft-languages")
    assert code == 0 and "is not deployed" in said and "Deployed as version" in said
    asset = only_asset(client)
    content = client.version(asset["uid"], asset["deployed_version_id"])["content"]
    meant = questionnaire(folder)
    assert asset["has_deployment"] and content["translations"] == list(meant.languages)
    assert changes(content, meant, meant.languages) == []
    kinds = {row["type"] for row in content["survey"]}
    assert not kinds & {"deviceid", "username", "phonenumber", "text", "geopoint", "audio", "image"}


def test_a_second_deployment_has_nothing_to_do(deploy, client):
    deploy("--yes", "--allow-draft-languages")
    before = only_asset(client)["version_count"]
    code, said, _ = deploy("--yes", "--allow-draft-languages")
    assert code == 0 and "nothing to do" in said and only_asset(client)["version_count"] == before


def test_a_changed_translation_is_redeployed_onto_the_same_form_after_asking(deploy, client, folder):
    deploy("--yes", "--allow-draft-languages")
    uid = only_asset(client)["uid"]
    edit(folder / "survey.csv", "Rekan kerja memperlakukan saya dengan hormat.", "Rekan kerja menghormati saya.")
    code, said, _ = deploy("--allow-draft-languages", answer="n\n")
    assert code == 1 and "Rekan kerja menghormati saya." in said and len(client.versions(uid)) == 1
    assert deploy("--allow-draft-languages", answer="y\n")[0] == 0
    asset = only_asset(client)
    assert asset["uid"] == uid and len(client.versions(uid)) == 2
    assert asset["deployed_version_id"] == client.versions(uid)[0]["uid"]


def test_a_change_that_breaks_comparability_is_refused_unless_told(deploy, client, folder):
    deploy("--yes", "--allow-draft-languages")
    edit(folder / "survey.csv", "Colleagues treat me with respect.", "Colleagues are fine.")
    code, said, refused = deploy("--yes", "--allow-draft-languages")
    assert code == 1 and "! culture/respect" in said and "--allow-break" in refused
    assert only_asset(client)["version_count"] == 1
    assert deploy("--yes", "--allow-draft-languages", "--allow-break")[0] == 0


def test_languages_that_are_not_field_ready_are_refused_and_may_be_left_out(deploy, client, folder):
    code, _, refused = deploy("--yes")
    assert code == 1 and "Not field-ready" in refused and "Bahasa Indonesia (id) (draft)" in refused
    assert list(client.assets()) == []
    edit(folder / "translations.csv", "English (en),reviewed", "English (en),field-ready")
    assert deploy("--yes", "--language", "en")[0] == 0
    asset = only_asset(client)
    assert client.version(asset["uid"], asset["deployed_version_id"])["content"]["translations"] == ["English (en)"]


def test_a_dry_run_shows_the_difference_and_writes_nothing(deploy, client):
    code, said, _ = deploy("--dry-run", "--json", "--allow-draft-languages")
    assert code == 0 and json.loads(said)["version"] is None and list(client.assets()) == []


def test_with_json_nothing_is_asked(deploy, client):
    code, _, refused = deploy("--json")
    assert code == 2 and "--yes" in refused and list(client.assets()) == []


def test_a_questionnaire_with_a_fault_is_not_deployed(deploy, client, folder):
    edit(folder / "survey.csv", "Colleagues treat me with respect.", "What is your name?")
    code, _, refused = deploy("--yes", "--allow-draft-languages")
    assert code == 1 and "seems to ask for a name" in refused and list(client.assets()) == []


def test_an_older_draft_of_the_same_name_is_replaced_and_deployed(deploy, client, folder):
    title = questionnaire(folder).settings["form_title"]
    client.send("POST", "/api/v2/imports/", data={"name": title}, files={"file": ("x.xlsx", build(questionnaire(folder)))})
    (draft,) = client.assets()
    assert deploy("--yes", "--allow-draft-languages")[0] == 0
    assert only_asset(client)["uid"] == draft["uid"]


def test_a_server_that_refuses_the_form_is_quoted(deploy, client, monkeypatch):
    monkeypatch.setattr("ingestion.questionnaire.deploy.build", lambda *_: b"no workbook")
    code, _, refused = deploy("--yes", "--allow-draft-languages")
    assert code == 1 and "refused the form" in refused and "Nothing was deployed" in refused


def test_a_project_that_is_archived_is_neither_reopened_nor_taken_for_the_new_one(deploy, client, folder):
    deploy("--yes", "--allow-draft-languages")
    uid = only_asset(client)["uid"]
    client.send("PATCH", f"/api/v2/assets/{uid}/deployment/", json={"active": False})
    for _ in range(2):
        code, _, refused = deploy("--yes", "--allow-draft-languages")
        assert code == 1 and f"({uid})" in refused and "is archived and takes no answers" in refused and "Rename it" in refused
    title = questionnaire(folder).settings["form_title"]
    client.send("POST", "/api/v2/imports/", data={"name": title}, files={"file": ("x.xlsx", build(questionnaire(folder)))})
    assert deploy("--yes", "--allow-draft-languages")[0] == 0
    assert {asset["uid"]: asset["deployment__active"] for asset in client.assets()}.pop(uid) is False
    assert len(list(client.assets())) == 2


def test_the_project_that_the_contract_names_by_its_uid_is_deployed_whatever_it_is_called(deploy, client, folder):
    deploy("--yes", "--allow-draft-languages")
    first = only_asset(client)["uid"]
    title = questionnaire(folder).settings["form_title"]
    second = client.send(
        "POST", "/api/v2/imports/", data={"name": title}, files={"file": ("x.xlsx", build(questionnaire(folder)))}
    )
    second = client.get(f"/api/v2/imports/{second['uid']}/")[1]["messages"]["created"][0]["uid"]
    code, _, refused = deploy("--yes", "--allow-draft-languages")
    assert code == 1 and first in refused and second in refused and "asset_uid" in refused
    contract = folder.parent.parent / "sources" / "kobo" / f"{FORM}.yml"
    text = contract.read_text(encoding="utf-8")
    for uid, ends in ((second, 0), (first, 0), ("aGone", 1)):
        contract.write_text(f"{text}asset_uid: {uid}\n", encoding="utf-8")
        assert deploy("--yes", "--allow-draft-languages")[0] == ends
    assert {asset["uid"] for asset in client.assets() if asset["has_deployment"]} == {first, second}
