"""`catalogue/access.yml`: what it says of every column of the layers, and what it refuses."""

from __future__ import annotations

import shutil

import pytest
import yaml

from parity.catalogue import CatalogueError
from parity.catalogue.access import load_access, missing
from parity.settings import REPOSITORY
from stack.environment import READERS

CATALOGUE = REPOSITORY / "catalogue"
ROLES = load_access(CATALOGUE).roles
LAYERS = [name for name, role in ROLES.items() if role.tables]


def modelled(schema: str) -> dict[str, set[str]]:
    """The columns of each dbt model of a layer."""
    found = yaml.safe_load((REPOSITORY / "dbt" / "models" / schema / f"_{schema}.yml").read_text())
    return {model["name"]: {column["name"] for column in model["columns"]} for model in found["models"]}


def edited(tmp_path, old: str, new: str):
    text = (CATALOGUE / "access.yml").read_text()
    assert old in text
    (tmp_path / "access.yml").write_text(text.replace(old, new, 1))
    return tmp_path


def test_the_roles_are_those_that_the_code_makes():
    assert {name: role.login for name, role in ROLES.items()} == {name: login for name, (login, _) in READERS.items()}
    assert LAYERS == ["fieldwork", "quality"]


@pytest.mark.parametrize("layer", LAYERS)
def test_of_every_table_and_column_of_a_layer_somebody_decided_whether_it_is_shown(layer):
    role, models = ROLES[layer], modelled(layer)
    assert set(role.tables) <= set(models) <= set(role.tables) | set(role.left_out)
    undecided = {name: models[name] ^ (set(table.columns) | set(table.left_out)) for name, table in role.tables.items()}
    assert {name: columns for name, columns in undecided.items() if columns} == {}
    assert missing(CATALOGUE, role, models) is None


@pytest.mark.parametrize("layer", LAYERS)
def test_every_number_of_people_or_points_is_masked_and_no_key_of_a_person_is_shown(layer):
    columns = [each for table in ROLES[layer].tables.values() for each in table.columns.items()]
    numbers = [
        (name, column)
        for name, column in columns
        if name.startswith("n_") or (name.endswith(("_pct", "_seconds", "_points", "_at")) and name != "last_synced_at")
    ]
    assert numbers and not [name for name, column in numbers if column.shown == "as it is"]
    assert not [name for name, _ in columns if name.endswith(("_key", "_id", "_name", "fingerprint")) and name != "column_name"]


def test_the_quality_role_is_shown_no_column_and_no_kind_of_fault_that_counts_by_sex():
    [table] = ROLES["quality"].tables.values()
    assert not [name for name in table.columns if {"gender", "sex", "women", "men"} & {*name.split("_")}]
    assert "sex restated" not in table.only["issue"]
    source = (REPOSITORY / "dbt" / "models" / "quality" / "quality__fix.sql").read_text()
    for issue in ("rank not known", "late row"):  # worked out from counts of women and men
        assert issue in source and issue not in table.columns["effect_points"].only["issue"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("shown: count", "shown: cuont", "fieldwork__response.columns.n_staff.shown"),
        ("schema: quality", "schema: fieldwork", "two roles have the schema fieldwork"),
        ("login: quality_reader", "login: fieldwork_reader", "two roles have the login fieldwork_reader"),
        ("of: [n_respondents, n_staff]", "of: [n_respondents]", "'per cent' is of 2 columns"),
        ("of: [n_respondents, n_staff]", "of: [n_respondents, gender]", "'gender' is no column shown as a count"),
        ("shown: share, of: [n_respondents], step: 5", "shown: share, of: [n_respondents]", "'step' goes with"),
        ("        needs: n_to_date\n", "        needs: day\n", "'day' is no column shown as a count"),
        ("        why_rows: Before min_count people have come, a day is the day of one of them.\n", "", "why_rows"),
        ("within: [agency_code, delivery_no], ", "", "'within' goes with 'order'"),
        ("    left_out:\n      fieldwork__flag:", "    left_out:\n      fieldwork__pace:", "either a table or left out"),
        ("{why: A questionnaire.}", "{}", "form.why"),
        ("connections: 40", "connections: 0", "roles.reader.limits.connections"),
        ("    schema: published\n", "    schema: fieldworks\n", "'tables' say it of every other schema"),
        ("form: {why", "form; drop: {why", "form; drop"),
    ],
)
def test_what_does_not_fit_is_refused_with_file_line_and_field(tmp_path, old, new, why):
    with pytest.raises(CatalogueError) as refused:
        load_access(edited(tmp_path, old, new))
    assert "access.yml:" in str(refused.value) and why in str(refused.value)


def test_a_column_that_the_warehouse_lost_is_named_with_its_line_and_the_remedy(tmp_path):
    models = modelled("quality")
    models["quality__fix"] -= {"issue", "remedy"}
    (tmp_path / "access.yml").write_text((CATALOGUE / "access.yml").read_text())
    faults = missing(tmp_path, ROLES["quality"], models).faults
    assert len(faults) == 2 and all("dbt/models/quality/quality__fix.sql" in fault for fault in faults)
    text = (tmp_path / "access.yml").read_text().splitlines()
    for fault, column in zip(faults, ("issue", "remedy"), strict=True):
        line = int(fault.split("access.yml:")[1].split(":")[0])
        assert f"columns.{column}: " in fault and text[line - 1].strip().startswith(f"{column}: ")


def test_a_catalogue_of_ones_own_that_is_older_than_the_file_has_the_roles_of_ours(tmp_path):
    shutil.copy(CATALOGUE / "gates.yml", tmp_path)
    assert load_access(tmp_path) == load_access(CATALOGUE)
