"""For tests: releases of twelve agencies, and the commands about them."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.output import console
from publication.releases import build_candidate, decide, publish
from tests.integration.made_cells import CATALOGUE, fill

NEW_DATA = "insert into raw.ref_population (iso3, year, sex, age, population) values (%s, %s, 'w', 'a', 1)"

# As if a model that reads the population made the figures of REP-01.
LINEAGE = """
create table indicators.ind_hr__women_share as select 'REP-01'::text as indicator_code;
insert into ops.dbt_reads (node, reads) values
    ('model.parity.fct_indicator', 'model.parity.ind_hr__women_share'),
    ('model.parity.ind_hr__women_share', 'model.parity.stg_reference__population'),
    ('model.parity.stg_reference__population', 'source.parity.raw.ref_population');
insert into ops.dbt_built (node, version, code) values ('model.parity.ind_hr__women_share', '1', 'code');
"""


@pytest.fixture
def parity(warehouse, monkeypatch):
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
    monkeypatch.setenv("PARITY_CATALOGUE", str(CATALOGUE))
    monkeypatch.setattr(console, "_width", None)  # a test that imported it with COLUMNS set would fix its width for all others

    def run(*words, code=0):
        found = CliRunner().invoke(app, ["release", *map(str, words)], env={"COLUMNS": "200"})
        assert found.exit_code == code, found.output
        return json.loads(found.stdout) if "--json" in words else found.output

    return run


def release(connection, women, new_data=None, country="THA"):
    """Publish a release of twelve agencies with `women` in a hundred; `new_data` (a number of its own) changes a source of `country` before."""
    fill(connection, women)
    if new_data:
        connection.execute(NEW_DATA, (country, new_data))
    number = build_candidate(connection, CATALOGUE)
    decide(connection, passed=True)
    publish(connection, number)
    connection.commit()
    return number


def figures(found):
    """Of what `parity release diff --json` says, the figures that changed."""
    return [change for change in found["changes"] if change["kind"] == "figure"]
