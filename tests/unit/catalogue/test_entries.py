"""What every entry of the catalogue is: one that takes no unknown key, does not change once it is read, and describes its keys."""

import importlib
import pkgutil

import pytest
from pydantic import BaseModel, Field, ValidationError

import parity.catalogue
from parity.catalogue.entry import Entry


class Made(Entry):
    name: str = Field(default="x")
    """What it is called."""


def models():
    modules = [importlib.import_module(f"parity.catalogue.{one.name}") for one in pkgutil.iter_modules(parity.catalogue.__path__)]
    found = {
        value for module in modules for value in vars(module).values() if isinstance(value, type) and issubclass(value, BaseModel)
    }
    return sorted((model for model in found if model.__module__.startswith("parity.")), key=lambda model: model.__name__)


def test_a_misspelt_key_is_refused_and_an_entry_stays_as_it_was_read():
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Made.model_validate({"nmae": "y"})
    entry = Made()
    with pytest.raises(ValidationError, match="frozen"):
        entry.name = "y"
    assert entry.name == "x" and Made.model_json_schema()["properties"]["name"]["description"] == "What it is called."


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_kind_of_entry_is_one_of_these(model):
    config = model.model_config
    assert (config.get("extra"), config.get("frozen"), config.get("use_attribute_docstrings")) == ("forbid", True, True)
