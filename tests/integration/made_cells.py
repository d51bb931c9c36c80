"""For tests of releases: a warehouse whose indicators are made-up cells of one share, without a build of dbt."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import yaml

from parity.settings import REPOSITORY

CATALOGUE = REPOSITORY / "catalogue"
CELLS = (
    "insert into indicators.fct_indicator (cell_id, indicator_code, level, country_code, agency_code, agency_type, gender, grade_band, breakdown,"
    " breakdown_value, period, period_year, period_date, numerator, denominator, n, estimate, method, catalogue_version, provenance)"
    " select md5(g::text), 'REP-01', 'agency', 'THA', 'A' || g, 'police', 'all', 'all', 'none', 'all', 'year', 2025, date '2025-12-31',"
    " {women}, 100, 100, {women}, 'census share', '1', 'synthetic' from generate_series(1, {n}) g"
)
INDICATOR = {  # what a cell's indicator has; all else of the dimension is empty
    "indicator_code": "REP-01", "indicator_name": "Share", "domain_no": 1, "domain_name": "R", "source": "hr", "unit": "pct", "direction": "up",
    "target_text": "30 %", "needs_text": "lists", "statistic": "share", "tier": "core", "is_sensitive": False, "goalpost_worst": 0, "goalpost_best": 50,
}  # fmt: skip


def _contract(path: str, model: str) -> dict[str, str]:
    """The columns of a table and their types as its contract has them, so that a column which is added there stands here too."""
    models = yaml.safe_load((REPOSITORY / "dbt" / "models" / path).read_text())["models"]
    return next({column["name"]: column["data_type"] for column in each["columns"]} for each in models if each["name"] == model)


CONTRACT = _contract("indicators/_indicators.yml", "fct_indicator")
OF_INDICATORS = _contract("core/dimensions/_dimensions.yml", "dim_indicator")


@pytest.fixture
def connection(warehouse: str) -> Iterator[psycopg.Connection]:
    """To a warehouse with empty indicators, and the other tables that a release reads. A file takes it by `connection = made_cells.connection`."""
    with psycopg.connect(warehouse) as opened:
        opened.execute(
            """
            create schema indicators; create schema core;
            create table indicators.ind_roadmap__promise (target text, indicator_code text, level text, country_code text, agency_code text,
                provenance text, target_value double precision, due_year int, made_by text, made_date date, source_text text,
                framework text, framework_label text, withdrawn_date date, withdrawn_why text, withdrawn_document text);
            create table indicators.ind_roadmap__milestone (target text, milestone_year int, milestone_value double precision);
            create table indicators.ind_roadmap__change (target text, changed_date date, value_before double precision,
                due_before int, why text, document text);
            create table indicators.ind_roadmap__action (target text, action text, sort_order int, what text, owner text, due_date date,
                state text, evidence text, why text);
            create table indicators.ind_roadmap__progress (target text, indicator_code text, level text, country_code text,
                agency_code text, provenance text, cell_id text, target_value double precision, due_year int, source_text text,
                period_year int, current_value double precision, change_per_year double precision, needed_per_year double precision,
                scenario text, scenario_label text, sort_order int, value_at_due double precision, years_to_target int,
                levels_off_at double precision, women_share_of_hires double precision,
                women_share_of_hires_needed double precision, n_least int, count_least int);
            create table indicators.ind_roadmap__path (target text, provenance text, scenario text, scenario_label text,
                sort_order int, period_year int, value double precision, cell_id text);
            create table indicators.ind_trafficking__count (country_code text, period_year int, measure text, gender text, age_group text,
                breakdown text, breakdown_value text, breakdown_label text, n_low double precision, n_high double precision,
                n_people double precision, rate_low double precision, rate_high double precision, is_newest boolean, basis text, provenance text);
            create table core.fct_police_share (country_code text, country_name text, period_year int, women_pct double precision,
                source_year int, provenance text);
            create table core.dim_country (country_code text, country_name text);
            create table core.dim_agency (agency_code text, agency_name text, is_current boolean);
            insert into raw.catalogue_indicator (indicator_code, name, domain_no, domain_name, source, unit, direction, target_text,
                reference, catalogue_version) values ('REP-01', 'Share', 1, 'R', 'hr', 'pct', 'up', '30 %', '', '1');
            """
        )
        for table, contract in (("indicators.fct_indicator", CONTRACT), ("core.dim_indicator", OF_INDICATORS)):
            columns = ", ".join(f"{name} {kind}" for name, kind in contract.items())
            opened.execute(f"create table {table} ({columns})")
        values = ", ".join(f"%({name})s" for name in INDICATOR)
        opened.execute(f"insert into core.dim_indicator ({', '.join(INDICATOR)}) values ({values})", INDICATOR)
        opened.commit()
        yield opened


def fill(connection: psycopg.Connection, women: int, n: int = 12) -> None:
    """The cells of `n` agencies, each with so many women of a hundred staff, in place of those before."""
    connection.execute("truncate indicators.fct_indicator")
    connection.execute(CELLS.format(women=women, n=n))
    connection.commit()
