"""What `parity kobo` says where it finds nothing, or nothing that it may read: server, account, form and remedy, and the exit code."""

import json
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from cli.exit_codes import ExitCode
from cli.kobo.shell import each_form, end_with, exit_code
from cli.main import app
from ingestion.kobo.errors import KoboDown, KoboError, KoboSetting, NoForms
from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

TOKEN = "a" * 40
CATALOGUE = load_catalogue(REPOSITORY / "catalogue")
ASSET_NAME = CATALOGUE.kobo["workplace_culture"].asset_name
CONTENT = {"survey": [{"type": "integer", "name": "a"}], "choices": [], "translations": [None]}


@pytest.fixture
def parity(tmp_path, monkeypatch):
    """`parity kobo` against an empty server: exit code, standard output, standard error."""
    server = create_app(tmp_path / "kobo.sqlite", TOKEN)
    with serve(server) as url:
        monkeypatch.setenv("PARITY_KOBO_URL", url)
        monkeypatch.setenv("PARITY_KOBO_TOKEN", TOKEN)
        monkeypatch.setenv("PARITY_HOME", str(tmp_path / "home"))

        def run(*words):
            done = CliRunner().invoke(app, ["kobo", *words])
            assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
            return done.exit_code, done.stdout, done.stderr

        run.store, run.url = server.state.store, url
        yield run


@pytest.mark.parametrize("command", ["sync", "reconcile"])
def test_a_server_without_a_form_is_named_with_its_account_the_names_looked_for_and_the_remedy(command, parity):
    code, said, why = parity(command)
    assert (code, said) == (ExitCode.CANNOT_RUN, "")
    assert f"The account 'owner' on {parity.url} sees 0 projects" in why
    assert [name for name in CATALOGUE.kobo if f"'{CATALOGUE.kobo[name].asset_name}' ({name})" not in why] == []
    assert "Deploy the form, share its project" in why and "PARITY_KOBO_URL and PARITY_KOBO_TOKEN" in why


def test_nothing_to_sync_is_one_json_document_with_the_same_words(parity):
    code, said, why = parity("sync", "--json")
    assert code == ExitCode.CANNOT_RUN and json.loads(said) == {"error": why.strip()}


def test_projects_that_no_contract_names_are_counted_and_a_draft_is_called_so(parity):
    parity.store.add_version(parity.store.add_asset(ASSET_NAME), CONTENT)
    other = parity.store.add_asset("Market survey")
    parity.store.deploy(other, parity.store.add_version(other, CONTENT))
    code, _, why = parity("sync")
    assert code == ExitCode.CANNOT_RUN
    assert "sees 2 projects" in why and f"'{ASSET_NAME}' (workplace_culture, not deployed yet)" in why
    assert "Market survey" not in why


def test_a_catalogue_without_a_contract_says_that_instead(parity, tmp_path, monkeypatch):
    from ingestion.kobo.access import look
    from ingestion.kobo.client import KoboClient

    with pytest.raises(NoForms, match="no contract in catalogue/sources/kobo/"):
        look(KoboClient(parity.url, TOKEN), SimpleNamespace(kobo={})).require()


@pytest.mark.parametrize("command", [("sync",), ("reconcile",), ("deploy", "workplace_culture", "--dry-run")])
def test_a_wrong_token_names_the_server_and_the_variable_and_is_wrong_input(command, parity, monkeypatch):
    monkeypatch.setenv("PARITY_KOBO_TOKEN", "b" * 40)
    code, _, why = parity(*command)
    assert code == ExitCode.WRONG_INPUT
    assert parity.url in why and "wrong or revoked" in why and why.endswith("into PARITY_KOBO_TOKEN.\n")
    assert "connection" not in why


def test_a_token_from_a_file_is_said_to_be_in_that_file(parity, tmp_path, monkeypatch):
    (tmp_path / "token").write_text(f"{'b' * 40}\r\n")
    monkeypatch.delenv("PARITY_KOBO_TOKEN")
    monkeypatch.setenv("PARITY_KOBO_TOKEN_FILE", str(tmp_path / "token"))
    code, _, why = parity("sync")
    assert code == ExitCode.WRONG_INPUT and "into the file that PARITY_KOBO_TOKEN_FILE names" in why


@pytest.mark.parametrize(
    ("missing", "given"), [("PARITY_KOBO_TOKEN", "PARITY_KOBO_URL"), ("PARITY_KOBO_URL", "PARITY_KOBO_TOKEN")]
)
def test_one_of_address_and_token_is_refused_with_the_name_of_the_other(missing, given, parity, monkeypatch):
    monkeypatch.delenv(missing)
    code, _, why = parity("sync")
    assert code == ExitCode.WRONG_INPUT and f"{given} says the one, and {missing} is not set" in why


def test_the_server_of_an_instance_is_named_as_such(tmp_path, monkeypatch):
    home = tmp_path / "home"
    for name in ("PARITY_KOBO_URL", "PARITY_KOBO_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PARITY_HOME", str(home))
    monkeypatch.setattr("urllib3.util.retry.Retry.sleep", lambda *_: None)
    started = SimpleNamespace(home=home, url=lambda name: "http://127.0.0.1:9", secrets={"kobo_token": TOKEN})
    monkeypatch.setattr("cli.context.Context.started", started)
    done = CliRunner().invoke(app, ["kobo", "sync"])
    assert done.exit_code == ExitCode.CANNOT_RUN
    assert f"Check the address in the instance at {home}" in done.stderr and "not set" in done.stderr


DOWN, SETTING = KoboDown("no answer", "Wait."), KoboSetting("wrong", "Mend it.")
NO_FORM, REFUSED = NoForms("no form", "Deploy it."), KoboError("two forms", "Rename one.")


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([DOWN], 3),
        ([NO_FORM], 3),
        ([DOWN, NO_FORM], 3),
        ([SETTING], 2),
        ([REFUSED], 1),
        ([SETTING, DOWN], 1),
        ([REFUSED, DOWN], 1),
        ([KoboError("trouble", "Wait.", SimpleNamespace(status_code=503))], 3),
        ([KoboError("not found", "Share it.", SimpleNamespace(status_code=404))], 1),
    ],
)
def test_the_exit_code_follows_from_what_was_wrong(errors, code):
    assert exit_code(*errors) == code


@pytest.mark.parametrize("trouble", [DOWN, SETTING, NO_FORM, REFUSED])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_form_in_trouble_hides_no_other_and_is_named_with_its_reason(trouble, place, capsys):
    forms = [SimpleNamespace(name=name) for name in "abc"]
    told = []

    def work(contract):
        if contract is forms[place]:
            raise trouble
        return contract.name

    reports, refusals = each_form(forms, work, told.append)
    assert told == reports == [name for name in "abc" if name != forms[place].name]
    with pytest.raises(typer.Exit) as ended:
        end_with(refusals, len(reports))
    assert ended.value.exit_code == ExitCode.NOT_OK
    assert capsys.readouterr().err == f"{forms[place].name}: {trouble}\n"


def test_where_every_form_is_in_trouble_all_are_named_and_the_code_says_why(capsys):
    with pytest.raises(typer.Exit) as ended:
        end_with([("a", DOWN), ("b", DOWN)], 0)
    assert ended.value.exit_code == ExitCode.CANNOT_RUN
    assert capsys.readouterr().err == "a: no answer. Wait.\nb: no answer. Wait.\n"


def test_where_no_form_is_in_trouble_the_command_goes_on(capsys):
    assert end_with([], 3) is None and capsys.readouterr().err == ""
