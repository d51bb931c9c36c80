"""Files of dbt that follow from its models of cells, made by `parity generate`: the list that fct_indicator unites, and the contracts of shares.

A model of cells carries the tag `cell`. One that ends with the macro women_share_cells is known by that: it needs no YAML of its own, as the
macro fixes its columns and the comment that opens the file says what it holds.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

from parity.yaml_files import read_yaml

SHARES = "_women_shares.yml"
SHARE_COLUMNS = (
    *(
        "indicator_code",
        "level",
        "country_code",
        "agency_code",
        "agency_type",
        "gender",
        "grade_band",
        "breakdown",
        "breakdown_value",
    ),
    *("provenance", "period", "period_year", "period_date", "numerator", "denominator", "n", "estimate", "method"),
)
# Columns that a model has by an argument of the macro.
BY_ARGUMENT = {"period": "period=", "breakdown": "has_breakdown=true", "breakdown_value": "has_breakdown=true"}
CALL = re.compile(r"{{ women_share_cells\('(?P<code>[^']*)', (?P<arguments>[^)]*)\) }}")


class NotDescribed(ValueError):
    """A model of shares does not say what it holds, or disclosure.yml does not say whom it counts."""


def cell_models_macro(project: Path) -> str:
    """dbt/macros/cell_models.sql: the names of all models of cells."""
    names = sorted({model["name"] for model in [*_described(project), *share_models(project)] if "cell" in _tags(model)})
    return "\n".join(
        [
            "{# The models of cells: those with the tag `cell`. Made by `parity generate`. #}",
            "{% macro cell_models() %}",
            "{{ return([",
            *(f"    '{name}'," for name in names),
            "]) }}",
            "{% endmacro %}",
            "",
        ]
    )


def shares_file(project: Path, counts: Collection[str]) -> str:
    """dbt/models/indicators/_women_shares.yml: description and columns of each model of women's shares.

    `counts` are the indicators whose counts the attack on a release knows. Raises NotDescribed for a share that is not among them: nobody would
    ask what a reader can work out from it.
    """
    for path in sorted(project.glob("models/indicators/*.sql")):
        if (call := CALL.search(path.read_text(encoding="utf-8"))) and call["code"] not in counts:
            raise NotDescribed(
                f"{path.name}: say under `counts` in catalogue/disclosure.yml whom {call['code']} counts, such as {{of: stock, grade_band: senior}}"
            )
    text = yaml.safe_dump({"version": 2, "models": share_models(project)}, sort_keys=False, allow_unicode=True, width=140)
    return (
        f"# Made from the models that end with women_share_cells by `parity generate`: edit the comment that opens each.\n{text}"
    )


def share_models(project: Path) -> list[dict[str, Any]]:
    """The entry of each model of shares. Raises NotDescribed."""
    found = []
    for path in sorted(project.glob("models/indicators/*.sql")):
        text = path.read_text(encoding="utf-8")
        if call := CALL.search(text):
            columns = [name for name in SHARE_COLUMNS if BY_ARGUMENT.get(name, "") in call["arguments"]]
            found.append(
                {
                    "name": path.stem,
                    "description": _purpose(path.name, text),
                    "config": {"tags": ["cell"]},
                    "columns": [{"name": name, "description": f"{{{{ doc('{name}') }}}}"} for name in columns],
                }
            )
    return found


def _purpose(name: str, text: str) -> str:
    comment = re.match(r"(-- .*\n)+", text)
    if comment is None:
        raise NotDescribed(f"{name}: open it with a comment that says what it holds (-- REP-01: women's share of …)")
    return " ".join(line.removeprefix("-- ") for line in comment[0].splitlines())


def _described(project: Path) -> list[dict[str, Any]]:
    files = [path for path in project.glob("models/**/*.yml") if path.name != SHARES]
    return [model for path in files for model in read_yaml(path).get("models", [])]


def _tags(model: dict[str, Any]) -> list[str]:
    return model.get("config", {}).get("tags", [])
