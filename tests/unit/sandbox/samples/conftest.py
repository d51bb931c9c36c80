"""One small synthetic source and one laid-out real source for all tests of the samples."""

import json
from pathlib import Path

import pytest

from parity.catalogue import load_catalogue
from sandbox.samples.generate import generate
from sandbox.samples.real import prepare

CATALOGUE = Path(__file__).resolve().parents[4] / "catalogue"


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue(CATALOGUE)


@pytest.fixture(scope="session")
def make(tmp_path_factory, catalogue):
    def _make(seed):
        folder = tmp_path_factory.mktemp("samples")
        generate(folder, catalogue, CATALOGUE, seed, size=0.1)
        return folder

    return _make


@pytest.fixture(scope="session")
def samples(make):
    return make(7)


@pytest.fixture(scope="session")
def truth(samples):
    return json.loads((samples / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def asset(samples):
    return json.loads((samples / "kobo" / "workplace_culture" / "asset.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def records(samples):
    text = (samples / "kobo" / "workplace_culture" / "submissions.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="session")
def real(tmp_path_factory, shared_data, catalogue):
    folder = tmp_path_factory.mktemp("real")
    prepare(shared_data, folder, catalogue)
    return folder
