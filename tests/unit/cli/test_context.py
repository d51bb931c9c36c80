"""Which instance, warehouse, landing and catalogue a command uses: a setting first, then the instance that was started."""

import json

import pytest
import typer

from cli.context import Context, here
from cli.exit_codes import ExitCode
from parity.settings import REPOSITORY, Settings


@pytest.fixture
def home(tmp_path):
    """An instance that was started at some time."""
    from stack.instance import SECRETS

    (tmp_path / "run").mkdir()
    (tmp_path / "secrets").mkdir()
    (tmp_path / "run" / "ports.json").write_text(json.dumps({"postgres": 5499, "kobo": 8099}))
    secrets = {name: f"s-{name}" for name in SECRETS}
    (tmp_path / "secrets" / "secrets.json").write_text(json.dumps(secrets))
    return tmp_path


def context(**variables):
    return Context(Settings.from_env({name: str(value) for name, value in variables.items()}))


def test_a_setting_wins_over_the_instance(home):
    url = "postgresql://a@b/c"
    assert context(PARITY_HOME=home, PARITY_WAREHOUSE_URL=url).warehouse_url == url


def test_the_warehouse_of_the_started_instance_is_taken_where_nothing_is_set(home):
    assert ":5499/parity" in context(PARITY_HOME=home).warehouse_url


def test_a_setting_may_stand_in_a_file(home):
    (home / "url").write_text("postgresql://from@file/x\n")
    assert context(PARITY_HOME=home, PARITY_WAREHOUSE_URL_FILE=home / "url").warehouse_url == "postgresql://from@file/x"


def test_an_instance_that_was_never_started_ends_the_command(tmp_path, capsys):
    with pytest.raises(typer.Exit) as ended:
        _ = context(PARITY_HOME=tmp_path).warehouse_url
    assert ended.value.exit_code == ExitCode.CANNOT_RUN and "parity up" in capsys.readouterr().err


def test_a_named_instance_lies_below_the_checkout_unless_home_is_set(home):
    assert context().instance("source").home == REPOSITORY / ".parity" / "source"
    assert context(PARITY_HOME=home).instance("source").home == home
    assert context().instance().home == REPOSITORY / ".parity" / "sample"


def test_the_readers_address_is_asked_for_where_only_the_warehouse_is_set(home, capsys):
    with pytest.raises(typer.Exit) as ended:
        context(PARITY_HOME=home, PARITY_WAREHOUSE_URL="postgresql://a@b/c").reader_url()
    assert ended.value.exit_code == ExitCode.WRONG_INPUT and "PARITY_READER_URL is not" in capsys.readouterr().err


def test_a_faulty_catalogue_ends_the_command_as_json_where_json_was_asked_for(tmp_path, capsys):
    with pytest.raises(typer.Exit) as ended:
        _ = Context(Settings.from_env({"PARITY_CATALOGUE": str(tmp_path)}), as_json=True).catalogue
    assert ended.value.exit_code == ExitCode.WRONG_INPUT and "error" in json.loads(capsys.readouterr().out)


def test_the_context_follows_the_environment_of_each_command(monkeypatch):
    for url in ("postgresql://first/x", "postgresql://second/x"):
        monkeypatch.setenv("PARITY_WAREHOUSE_URL", url)
        assert here().warehouse_url == url


@pytest.mark.parametrize(
    "url",
    [
        "postgres//user:s3cret@127.0.0.1:9/x",
        "user:s3cret@127.0.0.1/x",
        "postgresql://user:s3cret with blanks@127.0.0.1:9/x",
        "postgresql+psycopg2://user:s3cret@127.0.0.1:9/x",
        "postgresql://user:s3cret@127.0.0.1:9/x",
        "postgresql://user:s3cret@127.0.0.1:port/x",
    ],
)
def test_an_address_of_a_database_that_is_wrong_is_told_without_its_password(url, monkeypatch, capsys):
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", url)
    with pytest.raises(typer.Exit) as ended, here().warehouse("test"):
        pass
    said = capsys.readouterr().err
    assert ended.value.exit_code in (ExitCode.WRONG_INPUT, ExitCode.CANNOT_RUN)
    assert "PARITY_WAREHOUSE_URL" in said and "s3cret" not in said
