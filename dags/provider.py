"""Tells Airflow about the connection type `kobotoolbox`, through the entry point `apache_airflow_provider`.

Airflow loads this in every process that it starts, also where no DAG is parsed: it imports nothing.
"""

from __future__ import annotations

from typing import Any


def provider_info() -> dict[str, Any]:
    """The provider's description; the form's fields here are those of `KoboToolboxHook.get_ui_field_behaviour`."""
    return {
        "package-name": "parity",
        "name": "Parity",
        "description": "KoboToolbox as an Airflow connection type, with a Test button.",
        "connection-types": [
            {
                "connection-type": "kobotoolbox",
                "hook-class-name": "dags.hooks.kobotoolbox.KoboToolboxHook",
                "hook-name": "KoboToolbox",
                "ui-field-behaviour": UI_FIELDS,
            }
        ],
    }


UI_FIELDS: dict[str, Any] = {
    "hidden-fields": ["login", "schema", "port", "extra"],
    "relabeling": {"host": "Server URL", "password": "API token"},  # nosec B105  # a label of the form
    "placeholders": {
        "host": "https://kf.kobotoolbox.org",
        "password": "from <server>/token/ or Account settings > Security",  # nosec B105  # a hint of the form
    },
}
