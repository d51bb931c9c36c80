"""Superset's configuration: from the environment alone, and with no way out of this host."""

from __future__ import annotations

import runpy
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from parity.settings import REPOSITORY

CONFIG = REPOSITORY / "superset" / "superset_config.py"
ENVIRONMENT = {
    "SUPERSET_SECRET_KEY": "a secret",
    "SUPERSET_METADATA_URL": "postgresql://superset:pw@127.0.0.1:5432/superset",
}


@pytest.fixture
def config(monkeypatch, tmp_path):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SUPERSET_HOME", str(tmp_path))
    return runpy.run_path(str(CONFIG))


def test_reads_secret_metadata_and_home_from_the_environment(config, tmp_path):
    assert config["SECRET_KEY"] == "a secret"
    assert config["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg2://superset:pw@127.0.0.1:5432/superset"
    assert config["DATA_CACHE_CONFIG"]["CACHE_DIR"].startswith(str(tmp_path))


def test_refuses_to_start_without_a_secret(monkeypatch, tmp_path):
    monkeypatch.delenv("SUPERSET_SECRET_KEY", raising=False)
    monkeypatch.setenv("SUPERSET_HOME", str(tmp_path))
    with pytest.raises(KeyError, match="SUPERSET_SECRET_KEY"):
        runpy.run_path(str(CONFIG))


def test_the_content_policy_names_no_other_host(config):
    policy = config["TALISMAN_CONFIG"]["content_security_policy"]
    sources = {word for value in policy.values() for word in ([value] if isinstance(value, str) else value)}
    assert sources <= {"'self'", "'none'", "'unsafe-inline'", "'strict-dynamic'", "blob:", "data:"}
    assert config["TALISMAN_ENABLED"]


def test_the_colours_of_the_dashboard_are_defined(config):
    assert [scheme["id"] for scheme in config["EXTRA_CATEGORICAL_COLOR_SCHEMES"]] == ["parity"]


def test_each_worker_begins_with_database_connections_of_its_own(monkeypatch):
    served = runpy.run_path(str(REPOSITORY / "superset" / "gunicorn.conf.py"))
    assert served["preload_app"] and served["control_socket_disable"]
    inside, disposed = [], []

    @contextmanager
    def app_context():
        inside.append(True)
        yield
        inside.pop()

    engine = SimpleNamespace(dispose=lambda **how: disposed.append((how, bool(inside))))
    monkeypatch.setitem(sys.modules, "superset.extensions", SimpleNamespace(db=SimpleNamespace(engine=engine)))
    server = SimpleNamespace(app=SimpleNamespace(wsgi=lambda: SimpleNamespace(app_context=app_context)))
    served["post_fork"](server, None)
    assert disposed == [({"close": False}, True)]
