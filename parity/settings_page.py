"""docs/reference/settings.md, made from the models of the settings by `parity generate`."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from parity.settings import Settings, variable_of
from parity.settings_elsewhere import READ_ELSEWHERE

HEAD = """# Settings

<!-- Made from parity/settings.py and parity/settings_elsewhere.py by `parity generate`: edit there, and run it again. -->

Parity is set by environment variables alone. On one machine none is needed: `parity up` makes addresses, passwords and keys, and gives each
service its own. On a server, `deploy/init` writes `.env` and the files of secrets.

A variable that Parity reads may stand in a file: `PARITY_X_FILE` names the file that holds `PARITY_X`, as containers get their secrets. An empty
variable is none. `parity status` names variables that are misspelt."""
TITLES = {"Server": "On a server", "Spark": "Spark", "Tests": "Tests"}
PARTS = {
    "Folders and files": ("home", "catalogue", "dbt_dir", "drop", "hr_keys", "raw_parquet"),
    "Landing": ("landing_url", "landing_endpoint", "landing_region", "landing_key", "landing_secret"),
    "Databases": (
        *("warehouse_url", "reader_url", "fieldwork_reader_url", "quality_reader_url"),
        *("postgres_url", "airflow_database_url", "superset_database_url"),
    ),
    "Services": ("kobo_url", "kobo_token", "kobo_webhook_secret", "airflow_url", "superset_url", "admin_password"),
    "Benchmarks": ("bench_gate_rows", "bench_staff_months"),
}


def settings_page() -> str:
    """The whole page as Markdown."""
    lines = [HEAD]
    for title, names in PARTS.items():
        lines += ["", f"## {title}", "", *_table(Settings, names)]
    for model in READ_ELSEWHERE:
        lines += ["", f"## {TITLES[model.__name__]}", "", model.__doc__ or "", "", *_table(model, model.model_fields)]
    return "\n".join(lines) + "\n"


def _table(model: type[BaseModel], names: Iterable[str]) -> list[str]:
    rows = ((name, model.model_fields[name]) for name in names)
    return [
        "| variable | what it says | default |",
        "|---|---|---|",
        *(
            f"| `{variable_of(name)}` | {field.description}{' Secret.' if _said(field).get('secret') else ''} | {_default(field)} |"
            for name, field in rows
        ),
    ]


def _default(field: FieldInfo) -> str:
    if "default" in _said(field):
        return str(_said(field)["default"])
    return f"`{field.default}`" if field.default else "none"


def _said(field: FieldInfo) -> dict[str, object]:
    said = field.json_schema_extra
    return dict(said) if isinstance(said, dict) else {}
