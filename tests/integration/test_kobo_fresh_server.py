"""Each questionnaire that ships, on a server that never held it: deployed, answered, synced and proved, and again after each new version."""

import json
import random
import shutil
import uuid
from xml.etree import ElementTree

import psycopg
import pytest
import requests
from psycopg.rows import dict_row
from typer.testing import CliRunner

from cli.main import app
from ingestion.kobo.form import read_form
from ingestion.questionnaire.difference import as_form
from parity.catalogue import load_catalogue
from parity.catalogue.form_files import forms
from parity.catalogue.questionnaire import read_questionnaire
from parity.settings import REPOSITORY
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

TOKEN = "a" * 40
FORMS = [folder.name for folder in forms(REPOSITORY / "catalogue" / "questionnaire")]
EACH = 7


class Survey:
    """One form on a server that began empty, and a warehouse that holds nothing of it."""

    def __init__(self, form, catalogue, store, url, warehouse):
        self.form, self.catalogue, self.store, self.url, self.warehouse = form, catalogue, store, url, warehouse
        self.random = random.Random(19)
        self.sent = 0

    def run(self, *words):
        result = CliRunner().invoke(app, ["kobo", *words])
        assert result.exit_code == 0, result.output + result.stderr
        return " ".join(result.stdout.split())

    def deploy(self):
        self.run("check", self.form)
        return self.run("deploy", self.form, "--yes", "--allow-draft-languages", "--allow-break")

    def deployed(self):
        [asset] = self.store.assets()
        contents = {row["uid"]: json.loads(row["content"]) for row in self.store.versions(asset["uid"])}
        return asset["uid"], read_form(asset["deployed_version"], contents[asset["deployed_version"]])

    def answer(self):
        """Answers to every question, as a web form sends them."""
        uid, form = self.deployed()
        contract = load_catalogue(self.catalogue).kobo[self.form]
        for _ in range(EACH):
            root = ElementTree.Element("data", {"id": uid})
            answered = {question.path: self._code(form, question) for question in form.questions if question.type.startswith("s")}
            answered |= {question.path: "3" for question in form.questions if question.type in ("integer", "decimal")}
            if contract.consent:
                answered[contract.consent.field] = contract.consent.value
            for path, code in {**answered, "__version__": form.version_uid, "meta/instanceID": self._instance()}.items():
                node = root
                for name in path.split("/"):
                    child = node.find(name)
                    node = child if child is not None else ElementTree.SubElement(node, name)
                node.text = code
            files = {"xml_submission_file": ("s.xml", ElementTree.tostring(root), "text/xml")}
            headers = {"Authorization": f"Token {TOKEN}"}
            assert requests.post(f"{self.url}/submission", files=files, headers=headers, timeout=30).status_code == 201
            self.sent += 1

    def _code(self, form, question):
        return self.random.choice(sorted(form.codes(question) or {"2026-01-01"}))

    def _instance(self):
        return f"uuid:{uuid.UUID(int=self.random.getrandbits(128), version=4)}"

    def reword(self, n):
        """Change the wording of the n-th question that people answer."""
        file = self.catalogue / "questionnaire" / self.form / "survey.csv"
        label = self.questionnaire().items[n]["label::English (en)"]
        text = file.read_text(encoding="utf-8")
        assert label in text
        file.write_text(text.replace(label, f"{label} (asked again)", 1), encoding="utf-8")

    def questionnaire(self):
        faults = []
        read = read_questionnaire(self.catalogue / "questionnaire" / self.form, faults)
        assert faults == []
        return read

    def synced(self):
        """The answers of each submission in raw, after a sync and its proof."""
        self.run("sync", self.form)
        assert f"raw equals the server, {self.sent} submissions" in self.run("reconcile", self.form)
        with psycopg.connect(self.warehouse, row_factory=dict_row) as connection:
            return [row["answers"] for row in connection.execute("select answers from raw.kobo_submission where not is_deleted")]


@pytest.fixture(params=FORMS)
def survey(request, tmp_path, warehouse, monkeypatch):
    catalogue = tmp_path / "catalogue"
    shutil.copytree(REPOSITORY / "catalogue", catalogue)
    server = create_app(tmp_path / "kobo.sqlite", TOKEN)
    with serve(server) as url:
        monkeypatch.setenv("PARITY_CATALOGUE", str(catalogue))
        monkeypatch.setenv("PARITY_KOBO_URL", url)
        monkeypatch.setenv("PARITY_KOBO_TOKEN", TOKEN)
        monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
        monkeypatch.setenv("PARITY_LANDING_URL", str(tmp_path / "landing"))
        yield Survey(request.param, catalogue, server.state.store, url, warehouse)


def test_all_questionnaires_that_ship_are_tried():
    assert {"workplace_culture", "fact_finding"} <= set(FORMS)


def test_every_answer_is_there_with_every_field_after_one_two_and_three_versions(survey):
    contract = load_catalogue(survey.catalogue).kobo[survey.form]
    fields = set(contract.fields.values())
    for version in (1, 2, 3):
        if version > 1:
            survey.reword(version)
        assert "Deployed as version" in survey.deploy()
        survey.answer()
        answers = survey.synced()
        assert len(answers) == version * EACH
        assert [fields - one.keys() for one in answers] == [set()] * len(answers)
    uid, _ = survey.deployed()
    assert len(survey.store.versions(uid)) == 3


def test_what_is_planned_before_a_deployment_is_what_the_server_then_has(survey):
    survey.deploy()
    _, there = survey.deployed()
    questionnaire = survey.questionnaire()
    meant = as_form(questionnaire, questionnaire.languages)
    told = [[(q.path, q.type, q.kuid, form.codes(q)) for q in form.questions] for form in (meant, there)]
    assert told[0] == told[1] and len(told[0]) >= 20


def test_a_contract_that_the_sync_could_not_read_is_refused_by_check_and_by_deploy_and_nothing_is_written(survey):
    file = survey.catalogue / "sources" / "kobo" / f"{survey.form}.yml"
    contract = load_catalogue(survey.catalogue).kobo[survey.form]
    path, field = next((path, field) for path, field in contract.fields.items() if "/" in path)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f"  {path}: {field}\n", f"  {path}x: {field}\n", 1), encoding="utf-8")
    line = text[: text.index(f"  {path}: {field}\n")].count("\n") + 1
    for words in (["check", survey.form], ["deploy", survey.form, "--yes", "--allow-draft-languages"]):
        result = CliRunner().invoke(app, ["kobo", *words])
        assert result.exit_code == 1, words
        assert f"{path} is neither in fields nor in drops" in result.stderr, words
    assert (
        f"sources/kobo/{survey.form}.yml:{line}: fields: no version of the form would have '{path}x'"
        in CliRunner().invoke(app, ["kobo", "check", survey.form]).stderr
    )
    assert survey.store.assets() == []
