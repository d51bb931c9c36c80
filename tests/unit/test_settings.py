"""Settings: typed, described, read in one place, and no variable of ours is unknown to it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from parity.settings import REPOSITORY, BadSetting, MissingSetting, Settings, fields
from parity.settings_elsewhere import READ_ELSEWHERE, SET_BY_PARITY, Server, Spark, known_variables, unknown_variables, warnings
from parity.settings_page import PARTS, settings_page

ROOMS = ("parity", "ingestion", "expectations", "publication", "stack", "sandbox", "cli", "dags", "superset", "benchmarks")
# Runs on the system's Python before anything is installed, so that it cannot import the model.
BEFORE_THE_INSTALLATION = {"stack/install.py": {"PARITY_HOME"}}
# The supervisor hands its lock to itself; nobody else may set it.
NO_SETTING = {"stack/supervisor.py": {"PARITY_SUPERVISOR_LOCK"}}


def read_variables(source: str) -> set[str]:
    """The `PARITY_*` variables that a module takes from the process's environment."""
    tree = ast.parse(source)
    constants = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            place, names = node.value, [node.slice]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            place, names = node.func.value if node.func.attr != "getenv" else node.func, node.args[:1]
        else:
            continue
        if ast.unparse(place) in ("os.environ", "environ", "os.getenv"):
            found |= {constants.get(name.id) if isinstance(name, ast.Name) else getattr(name, "value", None) for name in names}
    return {name for name in found if isinstance(name, str) and name.startswith("PARITY_")}


def test_reading_the_environment_is_seen_in_every_form():
    source = "A = 'PARITY_A'\nos.environ[A]\nos.environ.get('PARITY_B', 1)\nos.getenv('PARITY_C')\nos.environ.pop('PARITY_D')\nos.environ['PARITY_E'] = 1"
    assert read_variables(source) == {"PARITY_A", "PARITY_B", "PARITY_C", "PARITY_D"}


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_only_the_model_reads_settings(room):
    files = [path for path in sorted((REPOSITORY / room).rglob("*.py")) if ".venv" not in path.parts]
    assert files, f"{room}/ holds no Python file"
    found = {str(path.relative_to(REPOSITORY)): read_variables(path.read_text(encoding="utf-8")) for path in files}
    allowed = {file: names for file, names in {**BEFORE_THE_INSTALLATION, **NO_SETTING}.items() if file.startswith(f"{room}/")}
    assert {file: names for file, names in found.items() if names} == allowed


@pytest.mark.parametrize(
    "file",
    [
        *("docker-compose.yml", "deploy/object-storage.yml", "deploy/init", "deploy/caddy/Caddyfile"),
        *("dbt/profiles.yml", "stack/server.py"),
    ],
)
def test_every_variable_of_a_file_is_a_setting(file):
    text = (REPOSITORY / file).read_text(encoding="utf-8")
    names = set(re.findall(r"\bPARITY_[A-Z_]*[A-Z]", text))
    assert names and unknown_variables(names) == []


@pytest.mark.parametrize("service", yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))["services"])
def test_a_container_gets_settings_that_the_model_has(service):
    entry = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))["services"][service]
    given = {name for name in entry.get("environment", {}) if name.startswith("PARITY_")}
    proxy = {"PARITY_DOMAIN", "PARITY_TLS", "PARITY_URL"} if service == "caddy" else set()
    assert {name.removesuffix("_FILE") for name in given} - proxy <= fields().keys()


def test_defaults_of_a_server_are_those_of_the_compose_file():
    text = (REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8")
    said = dict(re.findall(r"\$\{PARITY_([A-Z_]+):-([^}]*)\}", text))
    expected = {name.upper(): field.default for name, field in Server.model_fields.items()}
    assert {name: said[name] for name in expected if name != "PORT"} == {
        name: expected[name] for name in expected if name != "PORT"
    }
    assert "${PARITY_PORT:-443}" in text and "${PARITY_PORT:-}" in text


def test_defaults_of_spark_are_those_of_the_profile():
    said = dict(
        re.findall(
            r"env_var\('PARITY_(SPARK_[A-Z]+)', '([^']*)'\)", (REPOSITORY / "dbt/profiles.yml").read_text(encoding="utf-8")
        )
    )
    assert said == {name.upper(): field.default for name, field in Spark.model_fields.items() if field.default}


@pytest.mark.parametrize("model", [Settings, *READ_ELSEWHERE])
def test_every_setting_is_described(model):
    assert [name for name, field in model.model_fields.items() if name != "environment" and not field.description] == []


def test_the_page_has_every_setting_once_and_no_other():
    assert sorted(re.findall(r"^\| `(PARITY_\w+)`", settings_page(), re.MULTILINE)) == sorted(
        name for name in known_variables() if not name.endswith("_FILE")
    )
    assert sorted(name for names in PARTS.values() for name in names) == sorted(fields().values())


def test_what_is_not_set_follows_the_folder_of_the_instance(tmp_path):
    settings = Settings.from_env({"PARITY_HOME": str(tmp_path / "a" / ".." / "b"), "PARITY_KOBO_URL": ""})
    assert settings.home == tmp_path / "b"
    assert (settings.drop, settings.hr_keys) == (tmp_path / "b" / "drop", tmp_path / "b" / "secrets" / "hr")
    assert settings.landing_url == str(tmp_path / "b" / "landing")
    assert (settings.kobo_url, settings.catalogue) == (None, REPOSITORY / "catalogue")
    assert (settings.is_set("PARITY_HOME"), settings.is_set("PARITY_DROP"), settings.is_set("PARITY_KOBO_URL")) == (
        True,
        False,
        False,
    )


def test_a_path_is_absolute_from_wherever_it_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Settings.from_env({"PARITY_DROP": "in"}).drop == Path(tmp_path / "in").resolve()


def test_the_environment_of_the_process_is_read_at_each_call(monkeypatch):
    monkeypatch.setenv("PARITY_KOBO_URL", "https://one.example")
    first = Settings.from_env()
    monkeypatch.setenv("PARITY_KOBO_URL", "https://two.example")
    assert (first.kobo_url, Settings.from_env().kobo_url) == ("https://one.example", "https://two.example")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PARITY_BENCH_GATE_ROWS": "many"}, "PARITY_BENCH_GATE_ROWS: Input should be a valid integer"),
        ({"PARITY_BENCH_GATE_ROWS": "0"}, "PARITY_BENCH_GATE_ROWS: Input should be greater than 0"),
        ({"PARITY_KOBO_TOKEN_FILE": "/no/such/file"}, "PARITY_KOBO_TOKEN_FILE names /no/such/file, which cannot be read"),
    ],
)
def test_a_setting_of_no_use_is_named_with_its_reason(variables, words):
    with pytest.raises(BadSetting, match=re.escape(words)):
        Settings.from_env(variables)


def test_a_setting_by_its_variable_is_there_or_missing_and_others_are_no_settings():
    settings = Settings.from_env({"PARITY_KOBO_URL": "https://kf.example"})
    assert (settings.get("PARITY_KOBO_URL"), settings.get("PARITY_KOBO_TOKEN")) == ("https://kf.example", None)
    with pytest.raises(MissingSetting, match="PARITY_KOBO_TOKEN is not set"):
        settings.require("PARITY_KOBO_TOKEN")
    with pytest.raises(KeyError):
        settings.get("PARITY_KOBO_TOKN")


def test_secrets_are_not_printed():
    settings = Settings.from_env({"PARITY_KOBO_TOKEN": "a-token-of-mine", "PARITY_HOME": "/srv/parity"})
    assert f"{settings} {settings!r}" == "Settings(home=/srv/parity) Settings(home=/srv/parity)"


def test_a_misspelt_variable_is_named_with_the_closest_one_that_is_read():
    names = [
        "PARITY_WAREHOUSE_ULR",
        "PARITY_KOBO_TOKEN_FILE",
        "PARITY_DOMAIN",
        "PATH",
        "PARITY_DB_HOST",
        "PARITY_QQQQQQQQ",
        *SET_BY_PARITY,
    ]
    assert warnings(names) == [
        "PARITY_QQQQQQQQ is no setting and changes nothing.",
        "PARITY_WAREHOUSE_ULR is no setting and changes nothing. Did you mean PARITY_WAREHOUSE_URL?",
    ]
