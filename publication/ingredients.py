"""What the warehouse's figures are made from now, read for the release that keeps it (publication/made_from_store.py).

A table of the catalogue is split by the indicator, contract, form or place that its rows are of, so that an entry that changes is told from all
others. A table that changed since the build began is left out: the release was not made from what it holds now.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from parity.build_state import Inputs, source_states
from parity.catalogue.composite import read_composite
from parity.catalogue.policy import Policy
from publication.made_from import (
    CELLS_CODE,
    COMPOSITE,
    GOALPOSTS,
    INDEX_CODE,
    POLICY,
    ROAD_MAP_CODE,
    THRESHOLDS,
    WHOLE,
)
from publication.python_code import code_of

SPLIT_BY = {  # column: what its values are; the first column that a table has splits it
    "target": "target",
    "scenario": "scenario",
    "indicator_code": "indicator",
    "form": "form",
    "contract": "contract",
    "agency_code": "agency",
    "country_code": "country",
    "iso3": "country",
}
LOADED = ["loaded_at", "synced_at", "scanned_at", "history_at"]  # no content
NO_DEFINITION = {  # columns that change no figure of the indicator
    "raw.catalogue_indicator": [
        *("catalogue_version", "domain_no", "domain_name", "tier", "reference", "target_text", "needs_text"),
        *("goalpost_worst", "goalpost_best"),
    ]
}
IN_INDEX = ["goalpost_worst", "goalpost_best", "direction", "domain_no", "tier"]
RESTS_ON_OTHERS = tuple(f"raw.catalogue_indicator_{table}" for table in ("item", "answer", "condition"))
CODE_OF_INDICATOR = re.compile(r"[A-Z]{3}-\d\d")
TABLES = """
select table_schema || '.' || table_name, array_agg(cast(column_name as text))
from information_schema.columns
where table_schema = 'raw' and (table_name like 'catalogue\\_%' or table_name like 'ref\\_%')
group by 1 order by 1
"""
AMONG = "select distinct indicator_code, among_indicator from raw.catalogue_indicator_condition where among_indicator is not null"
# Fact-finding concerns no person. Surveys are compared by their seals (publication/wave_seals.py).
FACTS = """
select submission.form, md5(string_agg(concat_ws(' ', submission.asset_uid, submission_id, content_hash, is_deleted), '|' order by load_no))
from raw.kobo_submission as submission
inner join raw.kobo_project as project on submission.asset_uid = project.asset_uid
where submission.form in (select form from raw.catalogue_fact_item) and project.is_counted
group by submission.form
"""
CODE_OF_MODELS = "select node, code from ops.dbt_built where code is not null and node like 'model.parity.ind\\_%'"
# Each model of cells with all sources below it.
LINEAGE = """
with recursive below (model, reads) as (
    select node, reads from ops.dbt_reads
    where node in (select reads from ops.dbt_reads where node = 'model.parity.fct_indicator' and reads like 'model.parity.ind\\_%')
    union
    select below.model, deeper.reads from below inner join ops.dbt_reads as deeper on below.reads = deeper.node
)

select below.model, array_agg(distinct regexp_replace(below.reads, '^source\\.[^.]+\\.', '')) as reads
from below inner join ops.dbt_built as built on below.model = built.node and built.code is not null
where below.reads like 'source.%'
group by 1
"""
COLUMNS = """
select table_name, array_agg(cast(column_name as text)) from information_schema.columns
where table_schema = 'indicators' and table_name = any(%s) group by 1
"""
OURS = "model.parity."
DEFAULTS = {"breakdown": "none", "period": "year"}  # where a model has no such column


@dataclass(frozen=True)
class Ingredient:
    source: str
    split_by: str
    part: str
    state: str


@dataclass(frozen=True)
class FigureModel:
    indicator_code: str
    breakdown: str
    period: str
    model: str
    reads: tuple[str, ...]


def ingredients_now(connection: psycopg.Connection, catalogue: Path, policy: Policy, inputs: Inputs) -> list[Ingredient]:
    """Tables, the policy, the index and the code as they stand, but for tables that changed since `inputs` were taken."""
    found = [
        *_tables(connection, inputs),
        *(Ingredient("raw.kobo_submission", "form", form, state) for form, state in connection.execute(FACTS)),
        *_policy(policy),
        Ingredient(COMPOSITE, "", WHOLE, _hash(read_composite(catalogue).model_dump())),
        *(Ingredient(module, "", WHOLE, code_of(module)) for module in (CELLS_CODE, ROAD_MAP_CODE, INDEX_CODE)),
        *(Ingredient(node, "", WHOLE, code) for node, code in connection.execute(CODE_OF_MODELS)),
    ]
    return [*found, *_wholes(found)]


def figure_models_now(connection: psycopg.Connection) -> list[FigureModel]:
    """The models that make figures, and the sources below each; none where dbt did not note what its models read."""
    sources = {model.removeprefix(OURS): tuple(sorted(reads)) for model, reads in connection.execute(LINEAGE)}
    return [
        FigureModel(indicator, breakdown, period, f"{OURS}{name}", sources[name])
        for name, columns in connection.execute(COLUMNS, (list(sources),)).fetchall()
        if "indicator_code" in columns
        for indicator, breakdown, period in _cuts(connection, name, columns)
    ]


def _cuts(connection: psycopg.Connection, model: str, columns: list[str]) -> list[tuple[str, str, str]]:
    """Each indicator, breakdown and kind of period that the model has figures of."""
    asked = [
        sql.SQL("coalesce({}, {})").format(sql.Identifier(name), sql.Literal(default))
        if name in columns
        else sql.Literal(default)
        for name, default in DEFAULTS.items()
    ]
    query = sql.SQL("select distinct indicator_code, {} from indicators.{}")
    return connection.execute(query.format(sql.SQL(", ").join(asked), sql.Identifier(model))).fetchall()


def _tables(connection: psycopg.Connection, inputs: Inputs) -> Iterator[Ingredient]:
    tables: dict[str, list[str]] = dict(connection.execute(TABLES).fetchall())
    now = source_states(connection, list(tables))
    among = _among(connection)
    for table, columns in tables.items():
        if inputs.sources.get(table, now[table]) != now[table]:
            continue
        column = next((name for name in SPLIT_BY if name in columns), None)
        split_by = SPLIT_BY[column] if column else ""
        states = _states(connection, table, column, [*LOADED, *NO_DEFINITION.get(table, ())])
        if table in RESTS_ON_OTHERS:
            states = _with_others(states, among)
        yield from (Ingredient(table, split_by, part, state) for part, state in states.items())
        if not states:
            yield Ingredient(table, split_by, WHOLE, "")
        if table == "raw.catalogue_indicator":
            left_out = [name for name in columns if name not in (*IN_INDEX, "indicator_code")]
            of_index = _states(connection, table, column, left_out)
            yield from (Ingredient(GOALPOSTS, split_by, part, state) for part, state in of_index.items())


def _states(connection: psycopg.Connection, table: str, column: str | None, left_out: list[str]) -> dict[str, str]:
    """A hash of the rows of each value of `column`, without the columns that are left out."""
    part = sql.SQL("coalesce(cast(line.{} as text), '-')").format(sql.Identifier(column)) if column else sql.Literal(WHOLE)
    query = sql.SQL(
        "select part, md5(string_agg(content, '|' order by content))"
        " from (select {} as part, cast(to_jsonb(line) - cast(%s as text[]) as text) as content from {} as line) as lines group by part"
    )
    return dict(connection.execute(query.format(part, sql.Identifier(*table.split("."))), (left_out,)).fetchall())


def _among(connection: psycopg.Connection) -> dict[str, set[str]]:
    """For each indicator, the others whose conditions and items its respondents must fulfil, directly or not."""
    direct: dict[str, set[str]] = defaultdict(set)
    for code, other in connection.execute(AMONG):
        direct[code].add(other)
    found = {}
    for code in direct:
        reached, waiting = set[str](), [code]
        while waiting:
            for other in direct.get(waiting.pop(), set()) - reached:
                reached.add(other)
                waiting.append(other)
        found[code] = reached - {code}
    return found


def _with_others(states: Mapping[str, str], among: Mapping[str, set[str]]) -> dict[str, str]:
    """Each indicator's state, with those that it rests on."""
    return {
        code: _hash([states.get(code, ""), *(states.get(other, "") for other in sorted(among[code]))])
        if code in among
        else states[code]
        for code in states.keys() | among.keys()
    }


def _policy(policy: Policy) -> Iterator[Ingredient]:
    """What the policy says of each indicator, and its thresholds."""
    parts: dict[str, list[Any]] = defaultdict(list)
    for name, value in sorted(policy.model_dump(mode="json", exclude={"not_attacked"}).items()):
        value = sorted(value) if isinstance(getattr(policy, name), frozenset) else value
        entries = (
            value.items() if isinstance(value, dict) else [(each, True) for each in value] if isinstance(value, list) else []
        )
        of_codes = [(key, entry) for key, entry in entries if isinstance(key, str) and CODE_OF_INDICATOR.fullmatch(key)]
        for code, entry in of_codes:
            parts[code].append([name, entry])
        if not of_codes:
            parts[THRESHOLDS].append([name, value])
    for part, content in parts.items():
        yield Ingredient(POLICY, "indicator", part, _hash(content))


def _wholes(found: Iterable[Ingredient]) -> Iterator[Ingredient]:
    """The whole of each source that is split."""
    parts: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for each in found:
        if each.part != WHOLE:
            parts[each.source, each.split_by][each.part] = each.state
    for (source, split_by), states in parts.items():
        yield Ingredient(source, split_by, WHOLE, _hash(sorted(states.items())))


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:32]
