"""A form on disk, for tests of several files."""

from __future__ import annotations

import pytest

from tests.unit.questionnaire.files import found
from tests.unit.questionnaire.forms import write


@pytest.fixture
def form(tmp_path):
    folder = tmp_path / "pulse"
    write(folder)
    return folder


@pytest.fixture
def before(form):
    _, read = found(form)
    return read.survey, read.choices, read.settings, read.translations
