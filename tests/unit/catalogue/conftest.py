"""A copy of the repository's catalogue, for tests that edit it."""

import shutil

import pytest

from tests.unit.catalogue.edited import CATALOGUE


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(CATALOGUE, tmp_path / "catalogue")
    return tmp_path / "catalogue"
