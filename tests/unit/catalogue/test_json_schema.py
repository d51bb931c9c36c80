"""The schemas beside the catalogue's files are the models', fit the files, and refuse what the models refuse."""

import json

import jsonschema
import pytest
import yaml

from parity.catalogue.json_schema import schemas
from parity.settings import REPOSITORY

CATALOGUE = REPOSITORY / "catalogue"


@pytest.mark.parametrize("name", schemas())
def test_schema_is_the_models_and_fits_its_file(name: str):
    published = json.loads((CATALOGUE / name).read_text())
    assert published == json.loads(json.dumps(schemas()[name])), "run: .venv/bin/parity generate"
    file = CATALOGUE / name.replace(".schema.json", ".yml")
    assert file.read_text().startswith(f"# yaml-language-server: $schema={name}\n")
    content = json.loads(json.dumps(yaml.safe_load(file.read_text()), default=str))
    jsonschema.validate(content, published)
    with pytest.raises(jsonschema.ValidationError, match="Additional properties"):
        jsonschema.validate(content | {"mispelt": 1}, published)


def test_a_field_of_an_indicator_that_does_not_exist_is_seen_in_the_editor():
    content = json.loads(json.dumps(yaml.safe_load((CATALOGUE / "indicators.yml").read_text())))
    content["indicators"][0]["unti"] = content["indicators"][0].pop("unit")
    with pytest.raises(jsonschema.ValidationError, match="unti"):
        jsonschema.validate(content, schemas()["indicators.schema.json"])
