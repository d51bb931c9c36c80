"""Tells Airflow about our connection types, through the entry point `apache_airflow_provider`.

Airflow loads this in every process that it starts, also where no DAG is parsed: it imports nothing.
"""

from __future__ import annotations

from typing import Any


def provider_info() -> dict[str, Any]:
    """The provider's description: one connection type for each thing that Parity connects to."""
    return {
        "package-name": "parity",
        "name": "Parity",
        "description": "A connection type for each thing that Parity connects to, with a Test button.",
        "connection-types": [
            _type("kobotoolbox", "dags.hooks.kobotoolbox.KoboToolboxHook", "KoboToolbox", KOBO),
            _type("parity_warehouse", "dags.hooks.warehouse.WarehouseHook", "Parity warehouse", WAREHOUSE),
            _type("parity_readers", "dags.hooks.warehouse.ReadersHook", "Parity readers", READERS),
            _type("parity_landing", "dags.hooks.landing.LandingHook", "Parity landing", LANDING),
            _type("parity_superset", "dags.hooks.superset.SupersetHook", "Parity Superset", SUPERSET),
        ],
    }


def _type(name: str, hook: str, label: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {"connection-type": name, "hook-class-name": hook, "hook-name": label, "ui-field-behaviour": fields}


# Labels and hints of the forms; no secret stands here.
KOBO: dict[str, Any] = {
    "hidden-fields": ["login", "schema", "port", "extra"],
    "relabeling": {"host": "Server URL", "password": "API token"},  # nosec B105
    "placeholders": {
        "host": "https://kf.kobotoolbox.org",
        "password": "from <server>/token/ or Account settings > Security",  # nosec B105
    },
}
WAREHOUSE: dict[str, Any] = {
    "hidden-fields": ["extra"],
    "relabeling": {"schema": "Database"},
    "placeholders": {"host": "127.0.0.1", "port": "5432", "login": "the owner of the warehouse", "schema": "parity"},
}
READERS: dict[str, Any] = {
    "hidden-fields": ["extra"],
    "relabeling": {"schema": "Database"},
    "placeholders": {"host": "127.0.0.1", "port": "5432", "login": "superset_reader", "schema": "parity_readers"},
}
LANDING: dict[str, Any] = {
    "hidden-fields": ["schema", "port"],
    "relabeling": {"host": "Folder or URL", "login": "Access key", "password": "Secret key"},  # nosec B105
    "placeholders": {
        "host": "/var/lib/parity/landing, or s3://bucket/landing",
        "login": "of object storage; empty for a folder",
        "password": "of object storage; empty for a folder",  # nosec B105
        "extra": '{"endpoint_url": "https://objects.example.org", "region_name": "…"}',
    },
}
SUPERSET: dict[str, Any] = {
    "hidden-fields": ["schema", "port", "extra"],
    "relabeling": {"host": "Server URL"},
    "placeholders": {"host": "http://127.0.0.1:8088", "login": "a user that may import dashboards"},
}
