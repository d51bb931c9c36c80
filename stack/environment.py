"""The environment of each service: one definition for a laptop and for a server.

`environment` says which variables a service gets and marks the secret ones. `inline` puts the secrets in, for processes that the
supervisor starts. `from_files` names the files that hold them, for containers, whose environment anybody with the engine can list.
Each service gets only the secrets that it uses. Nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ADMIN = "admin"
SECRETS_FOLDER = "/run/secrets"
FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
LOOPBACK_ONLY = "stack.airflow_auth.LoopbackAuthManager"
PRELOADING = "stack.executor.PreloadingLocalExecutor"


ReaderRole = Literal["reader", "fieldwork", "quality"]
# Login and setting of each role of readers; those of catalogue/access.yml, which a test holds equal. The secret is named as the setting.
READERS: dict[ReaderRole, tuple[str, str]] = {
    "reader": ("superset_reader", "PARITY_READER_URL"),
    "fieldwork": ("fieldwork_reader", "PARITY_FIELDWORK_READER_URL"),
    "quality": ("quality_reader", "PARITY_QUALITY_READER_URL"),
}


@dataclass(frozen=True)
class Secret:
    """A value that no environment listing may show, by name."""

    name: str


Value = str | Secret


@dataclass(frozen=True)
class Site:
    """Where the services of one deployment stand, as they see each other. Paths are absolute; URLs end without a slash."""

    repository: Path
    home: Path
    landing: str
    drop: Path
    keys: Path
    airflow_home: Path
    superset_home: Path
    airflow_url: str
    airflow_public_url: str
    airflow_host: str
    airflow_port: int
    superset_url: str
    kobo_url: str
    auth: Literal["simple", "fab"]
    executor: str
    is_behind_tls: bool
    is_in_containers: bool
    hosts: tuple[str, ...]  # called directly, past any proxy of the user's


# Nothing calls out.
SWITCHES = {
    "SCARF_ANALYTICS": "false",
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
}


def environment(site: Site, service: str) -> dict[str, Value]:
    """The variables of a service of that name. Raises KeyError where there is no such service."""
    return {name: value for part in SERVICES[service] for name, value in part(site).items()}


def inline(variables: Mapping[str, Value], secrets: Mapping[str, str]) -> dict[str, str]:
    """The variables with their secrets put in."""
    return {name: secrets[value.name] if isinstance(value, Secret) else value for name, value in variables.items()}


def from_files(variables: Mapping[str, Value]) -> dict[str, str]:
    """The variables with each secret as the name of a file: `X_FILE`, or, as Airflow wants it, `X_CMD`."""
    named: dict[str, str] = {}
    for name, value in variables.items():
        if not isinstance(value, Secret):
            named[name] = value
        elif name.startswith("AIRFLOW__"):
            named[f"{name}_CMD"] = f"cat {SECRETS_FOLDER}/{value.name}"
        else:
            named[f"{name}_FILE"] = f"{SECRETS_FOLDER}/{value.name}"
    return named


def url_secret(setting: str) -> str:
    return setting.removeprefix("PARITY_").lower()


def secret_names(variables: Mapping[str, Value]) -> set[str]:
    return {value.name for value in variables.values() if isinstance(value, Secret)}


def _common(site: Site) -> dict[str, Value]:
    return {"NO_PROXY": ",".join(site.hosts), **SWITCHES}


def _folders(site: Site) -> dict[str, Value]:
    return {
        "PARITY_HOME": str(site.home),
        "PARITY_LANDING_URL": site.landing,
        "PARITY_DROP": str(site.drop),
        "PARITY_HR_KEYS": str(site.keys),
    }


def _airflow(site: Site) -> dict[str, Value]:
    options: dict[str, Value] = {
        "CORE__DAGS_FOLDER": str(site.repository / "dags"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": site.executor,
        "CORE__PARALLELISM": "4",
        "CORE__FERNET_KEY": Secret("airflow_fernet"),
        "CORE__TEST_CONNECTION": "Enabled",
        "CORE__AUTH_MANAGER": FAB if site.auth == "fab" else LOOPBACK_ONLY,
        "CORE__EXECUTION_API_SERVER_URL": f"{site.airflow_url}/execution/",
        "API__BASE_URL": site.airflow_public_url,
        "API__HOST": site.airflow_host,
        "API__PORT": str(site.airflow_port),
        "API__WORKERS": "1",
        "API__SECRET_KEY": Secret("airflow_api"),
        "API_AUTH__JWT_SECRET": Secret("airflow_jwt"),
        "DATABASE__SQL_ALCHEMY_CONN": Secret("airflow_database_url"),
        # A DAG file that changed is read at the next refresh; one that did not, every ten minutes, as each reading costs seconds.
        "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
        "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "2",
        # A build is a chain of tasks: each waits for the scheduler's next loop.
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.4",
        # What a killed scheduler left running starts again within a minute, not after five.
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "60",
        # A busy machine imports a DAG file in minutes; Airflow's defaults (30 and 50 seconds) would report it as broken.
        "CORE__DAGBAG_IMPORT_TIMEOUT": "300",
        "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "300",
        # A cold API server takes longer than the five seconds of Airflow's default, and the task would fail.
        "WORKERS__EXECUTION_API_TIMEOUT": "30",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
        "COSMOS__ENABLE_TELEMETRY": "False",
        "LOGGING__LOGGING_LEVEL": "INFO",
        # airflow.cfg holds the paths of the first start, which a moved instance would go on using.
        "CORE__PLUGINS_FOLDER": str(site.airflow_home / "plugins"),
        "LOGGING__BASE_LOG_FOLDER": str(site.airflow_home / "logs"),
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(site.airflow_home / "logs" / "dag_processor"),
        "FAB__CONFIG_FILE": str(site.airflow_home / "webserver_config.py"),
    }
    if site.is_in_containers:
        # A port of the container's own; on a laptop it would be one more that listens.
        options["SCHEDULER__ENABLE_HEALTH_CHECK"] = "True"
    if site.auth == "simple":
        options |= {
            "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
            "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(site.home / "secrets" / "airflow_passwords.json"),
        }
    return {"AIRFLOW_HOME": str(site.airflow_home)} | {f"AIRFLOW__{name}": value for name, value in options.items()}


def _api_server(site: Site) -> dict[str, Value]:
    """Only a proxy in front may say where a request came from, and behind TLS no cookie goes without it."""
    return {
        "FORWARDED_ALLOW_IPS": "*" if site.is_behind_tls else "127.0.0.1",
        "AIRFLOW__FAB__COOKIE_SECURE": str(site.is_behind_tls),
    }


def _broker(site: Site) -> dict[str, Value]:
    """Where the scheduler and its workers meet; a laptop has no workers."""
    return {"AIRFLOW__CELERY__BROKER_URL": Secret("celery_broker_url")} if site.is_in_containers else {}


def _warehouse(site: Site) -> dict[str, Value]:
    return {"PARITY_WAREHOUSE_URL": Secret("warehouse_url")}


def _readers(site: Site) -> dict[str, Value]:
    return {setting: Secret(url_secret(setting)) for _, setting in READERS.values()}


def _kobo_account(site: Site) -> dict[str, Value]:
    return {"PARITY_KOBO_URL": site.kobo_url, "PARITY_KOBO_TOKEN": Secret("kobo_token")}


def _setup(site: Site) -> dict[str, Value]:
    return {
        "PARITY_POSTGRES_URL": Secret("postgres_url"),
        "PARITY_AIRFLOW_DATABASE_URL": Secret("airflow_database_url"),
        "PARITY_SUPERSET_DATABASE_URL": Secret("superset_database_url"),
        "PARITY_ADMIN_PASSWORD": Secret("admin_password"),
        "PARITY_SUPERSET_URL": site.superset_url,
    }


def _demonstration(site: Site) -> dict[str, Value]:
    return {"PARITY_AIRFLOW_URL": site.airflow_url, "PARITY_ADMIN_PASSWORD": Secret("admin_password")}


def _superset(site: Site) -> dict[str, Value]:
    return {
        "SUPERSET_CONFIG_PATH": str(site.repository / "superset" / "superset_config.py"),
        "SUPERSET_HOME": str(site.superset_home),
        "SUPERSET_SECRET_KEY": Secret("superset_key"),
        "SUPERSET_METADATA_URL": Secret("superset_database_url"),
        "SUPERSET_BEHIND_TLS": str(site.is_behind_tls).lower(),
        "FLASK_APP": "superset.app:create_app()",
    }


def _superset_admin(site: Site) -> dict[str, Value]:
    return {"SUPERSET_ADMIN_PASSWORD": Secret("admin_password")}


def _kobo_server(site: Site) -> dict[str, Value]:
    return {"PARITY_KOBO_TOKEN": Secret("kobo_token")}


AIRFLOW = (_common, _folders, _airflow)
SERVICES = {
    "kobo": (_common, _kobo_server),
    "migrate": (*AIRFLOW, _warehouse, _readers, _kobo_account, _setup),
    "migrate-superset": (_common, _superset, _superset_admin),
    "airflow-api-server": (*AIRFLOW, _api_server),
    "airflow-scheduler": (*AIRFLOW, _broker),
    "airflow-dag-processor": AIRFLOW,
    "airflow-triggerer": AIRFLOW,
    "airflow-worker": (*AIRFLOW, _broker),
    "superset": (_common, _superset),
    "demo": (_common, _folders, _warehouse, _demonstration),
    "parity": (_common, _folders, _warehouse, _readers, _kobo_account),
}
